//! Opens one source and decides how it is read.
//!
//! What it is, is asked of the opened file, never of its name: a regular file
//! is mapped unless it is compressed; all else is a stream.

use super::compression::{Compression, DECISIVE, skippable};
use super::consumed::Consumed;
use super::map::{Map, read_at_most};
use super::origin::{Origin, Waits, open_path, open_stdin};
use super::read_ahead::ReadAhead;
use super::source::{Place, Source};
use super::stored::StoredFile;
use super::stream::Stream;
use crate::error::{Cause, Error};
use std::fs::File;
use std::io::{self, Seek};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Files below this are read into memory, not mapped: a map costs two system
/// calls and a page fault for every 64 KiB, and a place in the registry.
const WORTH_MAPPING: u64 = 128 * 1024;

/// The bytes of an input without their compression.
pub enum Content {
    /// All of them at once.
    Mapped(Map),
    /// One after the other.
    Stream(Stream),
}

/// An input that is ready to be read.
pub struct Opened {
    /// Its bytes.
    pub content: Content,
    /// The compression that is undone on the way.
    pub compression: Option<Compression>,
    /// Bytes of the file as it is stored, where that is known.
    pub len: Option<u64>,
}

/// Opens a source.
///
/// `stop` ends every wait within about 100 ms: for the writer of a FIFO, for
/// the first bytes of a pipe, and in later reads of the stream. `consumed` grows
/// by the stored bytes that a stream reads, not by those that it counted when the
/// source was opened before; for a map nobody touches it.
///
/// # Errors
/// When the source cannot be opened or read, is a folder, or holds nothing;
/// [`Cause::Interrupted`] when it was stopped.
pub fn open(
    source: &Source,
    stop: &Arc<AtomicBool>,
    consumed: &Arc<Consumed>,
) -> Result<Opened, Error> {
    let opening = Opening { input: &source.name, stop, consumed };
    match &source.place {
        Place::Path(path) => open_path(path),
        Place::Stdin => open_stdin(),
    }
    .map_err(|error| opening.failed(error))
    .and_then(|file| opening.file(file))
}

struct Opening<'a> {
    input: &'a str,
    stop: &'a Arc<AtomicBool>,
    consumed: &'a Arc<Consumed>,
}

impl Opening<'_> {
    fn file(&self, mut file: File) -> Result<Opened, Error> {
        let metadata = file.metadata().map_err(|error| self.failed(error))?;
        if metadata.is_dir() {
            let what = io::Error::new(io::ErrorKind::IsADirectory, "this is a folder, not a file");
            return Err(self.failed(what));
        }
        if !metadata.is_file() {
            return self.stream(file, Waits::of(&metadata), None);
        }
        // Standard input may be a file that a program before us read in part.
        let position = file.stream_position().map_err(|error| self.failed(error))?;
        match metadata.len() {
            // Files under /proc say 0 and have content.
            0 => self.stream(file, Waits::Never, None),
            len if position == 0 => self.regular(file, len),
            len => self.stream(file, Waits::Never, Some(len.saturating_sub(position))),
        }
    }

    fn regular(&self, file: File, len: u64) -> Result<Opened, Error> {
        match usize::try_from(len) {
            Ok(small) if len < WORTH_MAPPING => {
                let map = Map::read(&file, small).map_err(|error| self.failed(error))?;
                if map.is_empty() || is_compressed(map.bytes()) {
                    return self.compressed(file, len);
                }
                Ok(mapped(map, len))
            }
            _ => {
                let mut first = [0; DECISIVE];
                let present =
                    read_at_most(&file, &mut first).map_err(|error| self.failed(error))?;
                if is_compressed(&first[..present]) {
                    return self.compressed(file, len);
                }
                match Map::of(file, len) {
                    Ok(map) => Ok(mapped(map, len)),
                    Err((file, _)) => self.stream(file, Waits::Never, Some(len)),
                }
            }
        }
    }

    /// A regular file from its start on, which can be read from any place as well.
    fn compressed(&self, file: File, len: u64) -> Result<Opened, Error> {
        let file = Arc::new(file);
        let stored = StoredFile::new(&file, len, self.stop, self.consumed);
        let stream = self.in_order(file, Waits::Never, Some(len))?.of_file(stored);
        Ok(streamed(stream, Some(len)))
    }

    fn stream(&self, file: File, waits: Waits, len: Option<u64>) -> Result<Opened, Error> {
        Ok(streamed(self.in_order(Arc::new(file), waits, len)?, len))
    }

    fn in_order(&self, file: Arc<File>, waits: Waits, len: Option<u64>) -> Result<Stream, Error> {
        let origin = Origin::new(file, waits, self.stop, self.consumed);
        Stream::new(self.input, ReadAhead::new(origin, len))
    }

    fn failed(&self, error: io::Error) -> Error {
        Error { input: self.input.into(), position: None, cause: Cause::Io(error) }
    }
}

fn streamed(stream: Stream, len: Option<u64>) -> Opened {
    let compression = stream.compression();
    Opened { content: Content::Stream(stream), compression, len }
}

fn mapped(map: Map, len: u64) -> Opened {
    Opened { content: Content::Mapped(map), compression: None, len: Some(len) }
}

fn is_compressed(first: &[u8]) -> bool {
    Compression::detect(first).is_some() || skippable(first).is_some()
}

#[cfg(test)]
mod tests {
    use super::super::samples::{fifo, gzip, noise};
    use super::*;
    use std::fs::{self, OpenOptions};
    use std::io::{Read, Write};
    use std::path::PathBuf;
    use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
    use std::thread;
    use std::time::{Duration, Instant};

    /// Large and small around the size from which files are mapped.
    const SIZES: [usize; 3] = [1, 100_000, 300_000];

