//! Decimal numbers as flow logs write them: digits alone.

/// The number that `text` is: 1 to 20 digits, at most 64 bits; no sign, no space.
#[inline]
pub(crate) fn unsigned(text: &[u8]) -> Option<u64> {
    if text.is_empty() || text.len() > 20 {
        return None;
    }
    let mut sum = 0_u64;
    if text.len() < 20 {
        // 19 digits are below 10^19, which is below 2^64.
        for byte in text {
            let digit = byte.wrapping_sub(b'0');
            if digit > 9 {
                return None;
            }
            sum = sum * 10 + u64::from(digit);
        }
        return Some(sum);
    }
    for byte in text {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        sum = sum.checked_mul(10)?.checked_add(u64::from(digit))?;
    }
    Some(sum)
}

/// The same of the field `start..end` of a line. Up to sixteen digits are read eight
/// at a time together with what stands before them, which is masked away: how many
/// digits there are cannot be foretold, so that a loop over them would be guessed
/// wrong at its end.
#[inline(always)]
pub(crate) fn unsigned_in(line: &[u8], start: usize, end: usize) -> Option<u64> {
    let len = end.wrapping_sub(start);
    match len {
        1..=8 => {
            let Some(word) = eight_before(line, end) else {
                return unsigned(line.get(start..end)?);
            };
            eight_digits(word, len)
        }
        9..=16 => {
            let words = eight_before(line, end).zip(eight_before(line, end - 8));
            let Some((low, high)) = words else { return unsigned(line.get(start..end)?) };
            Some(eight_digits(high, len - 8)? * 100_000_000 + eight_digits(low, 8)?)
        }
        _ => unsigned(line.get(start..end)?),
    }
}

/// The number that the digits at the front are, and how many they are: at most 19 are
/// taken. 0 and 0 where there is none.
#[inline(always)]
pub(crate) fn leading_digits(text: &[u8]) -> (u64, usize) {
    let (mut sum, mut taken) = (0, 0);
    while taken < 16
        && let Some(eight) = text.get(taken..).and_then(<[u8]>::first_chunk)
    {
        let values = u64::from_le_bytes(*eight) ^ 0x3030_3030_3030_3030;
        let beyond = (values.wrapping_add(0x7676_7676_7676_7676) | values) & 0x8080_8080_8080_8080;
        let digits = beyond.trailing_zeros() / 8;
        if digits == 0 {
            return (sum, taken);
        }
        // Zeros before the first.
        sum = sum * POWERS[digits as usize] + eight_values(values << (64 - 8 * digits));
        taken += digits as usize;
        if digits < 8 {
            return (sum, taken);
        }
    }
    while taken < 19
        && let Some(digit @ b'0'..=b'9') = text.get(taken)
    {
        sum = sum * 10 + u64::from(digit - b'0');
        taken += 1;
    }
    (sum, taken)
}

/// Powers of ten.
const POWERS: [u64; 9] = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];

/// The eight bytes before `end`, the first of them lowest.
#[inline(always)]
fn eight_before(line: &[u8], end: usize) -> Option<u64> {
    let bytes = line.get(end.checked_sub(8)?..end)?;
    bytes.first_chunk().map(|bytes| u64::from_le_bytes(*bytes))
}

/// The number that the last `len` of eight bytes are, 1 to 8.
#[inline(always)]
fn eight_digits(word: u64, len: usize) -> Option<u64> {
    let digits = (word ^ 0x3030_3030_3030_3030) & (u64::MAX << (64 - 8 * len));
    // A byte above 9 either has its highest bit or gets it here.
    if (digits.wrapping_add(0x7676_7676_7676_7676) | digits) & 0x8080_8080_8080_8080 != 0 {
        return None;
    }
    Some(eight_values(digits))
}

