//! Decimal numbers as flow logs write them: digits alone.

/// The number that `text` is: 1 to 20 digits, at most 64 bits; no sign, no space.
#[inline]
pub(super) fn unsigned(text: &[u8]) -> Option<u64> {
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

/// A decimal with a fraction: what stands before the point, and the fraction in
/// billionths, cut after nine digits.
pub(super) fn decimal(text: &[u8]) -> Option<(u64, u32)> {
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
    }
}
