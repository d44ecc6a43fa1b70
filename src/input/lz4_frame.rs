//! The stored bytes of one LZ4 frame, followed by its own lengths.

use super::compression::{Compression, skippable};
use super::read_ahead::ReadAhead;
use std::io::{self, Read};

/// The stored bytes of one frame, not one more.
///
/// Magic, descriptor (flags, block size, lengths that the flags promise, header
/// checksum), blocks (size, bytes, checksum), an end mark of size 0, content
/// checksum. The legacy format has a magic and blocks (size, bytes) alone, and
/// ends with the file or where another magic stands in place of a size.
pub(super) struct Frame {
    source: ReadAhead,
    unit: Unit,
    /// Bytes of the unit that are still to come, and those that came, which
    /// matter for units of at most four bytes.
    left: usize,
    field: [u8; 4],
    seen: usize,
    block_checksum: usize,
    content_checksum: usize,
    /// The source ended before the frame did.
    cut: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Magic,
    Flags,
    RestOfDescriptor,
    BlockSize,
    Block,
    ContentChecksum,
    LegacyBlockSize,
    LegacyBlock,
    End,
}

const LEGACY: [u8; 4] = [0x02, 0x21, 0x4c, 0x18];
const HAS_BLOCK_CHECKSUM: u8 = 0x10;
const HAS_CONTENT_SIZE: u8 = 0x08;
const HAS_CONTENT_CHECKSUM: u8 = 0x04;
const HAS_DICTIONARY: u8 = 0x01;

impl Frame {
    /// Over a source that starts with the frame.
    pub(super) fn new(source: ReadAhead) -> Self {
        Self {
            source,
            unit: Unit::Magic,
            left: 4,
            field: [0; 4],
            seen: 0,
            block_checksum: 0,
            content_checksum: 0,
            cut: false,
        }
    }

    /// Whether all of the frame was read.
    pub(super) fn is_complete(&self) -> bool {
        self.unit == Unit::End
    }

    /// Whether the source ended before the frame did.
    pub(super) fn is_cut(&self) -> bool {
        self.cut
    }

    /// The source, which stands behind what was read of the frame.
    pub(super) fn into_source(self) -> ReadAhead {
        self.source
    }

    /// Notes the bytes of a unit and, when it is complete, what comes next.
    fn follow(&mut self, bytes: &[u8]) {
        for byte in bytes.iter().take(self.field.len().saturating_sub(self.seen)) {
            self.field[self.seen] = *byte;
            self.seen += 1;
        }
        self.left -= bytes.len();
        if self.left == 0 {
            (self.unit, self.left) = self.next();
            self.seen = 0;
            if self.left == 0 && self.unit == Unit::ContentChecksum {
                self.unit = Unit::End;
            }
        }
    }

    /// The unit after the one that is complete now, and its length.
    fn next(&mut self) -> (Unit, usize) {
        match self.unit {
            Unit::Magic if self.field == LEGACY => (Unit::LegacyBlockSize, 4),
            Unit::Magic => (Unit::Flags, 2),
            Unit::Flags => {
                let flags = self.field[0];
                let promised = |flag, len| if flags & flag != 0 { len } else { 0 };
                self.block_checksum = promised(HAS_BLOCK_CHECKSUM, 4);
                self.content_checksum = promised(HAS_CONTENT_CHECKSUM, 4);
                let lengths = promised(HAS_CONTENT_SIZE, 8) + promised(HAS_DICTIONARY, 4);
                (Unit::RestOfDescriptor, lengths + 1)
            }
            Unit::RestOfDescriptor | Unit::Block => (Unit::BlockSize, 4),
            Unit::BlockSize => match u32::from_le_bytes(self.field) {
                0 => (Unit::ContentChecksum, self.content_checksum),
                // The highest bit says that the block is stored as it is.
                size => match (size & 0x7fff_ffff) as usize + self.block_checksum {
                    0 => (Unit::BlockSize, 4),
                    len => (Unit::Block, len),
                },
            },
            Unit::LegacyBlockSize => match u32::from_le_bytes(self.field) as usize {
                0 => (Unit::LegacyBlockSize, 4),
                len => (Unit::LegacyBlock, len),
            },
            Unit::LegacyBlock => (Unit::LegacyBlockSize, 4),
            Unit::ContentChecksum | Unit::End => (Unit::End, 0),
        }
    }

    /// A legacy frame ends with the file, or where another frame starts.
    fn legacy_ends(&mut self) -> io::Result<bool> {
        if self.unit != Unit::LegacyBlockSize || self.seen > 0 {
            return Ok(false);
        }
        let next = self.source.peek(8)?;
        Ok(next.is_empty()
            || skippable(next).is_some()
            || Compression::detect(next) == Some(Compression::Lz4))
    }
}

impl Read for Frame {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.legacy_ends()? {
            self.unit = Unit::End;
        }
        if self.unit == Unit::End || out.is_empty() {
            return Ok(0);
        }
        let most = out.len().min(self.left);
        let read = self.source.read(&mut out[..most])?;
        if read == 0 {
            self.cut = true;
        } else {
            self.follow(&out[..read]);
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{ahead, lz4_with};
    use super::*;
    use lz4_flex::frame::FrameInfo;

    #[test]
    fn ends_where_the_frame_ends() {
        let all = FrameInfo::new().block_checksums(true).content_checksum(true);
        for info in [FrameInfo::new(), all.clone().content_size(Some(9)), all] {
            let stored = lz4_with(info, b"aaaaaaaaa");
            let mut frame = Frame::new(ahead(&[&stored[..], b"more"].concat()));
            let mut read = Vec::new();
            frame.read_to_end(&mut read).unwrap();
            assert_eq!(read, stored);
            assert!(frame.is_complete() && !frame.is_cut());
            assert_eq!(frame.into_source().peek(9).unwrap(), b"more");
        }
    }

    #[test]
    fn knows_when_it_is_cut() {
        let stored = lz4_with(FrameInfo::new(), b"aaaaaaaaa");
        for cut in 0..stored.len() {
            let mut frame = Frame::new(ahead(&stored[..cut]));
            frame.read_to_end(&mut Vec::new()).unwrap();
            assert!(!frame.is_complete() && frame.is_cut(), "cut at {cut}");
        }
    }
}
