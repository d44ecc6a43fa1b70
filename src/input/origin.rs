//! The bytes as they are stored, read from a file, a pipe or a terminal.
//!
//! Below everything else in a stream: it counts what was read, heeds the stop
//! flag while it waits, and marks its own errors, so that they can be told from
//! those of the decompressor above.

use super::consumed::Consumed;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::os::fd::AsFd;
use std::os::unix::fs::FileTypeExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// How long a read waits before it looks at the stop flag again. Short enough
/// that Ctrl-C seems immediate, long enough that an idle pipe costs nothing.
const WAIT: Timespec = Timespec { tv_sec: 0, tv_nsec: 100_000_000 };

/// Whether a read may have to wait for somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Waits {
    /// A pipe, a terminal, a socket: for a writer, without end.
    ForWriter,
    /// A file: for the disk at the most.
    Never,
}

impl Waits {
    /// By what the opened file is; a disk is the one device that is at hand.
    pub(super) fn of(metadata: &Metadata) -> Self {
        let kind = metadata.file_type();
        if kind.is_file() || kind.is_block_device() { Self::Never } else { Self::ForWriter }
    }
}

/// A FIFO is opened without waiting for its writer, which poll does as well
/// and can be interrupted. On a regular file the flag has no effect.
pub(super) fn open_path(path: &Path) -> io::Result<File> {
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY;
    Ok(File::from(rustix::fs::open(path, flags, Mode::empty())?))
}

/// A second descriptor of standard input: the first stays open for others.
pub(super) fn open_stdin() -> io::Result<File> {
    Ok(File::from(io::stdin().as_fd().try_clone_to_owned()?))
}

/// The stored bytes of one input.
pub(super) struct Origin {
    file: Arc<File>,
    waits: Waits,
    stop: Arc<AtomicBool>,
    consumed: Arc<Consumed>,
    /// Bytes that were read.
    position: u64,
}

/// The user asked to stop; found inside the [`io::Error`] of a read.
#[derive(Debug, thiserror::Error)]
#[error("stopped by the user")]
pub(super) struct Stopped;

/// The file itself failed; found inside the [`io::Error`] of a read.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub(super) struct Failed(pub(super) io::Error);

impl Origin {
    pub(super) fn new(
        file: Arc<File>,
        waits: Waits,
        stop: &Arc<AtomicBool>,
        consumed: &Arc<Consumed>,
    ) -> Self {
        let (stop, consumed) = (Arc::clone(stop), Arc::clone(consumed));
        Self { file, waits, stop, consumed, position: 0 }
    }

    /// Waits until there is something to read or nothing more will come.
    ///
    /// A FIFO that was opened before its writer came shows nothing at all to
    /// poll; after the last writer left it shows a hangup, and a read returns 0.
    fn wait(&self) -> io::Result<()> {
        loop {
            if self.stop.load(Relaxed) {
                return Err(io::Error::other(Stopped));
            }
            if self.waits == Waits::Never {
                return Ok(());
            }
            match poll(&mut [PollFd::new(&*self.file, PollFlags::IN)], Some(&WAIT)) {
                Ok(0) | Err(Errno::INTR) => {}
                Ok(_) => return Ok(()),
                Err(error) => return Err(failed(error.into())),
            }
        }
    }
}

impl Read for Origin {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            self.wait()?;
            match (&*self.file).read(buffer) {
                Ok(read) => {
                    self.position += read as u64;
                    self.consumed.reached(self.position);
                    return Ok(read);
                }
                // Another reader of the same pipe was faster, or a signal.
                Err(error) if is_passing(error.kind()) => {}
                Err(error) => return Err(failed(error)),
            }
        }
    }
}

pub(super) fn is_passing(kind: io::ErrorKind) -> bool {
    matches!(kind, io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted)
}

/// Marks an error as the file's own.
pub(super) fn failed(error: io::Error) -> io::Error {
    io::Error::new(error.kind(), Failed(error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use std::os::fd::OwnedFd;
    use std::sync::atomic::AtomicU64;
    use std::thread;
    use std::time::{Duration, Instant};

    fn pipe() -> (Origin, io::PipeWriter, Arc<AtomicBool>, Arc<AtomicU64>) {
        let (reader, writer) = io::pipe().unwrap();
        let (stop, consumed) = (Arc::default(), Arc::default());
        let file = Arc::new(File::from(OwnedFd::from(reader)));
        let origin = Origin::new(file, Waits::ForWriter, &stop, &Consumed::among(&consumed));
        (origin, writer, stop, consumed)
    }

    #[test]
    fn reads_and_counts_what_comes() {
        let (mut origin, mut writer, _stop, consumed) = pipe();
        let writer = thread::spawn(move || {
            for _ in 0..3 {
                thread::sleep(Duration::from_millis(5));
                writer.write_all(b"12345").unwrap();
            }
        });
        let mut all = Vec::new();
        origin.read_to_end(&mut all).unwrap();
        writer.join().unwrap();
        assert_eq!(all, b"123451234512345");
        assert_eq!(consumed.load(Relaxed), 15);
    }

    #[test]
    fn a_waiting_read_heeds_the_stop_flag() {
        let (mut origin, _writer, stop, _) = pipe();
        let start = Instant::now();
        let stopper = thread::spawn(move || {
            thread::sleep(Duration::from_millis(30));
            stop.store(true, Relaxed);
        });
        let error = origin.read(&mut [0; 10]).unwrap_err();
        stopper.join().unwrap();
        assert!(error.get_ref().unwrap().is::<Stopped>());
        assert!(start.elapsed() < Duration::from_secs(5));
    }

    #[test]
    fn marks_the_errors_of_the_file() {
        let folder = Arc::new(File::open(std::env::temp_dir()).unwrap());
        let mut origin = Origin::new(folder, Waits::Never, &Arc::default(), &Arc::default());
        let error = origin.read(&mut [0; 10]).unwrap_err();
        assert!(error.get_ref().unwrap().is::<Failed>());
        assert_eq!(error.kind(), io::ErrorKind::IsADirectory);
    }
}
