//! Bytes for the tests of this room, plain and compressed.

use super::read_ahead::ReadAhead;
use std::io::{self, Cursor, Read, Write};
use std::path::PathBuf;

/// Bytes that hardly compress, none of them zero.
pub(super) fn noise(len: usize) -> Vec<u8> {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0] | 1
    };
    (0..len).map(|_| next()).collect()
}

pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

pub(super) fn zstd(bytes: &[u8]) -> Vec<u8> {
    // The crate leaves the checksum out, the tool does not.
    let mut out = zstd::stream::write::Encoder::new(Vec::new(), 1).unwrap();
    out.include_checksum(true).unwrap();
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

pub(super) fn xz(bytes: &[u8]) -> Vec<u8> {
    let mut out = liblzma::write::XzEncoder::new(Vec::new(), 1);
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

pub(super) fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut out = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

pub(super) fn lz4(bytes: &[u8]) -> Vec<u8> {
    lz4_with(lz4_flex::frame::FrameInfo::new(), bytes)
}

pub(super) fn lz4_with(info: lz4_flex::frame::FrameInfo, bytes: &[u8]) -> Vec<u8> {
    let mut out = lz4_flex::frame::FrameEncoder::with_frame_info(info, Vec::new());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

/// A skippable frame of zstd and LZ4.
pub(super) const SKIPPABLE: &[u8] = &[0x53, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, b'u', b's', b'e', b'r'];

/// A source of few bytes at a time.
pub(super) fn ahead(stored: &[u8]) -> ReadAhead {
    ReadAhead::new(Cursor::new(stored.to_vec()), Some(1000))
}

/// All that comes before the end or the error, in pieces of an odd size.
pub(super) fn drain(mut reader: impl Read) -> (Vec<u8>, io::Result<()>) {
    let (mut all, mut some) = (Vec::new(), vec![0; 4099]);
    loop {
        match reader.read(&mut some) {
            Ok(0) => return (all, Ok(())),
            Ok(count) => all.extend_from_slice(&some[..count]),
            Err(error) => {
                assert!(reader.read(&mut some).is_err(), "an error is never the end");
                return (all, Err(error));
            }
        }
    }
}

/// A new FIFO in a folder.
pub(super) fn fifo(folder: &tempfile::TempDir) -> PathBuf {
    use rustix::fs::{CWD, Mode, mkfifoat};
    let path = folder.path().join("fifo");
    mkfifoat(CWD, &path, Mode::RUSR | Mode::WUSR).unwrap();
    path
}
