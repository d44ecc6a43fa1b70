//! Rows in the order of their prefixes.

use super::small_row::SmallRow;
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Rows of a bin that are sorted by moving each to its place among those before.
const FEW: usize = 32;

/// Rows that have room beside them in the second level of cache: 512 KiB.
const MANY: usize = 1 << 15;

/// Bins of more rows than that.
const BINS: usize = 1 << 8;

/// Sorts rows by their prefixes.
///
/// Many are brought into bins by the first eight bits in which they differ, where they
/// are, and each bin is sorted by itself: of millions, each comparison would wait for
/// memory. Fewer are brought into as many bins as there are rows, through other memory:
/// where rows change places it is guessed wrong at the end of each bin. The bins of many
/// are sorted by so many threads at most.
pub(super) fn sort(rows: &mut [SmallRow], threads: usize) {
    let differ = differ(rows);
    if threads <= 1 || rows.len() <= MANY || differ == 0 {
        sort_with(rows, &mut Room::beside(rows.len()));
        return;
    }
    let (mut bins, mut rest) = (Vec::with_capacity(BINS), rows);
    for len in into_bins(rest, first_byte(differ)) {
        let (bin, others) = rest.split_at_mut(len);
        bins.push(bin);
        rest = others;
    }
    let bins = Mutex::new(bins);
    let next = || bins.lock().unwrap_or_else(PoisonError::into_inner).pop();
    let work = || {
        let mut room = Room::beside(MANY);
        while let Some(bin) = next() {
            sort_with(bin, &mut room);
        }
    };
    thread::scope(|scope| {
        for _ in 1..threads {
            // Where the system refuses it, there is this one.
            let _ = thread::Builder::new().spawn_scoped(scope, work);
        }
        work();
    });
}

/// The bits in which prefixes differ.
fn differ(rows: &[SmallRow]) -> u64 {
    let Some(first) = rows.first().map(|row| row.high) else { return 0 };
    rows.iter().fold(0, |differ, row| differ | (row.high ^ first))
}

/// From which bit on there are the first eight of those in which prefixes differ.
fn first_byte(differ: u64) -> u32 {
    (u64::BITS - differ.leading_zeros()).saturating_sub(BINS.ilog2())
}

/// Memory that sorting takes beside the rows.
struct Room {
    rows: Vec<SmallRow>,
    /// Where the next row of each bin goes.
    next: Vec<u32>,
}

impl Room {
    /// For as many rows as are sorted through other memory, or for so many.
    fn beside(rows: usize) -> Self {
        let len = rows.min(MANY);
        let none = SmallRow::default();
        Self { rows: vec![none; len], next: vec![0; len] }
    }
}

fn sort_with(rows: &mut [SmallRow], room: &mut Room) {
    let differ = differ(rows);
    if differ == 0 {
        return;
    }
    if rows.len() <= FEW {
        move_back(rows);
        return;
    }
    if rows.len() <= MANY {
        sort_through(rows, u64::BITS - differ.leading_zeros(), room);
        return;
    }
    let mut rest = rows;
    for len in into_bins(rest, first_byte(differ)) {
        let (bin, others) = rest.split_at_mut(len);
        sort_with(bin, room);
        rest = others;
    }
}

/// Moves each row back to its place among those before, which is near.
fn move_back(rows: &mut [SmallRow]) {
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
fn sort_through(rows: &mut [SmallRow], bits: u32, room: &mut Room) {
    let bins = 1 << rows.len().ilog2();
    let shift = bits.saturating_sub(rows.len().ilog2());
    #[expect(clippy::cast_possible_truncation, reason = "fewer bins than numbers of 16 bits")]
    let bin = |row: &SmallRow| usize::from((row.high >> shift) as u16) & (bins - 1);
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
fn into_bins(rows: &mut [SmallRow], shift: u32) -> [usize; BINS] {
    let bin = |row: &SmallRow| usize::from((row.high >> shift).to_le_bytes()[0]);
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
    use super::super::small_cell::SmallCell;
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
            for (len, threads) in
                [(0, 1), (1, 2), (32, 1), (1000, 2), (1 << 15, 1), (3 << 15, 1), (3 << 15, 3)]
            {
                let high = |random: u64| random & mask | common & !mask;
                let row = |at| SmallRow { high: high(random()), count: SmallCell::packet(at, at) };
                let mut rows: Vec<_> = (0..len).map(row).collect();
                let mut expected = rows.clone();
                sort(&mut rows, threads);
                assert!(rows.is_sorted_by_key(|row| row.high), "{len} {mask:x}");
                rows.sort_by_key(|row| (row.high, row.count.cell().parts()));
                expected.sort_by_key(|row| (row.high, row.count.cell().parts()));
                assert_eq!(rows, expected, "{len} {mask:x}");
            }
        }
    }
}
