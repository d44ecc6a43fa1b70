//! A row of a table of prefixes.

use super::cell::Cell;
use crate::model::{Count, IpAddress};

/// A prefix of up to 64 bits and what was counted under it: packets that 64 bits
/// hold, and no flow records. None has no packets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PrefixRow {
    /// The upper half of the left-aligned prefix.
    high: u64,
    cell: Cell,
}

impl PrefixRow {
    /// Of what a worker has counted.
    pub(super) fn of(high: u64, cell: Cell) -> Self {
        Self { high, cell }
    }

    /// Of a prefix of up to 64 bits; `None` where there is no room for the count.
    pub(crate) fn new(prefix: IpAddress, count: &Count) -> Option<Self> {
        let [packets, octets, wire_octets] =
            [count.packets, count.octets, count.wire_octets].map(u64::try_from);
        let cell = Cell::of(packets.ok()?, octets.ok()?, wire_octets.ok()?);
        (count.flows == 0 && !cell.is_zero()).then_some(Self { high: prefix.high(), cell })
    }

    /// The upper half of the left-aligned prefix: what rows are sorted by.
    pub(crate) fn high(&self) -> u64 {
        self.high
    }

    /// The left-aligned prefix.
    pub(crate) fn prefix(&self) -> IpAddress {
        IpAddress::from_bits(u128::from(self.high) << 64)
    }

    /// What was counted.
    pub(super) fn cell(&self) -> &Cell {
        &self.cell
    }

    /// The count in full width.
    pub(crate) fn count(&self) -> Count {
        self.cell.count()
    }

    /// Adds another row of the same prefix; false, and nothing is changed, where 64
    /// bits do not hold the sum.
    pub(crate) fn add(&mut self, other: &Self) -> bool {
        let sum = self.cell.checked_add(&other.cell);
        sum.map(|sum| self.cell = sum).is_some()
    }

    /// Takes a count away; false where that is more than there is, or where octets
    /// would be left without packets: nothing is changed then.
    pub(super) fn retract(&mut self, wrong: &Count) -> bool {
        let left = self.cell.checked_sub(wrong);
        let left = left.filter(|left| !left.is_zero() || *left == Cell::default());
        left.map(|left| self.cell = left).is_some()
    }

    /// Leaves nothing under the prefix.
    pub(super) fn clear(&mut self) {
        self.cell = Cell::default();
    }
}
