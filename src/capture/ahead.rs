//! Asks for bytes before they are needed.
//!
//! Where a record begins is known only from the one before, so a walk waits for
//! memory at each new page: the processor fetches ahead on its own within a page
//! of 4 KiB alone. Nothing here changes what is read.
#![allow(unsafe_code, reason = "the processor's prefetch instruction takes a pointer")]

/// How far ahead: a page, so that the next one is on its way while this one is
/// read.
const AHEAD: usize = 4096;
/// Octets of a cache line.
const LINE: usize = 64;

/// Asks for the two lines that lie a page behind `at`: what a record that is cut
/// to its headers takes.
#[inline(always)]
pub(super) fn fetch(data: &[u8], at: usize) {
    if let Some(lines) = at.checked_add(AHEAD).and_then(|from| data.get(from..=from + LINE)) {
        fetch_line(&lines[0]);
        fetch_line(&lines[LINE]);
    }
}

#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn fetch_line(byte: &u8) {
    use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
    // SAFETY: the instruction is a hint that has no effect but on caches and never
    // faults; the pointer is a valid one all the same.
    unsafe { _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(byte).cast()) };
}

#[cfg(not(target_arch = "x86_64"))]
#[inline(always)]
fn fetch_line(_: &u8) {}
