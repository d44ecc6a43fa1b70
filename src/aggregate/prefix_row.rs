//! A row of a table of prefixes, as small as it can be.

use super::cell::Cell;
use crate::model::{Count, IpAddress};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

/// Rows of a bin that are sorted by moving each to its place among those before.
const FEW: usize = 32;

/// Rows that have room beside them in the second level of cache: 1 MiB.
const MANY: usize = 1 << 15;

/// Bins of more rows than that.
const BINS: usize = 1 << 8;

/// A prefix of up to 64 bits and what was counted under it: packets that 64 bits
/// hold, and no flow records. None has no packets.
///
/// There may be millions. It is aligned as the slots of a
/// [`PrefixMap`](super::prefix_map::PrefixMap) are, and as large: rows
/// take over the memory of the slots that they are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C, align(32))]
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

    /// Whether all was taken away again.
    pub(super) fn is_zero(&self) -> bool {
        self.cell.is_zero()
    }
}

/// Sorts rows by their prefixes.
///
/// Many are brought into bins by the first eight bits in which they differ, where they
/// are, and each bin is sorted by itself: of millions, each comparison would wait for
/// memory. Fewer are brought into as many bins as there are rows, through other memory:
/// where rows change places it is guessed wrong at the end of each bin.
pub(super) fn sort(rows: &mut [PrefixRow]) {
    let len = rows.len().min(MANY);
    sort_with(rows, &mut Room { rows: rows[..len].to_vec(), next: vec![0; len] });
}

/// Memory that sorting takes beside the rows.
struct Room {
    rows: Vec<PrefixRow>,
    /// Where the next row of each bin goes.
    next: Vec<u32>,
}

fn sort_with(rows: &mut [PrefixRow], room: &mut Room) {
    let Some(first) = rows.first().map(PrefixRow::high) else { return };
    let differ = rows.iter().fold(0, |differ, row| differ | (row.high ^ first));
    if differ == 0 {
        return;
    }
    let bits = u64::BITS - differ.leading_zeros();
    if rows.len() <= FEW {
        move_back(rows);
        return;
    }
    if rows.len() <= MANY {
        sort_through(rows, bits, room);
        return;
    }
    let mut rest = rows;
    for len in into_bins(rest, bits.saturating_sub(BINS.ilog2())) {
        let (bin, others) = rest.split_at_mut(len);
        sort_with(bin, room);
        rest = others;
    }
}

/// Moves each row back to its place among those before, which is near.
fn move_back(rows: &mut [PrefixRow]) {
    for at in 1..rows.len() {
        let (row, mut place) = (rows[at], at);
        while place > 0 && rows[place - 1].high > row.high {
            rows[place] = rows[place - 1];
            place -= 1;
        }
        rows[place] = row;
    }
}

/// Sorts rows that differ in so many of their last bits, and for which there is room.
fn sort_through(rows: &mut [PrefixRow], bits: u32, room: &mut Room) {
    let bins = 1 << rows.len().ilog2();
    let shift = bits.saturating_sub(rows.len().ilog2());
    #[expect(clippy::cast_possible_truncation, reason = "fewer bins than numbers of 16 bits")]
    let bin = |row: &PrefixRow| usize::from((row.high >> shift) as u16) & (bins - 1);
    let next = &mut room.next[..bins];
    next.fill(0);
    rows.iter().for_each(|row| next[bin(row)] += 1);
    let (mut before, mut most) = (0, 0);
    for next in &mut *next {
        most = most.max(*next);
        before += std::mem::replace(next, before);
    }
    for row in &*rows {
        let next = &mut next[bin(row)];
        room.rows[*next as usize] = *row;
        *next += 1;
    }
    rows.copy_from_slice(&room.rows[..rows.len()]);
    if shift == 0 {
        return;
    }
    if most as usize <= FEW {
        move_back(rows);
        return;
    }
    // Each bin ends where the next one would have begun.
    let (ends, mut rest, mut before) = (next.to_vec(), rows, 0);
    for end in ends {
        let (bin, others) = rest.split_at_mut((end - before) as usize);
        sort_with(bin, room);
        (rest, before) = (others, end);
    }
}

/// Brings rows into bins by the eight bits from `shift` on, one bin behind the other,
/// and says how many are in each.
fn into_bins(rows: &mut [PrefixRow], shift: u32) -> [usize; BINS] {
    let bin = |row: &PrefixRow| usize::from((row.high >> shift).to_le_bytes()[0]);
    let mut lens = [0; BINS];
    rows.iter().for_each(|row| lens[bin(row)] += 1);
    // Where the next row of each bin goes, and where the bin ends.
    let (mut next, mut end, mut before) = ([0; BINS], [0; BINS], 0);
    for ((next, end), len) in next.iter_mut().zip(&mut end).zip(&lens) {
        *next = before;
        before += len;
        *end = before;
    }
    // Each row goes to its bin in turn, and what lay there comes here: at another turn
    // that one does. The rows of a turn do not wait for one another.
    let mut is_done = false;
    while !is_done {
        is_done = true;
        for at in 0..BINS {
            is_done &= next[at] == end[at];
            for place in next[at]..end[at] {
                let bin = bin(&rows[place]);
                rows.swap(place, next[bin]);
                next[bin] += 1;
            }
        }
    }
    lens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_rows_are_sorted_whatever_they_have_in_common() {
        let mut state = 1_u64;
        let mut random = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            state >> 12 ^ state << 29
        };
        let masks = [!0, 0, 1, 0xff00, 0xffff << 40, 0x8000_0000_0000_0001, 0x0101_0101_0101_0101];
        for (mask, common) in masks.into_iter().flat_map(|mask| [(mask, 0), (mask, !0)]) {
            for len in [0, 1, FEW as u64, 1000, MANY as u64, 3 * MANY as u64] {
                let high = |random: u64| random & mask | common & !mask;
                let row = |at| PrefixRow::of(high(random()), Cell::of(at, at, at));
                let mut rows: Vec<_> = (0..len).map(row).collect();
                let mut expected = rows.clone();
                sort(&mut rows);
                assert!(rows.is_sorted_by_key(PrefixRow::high), "{len} {mask:x}");
                rows.sort_by_key(|row| (row.high, row.count().packets));
                expected.sort_by_key(|row| (row.high, row.count().packets));
                assert_eq!(rows, expected, "{len} {mask:x}");
            }
        }
    }
}
