//! The clock of a datagram: when it was sent, and how long the device had run.

use crate::model::Timestamp;

/// Nanoseconds of a millisecond.
const MILLISECOND: i64 = 1_000_000;

/// What a datagram's header says of the time.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Clock {
    /// When it was sent, in nanoseconds since the epoch; `None` where the
    /// exporter has no clock.
    pub(super) sent: Option<i64>,
    /// Milliseconds since the device started, at that moment; `None` where the
    /// format does not say.
    pub(super) uptime: Option<u32>,
}

impl Clock {
    /// From seconds since the epoch (0 stands for no clock), nanoseconds beside
    /// them, and the uptime.
    pub(super) fn new(seconds: u32, nanoseconds: u32, uptime: Option<u32>) -> Self {
        let fine = i64::from(if nanoseconds < 1_000_000_000 { nanoseconds } else { 0 });
        let sent = (seconds != 0).then(|| i64::from(seconds) * 1_000_000_000 + fine);
        Self { sent, uptime }
    }

    /// The moment when the uptime was `milliseconds` (IE 21, 22). The counter
    /// turns over after 49.7 days: what lies within half of that before or after
    /// the datagram's own uptime is told right.
    #[inline]
    pub(super) fn at_uptime(&self, milliseconds: u32) -> Option<Timestamp> {
        let (sent, uptime) = (self.sent?, self.uptime?);
        let after = milliseconds.wrapping_sub(uptime).cast_signed();
        let nanoseconds = sent.checked_add(i64::from(after) * MILLISECOND)?;
        Some(Timestamp::from_nanoseconds(nanoseconds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_uptime_that_turned_over_is_a_time_just_before() {
        let clock = Clock::new(1000, 0, Some(500));
        let second = |t: Option<Timestamp>| t.unwrap().nanoseconds();
        assert_eq!(second(clock.at_uptime(0)), 999_500_000_000);
        assert_eq!(second(clock.at_uptime(u32::MAX - 499)), 999_000_000_000);
        assert_eq!(second(clock.at_uptime(600)), 1_000_100_000_000);
    }

    #[test]
    fn a_device_without_a_clock_tells_no_time() {
        assert_eq!(Clock::new(0, 7, Some(500)).at_uptime(400), None);
        assert_eq!(Clock::new(9, 0, None).at_uptime(400), None);
    }
}
