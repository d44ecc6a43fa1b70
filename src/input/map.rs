//! A file's bytes in memory: mapped, or read when that is cheaper.
//!
//! The one home of unsafe mmap. A map is read-only and shared with the page
//! cache; a file that shrinks meanwhile shows as [`Map::intact`] being false,
//! not as the death of the process (`sigbus.rs`). A file that is written to
//! in place while it is mapped shows old or new bytes; every parser above
//! takes any bytes.
#![allow(unsafe_code, reason = "mapping a file that others may change")]

mod registry;
mod sigbus;

use memmap2::{Advice, Mmap, MmapOptions, UncheckedAdvice};
use registry::Registration;
pub(super) use registry::Watch;
use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt;

/// The bytes of a file.
pub struct Map {
    inner: Inner,
}

enum Inner {
    /// The order of the fields is that of their drop: the handler must have
    /// forgotten the map before its addresses are free for others.
    Mapped { registration: Registration, map: Mmap, file: File },
    /// A copy, which nothing can shrink.
    Owned(Vec<u8>),
}

impl Map {
    /// Maps the first `len` bytes of a file.
    ///
    /// # Errors
    /// Gives the file back, for it can still be read: when the file system
    /// cannot map, or no more maps can be guarded.
    pub(super) fn of(file: File, len: u64) -> Result<Self, (File, io::Error)> {
        match guarded(&file, len) {
            Ok((registration, map)) => {
                Ok(Self { inner: Inner::Mapped { registration, map, file } })
            }
            Err(error) => Err((file, error)),
        }
    }

    /// Reads the first `len` bytes of a file, or what there is of them: for a
    /// small file cheaper than two system calls and a page fault or more.
    /// The file's position stays.
    ///
    /// # Errors
    /// Those of the file.
    pub(super) fn read(file: &File, len: usize) -> io::Result<Self> {
        let mut bytes = vec![0; len];
        let present = read_at_most(file, &mut bytes)?;
        bytes.truncate(present);
        Ok(Self { inner: Inner::Owned(bytes) })
    }

    /// All bytes. Where the file shrank, zeros stand in for what is gone: ask
    /// [`Map::intact`] after reading and before believing.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        match &self.inner {
            Inner::Mapped { map, .. } => map,
            Inner::Owned(bytes) => bytes,
        }
    }

    /// How many bytes there are: the file's length when it was opened.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.bytes().len() as u64
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes().is_empty()
    }

    /// False once a read of this map met a page that the file no longer has (or
    /// that the disk could not deliver). What was read before a true answer is
    /// the file's own.
    #[inline]
    #[must_use]
    pub fn intact(&self) -> bool {
        self.watch().intact()
    }

    /// Answers [`Map::intact`] again and again, at the cost of one load.
    #[inline]
    #[must_use]
    pub fn watch(&self) -> Watch<'_> {
        match &self.inner {
            Inner::Mapped { registration, .. } => registration.watch(),
            Inner::Owned(_) => Watch::never(),
        }
    }

    /// The file's length now; for a copy, the copy's.
    ///
    /// # Errors
    /// Those of `fstat`.
    pub fn current_len(&self) -> io::Result<u64> {
        match &self.inner {
            Inner::Mapped { file, .. } => Ok(file.metadata()?.len()),
            Inner::Owned(bytes) => Ok(bytes.len() as u64),
        }
    }

    /// Brings the pages of a range into the page table at once, reading them
    /// if need be. A hint: a kernel before 5.14 does not know it, and a range
    /// behind the end of a file that shrank cannot be had; both are ignored.
    pub fn populate(&self, range: Range<usize>) {
        if let Inner::Mapped { map, .. } = &self.inner {
            let range = clamped(range, map.len());
            if !range.is_empty() {
                // memmap2 rounds the start down to its page, the kernel the end up.
                let _ = map.advise_range(Advice::PopulateRead, range.start, range.len());
            }
        }
    }

    /// Lets go of the pages that lie wholly within a range; they stay in the
    /// page cache and come back when touched.
    pub fn release(&self, range: Range<usize>) {
        if let Inner::Mapped { map, .. } = &self.inner {
            let range = whole_pages(clamped(range, map.len()), map.len(), sigbus::page_size());
            if !range.is_empty() {
                // SAFETY: MADV_DONTNEED drops the pages of a shared, read-only
                // file map from the page table; the next access brings the same
                // bytes of the file again (or the zeros of the handler).
                let _ = unsafe {
                    map.unchecked_advise_range(UncheckedAdvice::DontNeed, range.start, range.len())
                };
            }
        }
    }
}

fn guarded(file: &File, len: u64) -> io::Result<(Registration, Mmap)> {
    let len = usize::try_from(len).map_err(io::Error::other)?;
    // SAFETY: the map is read-only. Others may change the file: every reader
    // takes whatever bytes there are, and a page that vanishes is caught by the
    // handler, which is in place before the first byte is touched.
    let map = unsafe { MmapOptions::new().len(len).map(file)? };
    // A hint: what is not in the page cache yet is then read in large pages, where
    // the file system can, and mapped a large page at a time.
    let _ = map.advise(Advice::HugePage);
    let start = map.as_ptr() as usize;
    let registration = sigbus::guard(start..start + len)
        .ok_or_else(|| io::Error::other("no more maps can be guarded"))?;
    Ok((registration, map))
}

