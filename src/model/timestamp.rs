//! When a frame was seen.

use std::fmt;

/// Nanoseconds since 1970-01-01T00:00:00Z, without leap seconds. Reaches from
/// the year 1677 to 2262; what a capture says beyond that is no timestamp.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From nanoseconds since the epoch.
    #[inline]
    #[must_use]
    pub fn from_nanoseconds(nanoseconds: i64) -> Self {
        Self(nanoseconds)
    }

    /// From nanoseconds since the epoch; `None` beyond the range.
    #[must_use]
    pub fn from_wide(nanoseconds: i128) -> Option<Self> {
        i64::try_from(nanoseconds).ok().map(Self)
    }

    /// Nanoseconds since the epoch.
    #[inline]
    #[must_use]
    pub fn nanoseconds(self) -> i64 {
        self.0
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 in UTC, always with nine digits of a second.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = jiff::Timestamp::from_nanosecond(i128::from(self.0)).map_err(|_| fmt::Error)?;
        write!(f, "{time:.9}")
    }
}

/// First and last timestamp of what was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeSpan {
    /// The earliest timestamp.
    pub first: Timestamp,
    /// The latest timestamp.
    pub last: Timestamp,
}

impl TimeSpan {
    /// The smallest span that holds both.
    #[must_use]
    pub fn join(a: Option<Self>, b: Option<Self>) -> Option<Self> {
        match (a, b) {
            (Some(a), Some(b)) => {
                Some(Self { first: a.first.min(b.first), last: a.last.max(b.last) })
            }
            (one, other) => one.or(other),
        }
    }

    /// Seconds from first to last.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a length for people")]
    pub fn seconds(self) -> f64 {
        (i128::from(self.last.0) - i128::from(self.first.0)) as f64 / 1e9
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn display_has_nine_digits() {
        let t = Timestamp::from_nanoseconds(1_767_225_600_000_000_001);
        assert_eq!(t.to_string(), "2026-01-01T00:00:00.000000001Z");
        assert_eq!(Timestamp::from_nanoseconds(0).to_string(), "1970-01-01T00:00:00.000000000Z");
        assert!(Timestamp::from_nanoseconds(i64::MIN).to_string().starts_with("1677-"));
        assert!(Timestamp::from_nanoseconds(i64::MAX).to_string().starts_with("2262-"));
    }
}
