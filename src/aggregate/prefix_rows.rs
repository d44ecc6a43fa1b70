//! Rows of prefixes, of which there may be millions.

use super::PrefixRow;
use super::prefix_sort;
use super::region::Region;
use std::ops::{Deref, DerefMut};

/// Rows of prefixes: those of a worker lie where the slots lay in which it counted.
#[derive(Clone, Debug)]
pub(crate) enum PrefixRows {
    /// Of a map that is near, or put together from others.
    Few(Vec<PrefixRow>),
    /// Of one that is far.
    Many(Region<PrefixRow>),
}

impl PrefixRows {
    /// Adds a row behind the others.
    pub(crate) fn push(&mut self, row: PrefixRow) {
        match self {
            Self::Few(rows) => rows.push(row),
            Self::Many(rows) => rows.extend(&[row]),
        }
    }

    /// Adds other rows, behind the others or before them.
    pub(super) fn append(&mut self, mut other: Self) {
        if self.is_empty() {
            *self = other;
            return;
        }
        if let (Self::Few(_), Self::Many(_)) = (&*self, &other) {
            std::mem::swap(self, &mut other);
        }
        match self {
            Self::Few(rows) => rows.extend_from_slice(&other),
            Self::Many(rows) => rows.extend(&other),
        }
    }

    /// Sorts them by their prefixes, by so many threads at most.
    pub(super) fn sort(&mut self, threads: usize) {
        prefix_sort::sort(self, threads);
    }

    /// Keeps the rows of which `is_kept` says so, which sees the last one that was kept
    /// too, and may change it.
    pub(super) fn retain(
        &mut self,
        mut is_kept: impl FnMut(Option<&mut PrefixRow>, &PrefixRow) -> bool,
    ) {
        let (rows, mut len) = (&mut self[..], 0_usize);
        for at in 0..rows.len() {
            let row = rows[at];
            if is_kept(len.checked_sub(1).map(|last| &mut rows[last]), &row) {
                rows[len] = row;
                len += 1;
            }
        }
        match self {
            Self::Few(rows) => rows.truncate(len),
            Self::Many(rows) => rows.truncate(len),
        }
    }
}

impl Deref for PrefixRows {
    type Target = [PrefixRow];

    #[inline(always)]
    fn deref(&self) -> &[PrefixRow] {
        match self {
            Self::Few(rows) => rows,
            Self::Many(rows) => rows.as_slice(),
        }
    }
}

impl DerefMut for PrefixRows {
    fn deref_mut(&mut self) -> &mut [PrefixRow] {
        match self {
            Self::Few(rows) => rows,
            Self::Many(rows) => rows.as_mut_slice(),
        }
    }
}

impl Default for PrefixRows {
    fn default() -> Self {
        Self::Few(Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use super::super::cell::Cell;
    use super::*;

    fn rows(highs: &[u64], are_many: bool) -> PrefixRows {
        let rows: Vec<_> =
            highs.iter().map(|high| PrefixRow::of(*high, Cell::of(1, 40, 54))).collect();
        if !are_many {
            return PrefixRows::Few(rows);
        }
        let mut many = Region::zeroed(0);
        many.extend(&rows);
        PrefixRows::Many(many)
    }

    #[test]
    fn few_and_many_rows_are_the_same_to_everybody() {
        for (first, second) in [(false, false), (false, true), (true, false), (true, true)] {
            let mut all = rows(&[], first);
            all.append(rows(&[3, 1], first));
            all.append(rows(&[3, 2, 5], second));
            all.push(rows(&[4], second)[0]);
            all.sort(1);
            assert!(all.iter().map(PrefixRow::high).eq([1, 2, 3, 3, 4, 5]));
            all.retain(|kept, row| match kept {
                Some(kept) if kept.high() == row.high() => !kept.add(row),
                _ => row.high() != 4,
            });
            assert!(all.iter().map(PrefixRow::high).eq([1, 2, 3, 5]));
            assert_eq!(all[2].count().packets, 2);
            assert!(all.clone().iter().eq(all.iter()));
        }
    }
}
