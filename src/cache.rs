//! Asks for memory before it is needed. Nothing here changes what is read or
//! counted.
#![allow(
    unsafe_code,
    reason = "the prefetch instruction and the advice to the system take pointers"
)]

/// Octets of a cache line.
const LINE: usize = 64;

/// How far ahead a walk asks: a page, because a processor fetches ahead on its own
/// within a page of 4 KiB alone. Measured: from 1 to 8 KiB it makes no difference.
const AHEAD: usize = 4096;

/// Asks for the two lines that lie a page behind `at`: what a record that is cut
/// to its headers takes.
#[inline(always)]
pub(crate) fn fetch_ahead(data: &[u8], at: usize) {
    if let Some(lines) = data.get(at..).and_then(<[u8]>::first_chunk::<{ AHEAD + LINE + 1 }>) {
        fetch(&lines[AHEAD]);
        fetch(&lines[AHEAD + LINE]);
    }
}

/// As many bytes as [`fetch_span`] reaches over.
pub(crate) const SPAN: usize = FAR + 3 * LINE + 1;

/// How far ahead it asks. Measured: from 4 to 32 KiB it makes no difference.
const FAR: usize = 8192;

/// Asks for the lines at the end of a span, as many as a record of this length takes,
/// and as far as the second level of cache: a walk that does little else would wait
/// for those few that may be on their way to the first level at once.
#[inline(always)]
pub(crate) fn fetch_span(span: &[u8; SPAN], record: usize) {
    fetch_far(&span[FAR]);
    fetch_far(&span[FAR + LINE]);
    if record > 2 * LINE {
        fetch_far(&span[FAR + 2 * LINE]);
        fetch_far(&span[FAR + 3 * LINE]);
    }
}

/// Asks for the first two lines of the record that begins at `at`.
#[inline(always)]
pub(crate) fn fetch_record(data: &[u8], at: usize) {
    if let Some(lines) = data.get(at..).and_then(<[u8]>::first_chunk::<{ LINE + 1 }>) {
        fetch(&lines[0]);
        fetch(&lines[LINE]);
    }
}

/// Asks for the line of a value that will be written soon.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
pub(crate) fn fetch<T>(value: &T) {
    use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
    // SAFETY: the instruction is a hint that has no effect but on caches and never
    // faults; the pointer is a valid one all the same.
    unsafe { _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(value).cast()) };
}

/// Asks for the line of the value at a place, if there is such a place.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
pub(crate) fn fetch_place<T>(values: &[T], place: usize) {
    use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
    // SAFETY: as in `fetch`, and the instruction does nothing where nothing lies.
    unsafe { _mm_prefetch::<_MM_HINT_T0>(values.as_ptr().wrapping_add(place).cast()) };
}

/// The same, as far as the second level of cache.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
pub(crate) fn fetch_far<T>(value: &T) {
    use std::arch::x86_64::{_MM_HINT_T1, _mm_prefetch};
    // SAFETY: as in `fetch`.
    unsafe { _mm_prefetch::<_MM_HINT_T1>(std::ptr::from_ref(value).cast()) };
}

/// Processors of other kinds fetch on their own alone.
#[cfg(not(target_arch = "x86_64"))]
#[inline(always)]
pub(crate) fn fetch<T>(_: &T) {}

/// The same.
#[cfg(not(target_arch = "x86_64"))]
#[inline(always)]
pub(crate) fn fetch_place<T>(_: &[T], _: usize) {}

/// The same.
#[cfg(not(target_arch = "x86_64"))]
#[inline(always)]
pub(crate) fn fetch_far<T>(_: &T) {}

/// Bytes from which memory is asked for in large pages: below, there are few pages.
const MANY: usize = 1 << 22;

/// An empty vector with room for so many values, in large pages where there would
/// be many small ones: each page that is touched for the first time costs the
/// system a fault, and each that is touched anywhere an entry of the page table.
pub(crate) fn large_vec<T>(len: usize) -> Vec<T> {
    let mut values = Vec::with_capacity(len);
    #[cfg(target_os = "linux")]
    if len.saturating_mul(size_of::<T>()) >= MANY {
        advise_large(values.spare_capacity_mut());
    }
    values
}

#[cfg(target_os = "linux")]
fn advise_large<T>(room: &mut [std::mem::MaybeUninit<T>]) {
    const PAGE: usize = 1 << 21;
    let start = room.as_mut_ptr().cast::<u8>();
    let before = start.align_offset(PAGE);
    let Some(len) = size_of_val(room).checked_sub(before) else { return };
    // SAFETY: the range lies within memory that is owned here and borrowed mutably,
    // and the advice changes nothing but how the system keeps it. That it may be
    // refused makes no difference.
    unsafe { libc::madvise(start.add(before).cast(), len & !(PAGE - 1), libc::MADV_HUGEPAGE) };
}
