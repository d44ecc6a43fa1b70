//! Rows of prefixes, of which there may be millions.

use super::PrefixRow;
use super::cell::Cell;
use super::prefix_sort;
use super::region::Region;
use super::small_cell::SmallCell;
use super::small_row::SmallRow;
use crate::cache;
use crate::model::IpAddress;
use std::cmp::Ordering;

/// Rows of prefixes. Most of them have small counts; those of others stand elsewhere.
#[derive(Clone, Debug, Default)]
pub(crate) struct PrefixRows {
    rows: Rows,
    wide: Vec<Cell>,
}

/// Rows of a worker lie where the slots lay in which it counted.
#[derive(Clone, Debug)]
enum Rows {
    /// Of a map that is near, or put together from others.
    Few(Vec<SmallRow>),
    /// Of one that is far.
    Many(Region<SmallRow>),
}

impl PrefixRows {
    /// No rows, with room for so many.
    fn with_room(len: usize) -> Self {
        Self { rows: Rows::Few(cache::large_vec(len)), wide: Vec::new() }
    }

    /// Those of a map that is far, and the cells that they name.
    pub(super) fn many(rows: Region<SmallRow>, wide: Vec<Cell>) -> Self {
        Self { rows: Rows::Many(rows), wide }
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.slice().len()
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.slice().is_empty()
    }

    fn slice(&self) -> &[SmallRow] {
        match &self.rows {
            Rows::Few(rows) => rows,
            Rows::Many(rows) => rows.as_slice(),
        }
    }

    fn slice_mut(&mut self) -> &mut [SmallRow] {
        match &mut self.rows {
            Rows::Few(rows) => rows,
            Rows::Many(rows) => rows.as_mut_slice(),
        }
    }

    /// What was counted.
    #[inline]
    fn cell(&self, count: SmallCell) -> Cell {
        count.number().map_or_else(|| count.cell(), |number| self.wide[number])
    }

    #[inline]
    fn row(&self, row: SmallRow) -> PrefixRow {
        PrefixRow::of(row.high, self.cell(row.count))
    }

    /// The row at a place.
    #[inline]
    pub(crate) fn get(&self, at: usize) -> Option<PrefixRow> {
        self.slice().get(at).map(|row| self.row(*row))
    }

    /// All of them.
    #[inline]
    pub(crate) fn iter(&self) -> impl Iterator<Item = PrefixRow> + '_ {
        self.slice().iter().map(|row| self.row(*row))
    }

    /// The place of a left-aligned prefix among rows that are sorted.
    pub(crate) fn place(&self, prefix: IpAddress) -> Option<usize> {
        let of = |row: &SmallRow| IpAddress::from_bits(u128::from(row.high) << 64);
        self.slice().binary_search_by_key(&prefix, of).ok()
    }

    /// The last row.
    pub(crate) fn last(&self) -> Option<PrefixRow> {
        self.slice().last().map(|row| self.row(*row))
    }

    /// Adds a row behind the others.
    pub(crate) fn push(&mut self, row: &PrefixRow) {
        let count = small(&mut self.wide, row.cell(), None);
        let row = SmallRow { high: row.high(), count };
        match &mut self.rows {
            Rows::Few(rows) => rows.push(row),
            Rows::Many(rows) => rows.extend(&[row]),
        }
    }

    /// Adds other rows, behind the others or before them.
    pub(super) fn append(&mut self, mut other: Self) {
        if self.is_empty() {
            *self = other;
            return;
        }
        if let (Rows::Few(_), Rows::Many(_)) = (&self.rows, &other.rows) {
            std::mem::swap(self, &mut other);
        }
        let before = self.wide.len();
        if before > 0 && !other.wide.is_empty() {
            for row in other.slice_mut() {
                if let Some(number) = row.count.number() {
                    row.count = SmallCell::elsewhere(before + number);
                }
            }
        }
        self.wide.append(&mut other.wide);
        match &mut self.rows {
            Rows::Few(rows) => rows.extend_from_slice(other.slice()),
            Rows::Many(rows) => rows.extend(other.slice()),
        }
    }

    /// Sorts them by their prefixes, by so many threads at most.
    pub(super) fn sort(&mut self, threads: usize) {
        prefix_sort::sort(self.slice_mut(), threads);
    }

    /// Adds up those of a prefix, which stand together; a row that does not fit in with
    /// what is before it goes to `beyond`.
    pub(super) fn add_up(&mut self, mut beyond: impl FnMut(&PrefixRow)) {
        let Some(mut last) = self.slice().first().copied() else { return };
        let mut len = 0;
        for at in 1..self.len() {
            let row = self.slice()[at];
            if row.high != last.high {
                self.slice_mut()[len] = last;
                (last, len) = (row, len + 1);
                continue;
            }
            let mut sum = self.row(last);
            let other = self.row(row);
            if !sum.add(&other) {
                beyond(&other);
                continue;
            }
            last.count = small(&mut self.wide, sum.cell(), last.count.number());
        }
        self.slice_mut()[len] = last;
        self.truncate(len + 1);
    }

    fn truncate(&mut self, len: usize) {
        match &mut self.rows {
            Rows::Few(rows) => rows.truncate(len),
            Rows::Many(rows) => rows.truncate(len),
        }
    }

    /// Changes the row at a place.
    pub(super) fn change<T>(&mut self, at: usize, change: impl FnOnce(&mut PrefixRow) -> T) -> T {
        let before = self.slice()[at];
        let mut row = self.row(before);
        let result = change(&mut row);
        let count = small(&mut self.wide, row.cell(), before.count.number());
        self.slice_mut()[at].count = count;
        result
    }

    /// Forgets the rows under which nothing is left.
    pub(super) fn forget_free(&mut self) {
        match &mut self.rows {
            Rows::Few(rows) => rows.retain(|row| !row.is_free()),
            Rows::Many(rows) => rows.retain(|row| !row.is_free()),
        }
    }

    /// The sum of two tables that are sorted, each prefix once; `None` where 64 bits do
    /// not hold it.
    pub(crate) fn merged(&self, other: &Self) -> Option<Self> {
        let mut all = Self::with_room(self.len() + other.len());
        let (mut mine, mut theirs) = (self.iter().peekable(), other.iter().peekable());
        while let (Some(one), Some(other)) = (mine.peek(), theirs.peek()) {
            let order = one.high().cmp(&other.high());
            let mut row = if order.is_le() { *one } else { *other };
            if order == Ordering::Equal && !row.add(other) {
                return None;
            }
            all.push(&row);
            if order.is_le() {
                mine.next();
            }
            if order.is_ge() {
                theirs.next();
            }
        }
        mine.chain(theirs).for_each(|row| all.push(&row));
        Some(all)
    }
}

