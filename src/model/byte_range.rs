//! A stretch of a file by the offsets of its bytes.

use std::fmt;
use std::str::FromStr;

/// The bytes from `start` on and before `end`; to the end of the file without one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ByteRange {
    /// Offset of the first byte.
    pub start: u64,
    /// Offset behind the last one. Never below `start`.
    pub end: Option<u64>,
}

/// Text that is no range.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no range of bytes: give START-END with START up to END, or START-, such as 0-4GiB, 4GiB-8GiB or 8GiB-"
)]
pub struct InvalidByteRange(String);

/// Units of bytes; the longer name first where one ends as another does.
const UNITS: [(&str, u64); 16] = [
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("TiB", 1 << 40),
    ("kB", 1_000),
    ("KB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("TB", 1_000_000_000_000),
    ("B", 1),
    ("k", 1_000),
    ("K", 1_000),
    ("M", 1_000_000),
    ("G", 1_000_000_000),
    ("T", 1_000_000_000_000),
    ("", 1),
];

impl ByteRange {
    /// All bytes of a file.
    pub const ALL: Self = Self { start: 0, end: None };

    /// Whether it holds the file's first byte.
    #[must_use]
    pub fn holds_first(&self) -> bool {
        self.start == 0 && self.end != Some(0)
    }
}

impl FromStr for ByteRange {
    type Err = InvalidByteRange;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = || InvalidByteRange(text.to_owned());
        let (start, end) = text.split_once('-').ok_or_else(invalid)?;
        let start = bytes(start).ok_or_else(invalid)?;
        let end = match end {
            "" => None,
            end => Some(bytes(end).filter(|end| *end >= start).ok_or_else(invalid)?),
        };
        Ok(Self { start, end })
    }
}

/// `4096`, `64KiB`, `1.5GB`: whole bytes alone.
fn bytes(text: &str) -> Option<u64> {
    let (digits, unit) = UNITS.iter().find_map(|(unit, bytes)| {
        let digits = text.strip_suffix(unit)?.trim_end();
        digits.ends_with(|c: char| c.is_ascii_digit()).then_some((digits, *bytes))
    })?;
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let number = |digits: &str| {
        let only_digits = !digits.is_empty() && digits.bytes().all(|c| c.is_ascii_digit());
        only_digits.then(|| digits.parse::<u128>().ok()).flatten()
    };
    let scale = 10_u128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let parts = number(whole)?.checked_mul(scale)?.checked_add(number(fraction)?)?;
    let bytes = parts.checked_mul(u128::from(unit))?;
    bytes.is_multiple_of(scale).then(|| u64::try_from(bytes / scale).ok()).flatten()
}

impl fmt::Display for ByteRange {
    /// As it may be given again: `0-4096`, `4096-`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-", self.start)?;
        self.end.map_or(Ok(()), |end| end.fmt(f))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_and_shown() {
        for (text, start, end, shown) in [
            ("0-", 0, None, "0-"),
            ("24-24", 24, Some(24), "24-24"),
            ("4KiB-1MiB", 4096, Some(1 << 20), "4096-1048576"),
            ("1.5k-2M", 1500, Some(2_000_000), "1500-2000000"),
            ("7 B-1.25 GiB", 7, Some(5 << 28), "7-1342177280"),
            ("0-18446744073709551615", 0, Some(u64::MAX), "0-18446744073709551615"),
        ] {
            assert_eq!(text.parse(), Ok(ByteRange { start, end }), "{text}");
            assert_eq!(ByteRange { start, end }.to_string(), shown);
        }
    }

    #[test]
    fn what_is_no_range_is_told() {
        for text in [
            "",
            "-",
            "5",
            "-5",
            "5-4",
            "1.5-2",
            "a-",
            "1X-",
            "0x10-",
            "1-2-3",
            "+1-",
            "1--",
            "1.0001k-",
            "18446744073709551616-",
            "20000000T-",
            ".5k-",
            "1.k-",
            "KiB-",
        ] {
            let error = text.parse::<ByteRange>().unwrap_err();
            assert!(error.to_string().contains("0-4GiB"), "{text}");
        }
    }

    #[test]
    fn the_first_byte_is_in_those_that_begin_with_it() {
        let holds = |text: &str| text.parse::<ByteRange>().unwrap().holds_first();
        assert_eq!(["0-", "0-1", "0-0", "1-9"].map(holds), [true, true, false, false]);
    }
}
