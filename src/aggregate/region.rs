//! Memory in which millions of values grow without being moved.

use memmap2::{MmapMut, MmapOptions};
use std::alloc::{Layout, handle_alloc_error};
use std::fmt;
use std::marker::PhantomData;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

/// Bytes for which addresses are reserved at first. Memory is taken by what is written
/// alone; where the system refuses so many, twice what is needed are asked for.
const ROOM: usize = if cfg!(unix) { 1 << 31 } else { 0 };

/// Values that any bytes are.
pub(crate) trait Plain: FromBytes + IntoBytes + Immutable + KnownLayout + Copy {}

impl<T: FromBytes + IntoBytes + Immutable + KnownLayout + Copy> Plain for T {}

/// Values one behind the other, at the start of a range of addresses that is far larger.
///
/// A vector that grows is a second one for a while, which the system clears like the
/// first: of a table of millions, that took half of a run on a machine whose memory was
/// new. Here values that are added are the next pages.
pub(crate) struct Region<T> {
    map: MmapMut,
    /// How many values there are.
    len: usize,
    /// Up to where bytes may be other than zero.
    written: usize,
    values: PhantomData<T>,
}

impl<T: Plain> Region<T> {
    /// So many values, of which all bytes are zero.
    pub(super) fn zeroed(len: usize) -> Self {
        let written = len * size_of::<T>();
        Self { map: reserve(0, written), len, written, values: PhantomData }
    }

    /// Adds so many values at the end, of which all bytes are zero.
    pub(super) fn grow(&mut self, by: usize) {
        let (start, end) = (self.len * size_of::<T>(), (self.len + by) * size_of::<T>());
        if end > self.map.len() {
            let mut larger = reserve(self.map.len(), end);
            larger[..start].copy_from_slice(&self.map[..start]);
            (self.map, self.written) = (larger, start);
        }
        self.map[start..end.min(self.written).max(start)].fill(0);
        self.len += by;
        self.written = self.written.max(end);
    }

    /// Adds values at the end.
    pub(super) fn extend(&mut self, values: &[T]) {
        let before = self.len;
        self.grow(values.len());
        self.as_mut_slice()[before..].copy_from_slice(values);
    }

    /// Forgets all values but the first so many.
    pub(super) fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }

    /// The values.
    #[inline(always)]
    pub(crate) fn as_slice(&self) -> &[T] {
        let bytes = &self.map[..self.len * size_of::<T>()];
        <[T]>::ref_from_bytes(bytes).expect(WHOLE)
    }

    /// The same, to be changed.
    #[inline(always)]
    pub(super) fn as_mut_slice(&mut self) -> &mut [T] {
        let bytes = &mut self.map[..self.len * size_of::<T>()];
        <[T]>::mut_from_bytes(bytes).expect(WHOLE)
    }

    /// Keeps the values of which `is_kept` says so, in the order in which they lie.
    pub(super) fn retain(&mut self, is_kept: impl Fn(&T) -> bool) {
        let values = self.as_mut_slice();
        let mut len = 0;
        for at in 0..values.len() {
            // Written in any case: which are kept cannot be foretold.
            let value = values[at];
            values[len] = value;
            len += usize::from(is_kept(&value));
        }
        self.truncate(len);
    }
}

/// Why bytes are values: the map begins with a page.
const WHOLE: &str = "a region is aligned and holds whole values";

/// Addresses for at least so many bytes, all zero, where there were some for `before`.
fn reserve(before: usize, bytes: usize) -> MmapMut {
    let usual = before.saturating_mul(16).max(ROOM);
    for len in [usual, bytes.saturating_mul(2), bytes] {
        let len = len.max(bytes).max(1);
        if let Ok(map) = MmapOptions::new().len(len).no_reserve_swap().map_anon() {
            // That it may be refused makes no difference but to the speed.
            #[cfg(target_os = "linux")]
            let _ = map.advise(memmap2::Advice::HugePage);
            return map;
        }
    }
    handle_alloc_error(Layout::array::<u8>(bytes).unwrap_or(Layout::new::<u8>()))
}

impl<T: Plain> Clone for Region<T> {
    fn clone(&self) -> Self {
        let mut copy = Self::zeroed(self.len);
        copy.as_mut_slice().copy_from_slice(self.as_slice());
        copy
    }
}

impl<T> fmt::Debug for Region<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Region").field("len", &self.len).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_added_is_zero_whatever_lay_there_before() {
        let mut region = Region::<u32>::zeroed(3);
        region.as_mut_slice().copy_from_slice(&[1, 2, 3]);
        region.truncate(1);
        region.grow(3);
        assert_eq!(region.as_slice(), [1, 0, 0, 0]);
        assert_eq!(region.clone().as_slice(), region.as_slice());
        // Beyond what is reserved.
        region.map = MmapMut::map_anon(16).expect("a page");
        region.as_mut_slice().copy_from_slice(&[7, 8, 9, 10]);
        region.grow(2);
        assert_eq!(region.as_slice(), [7, 8, 9, 10, 0, 0]);
        assert!(Region::<u32>::zeroed(0).as_slice().is_empty());
    }

    #[test]
    fn values_are_kept_where_they_lie() {
        let mut region = Region::<u32>::zeroed(100);
        region.as_mut_slice().iter_mut().zip(1..).for_each(|(value, number)| *value = number);
        region.retain(|value| value % 2 == 1);
        let expected: Vec<u32> = (1..=100).step_by(2).collect();
        assert_eq!(region.as_slice(), expected);
    }
}
