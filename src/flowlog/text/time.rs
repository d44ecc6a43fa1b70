//! Times as flow logs write them: numbers since 1970, and dates.

use crate::fields::{decimal, unsigned};
use crate::model::Timestamp;

const SECOND: i128 = 1_000_000_000;

/// The time that `text` says; `None` where it says none, or one that cannot be.
///
/// A number counts from 1970-01-01T00:00:00Z: seconds below 10^11, milliseconds
/// below 10^14, microseconds below 10^17, else nanoseconds (each unit reaches
/// from 1973 to 5138). 0 is no time. A date is RFC 3339, or has `/` for `-`, a
/// space for `T`, or an offset without its colon; without an offset it is UTC.
pub(super) fn timestamp(text: &[u8]) -> Option<Timestamp> {
    if let Some(whole) = unsigned(text) {
        return since_1970(whole, 0);
    }
    match decimal(text) {
        Some((whole, fraction)) => since_1970(whole, fraction),
        None => date(text),
    }
}

/// A number since 1970 and billionths of its unit.
#[inline]
pub(super) fn since_1970(whole: u64, billionths: u32) -> Option<Timestamp> {
    const MOST: u64 = i64::MAX as u64;
    let (unit, most) = match whole {
        0 => return None,
        1..100_000_000_000 => (1_000_000_000, MOST / 1_000_000_000),
        100_000_000_000..100_000_000_000_000 => (1_000_000, MOST / 1_000_000),
        100_000_000_000_000..100_000_000_000_000_000 => (1_000, MOST / 1_000),
        _ => (1, MOST),
    };
    if whole > most {
        return None;
    }
    // A fraction of a second is in its unit already, and the usual one.
    let part = match unit {
        1_000_000_000 => u64::from(billionths),
        _ if billionths == 0 => 0,
        unit => u64::from(billionths) * unit / 1_000_000_000,
    };
    // Twice what a signed number holds is within an unsigned one.
    i64::try_from(whole * unit + part).ok().map(Timestamp::from_nanoseconds)
}

/// A number that came as a double, which holds microseconds of today exactly
/// when it is rounded to them.
pub(super) fn since_1970_double(value: f64) -> Option<Timestamp> {
    // The largest time is below 2^63 of any unit; also false for NaN.
    if !(value > 0.0 && value < 9e18) {
        return None;
    }
    if value >= 1e11 {
        return since_1970(whole(value)?, 0);
    }
    let microseconds = whole((value * 1e6).round())?;
    Timestamp::from_wide(i128::from(microseconds) * 1_000)
}

/// A double without its fraction.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within 0 to 2^63")]
fn whole(value: f64) -> Option<u64> {
    (0.0..9e18).contains(&value).then_some(value as u64)
}

/// Nanoseconds of a span of seconds.
pub(super) fn seconds(text: &[u8]) -> Option<i64> {
    let (whole, fraction) = decimal(text)?;
    i64::try_from(i128::from(whole) * SECOND + i128::from(fraction)).ok()
}

/// Nanoseconds of a span of seconds that came as a double, to the microsecond.
pub(super) fn seconds_double(value: f64) -> Option<i64> {
    i64::try_from(i128::from(whole((value * 1e6).round())?) * 1_000).ok()
}

/// `2024-01-31T23:59:59.123456789+01:00` and the forms near it.
fn date(text: &[u8]) -> Option<Timestamp> {
    let (front, rest) = text.split_first_chunk()?;
    let &[y1, y2, y3, y4, dash, m1, m2, dash2, d1, d2, between, h1, h2, colon, n1, n2] = front;
    let separators = (dash == b'-' || dash == b'/') && dash == dash2;
    if !separators || !matches!(between, b'T' | b't' | b' ' | b'_') || colon != b':' {
        return None;
    }
    let number = |digits: &[u8]| unsigned(digits).and_then(|value| i64::try_from(value).ok());
    let day = days(number(&[y1, y2, y3, y4])?, number(&[m1, m2])?, number(&[d1, d2])?)?;
    let (hour, minute) = (number(&[h1, h2])?, number(&[n1, n2])?);
    let (second, fraction, rest) = match rest {
        [b':', s1, s2, rest @ ..] => {
            let (fraction, rest) = fraction(rest)?;
            (number(&[*s1, *s2])?, fraction, rest)
        }
        _ => (0, 0, rest),
    };
    // 60 is a leap second, which is counted as the one after it.
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let local = ((day * 24 + hour) * 60 + minute) * 60 + second;
    let utc = local - offset(rest)?;
    Timestamp::from_wide(i128::from(utc) * SECOND + i128::from(fraction))
}