    fn source(path: impl Into<PathBuf>) -> Source {
        Source { name: "the input".into(), ..Source::at(path.into()) }
    }

    fn open_it(path: impl Into<PathBuf>) -> Result<Opened, Error> {
        open(&source(path), &Arc::default(), &Arc::default())
    }

    fn error_of(path: impl Into<PathBuf>) -> Error {
        open_it(path).map(|_| ()).unwrap_err()
    }

    fn bytes_of(opened: Opened) -> Vec<u8> {
        match opened.content {
            Content::Mapped(map) => map.bytes().to_vec(),
            Content::Stream(mut stream) => {
                let mut all = Vec::new();
                stream.read_to_end(&mut all).unwrap();
                all
            }
        }
    }

    #[test]
    fn a_plain_file_is_in_memory() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("looks.gz");
        for len in SIZES {
            let bytes = noise(len);
            fs::write(&path, &bytes).unwrap();
            let opened = open_it(&path).unwrap();
            assert!(matches!(opened.content, Content::Mapped(_)));
            assert_eq!((opened.compression, opened.len), (None, Some(len as u64)));
            assert!(bytes_of(opened) == bytes);
        }
    }

    #[test]
    fn a_compressed_file_is_a_stream_that_counts_what_is_stored() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("no suffix");
        for len in SIZES {
            let bytes = noise(len);
            let stored = gzip(&bytes);
            fs::write(&path, &stored).unwrap();
            let all = Arc::<AtomicU64>::default();
            let consumed = Consumed::among(&all);
            // Also where it is opened again, and read in another way.
            for threads in [0, 1] {
                let opened = open(&source(&path), &Arc::default(), &consumed).unwrap();
                assert_eq!(opened.compression, Some(Compression::Gzip));
                assert_eq!(opened.len, Some(stored.len() as u64));
                let Content::Stream(stream) = opened.content else { panic!("it is compressed") };
                let content = Content::Stream(stream.beside(threads));
                assert!(bytes_of(Opened { content, ..opened }) == bytes);
                assert_eq!(all.load(Relaxed), stored.len() as u64);
            }
        }
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, b"").unwrap();
        assert!(matches!(error_of(&file).cause, Cause::Empty));
        assert!(matches!(error_of("/dev/null").cause, Cause::Empty));
        let kind = |path: PathBuf| match error_of(path).cause {
            Cause::Io(error) => error.kind(),
            other => panic!("{other}"),
        };
        assert_eq!(kind(folder.path().into()), io::ErrorKind::IsADirectory);
        assert_eq!(kind(folder.path().join("absent")), io::ErrorKind::NotFound);
        assert_eq!(kind(file.join("x")), io::ErrorKind::NotADirectory);
        let message = error_of(folder.path()).to_string();
        assert!(message.starts_with("the input: this is a folder"), "{message}");
    }

    #[test]
    fn files_without_a_length_have_content() {
        let opened = open_it("/proc/self/status").unwrap();
        assert_eq!(opened.len, None);
        assert!(bytes_of(opened).starts_with(b"Name:"));
    }

    #[test]
    fn a_fifo_waits_for_its_writer_and_may_be_compressed() {
        let folder = tempfile::tempdir().unwrap();
        let path = fifo(&folder);
        for stored in [b"plain bytes".to_vec(), gzip(b"plain bytes")] {
            let to = path.clone();
            let writer = thread::spawn(move || {
                thread::sleep(Duration::from_millis(150));
                let mut fifo = OpenOptions::new().write(true).open(to).unwrap();
                for byte in stored {
                    fifo.write_all(&[byte]).unwrap();
                    thread::sleep(Duration::from_millis(1));
                }
            });
            let opened = open_it(&path).unwrap();
            assert_eq!(opened.len, None);
            assert_eq!(bytes_of(opened), b"plain bytes");
            writer.join().unwrap();
        }
    }

    #[test]
    fn a_fifo_whose_writer_says_nothing_is_empty() {
        let folder = tempfile::tempdir().unwrap();
        let path = fifo(&folder);
        let to = path.clone();
        let writer = thread::spawn(move || drop(OpenOptions::new().write(true).open(to)));
        assert!(matches!(error_of(&path).cause, Cause::Empty));
        writer.join().unwrap();
    }

    #[test]
    fn waiting_for_a_writer_can_be_stopped() {
        let folder = tempfile::tempdir().unwrap();
        let path = fifo(&folder);
        let stop = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&stop);
        let start = Instant::now();
        let stopper = thread::spawn(move || {
            thread::sleep(Duration::from_millis(50));
            flag.store(true, Relaxed);
        });
        let error = open(&source(&path), &stop, &Arc::default()).map(|_| ()).unwrap_err();
        stopper.join().unwrap();
        assert!(matches!(error.cause, Cause::Interrupted));
        assert!(start.elapsed() < Duration::from_secs(5));
    }

    #[test]
    fn a_stream_that_waits_can_be_stopped() {
        let folder = tempfile::tempdir().unwrap();
        let path = fifo(&folder);
        // Opened for both, so that it has a writer without waiting for one.
        let mut end = OpenOptions::new().read(true).write(true).open(&path).unwrap();
        end.write_all(b"12345678").unwrap();
        let stop = Arc::new(AtomicBool::new(false));
        let opened = open(&source(&path), &stop, &Arc::default()).unwrap();
        let Content::Stream(mut stream) = opened.content else { panic!("a FIFO is a stream") };
        let mut first = [0; 8];
        stream.read_exact(&mut first).unwrap();
        stop.store(true, Relaxed);
        let error = stream.read(&mut first).unwrap_err();
        assert!(matches!(stream.error("fifo", error).cause, Cause::Interrupted));
    }
}
