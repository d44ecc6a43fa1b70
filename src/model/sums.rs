//! Sums of packets.

use super::Ends;

/// What packets have together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sums {
    /// The first and the last instant, in nanoseconds; the first is after the last where
    /// there are no packets.
    pub times: (i64, i64),
    /// IP-layer octets.
    pub octets: u64,
    /// Octets on the wire.
    pub wire_octets: u64,
}

impl Sums {
    /// Those of no packets.
    pub const NONE: Self = Self { times: (i64::MAX, i64::MIN), octets: 0, wire_octets: 0 };

    /// Adds a packet.
    #[inline(always)]
    pub fn add(&mut self, time: i64, ends: &Ends) {
        self.times = (self.times.0.min(time), self.times.1.max(time));
        self.octets += ends.octets();
        self.wire_octets += ends.wire_octets();
    }
}