/// The count of a row: where there is no room for it in the row, the cell goes where one
/// of it was before, or behind the others.
fn small(wide: &mut Vec<Cell>, cell: &Cell, before: Option<usize>) -> SmallCell {
    SmallCell::of(cell).unwrap_or_else(|| {
        let number = before.unwrap_or(wide.len());
        match wide.get_mut(number) {
            Some(wide) => *wide = *cell,
            None => wide.push(*cell),
        }
        SmallCell::elsewhere(number)
    })
}

impl Default for Rows {
    fn default() -> Self {
        Self::Few(Vec::new())
    }
}

impl FromIterator<PrefixRow> for PrefixRows {
    fn from_iter<I: IntoIterator<Item = PrefixRow>>(rows: I) -> Self {
        let mut all = Self::default();
        rows.into_iter().for_each(|row| all.push(&row));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every third one with a count that is not small.
    fn rows(highs: &[u64], are_many: bool) -> PrefixRows {
        let octets = |high| if high % 3 == 0 { 1 << 40 } else { 40 };
        let row = |high: &u64| PrefixRow::of(*high, Cell::of(1, octets(*high), 54));
        let mut rows: PrefixRows = highs.iter().map(row).collect();
        if are_many {
            let mut many = Region::zeroed(0);
            many.extend(rows.slice());
            rows = PrefixRows::many(many, rows.wide);
        }
        rows
    }

    fn highs(rows: &PrefixRows) -> Vec<u64> {
        rows.iter().map(|row| row.high()).collect()
    }

    #[test]
    fn few_and_many_rows_are_the_same_to_everybody() {
        for (first, second) in [(false, false), (false, true), (true, false), (true, true)] {
            let mut all = rows(&[], first);
            all.append(rows(&[3, 1], first));
            all.append(rows(&[3, 2, 6], second));
            all.push(&rows(&[4], second).get(0).expect("one row"));
            all.sort(1);
            assert_eq!(highs(&all), [1, 2, 3, 3, 4, 6]);
            all.add_up(|_| panic!("there is room"));
            assert_eq!(highs(&all), [1, 2, 3, 4, 6]);
            let three = all.get(2).expect("a row").count();
            assert_eq!((three.packets, three.octets), (2, 2 << 40));
            let place = |bits| all.place(IpAddress::from_bits(bits));
            assert_eq!((place(6 << 64), place(6 << 64 | 1), place(5 << 64)), (Some(4), None, None));
            all.change(4, PrefixRow::clear);
            all.change(1, PrefixRow::clear);
            all.forget_free();
            assert_eq!(highs(&all.clone()), [1, 3, 4]);
            assert_eq!(all.last(), all.get(2));
            let sum = all.merged(&rows(&[0, 3, 9], second)).expect("64 bits hold it");
            assert_eq!(highs(&sum), [0, 1, 3, 4, 9]);
            let octets: Vec<_> = sum.iter().map(|row| row.count().octets).collect();
            assert_eq!(octets, [1 << 40, 40, 3 << 40, 40, 1 << 40]);
        }
    }
}
