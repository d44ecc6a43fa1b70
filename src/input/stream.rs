//! The decoded bytes of an input that is not mapped: a pipe, or a compressed
//! file.

use super::beside::Beside;
use super::compression::{Compression, DECISIVE, skippable};
use super::engines::{Bzip2, Gzip, XZ_MEMORY, Xz, Zstd};
use super::lz4::Lz4;
use super::members::Members;
use super::origin::{Failed, Stopped};
use super::read_ahead::ReadAhead;
use super::run_queue::{Making, Sizes};
use super::side_by_side::SideBySide;
use super::stored::StoredFile;
use crate::error::{Cause, Error, Position};
use std::io::{self, Read};

/// Reads an input from its start to its end, without its compression.
///
/// After an error the bytes before it have all been handed out; a read that
/// comes after it fails again.
pub struct Stream {
    decoded: Box<dyn Read + Send>,
    compression: Option<Compression>,
    /// Decoded bytes handed out.
    position: u64,
    /// Stored bytes before the first member.
    first: u64,
    /// The file, where it can be read from any place.
    file: Option<StoredFile>,
}

impl Stream {
    /// Looks at how the stored bytes begin, waiting for them if need be.
    ///
    /// # Errors
    /// When there are none, or they cannot be read or decoded.
    pub(super) fn new(input: &str, mut stored: ReadAhead) -> Result<Self, Error> {
        let begin = begin(&mut stored);
        let first = stored.position();
        let (decoded, compression): (Box<dyn Read + Send>, _) = match begin {
            Ok(Begin::Empty) => {
                return Err(Error { input: input.into(), position: None, cause: Cause::Empty });
            }
            Ok(Begin::Plain) => (Box::new(stored), None),
            Ok(Begin::Compressed(compression)) => {
                let decoded =
                    decoder(compression, stored).map_err(|error| Error::io(input, error))?;
                (decoded, Some(compression))
            }
            // Skippable frames are in the way, and only zstd and LZ4 have them.
            Err(error) => {
                let error = told(input, Some(Compression::Zstd), 0, error);
                return Err(Error { position: None, ..error });
            }
        };
        Ok(Self { decoded, compression, position: 0, first, file: None })
    }

    /// The same, where the stored bytes are those of a regular file from its start.
    pub(super) fn of_file(self, file: StoredFile) -> Self {
        Self { file: Some(file), ..self }
    }

    /// How the stored bytes are compressed.
    #[must_use]
    pub fn compression(&self) -> Option<Compression> {
        self.compression
    }

    /// Undoes the compression beside the reader, in up to so many threads, where
    /// there is one to undo and nothing was read of it: members of a file side by
    /// side, all else in one thread. For runs that leave cores idle.
    #[must_use]
    pub fn beside(self, threads: usize) -> Self {
        let Some(compression) = self.compression.filter(|_| threads > 0) else { return self };
        // What is read from another place on begins again.
        let file = self.file.clone().filter(|_| self.position == 0);
        let decoded = file
            .and_then(|file| side_by_side(compression, file, self.first, threads))
            .unwrap_or_else(|| Beside::over(self.decoded));
        Self { decoded, file: None, ..self }
    }

    /// What an error of this stream means: the user stopped it, the file itself
    /// failed, or its compression is damaged, cut or beyond us. The position is
    /// that of the decoded bytes.
    #[must_use]
    pub fn error(&self, input: &str, error: io::Error) -> Error {
        told(input, self.compression, self.position, error)
    }
}

impl Read for Stream {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.decoded.read(out)?;
        self.position += read as u64;
        Ok(read)
    }
}

enum Begin {
    Empty,
    Plain,
    Compressed(Compression),
}

/// Skippable frames may come first (pzstd writes one); whose they are is
/// decided by the first frame that is none.
fn begin(stored: &mut ReadAhead) -> io::Result<Begin> {
    let mut skipped = false;
    loop {
        let first = stored.peek(DECISIVE)?;
        if let Some(len) = skippable(first) {
            stored.skip(8 + u64::from(len))?;
            skipped = true;
            continue;
        }
        return match Compression::detect(first) {
            _ if first.is_empty() => Ok(Begin::Empty),
            Some(compression @ (Compression::Zstd | Compression::Lz4)) => {
                Ok(Begin::Compressed(compression))
            }
            _ if skipped => Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "neither a zstd nor an LZ4 frame follows its skippable frame",
            )),
            Some(compression) => Ok(Begin::Compressed(compression)),
            None => Ok(Begin::Plain),
        };
    }
}

fn decoder(compression: Compression, stored: ReadAhead) -> io::Result<Box<dyn Read + Send>> {
    Ok(match compression {
        Compression::Gzip => Box::new(Members::new(stored, Gzip::new())),
        Compression::Zstd => Box::new(Members::new(stored, Zstd::new()?)),
        Compression::Xz => Box::new(Members::new(stored, Xz::new(XZ_MEMORY)?)),
        Compression::Bzip2 => Box::new(Members::new(stored, Bzip2::new())),
        Compression::Lz4 => Box::new(Lz4::new(stored)),
    })
}