/// Fills `buffer` from the start of a file; how much there was.
pub(super) fn read_at_most(file: &File, buffer: &mut [u8]) -> io::Result<usize> {
    let mut present = 0;
    while present < buffer.len() {
        match file.read_at(&mut buffer[present..], present as u64) {
            Ok(0) => break,
            Ok(read) => present += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(present)
}

fn clamped(range: Range<usize>, len: usize) -> Range<usize> {
    range.start.min(len)..range.end.min(len)
}

/// The pages that lie wholly within a range; the map's last page counts as
/// whole where the map ends within it.
fn whole_pages(range: Range<usize>, len: usize, page: usize) -> Range<usize> {
    let start = range.start.next_multiple_of(page);
    let end = if range.end == len { len } else { range.end - range.end % page };
    start..end.max(start)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use std::thread;

    const PAGES: usize = 64;

    fn file_of(byte: u8, len: usize) -> File {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&vec![byte; len]).unwrap();
        file
    }

    fn mapped(byte: u8, len: usize) -> (Map, File) {
        let file = file_of(byte, len);
        let kept = file.try_clone().unwrap();
        (Map::of(file, len as u64).map_err(|(_, error)| error).unwrap(), kept)
    }

    fn touch(map: &Map) -> (usize, usize) {
        let page = sigbus::page_size();
        let zeros = map.bytes().iter().step_by(page).filter(|byte| **byte == 0).count();
        (map.bytes().len().div_ceil(page) - zeros, zeros)
    }

    #[test]
    fn a_file_that_shrinks_is_told_and_not_deadly() {
        let page = sigbus::page_size();
        let (shrinking, file) = mapped(7, PAGES * page - 100);
        let (other, _kept) = mapped(8, PAGES * page);
        assert_eq!(touch(&shrinking), (PAGES, 0));
        assert!(shrinking.intact());

        file.set_len(3 * page as u64).unwrap();
        assert_eq!(touch(&shrinking), (3, PAGES - 3));
        assert!(!shrinking.intact());
        assert_eq!(shrinking.current_len().unwrap(), 3 * page as u64);
        assert_eq!(shrinking.len(), (PAGES * page - 100) as u64);

        assert_eq!(touch(&other), (PAGES, 0));
        assert!(other.intact());
    }

    #[test]
    fn many_threads_may_fall_into_the_hole() {
        let page = sigbus::page_size();
        for _ in 0..20 {
            let (map, file) = mapped(7, PAGES * page);
            file.set_len(0).unwrap();
            thread::scope(|scope| {
                for worker in 0..4 {
                    let map = &map;
                    scope.spawn(move || {
                        // From the back in one thread, from the front in another.
                        for step in 0..PAGES {
                            let at = if worker % 2 == 0 { step } else { PAGES - 1 - step };
                            assert_eq!(map.bytes()[at * page], 0);
                            assert!(!map.intact());
                        }
                    });
                }
            });
        }
    }

    #[test]
    fn advice_never_changes_what_is_read() {
        let page = sigbus::page_size();
        let (map, file) = mapped(7, PAGES * page);
        map.populate(5..10 * page + 1);
        map.populate(0..usize::MAX);
        map.release(1..usize::MAX);
        map.release(usize::MAX - 1..usize::MAX);
        assert_eq!(touch(&map), (PAGES, 0));
        file.set_len(page as u64).unwrap();
        map.populate(0..PAGES * page);
        assert!(map.intact(), "populating behind the end raises no signal");
        assert_eq!(touch(&map).0, 1);
        map.release(0..PAGES * page);
        assert_eq!(touch(&map).0, 1);
        assert!(!map.intact());
    }

    #[test]
    fn a_copy_cannot_shrink() {
        let file = file_of(7, 1000);
        let map = Map::read(&file, 1000).unwrap();
        file.set_len(0).unwrap();
        map.populate(0..1000);
        map.release(0..1000);
        assert_eq!(map.bytes(), [7; 1000]);
        assert!(map.intact());
        assert_eq!(map.current_len().unwrap(), 1000);
        assert!(Map::read(&file, 1000).unwrap().is_empty());
    }

    #[test]
    fn whole_pages_leave_the_neighbours_alone() {
        assert_eq!(whole_pages(1..30, 100, 10), 10..30);
        assert_eq!(whole_pages(0..39, 100, 10), 0..30);
        assert_eq!(whole_pages(11..19, 100, 10), 20..20);
        assert_eq!(whole_pages(85..95, 95, 10), 90..95);
    }

    #[test]
    fn what_cannot_be_mapped_is_given_back() {
        let (read_end, _write_end) = io::pipe().unwrap();
        let file = File::from(std::os::fd::OwnedFd::from(read_end));
        assert!(Map::of(file, 10).is_err());
    }
}
