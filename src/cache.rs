//! Asks for memory before it is needed. Nothing here changes what is read or
//! counted.
#![allow(unsafe_code, reason = "the processor's prefetch instruction takes a pointer")]

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

/// Processors of other kinds fetch on their own alone.
#[cfg(not(target_arch = "x86_64"))]
#[inline(always)]
pub(crate) fn fetch<T>(_: &T) {}