/// The fraction of a second in nanoseconds, and what follows.
fn fraction(text: &[u8]) -> Option<(u32, &[u8])> {
    let Some((b'.' | b',', digits)) = text.split_first() else { return Some((0, text)) };
    let end = digits.iter().position(|b| !b.is_ascii_digit()).unwrap_or(digits.len());
    let mut nanoseconds = 0;
    for at in 0..9 {
        let digit = digits[..end].get(at).map_or(0, |b| b - b'0');
        nanoseconds = nanoseconds * 10 + u32::from(digit);
    }
    (end > 0).then_some((nanoseconds, &digits[end..]))
}

/// Seconds east of UTC.
fn offset(text: &[u8]) -> Option<i64> {
    let (sign, hour, minute) = match text {
        b"" | b"Z" | b"z" | b" UTC" | b" GMT" => return Some(0),
        [sign, h1, h2, b':', m1, m2] | [sign, h1, h2, m1, m2] => (sign, [*h1, *h2], [*m1, *m2]),
        _ => return None,
    };
    let (hour, minute) = (unsigned(&hour)?, unsigned(&minute)?);
    let seconds = i64::try_from((hour * 60 + minute) * 60).ok().filter(|_| minute < 60)?;
    match sign {
        b'+' => Some(seconds),
        b'-' => Some(-seconds),
        _ => None,
    }
}

/// Days from 1970-01-01 to a day of the Gregorian calendar.
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=length).contains(&day) {
        return None;
    }
    // Years that begin in March, so that the leap day is their last.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leaps = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    Some(year * 365 + leaps + (153 * month + 2) / 5 + day - 1 - 719_468)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(text: &str) -> Option<String> {
        timestamp(text.as_bytes()).map(|time| time.to_string())
    }

    #[test]
    fn numbers_have_their_unit_by_their_size() {
        let same = Some("2018-01-30T18:14:02.000000000Z".to_owned());
        for text in ["1517336042", "1517336042000", "1517336042000000", "1517336042000000000"] {
            assert_eq!(shown(text), same, "{text}");
        }
        assert_eq!(shown("1517336042.090842").unwrap(), "2018-01-30T18:14:02.090842000Z");
        assert_eq!(shown("1517336042090.842").unwrap(), "2018-01-30T18:14:02.090842000Z");
        assert_eq!(since_1970_double(1_517_336_042.090_842), timestamp(b"1517336042.090842"));
        assert_eq!(since_1970_double(1_517_336_042_090.0), timestamp(b"1517336042090"));
        // The last but one is what Zeek writes into logs whose times do not matter.
        for none in ["0", "0.0", "-1", "18446744073709551615", "XXXXXXXXXX.XXXXXX", ""] {
            assert_eq!(shown(none), None, "{none}");
        }
        for none in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e19] {
            assert_eq!(since_1970_double(none), None, "{none}");
        }
    }

    #[test]
    fn dates_have_several_forms() {
        let same = Some("2022-09-13T08:51:07.179000000Z".to_owned());
        for text in [
            "2022-09-13T08:51:07.179Z",
            "2022-09-13T08:51:07.179000+0000",
            "2022-09-13T10:51:07.179+02:00",
            "2022-09-13T06:21:07.179-02:30",
            "2022-09-13 08:51:07.179",
            "2022/09/13T08:51:07.179",
        ] {
            assert_eq!(shown(text), same, "{text}");
        }
        assert_eq!(shown("2024-02-29T00:00").unwrap(), "2024-02-29T00:00:00.000000000Z");
        for none in [
            "2023-02-29T00:00:00Z",
            "2023-13-01T00:00:00Z",
            "2023-00-01T00:00:00Z",
            "2023-01-32T00:00:00Z",
            "2023-01-01T24:00:00Z",
            "2023-01-01T00:60:00Z",
            "2023-01-01T00:00:00.Z",
            "2023-01-01T00:00:00*0000",
            "2023-01-01T00:00:00+0060",
            "1600-01-01T00:00:00Z",
            "2300-01-01T00:00:00Z",
            "2023-01-01",
        ] {
            assert_eq!(shown(none), None, "{none}");
        }
    }

    #[test]
    fn a_span_is_exact() {
        assert_eq!(seconds(b"3.000158"), Some(3_000_158_000));
        assert_eq!(seconds_double(3.000_158), Some(3_000_158_000));
        assert_eq!(seconds(b"99999999999999999999"), None);
        assert_eq!(seconds_double(f64::NAN), None);
    }

    proptest! {
        #[test]
        fn every_timestamp_comes_back(nanoseconds: i64, seconds in 1_u64..100_000_000_000) {
            let time = Timestamp::from_nanoseconds(nanoseconds);
            prop_assert_eq!(timestamp(time.to_string().as_bytes()), Some(time));
            let expected = Timestamp::from_wide(i128::from(seconds) * SECOND);
            prop_assert_eq!(timestamp(seconds.to_string().as_bytes()), expected);
        }

        #[test]
        fn any_text_is_a_time_or_not(text: Vec<u8>) {
            let _ = timestamp(&text);
            let _ = seconds(&text);
        }
    }
}
