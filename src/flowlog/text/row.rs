//! One record as its line gives it: a value for each column, not yet read.

use super::super::Column;
use super::time;
use crate::fields::{address_of, unsigned};
use crate::model::{IpAddress, IpVersion, Timestamp};

/// What a column says in one record.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(
    not(feature = "columnar"),
    allow(dead_code, reason = "only columns have times and addresses that are no text")
)]
pub(in crate::flowlog) enum Value<'a> {
    /// The record has no such column.
    #[default]
    Absent,
    /// Text as it stands, or digits of a number.
    Text(&'a [u8]),
    /// A whole number that the format wrote as one.
    Number(u64),
    /// A number with a fraction, or below zero, or beyond 64 bits.
    Double(f64),
    /// What no column can hold: a list, text with escapes.
    Odd,
    /// A time that the format keeps as one.
    Time(Timestamp),
    /// An address that the format keeps in binary.
    Address(IpVersion, IpAddress),
}

/// A value that cannot be what its column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::flowlog) struct Unreadable;

/// A value for each [`Column`].
pub(in crate::flowlog) type Row<'a> = [Value<'a>; Column::COUNT];

impl<'a> Value<'a> {
    /// The text, or nothing where it says that there is nothing: empty, `-`, and
    /// the words of Zeek and of databases for it.
    #[inline]
    pub(super) fn present(self) -> Self {
        match self {
            Self::Text(text) if is_unset(text) => Self::Absent,
            other => other,
        }
    }

    /// A whole number of at most 64 bits.
    #[inline]
    pub(super) fn number(self) -> Result<Option<u64>, Unreadable> {
        match self.present() {
            Self::Absent => Ok(None),
            Self::Number(number) => Ok(Some(number)),
            Self::Text(text) => unsigned(text).map(Some).ok_or(Unreadable),
            _ => Err(Unreadable),
        }
    }

    /// An address of either family.
    #[inline]
    pub(super) fn address(self) -> Result<Option<(IpVersion, IpAddress)>, Unreadable> {
        match self.present() {
            Self::Absent => Ok(None),
            Self::Text(text) => address_of(text).map(Some).ok_or(Unreadable),
            Self::Address(version, address) => Ok(Some((version, address))),
            _ => Err(Unreadable),
        }
    }

    /// A time; what is none is missing.
    #[inline]
    pub(super) fn time(self) -> Option<Timestamp> {
        match self {
            Self::Text(text) => time::timestamp(text),
            Self::Number(number) => time::since_1970(number, 0),
            Self::Double(value) => time::since_1970_double(value),
            Self::Time(time) => Some(time),
            Self::Absent | Self::Odd | Self::Address(..) => None,
        }
    }

    /// A span of seconds in nanoseconds; what is none is missing.
    pub(super) fn span(self) -> Option<i64> {
        match self {
            Self::Text(text) => time::seconds(text),
            Self::Number(number) => i64::try_from(i128::from(number) * 1_000_000_000).ok(),
            Self::Double(value) => time::seconds_double(value),
            _ => None,
        }
    }

    /// The text, for words and names.
    pub(super) fn text(self) -> Option<&'a [u8]> {
        match self.present() {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// True for the ways of tools to write that there is nothing.
#[inline]
pub(super) fn is_unset(text: &[u8]) -> bool {
    match text {
        [] | [b'-'] => true,
        [b'(' | b'N' | b'n' | b'\\', ..] => {
            matches!(text, b"(empty)" | b"NULL" | b"null" | b"N/A" | b"NaN" | b"nil" | b"\\N")
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_written_in_several_ways() {
        for text in ["", "-", "(empty)", "NULL", "N/A", "\\N"] {
            assert_eq!(Value::Text(text.as_bytes()).number(), Ok(None), "{text}");
            assert_eq!(Value::Text(text.as_bytes()).address(), Ok(None), "{text}");
        }
        assert_eq!(Value::Text(b"--").number(), Err(Unreadable));
    }

    #[test]
    fn only_whole_numbers_are_counts() {
        assert_eq!(Value::Number(7).number(), Ok(Some(7)));
        assert_eq!(Value::Text(b"7").number(), Ok(Some(7)));
        for odd in [Value::Double(7.0), Value::Odd, Value::Text(b"7.0"), Value::Text(b"-7")] {
            assert_eq!(odd.number(), Err(Unreadable), "{odd:?}");
        }
    }
}
