//! A row of a table of prefixes, as small as it can be.

use super::small_cell::SmallCell;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

/// A prefix of up to 64 bits and what was counted under it, four of them on a cache line.
///
/// There may be millions: those in which is counted become the rows of a table where
/// they lie.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout,
)]
#[repr(C, align(16))]
pub(super) struct SmallRow {
    /// The upper half of the left-aligned prefix: what rows are sorted by.
    pub(super) high: u64,
    pub(super) count: SmallCell,
}

impl SmallRow {
    /// Nothing was counted under it: what is looked up is counted at once.
    #[inline(always)]
    pub(super) fn is_free(&self) -> bool {
        self.count.is_zero()
    }
}
