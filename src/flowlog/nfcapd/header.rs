//! The header of a file and the header of a block.
//!
//! ```text
//! layout 1: magic 2, layout 2, flags 4, blocks 4, ident 128, totals 136
//! layout 2: magic 2, layout 2, nfdump version 4, created 8, compression 1,
//!           encryption 1, appendix blocks 2, creator 4, appendix offset 8,
//!           block size 4, blocks 4
//! block:    records 4, size 4, type 2, flags 2
//! ```

use super::detect::{MAGIC, MAGIC_SWAPPED};
use super::field::{long, octet, short, word};
use super::inflate::Compression;

const LAYOUT_1_LENGTH: usize = 276;
const LAYOUT_2_LENGTH: usize = 40;
/// Octets of a block's header.
pub(super) const BLOCK_HEADER: usize = 12;
/// What a block may hold at most, before and after decompression. nfdump's own
/// buffer is 5 MiB, or 20 MiB in its latest versions.
pub(super) const MAX_BLOCK: usize = 32 << 20;

/// The creator field of nfpcapd, which counts every packet.
const NFPCAPD: u32 = 2;

/// What the rest of the file depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FileHeader {
    /// Octets of the header itself.
    pub(super) length: usize,
    /// How blocks are compressed that do not say otherwise.
    pub(super) compression: Compression,
    /// True where nfpcapd wrote it, from packets.
    pub(super) from_packets: bool,
    /// Data blocks by the header's count, with and without the appendix.
    pub(super) blocks: [u64; 2],
}

/// Why there is no header to go by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NoHeader {
    /// It needs this many octets in all.
    Short(usize),
    /// It is of a kind that is not read: what, and what to do.
    Unsupported(String),
}

impl FileHeader {
    /// Reads the header at the front of `data`.
    pub(super) fn parse(data: &[u8]) -> Result<Self, NoHeader> {
        let (Some(magic), Some(layout)) = (data.get(..2), short(data, 2)) else {
            return Err(NoHeader::Short(LAYOUT_2_LENGTH));
        };
        if magic == MAGIC_SWAPPED {
            return Err(unsupported(
                "an nfcapd file of a big-endian machine",
                "write its records as CSV there (nfdump -r FILE -o csv) and give that",
            ));
        }
        if magic != MAGIC {
            return Err(unsupported("no nfcapd file", "give a file that nfcapd wrote"));
        }
        match layout {
            1 => Self::layout_1(data),
            2 => Self::layout_2(data),
            other => Err(unsupported(
                &format!("an nfcapd file of layout {other}; layouts 1 and 2 are read"),
                "write its records as CSV with the nfdump that made it (nfdump -r FILE -o csv) and \
                 give that",
            )),
        }
    }

    fn layout_1(data: &[u8]) -> Result<Self, NoHeader> {
        let short = NoHeader::Short(LAYOUT_1_LENGTH);
        if data.len() < LAYOUT_1_LENGTH {
            return Err(short);
        }
        let (Some(flags), Some(blocks)) = (word(data, 4), word(data, 8)) else { return Err(short) };
        let compression = match flags & 0x19 {
            0 => Compression::None,
            0x01 => Compression::Lzo,
            0x08 => Compression::Bzip2,
            0x10 => Compression::Lz4,
            other => return Err(unknown_compression(other)),
        };
        let blocks = [blocks.into(); 2];
        Ok(Self { length: LAYOUT_1_LENGTH, compression, from_packets: false, blocks })
    }

    fn layout_2(data: &[u8]) -> Result<Self, NoHeader> {
        let fields = (octet(data, 16), octet(data, 17), short(data, 18), word(data, 20));
        let (Some(compression), Some(encryption), Some(appendix), Some(creator)) = fields else {
            return Err(NoHeader::Short(LAYOUT_2_LENGTH));
        };
        let (Some(_), Some(blocks)) = (long(data, 24), word(data, 36)) else {
            return Err(NoHeader::Short(LAYOUT_2_LENGTH));
        };
        if encryption != 0 {
            return Err(unsupported(
                &format!("an encrypted nfcapd file (method {encryption})"),
                "decrypt it with the nfdump that made it: nfdump -r FILE -w NEW",
            ));
        }
        let compression = match compression {
            0 => Compression::None,
            1 => Compression::Lzo,
            2 => Compression::Bzip2,
            3 => Compression::Lz4,
            4 => Compression::Zstd,
            other => return Err(unknown_compression(other.into())),
        };
        let blocks = [blocks.into(), u64::from(blocks) + u64::from(appendix)];
        let from_packets = creator == NFPCAPD;
        Ok(Self { length: LAYOUT_2_LENGTH, compression, from_packets, blocks })
    }
}

fn unsupported(what: &str, advice: &str) -> NoHeader {
    NoHeader::Unsupported(format!("{what}: {advice}"))
}

fn unknown_compression(number: u32) -> NoHeader {
    unsupported(
        &format!("an nfcapd file of unknown compression {number:#x}"),
        "write it anew with nfdump: nfdump -r FILE -z=lz4 -w NEW",
    )
}

/// The header of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BlockHeader {
    /// Records in it, by its own count.
    pub(super) records: u32,
    /// Octets that follow this header.
    pub(super) size: usize,
    /// What kind of block it is.
    pub(super) kind: BlockKind,
    /// True where this block is stored plainly whatever the file says.
    pub(super) plain: bool,
}

/// What a block holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BlockKind {
    /// Records of nfdump 1.5, without extension maps.
    Legacy,
    /// Records that each say what they are (types 2 and 3).
    Records,
    /// Something else: histograms, tables.
    Other,
}

impl BlockHeader {
    /// Reads the header at the front of `data`; `None` where it is cut.
    pub(super) fn parse(data: &[u8], layout_1: bool) -> Option<Self> {
        let kind = match (short(data, 8)?, layout_1) {
            (1, true) => BlockKind::Legacy,
            (2, true) | (3, false) => BlockKind::Records,
            _ => BlockKind::Other,
        };
        // Layout 1: 0 as the file says, 1 plain, 2 compressed. Layout 2: bit 0.
        let flags = short(data, 10)?;
        let plain = if layout_1 { flags == 1 } else { flags & 1 != 0 };
        let size = usize::try_from(word(data, 4)?).ok()?;
        Some(Self { records: word(data, 0)?, size, kind, plain })
    }
}

impl FileHeader {
    /// True for the layout of nfdump 1.6.
    pub(super) fn is_layout_1(&self) -> bool {
        self.length == LAYOUT_1_LENGTH
    }
}