/// The number of eight digits' values, the first of them lowest.
#[inline(always)]
fn eight_values(digits: u64) -> u64 {
    // Pairs, then all four pairs at once: 10^6 and 10^2, 10^4 and 1.
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8);
    let odd = (pairs & 0x0000_00ff_0000_00ff).wrapping_mul(0x000f_4240_0000_0064);
    let even = (pairs >> 16 & 0x0000_00ff_0000_00ff).wrapping_mul(0x0000_2710_0000_0001);
    odd.wrapping_add(even) >> 32
}

/// A decimal with a fraction: what stands before the point, and the fraction in
/// billionths, cut after nine digits.
pub(crate) fn decimal(text: &[u8]) -> Option<(u64, u32)> {
    let (whole, fraction) = match memchr::memchr(b'.', text) {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text, &[][..]),
    };
    let mut billionths = 0_u32;
    for at in 0..9 {
        let digit = fraction.get(at).map_or(0, |byte| byte.wrapping_sub(b'0'));
        if digit > 9 {
            return None;
        }
        billionths = billionths * 10 + u32::from(digit);
    }
    if fraction.get(9..).is_some_and(|rest| !rest.iter().all(u8::is_ascii_digit)) {
        return None;
    }
    Some((unsigned(whole)?, billionths))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_largest_number_is_read_and_nothing_larger() {
        assert_eq!(unsigned(b"18446744073709551615"), Some(u64::MAX));
        assert_eq!(unsigned(b"18446744073709551616"), None);
        assert_eq!(unsigned(b"99999999999999999999"), None);
        assert_eq!(unsigned(b"9999999999999999999"), Some(9_999_999_999_999_999_999));
        for odd in ["", "-1", "+1", "1.0", " 1", "1 ", "0x1", "1e3", "000000000000000000001"] {
            assert_eq!(unsigned(odd.as_bytes()), None, "{odd}");
        }
    }

    #[test]
    fn a_fraction_is_exact() {
        assert_eq!(decimal(b"1517336042.090842"), Some((1_517_336_042, 90_842_000)));
        assert_eq!(decimal(b"3"), Some((3, 0)));
        assert_eq!(decimal(b"0.1234567891"), Some((0, 123_456_789)));
        for odd in ["", ".5", "1.5x", "1.-5", "1.12345678 9", "1.123456789x", "1e5"] {
            assert_eq!(decimal(odd.as_bytes()), None, "{odd}");
        }
    }

    proptest! {
        #[test]
        fn as_the_standard_library_reads_it(number: u64, text in "[0-9a-z+ .-]{0,22}") {
            prop_assert_eq!(unsigned(number.to_string().as_bytes()), Some(number));
            if !text.starts_with('+') && text.len() <= 20 {
                prop_assert_eq!(unsigned(text.as_bytes()), text.parse().ok());
            }
        }

        #[test]
        fn the_digits_at_the_front_are_read(
            text in prop_oneof!["[0-9]{0,19}[a-z ,}]{0,12}", "[0-9]{20,30}"],
            behind in prop::collection::vec(any::<u8>(), 0..9),
        ) {
            let text = [text.as_bytes(), b"/", &behind].concat();
            let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count().min(19);
            let number = unsigned(&text[..digits]).unwrap_or(0);
            prop_assert_eq!(leading_digits(&text), (number, digits));
        }

        #[test]
        fn a_field_is_read_as_it_is_alone(
            before in prop::collection::vec(any::<u8>(), 0..20),
            field in prop_oneof!["[0-9]{0,21}", "[0-9]{0,9}[ -~]{0,2}[0-9]{0,9}"],
            bytes in prop::option::of(prop::collection::vec(any::<u8>(), 1..18)),
        ) {
            let field = bytes.unwrap_or(field.into_bytes());
            let line = [&before[..], &field[..], b" 1"].concat();
            let end = before.len() + field.len();
            prop_assert_eq!(unsigned_in(&line, before.len(), end), unsigned(&field));
        }
    }
}
