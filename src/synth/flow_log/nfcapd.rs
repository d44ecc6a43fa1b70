//! A file of nfdump as nfpcapd writes it: layout 2, blocks that are not
//! compressed, and records of elements 1 (generic) and 2 or 3 (addresses).

use super::entry::Entry;
use crate::model::IpVersion;

/// Octets of a block's records before the next one begins.
const BLOCK: usize = 1 << 20;
/// The version of nfdump that wrote such files first.
const NFDUMP: u32 = 0x0107_0100;
/// nfpcapd, which counts every packet.
const CREATOR: u32 = 2;
const RECORD: u16 = 11;
const FROM_PACKETS: u8 = 0x41;

/// A file being written.
pub(super) struct Nfcapd {
    start: u64,
    /// Blocks by the header, which stands before them.
    told: u32,
    written: u32,
    content: Vec<u8>,
    records: u32,
}

impl Nfcapd {
    pub(super) fn new(start: u64, blocks: u32) -> Self {
        Self { start, told: blocks, written: 0, content: Vec::new(), records: 0 }
    }

    pub(super) fn begin(&self, out: &mut Vec<u8>) {
        out.extend([0x0c, 0xa5, 2, 0]);
        out.extend(NFDUMP.to_le_bytes());
        out.extend((self.start / 1_000_000_000).to_le_bytes());
        // No compression, no encryption, no appendix.
        out.extend([0; 4]);
        out.extend(CREATOR.to_le_bytes());
        out.extend([0; 12]);
        out.extend(self.told.to_le_bytes());
    }

    #[inline]
    pub(super) fn record(&mut self, entry: &Entry, out: &mut Vec<u8>) {
        let (element, octets) = match entry.key.version {
            IpVersion::V4 => (2_u16, 12_u16),
            IpVersion::V6 => (3, 36),
        };
        let content = &mut self.content;
        // Type, size, elements, engine, exporter, flags, version.
        for field in [RECORD, 12 + 52 + octets, 2, 0, 0] {
            content.extend(field.to_le_bytes());
        }
        content.extend([0, FROM_PACKETS]);
        for field in [1_u16, 52] {
            content.extend(field.to_le_bytes());
        }
        let [first, last] = entry.milliseconds();
        for field in [first, last, last, entry.packets, entry.octets] {
            content.extend(field.to_le_bytes());
        }
        for port in entry.key.ports {
            content.extend(port.to_le_bytes());
        }
        content.extend([entry.key.protocol, 0, 0, 0]);
        content.extend(element.to_le_bytes());
        content.extend(octets.to_le_bytes());
        for address in [entry.key.source, entry.key.destination] {
            match entry.key.version {
                // The upper 32 bits of what is left-aligned, as a number.
                IpVersion::V4 => content.extend(&address.bits().to_le_bytes()[12..]),
                IpVersion::V6 => content.extend(address.bits().rotate_left(64).to_le_bytes()),
            }
        }
        self.records += 1;
        if content.len() >= BLOCK {
            self.end(out);
        }
    }

    pub(super) fn end(&mut self, out: &mut Vec<u8>) {
        if self.records == 0 {
            return;
        }
        out.extend(self.records.to_le_bytes());
        let size = u32::try_from(self.content.len()).expect("a block is not much above 1 MiB");
        out.extend(size.to_le_bytes());
        out.extend([3, 0, 0, 0]);
        out.append(&mut self.content);
        self.records = 0;
        self.written += 1;
    }

    pub(super) fn blocks(&self) -> u32 {
        self.written
    }
}