/// Not for zstd: whether a damaged block is found out depends on the room that the
/// library keeps from the frames before, so that it would differ from what is read in
/// order. Not for xz, of which each thread might ask for [`XZ_MEMORY`]; files of many
/// streams are rare. LZ4 is decoded faster than it is read.
fn side_by_side(
    compression: Compression,
    file: StoredFile,
    first: u64,
    threads: usize,
) -> Option<Box<dyn Read + Send>> {
    match compression {
        Compression::Gzip => {
            let making = Making { file, compression, engine: Gzip::new };
            Some(Box::new(SideBySide::new(making, Sizes::DEFAULT, first, threads)?))
        }
        Compression::Bzip2 => {
            let making = Making { file, compression, engine: Bzip2::new };
            Some(Box::new(SideBySide::new(making, Sizes::DEFAULT, first, threads)?))
        }
        Compression::Zstd | Compression::Xz | Compression::Lz4 => None,
    }
}

fn told(input: &str, compression: Option<Compression>, offset: u64, error: io::Error) -> Error {
    let cause = if is::<Stopped>(&error) {
        Cause::Interrupted
    } else if is::<Failed>(&error) {
        Cause::Io(unwrapped(error))
    } else if let Some(compression) = compression {
        let format = compression.key();
        if error.kind() == io::ErrorKind::Unsupported {
            Cause::CompressionUnsupported { format, what: error.to_string() }
        } else {
            Cause::Compression { format, source: error }
        }
    } else {
        Cause::Io(error)
    };
    let position = Position::in_content(offset, compression.is_some());
    Error { input: input.into(), position: Some(position), cause }
}

/// Whether an error carries a mark.
fn is<Mark: std::error::Error + 'static>(error: &io::Error) -> bool {
    error.get_ref().and_then(|inner| inner.downcast_ref::<Mark>()).is_some()
}

/// The file's own error, out of its mark.
fn unwrapped(error: io::Error) -> io::Error {
    match error.downcast::<Failed>() {
        Ok(Failed(error)) | Err(error) => error,
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{SKIPPABLE, lz4, zstd};
    use super::*;
    use std::io::Cursor;

    fn stream(stored: &[u8]) -> Result<Stream, Error> {
        Stream::new("the input", ReadAhead::new(Cursor::new(stored.to_vec()), None))
    }

    /// Gives some bytes, then an error.
    struct Fails(Cursor<Vec<u8>>, Option<io::Error>);

    impl Read for Fails {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            match self.0.read(out)? {
                0 => Err(self.1.take().unwrap()),
                read => Ok(read),
            }
        }
    }

    fn cause_after(stored: Vec<u8>, error: io::Error) -> Error {
        let source = Fails(Cursor::new(stored), Some(error));
        let mut stream = Stream::new("the input", ReadAhead::new(source, None)).unwrap();
        let error = stream.read_to_end(&mut Vec::new()).unwrap_err();
        stream.error("the input", error)
    }

    #[test]
    fn finds_the_compression_behind_skippable_frames() {
        let cases = [(zstd(b"plain"), Compression::Zstd), (lz4(b"plain"), Compression::Lz4)];
        for (frame, compression) in cases {
            let mut stream = stream(&[SKIPPABLE, SKIPPABLE, &frame].concat()).unwrap();
            assert_eq!(stream.compression(), Some(compression));
            let mut all = String::new();
            stream.read_to_string(&mut all).unwrap();
            assert_eq!(all, "plain");
        }
    }

    #[test]
    fn skippable_frames_alone_are_nothing() {
        let error = |stored: &[u8]| stream(stored).map(|_| ()).unwrap_err().cause;
        assert!(matches!(error(b""), Cause::Empty));
        assert!(matches!(error(SKIPPABLE), Cause::Empty));
        let junk = error(&[SKIPPABLE, b"junk and more"].concat());
        assert!(matches!(junk, Cause::Compression { format: "zstd", .. }));
        assert!(matches!(error(&SKIPPABLE[..9]), Cause::Compression { format: "zstd", .. }));
    }

    #[test]
    fn what_is_not_compressed_comes_as_it_is() {
        let mut plain = stream(b"\xd4\xc3\xb2\xa1").unwrap();
        let mut all = Vec::new();
        plain.read_to_end(&mut all).unwrap();
        assert_eq!(all, b"\xd4\xc3\xb2\xa1");
        assert_eq!(plain.compression(), None);
    }

    #[test]
    fn tells_whose_error_it_is() {
        let frame = zstd(b"plain");
        let cut = frame[..frame.len() - 2].to_vec();
        let disk = || io::Error::other(Failed(io::Error::other("the disk is broken")));
        for stored in [cut.clone(), b"uncompressed".to_vec()] {
            let error = cause_after(stored.clone(), disk());
            assert!(matches!(error.cause, Cause::Io(_)));
            assert!(error.to_string().contains("the disk is broken"), "{error}");
            let error = cause_after(stored, io::Error::other(Stopped));
            assert!(matches!(error.cause, Cause::Interrupted));
        }

        let mut stream = stream(&cut).unwrap();
        let error = stream.read_to_end(&mut Vec::new()).unwrap_err();
        let error = stream.error("the input", error);
        assert!(matches!(error.cause, Cause::Compression { format: "zstd", .. }));
        assert!(error.to_string().starts_with("the input: at byte "), "{error}");
    }

    #[test]
    fn too_large_a_window_is_no_damage() {
        let frame = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x90, 0x01, 0x00, 0x00];
        let mut stream = stream(&frame).unwrap();
        let error = stream.read(&mut [0; 10]).unwrap_err();
        let error = stream.error("the input", error);
        assert!(matches!(error.cause, Cause::CompressionUnsupported { format: "zstd", .. }));
        assert!(error.to_string().contains("--long"), "{error}");
    }
}
