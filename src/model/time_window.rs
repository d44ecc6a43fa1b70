//! The stretch of time that is measured.

use super::{Excluded, Timestamp};
use std::fmt;

/// From one instant on, to before another; either may be open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TimeWindow {
    from: Option<Timestamp>,
    to: Option<Timestamp>,
}

/// The window ends before it begins, or an end is no time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidTimeWindow {
    /// Nothing lies within.
    #[error("the window of time is empty: its end is not after its start")]
    Empty,
    /// The text is no instant.
    #[error("expected a time with its offset (RFC 3339), such as 2026-01-31T12:00:00Z")]
    Syntax,
}

impl TimeWindow {
    /// # Errors
    /// Where nothing could lie within.
    pub fn new(from: Option<Timestamp>, to: Option<Timestamp>) -> Result<Self, InvalidTimeWindow> {
        match (from, to) {
            (Some(from), Some(to)) if to <= from => Err(InvalidTimeWindow::Empty),
            (from, to) => Ok(Self { from, to }),
        }
    }

    /// An instant as RFC 3339 writes it.
    ///
    /// # Errors
    /// Where it is none, or beyond the years that a [`Timestamp`] has.
    pub fn instant(text: &str) -> Result<Timestamp, InvalidTimeWindow> {
        let time: jiff::Timestamp = text.parse().map_err(|_| InvalidTimeWindow::Syntax)?;
        Timestamp::from_wide(time.as_nanosecond()).ok_or(InvalidTimeWindow::Syntax)
    }

    /// Where it begins.
    #[must_use]
    pub fn from(self) -> Option<Timestamp> {
        self.from
    }

    /// The first instant after it.
    #[must_use]
    pub fn to(self) -> Option<Timestamp> {
        self.to
    }

    /// True where everything lies within.
    #[must_use]
    pub fn is_open(self) -> bool {
        self.from.is_none() && self.to.is_none()
    }

    /// Why a record of this time is left out; `None` where it is kept. What has no
    /// time cannot be shown to lie within.
    #[inline]
    #[must_use]
    pub fn excludes(self, time: Option<Timestamp>) -> Option<Excluded> {
        if self.is_open() {
            return None;
        }
        let Some(time) = time else { return Some(Excluded::WithoutTime) };
        let before = self.from.is_some_and(|from| time < from);
        let after = self.to.is_some_and(|to| time >= to);
        (before || after).then_some(Excluded::OutsideTime)
    }
}

impl fmt::Display for TimeWindow {
    /// `from T`, `to T` or both.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut before = "";
        for (word, time) in [("from", self.from), ("to", self.to)] {
            if let Some(time) = time {
                write!(f, "{before}{word} {time}")?;
                before = " ";
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_start_is_within_and_the_end_is_not() {
        let at = |text: &str| TimeWindow::instant(text).expect(text);
        let (from, to) = (at("2026-01-01T00:00:00Z"), at("2026-01-01T01:00:00+01:00"));
        assert_eq!(TimeWindow::new(Some(from), Some(to)), Err(InvalidTimeWindow::Empty));
        let to = at("2026-01-01T00:00:01Z");
        let window = TimeWindow::new(Some(from), Some(to)).expect("a second");
        assert_eq!(window.excludes(Some(from)), None);
        assert_eq!(window.excludes(Some(to)), Some(Excluded::OutsideTime));
        assert_eq!(window.excludes(Some(at("2025-12-31T23:59:59Z"))), Some(Excluded::OutsideTime));
        assert_eq!(window.excludes(None), Some(Excluded::WithoutTime));
        assert_eq!(TimeWindow::default().excludes(None), None);
        assert!(TimeWindow::instant("2026-01-01").is_err());
    }
}
