//! Numbers for people.

use crate::report::share::Ratio;

/// Decimal places of a percentage that is neither close to 0 nor to 100.
const PLACES: usize = 2;
/// Decimal places beyond which a percentage is only said to be smaller.
const MAX_PLACES: usize = 9;

/// `37.42 %`. Exactly none is `0 %` and exactly all is `100 %`; whatever is
/// close to either takes as many places as it needs to differ from it: `0.003
/// %`, `99.9996 %`. Without a denominator `n/a`.
pub(in crate::report) fn percent(ratio: Option<Ratio>) -> String {
    let Some(ratio) = ratio else { return "n/a".to_owned() };
    if ratio.is_zero() {
        return "0 %".to_owned();
    }
    if ratio.is_full() {
        return "100 %".to_owned();
    }
    let value = ratio.value() * 100.0;
    let limit = if value < 50.0 { 0.0 } else { 100.0 };
    // A rounded value may be exactly 100 where the ratio is not; beyond it,
    // where rows share packets, there is nothing to keep away from.
    if ratio.rest().is_none() {
        return format!("{value:.PLACES$} %");
    }
    for places in PLACES..=MAX_PLACES {
        let text = format!("{value:.places$}");
        if text != format!("{limit:.places$}") {
            return format!("{text} %");
        }
    }
    if limit == 0.0 { "< 0.000000001 %".to_owned() } else { "> 99.999999999 %".to_owned() }
}

/// `1,234,567`.
pub(in crate::report) fn exact(number: u128) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// One decimal place: `1,234.5`.
pub(super) fn tenths(number: f64) -> String {
    let text = format!("{number:.1}");
    match text.split_once('.').and_then(|(whole, tenth)| Some((whole.parse().ok()?, tenth))) {
        Some((whole, tenth)) => format!("{}.{tenth}", exact(whole)),
        None => text,
    }
}

/// Three significant digits and an SI prefix: `1.23 M`; exact below 1,000.
pub(super) fn short(number: u128) -> String {
    let (digits, prefix) = scaled(number);
    if prefix.is_empty() { digits } else { format!("{digits} {prefix}") }
}

/// The same with a unit: `1.23 MB`, `17 B`.
pub(super) fn short_bytes(bytes: u128) -> String {
    let (digits, prefix) = scaled(bytes);
    format!("{digits} {prefix}B")
}

/// Rounded half up in integers, so that 999,999 is 1.00 M and not 1000 k.
fn scaled(number: u128) -> (String, &'static str) {
    if number < 1000 {
        return (number.to_string(), "");
    }
    for (index, prefix) in ["k", "M", "G", "T", "P", "E", "Z", "Y", "R", "Q"].iter().enumerate() {
        // 10^(3 + 3 index) is one of the unit.
        let unit = 1000_u128.pow(u32::try_from(index).unwrap_or(0) + 1);
        for places in [2, 1, 0] {
            let step = unit / 10_u128.pow(places);
            let rounded = number / step + u128::from(number % step >= step.div_ceil(2));
            if rounded < 1000 {
                let power = 10_u128.pow(places);
                let whole = rounded / power;
                let fraction = rounded % power;
                let width = places as usize;
                return match places {
                    0 => (whole.to_string(), prefix),
                    _ => (format!("{whole}.{fraction:0width$}"), prefix),
                };
            }
        }
    }
    (exact(number / 10_u128.pow(30)), "Q")
}

/// `0.012 s`, `59.9 s`, `10 min 5 s`, `3 h 12 min`, `2 d 4 h`.
pub(super) fn duration(seconds: f64) -> String {
    if seconds < 1.0 {
        return format!("{seconds:.3} s");
    }
    if seconds < 59.95 {
        return format!("{seconds:.1} s");
    }
    let text = format!("{seconds:.0}");
    let whole = text.parse::<u64>().unwrap_or(u64::MAX);
    let (minutes, hours, days) = (whole / 60, whole / 3600, whole / 86_400);
    match (minutes, hours, days) {
        (m, 0, _) => two(m, "min", whole % 60, "s"),
        (m, h, 0) => two(h, "h", m % 60, "min"),
        (_, h, d) => two(d, "d", h % 24, "h"),
    }
}

fn two(large: u64, large_unit: &str, small: u64, small_unit: &str) -> String {
    match small {
        0 => format!("{} {large_unit}", exact(large.into())),
        _ => format!("{} {large_unit} {small} {small_unit}", exact(large.into())),
    }
}

/// `1 input`, `3 inputs`.
pub(super) fn counted(number: u128, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", exact(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(part: u128, whole: u128) -> String {
        percent(Ratio::new(part, whole))
    }

    #[test]
    fn percentages_never_round_to_nothing_or_to_all() {
        assert_eq!(of(1, 0), "n/a");
        assert_eq!(of(0, 7), "0 %");
        assert_eq!(of(7, 7), "100 %");
        assert_eq!(of(3742, 10_000), "37.42 %");
        assert_eq!(of(1, 2), "50.00 %");
        assert_eq!(of(3, 100_000), "0.003 %");
        assert_eq!(of(99_997, 100_000), "99.997 %");
        assert_eq!(of(1, 3_000_000), "0.00003 %");
        assert_eq!(of(u128::MAX - 1, u128::MAX), "> 99.999999999 %");
        assert_eq!(of(1, u128::MAX), "< 0.000000001 %");
        assert_eq!(of(199, 100), "199.00 %");
        assert_eq!(of(u128::MAX, u128::MAX - 1), "100.00 %");
    }

    #[test]
    fn integers_are_exact_or_short() {
        assert_eq!([0, 999, 1000, 1_234_567].map(exact), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(
            [0, 999, 1000, 1234, 12_345, 999_499, 999_500, 999_999_999].map(short),
            ["0", "999", "1.00 k", "1.23 k", "12.3 k", "999 k", "1.00 M", "1.00 G"]
        );
        assert_eq!([0.0, 0.96, 1234.56].map(tenths), ["0.0", "1.0", "1,234.6"]);
        assert_eq!(short_bytes(17), "17 B");
        assert_eq!(short_bytes(1_234_567_890), "1.23 GB");
        assert_eq!(short(u128::MAX), "340,282,366 Q");
    }

    #[test]
    fn durations_have_two_units_at_most() {
        assert_eq!(duration(0.0), "0.000 s");
        assert_eq!(duration(12.34), "12.3 s");
        assert_eq!(duration(59.96), "1 min");
        assert_eq!(duration(605.0), "10 min 5 s");
        assert_eq!(duration(11_520.0), "3 h 12 min");
        assert_eq!(duration(187_200.0), "2 d 4 h");
    }

    #[test]
    fn nouns_agree() {
        assert_eq!(counted(1, "input"), "1 input");
        assert_eq!(counted(1000, "input"), "1,000 inputs");
    }
}
