//! Undoes LZ4: frames of the frame format and of the legacy format, one after
//! another, with skippable frames and zero padding between them.
//!
//! lz4_flex decodes the blocks and checks the sums. Its reader says 0 bytes at
//! the end of a frame, for an empty block and for a file that is cut between
//! two blocks, and cannot be asked which. [`Frame`] below it therefore follows the
//! frame's own lengths and knows.

use super::compression::{Compression, skippable};
use super::engines::unsupported;
use super::lz4_frame::Frame;
use super::read_ahead::ReadAhead;
use lz4_flex::frame::FrameDecoder;
use std::io::{self, Read};

/// The decoded bytes of all frames.
pub(super) struct Lz4 {
    /// Between two frames the source; within one it is the decoder's.
    between: Option<ReadAhead>,
    within: Option<FrameDecoder<Frame>>,
}

impl Lz4 {
    /// Over a source that starts with a frame.
    pub(super) fn new(source: ReadAhead) -> Self {
        Self { between: Some(source), within: None }
    }

    /// Goes to the next frame; false at the end of the file.
    fn start(&mut self, mut source: ReadAhead) -> io::Result<bool> {
        while source.skip_zeros()? {
            let first = source.peek(8)?;
            if let Some(len) = skippable(first) {
                source.skip(8 + u64::from(len))?;
            } else if Compression::detect(first) == Some(Compression::Lz4) {
                self.within = Some(FrameDecoder::new(Frame::new(source)));
                return Ok(true);
            } else {
                let what = "other bytes follow what is complete";
                return Err(io::Error::new(io::ErrorKind::InvalidData, what));
            }
        }
        self.between = Some(source);
        Ok(false)
    }
}

impl Lz4 {
    /// Decodes some of the present frame; 0 when that has come to its end.
    fn step(&mut self, out: &mut [u8]) -> io::Result<usize> {
        // Taken, so that after an error there is nothing left to read from.
        let Some(mut decoder) = self.within.take() else {
            return Err(io::Error::other("it has failed"));
        };
        let decoded = decoder.read(out).map_err(explained)?;
        if decoded == 0 && decoder.get_ref().is_complete() {
            self.between = Some(decoder.into_inner().into_source());
        } else if decoded == 0 && decoder.get_ref().is_cut() {
            return Err(too_early());
        } else {
            self.within = Some(decoder);
        }
        Ok(decoded)
    }
}

impl Read for Lz4 {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        loop {
            if let Some(source) = self.between.take()
                && !self.start(source)?
            {
                return Ok(0);
            }
            let decoded = self.step(out)?;
            if decoded > 0 {
                return Ok(decoded);
            }
        }
    }
}

fn too_early() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "it ends too early")
}

/// Words for the crate's errors, which show as Rust values; others pass.
fn explained(error: io::Error) -> io::Error {
    use lz4_flex::frame::Error;
    if error.get_ref().is_none() && error.kind() == io::ErrorKind::UnexpectedEof {
        return too_early();
    }
    let what = match error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
        None => return error,
        Some(Error::DictionaryNotSupported) => return unsupported("it needs a dictionary"),
        Some(Error::UnsupportedVersion(_) | Error::ReservedBitsSet) => {
            return unsupported("its frame is of another version");
        }
        Some(Error::HeaderChecksumError) => "the checksum of a frame header is wrong",
        Some(Error::BlockChecksumError) => "the checksum of a block is wrong",
        Some(Error::ContentChecksumError) => "the checksum of the content is wrong",
        Some(Error::ContentLengthError { .. }) => "the length of the content is wrong",
        Some(_) => "a block is damaged",
    };
    io::Error::new(io::ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests {
    use super::super::samples::{SKIPPABLE, ahead, drain, lz4_with as frame};
    use super::*;
    use lz4_flex::frame::{BlockMode, BlockSize, FrameInfo};

    fn plain() -> Vec<u8> {
        (0..300_000_u32).flat_map(|i| [u8::try_from(i % 251).unwrap(), 7]).collect()
    }

    fn small_blocks() -> FrameInfo {
        FrameInfo::new().block_size(BlockSize::Max64KB)
    }

    fn decode(stored: &[u8]) -> (Vec<u8>, io::Result<()>) {
        drain(Lz4::new(ahead(stored)))
    }

    #[test]
    fn every_kind_of_frame_one_after_another() {
        let plain = plain();
        let all = small_blocks()
            .block_checksums(true)
            .content_checksum(true)
            .content_size(Some(plain.len() as u64));
        let file = [
            frame(small_blocks(), &plain),
            frame(all.clone().block_mode(BlockMode::Linked), &plain),
            SKIPPABLE.to_vec(),
            frame(small_blocks(), b""),
            vec![0; 4000],
            frame(all, &plain),
            SKIPPABLE.to_vec(),
        ]
        .concat();
        let (decoded, end) = decode(&file);
        assert!(end.is_ok(), "{end:?}");
        assert!(decoded == plain.repeat(3));
    }

    #[test]
    fn legacy_frames_end_with_the_file_or_at_a_magic() {
        let one = [&[0x02, 0x21, 0x4c, 0x18, 4, 0, 0, 0, 0x30][..], b"abc"].concat();
        assert_eq!(decode(&one).0, b"abc");
        let file = [one.clone(), one.clone(), frame(small_blocks(), b"def"), one].concat();
        let (decoded, end) = decode(&file);
        assert!(end.is_ok(), "{end:?}");
        assert_eq!(decoded, b"abcabcdefabc");
    }

    #[test]
    fn an_empty_block_is_not_the_end() {
        let mut file = frame(small_blocks(), b"abc");
        let end_mark = file.len() - 4;
        // Two empty stored blocks before the end mark, and after the header.
        file.splice(end_mark..end_mark, [0, 0, 0, 0x80, 0, 0, 0, 0x80]);
        file.splice(7..7, [0, 0, 0, 0x80]);
        let (decoded, end) = decode(&[file.clone(), file].concat());
        assert!(end.is_ok(), "{end:?}");
        assert_eq!(decoded, b"abcabc");
    }

    #[test]
    fn every_cut_is_told() {
        let bytes = &plain()[..150_000];
        let stored = frame(small_blocks().content_checksum(true), bytes);
        for cut in (1..stored.len()).rev().take(20).chain(4..40).chain([stored.len() / 2]) {
            let (decoded, end) = decode(&stored[..cut]);
            assert_eq!(end.unwrap_err().kind(), io::ErrorKind::UnexpectedEof, "cut at {cut}");
            assert!(bytes.starts_with(&decoded));
        }
        // Between two blocks, where lz4_flex sees a clean end.
        let first = u32::from_le_bytes(stored[7..11].try_into().unwrap()) & 0x7fff_ffff;
        let (decoded, end) = decode(&stored[..11 + first as usize]);
        assert_eq!(decoded.len(), 64 * 1024);
        assert!(end.is_err());
    }

    #[test]
    fn damage_and_other_bytes_are_told() {
        let mut stored = frame(small_blocks().content_checksum(true), b"abcdefghijkl");
        let (decoded, end) = decode(&[stored.clone(), b"garbage".to_vec()].concat());
        assert_eq!(decoded, b"abcdefghijkl");
        assert!(end.unwrap_err().to_string().starts_with("other bytes follow"));
        let last = stored.len() - 1;
        stored[last] ^= 1;
        let (decoded, end) = decode(&stored);
        assert_eq!(decoded, b"abcdefghijkl");
        assert_eq!(end.unwrap_err().to_string(), "the checksum of the content is wrong");
    }
}
