//! The stored bytes of a regular file, read from any place and by many threads.
//!
//! Beside [`Origin`](super::origin::Origin), which reads in order whatever there
//! is: the same marks of errors and the same stop flag, but no position that is
//! shared, and no count, for what is read from two places may be read twice.

use super::consumed::Consumed;
use super::origin::{Stopped, failed, is_passing};
use super::read_ahead::ReadAhead;
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// A regular file that was opened.
#[derive(Clone)]
pub(super) struct StoredFile {
    file: Arc<File>,
    /// Its bytes when it was opened.
    len: u64,
    stop: Arc<AtomicBool>,
    consumed: Arc<Consumed>,
}

impl StoredFile {
    pub(super) fn new(
        file: &Arc<File>,
        len: u64,
        stop: &Arc<AtomicBool>,
        consumed: &Arc<Consumed>,
    ) -> Self {
        let (stop, consumed) = (Arc::clone(stop), Arc::clone(consumed));
        Self { file: Arc::clone(file), len, stop, consumed }
    }

    /// How many bytes there were when it was opened.
    pub(super) fn len(&self) -> u64 {
        self.len
    }

    /// Bytes from this place on; none at the end.
    ///
    /// # Errors
    /// Those of the file, and when the user stopped the run, marked as such.
    pub(super) fn read_at(&self, bytes: &mut [u8], at: u64) -> io::Result<usize> {
        loop {
            if self.stop.load(Relaxed) {
                return Err(io::Error::other(Stopped));
            }
            match self.file.read_at(bytes, at) {
                Err(error) if is_passing(error.kind()) => {}
                read => return read.map_err(failed),
            }
        }
    }

    /// Reads from this place on, until `gone` says that nobody wants it.
    pub(super) fn from(&self, at: u64, gone: &Arc<AtomicBool>) -> ReadAhead {
        let reader = StoredReader { file: self.clone(), at, gone: Arc::clone(gone) };
        ReadAhead::new(reader, None).at(at)
    }

    /// Where is counted what was read.
    pub(super) fn consumed(&self) -> &Arc<Consumed> {
        &self.consumed
    }
}

struct StoredReader {
    file: StoredFile,
    at: u64,
    gone: Arc<AtomicBool>,
}

impl Read for StoredReader {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        if self.gone.load(Relaxed) {
            return Err(io::Error::other("nobody reads any more"));
        }
        let read = self.file.read_at(bytes, self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}
