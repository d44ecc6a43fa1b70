//! Rows of prefixes, of which there may be millions.

use super::PrefixRow;
use super::prefix_sort;
use super::region::Region;
use std::ops::{Deref, DerefMut};

/// Rows of prefixes, where the slots lay in which they were counted.
#[derive(Clone, Debug)]
pub(crate) enum PrefixRows {
    /// No more than a map has that is near.
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

    /// Adds other rows behind the others.
    pub(super) fn append(&mut self, other: Self) {
        if self.is_empty() {
            *self = other;
            return;
        }
        if let (Self::Few(rows), Self::Many(_)) = (&*self, &other) {
            let mut many = Region::zeroed(0);
            many.extend(rows);
            *self = Self::Many(many);
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
