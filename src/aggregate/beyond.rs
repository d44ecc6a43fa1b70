//! Counts of prefixes for which there is no room in their slots.

use super::cell::Cell;
use super::small_cell::SmallCell;
use super::small_row::SmallRow;
use foldhash::fast::RandomState;
use hashbrown::HashMap;

/// Counts by key, beside those of slots. A slot of each is used.
///
/// Where a slot would overflow, which is once in thousands of packets, what it has goes
/// here, and the packet stays there alone.
#[derive(Clone, Debug, Default)]
pub(super) struct Beyond(HashMap<u64, Cell, RandomState>);

impl Beyond {
    /// Counts a packet in the slot of its key, or in one that is free; says whether it was.
    #[inline(always)]
    pub(super) fn count(
        &mut self,
        row: &mut SmallRow,
        (key, octets, wire_octets): (u64, u64, u64),
    ) -> bool {
        let is_new = row.is_free();
        row.high = key;
        match row.count.plus(SmallCell::packet(octets, wire_octets)) {
            Some(sum) => row.count = sum,
            None => self.count_here(row, octets, wire_octets),
        }
        is_new
    }

    #[cold]
    fn count_here(&mut self, row: &mut SmallRow, octets: u64, wire_octets: u64) {
        let cell = self.0.entry(row.high).or_default();
        cell.merge(&row.count.cell());
        let (stays, left_out) = SmallCell::packet_in_parts(octets, wire_octets);
        cell.merge(&left_out);
        row.count = stays;
    }

    /// What may stand in the slot of a key of which this was counted; the rest is kept
    /// here.
    pub(super) fn split(&mut self, key: u64, cell: &Cell) -> SmallCell {
        SmallCell::of(cell).unwrap_or_else(|| {
            // A slot that is used has a packet.
            let [packets, octets, wire_octets] = cell.parts();
            self.0.insert(key, Cell::of(packets - 1, octets, wire_octets));
            SmallCell::packet(0, 0)
        })
    }

    /// All that was counted under the key of a slot.
    pub(super) fn cell(&self, row: &SmallRow) -> Cell {
        let mut cell = row.count.cell();
        if let Some(beyond) = self.0.get(&row.high) {
            cell.merge(beyond);
        }
        cell
    }

    /// The counts that do not stand in slots: each of these, of which `slots` has the
    /// places, tells its number then.
    pub(super) fn into_cells(
        self,
        slots: &mut [SmallRow],
        place: impl Fn(&[SmallRow], u64) -> usize,
    ) -> Vec<Cell> {
        let mut cells = Vec::with_capacity(self.0.len());
        for (key, mut cell) in self.0 {
            let at = place(slots, key);
            let count = &mut slots[at].count;
            cell.merge(&count.cell());
            *count = SmallCell::elsewhere(cells.len());
            cells.push(cell);
        }
        cells
    }
}
