//! The cell of a worker's table.

use crate::model::Count;

/// Counts in 64 bits each. One record adds less than 2^33 to any of them (a
/// jumbogram has 40 + 2^32 octets), so after 2^30 records none has overflowed:
/// that is when the tables are drained.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cell {
    octets: u64,
    wire_octets: u64,
    // Last, so that the two sums, which come from neighbours, may be added at once.
    packets: u64,
}

impl Cell {
    /// Adds one packet.
    #[inline(always)]
    pub(super) fn add(&mut self, octets: u64, wire_octets: u64) {
        self.packets += 1;
        self.octets += octets;
        self.wire_octets += wire_octets;
    }

    pub(super) fn of(packets: u64, octets: u64, wire_octets: u64) -> Self {
        Self { octets, wire_octets, packets }
    }

    /// Packets, octets and wire octets.
    pub(super) fn parts(&self) -> [u64; 3] {
        [self.packets, self.octets, self.wire_octets]
    }

    /// The sum of both, where 64 bits hold it.
    pub(super) fn checked_add(&self, other: &Self) -> Option<Self> {
        Some(Self {
            octets: self.octets.checked_add(other.octets)?,
            wire_octets: self.wire_octets.checked_add(other.wire_octets)?,
            packets: self.packets.checked_add(other.packets)?,
        })
    }

    /// What is left when a count of packets alone is taken away; `None` where that
    /// is more than there is.
    pub(super) fn checked_sub(&self, other: &Count) -> Option<Self> {
        if other.flows > 0 {
            return None;
        }
        let less = |mine: u64, theirs: u128| mine.checked_sub(u64::try_from(theirs).ok()?);
        Some(Self {
            octets: less(self.octets, other.octets)?,
            wire_octets: less(self.wire_octets, other.wire_octets)?,
            packets: less(self.packets, other.packets)?,
        })
    }

    /// True when nothing was counted.
    #[inline(always)]
    pub(super) fn is_zero(&self) -> bool {
        self.packets == 0
    }

    /// Adds what another cell holds. Cells of the same packets do not overflow
    /// before they are drained.
    pub(super) fn merge(&mut self, other: &Self) {
        self.packets += other.packets;
        self.octets += other.octets;
        self.wire_octets += other.wire_octets;
    }

    /// The count in full width.
    pub(super) fn count(&self) -> Count {
        Count {
            packets: u128::from(self.packets),
            octets: u128::from(self.octets),
            wire_octets: u128::from(self.wire_octets),
            flows: 0,
        }
    }
}
