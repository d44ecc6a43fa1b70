//! Classic pcap (draft-ietf-opsawg-pcap): either byte order and resolution.

use super::Record;
use crate::synth::{ByteOrder, Recipe, Resolution};

/// The snap length in the file's header where frames are stored whole.
const WHOLE: u32 = 262_144;

/// A pcap file's properties.
pub(in crate::synth) struct Pcap {
    order: ByteOrder,
    resolution: Resolution,
    snap_len: u32,
    link_type: u16,
}

impl Pcap {
    /// Octets of a record's header.
    pub(super) const RECORD_HEADER: usize = 16;

    pub(super) fn new(recipe: &Recipe) -> Self {
        Self {
            order: recipe.byte_order,
            resolution: recipe.resolution,
            snap_len: if recipe.snap_len == 0 { WHOLE } else { recipe.snap_len },
            link_type: recipe.link.link_type().0,
        }
    }

    /// Magic, version 2.4, two reserved fields, snap length and link type.
    pub(super) fn header(&self) -> Vec<u8> {
        let magic = match self.resolution {
            Resolution::Micro => 0xa1b2_c3d4,
            Resolution::Nano => 0xa1b2_3c4d,
        };
        let mut header = Vec::with_capacity(24);
        header.extend(self.order.u32(magic));
        header.extend(self.order.u16(2));
        header.extend(self.order.u16(4));
        for field in [0, 0, self.snap_len, u32::from(self.link_type)] {
            header.extend(self.order.u32(field));
        }
        header
    }

    /// Writes the record's header in front of its frame.
    #[inline]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "checked: times in 32 bits, frames below 66,000"
    )]
    pub(super) fn finish(&self, record: Record, octets: &mut [u8]) -> usize {
        let seconds = record.nanoseconds / 1_000_000_000;
        let fraction = record.nanoseconds % 1_000_000_000 / self.resolution.nanoseconds();
        let lens = record.lens;
        let fields = [seconds as u32, fraction as u32, lens.captured as u32, lens.original as u32];
        for (place, field) in octets[..Self::RECORD_HEADER].chunks_exact_mut(4).zip(fields) {
            place.copy_from_slice(&self.order.u32(field));
        }
        Self::RECORD_HEADER + lens.captured
    }
}

impl ByteOrder {
    /// The octets of a 16-bit integer.
    #[inline]
    pub(super) fn u16(self, value: u16) -> [u8; 2] {
        match self {
            Self::Little => value.to_le_bytes(),
            Self::Big => value.to_be_bytes(),
        }
    }

    /// The octets of a 32-bit integer.
    #[inline]
    pub(super) fn u32(self, value: u32) -> [u8; 4] {
        match self {
            Self::Little => value.to_le_bytes(),
            Self::Big => value.to_be_bytes(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_four_magics() {
        for (byte_order, resolution, magic) in [
            (ByteOrder::Little, Resolution::Micro, [0xd4, 0xc3, 0xb2, 0xa1]),
            (ByteOrder::Big, Resolution::Micro, [0xa1, 0xb2, 0xc3, 0xd4]),
            (ByteOrder::Little, Resolution::Nano, [0x4d, 0x3c, 0xb2, 0xa1]),
            (ByteOrder::Big, Resolution::Nano, [0xa1, 0xb2, 0x3c, 0x4d]),
        ] {
            let pcap = Pcap::new(&Recipe { byte_order, resolution, ..Recipe::default() });
            let header = pcap.header();
            assert_eq!(header.len(), 24);
            assert_eq!(header[..4], magic);
        }
    }
}
