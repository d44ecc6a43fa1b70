//! pcapng (draft-ietf-opsawg-pcapng): one section, one interface, Enhanced
//! Packet Blocks.

use super::Record;
use crate::synth::{ByteOrder, Recipe, Resolution};

/// Enhanced Packet Block.
const PACKET: u32 = 6;
/// Interface Description Block.
const INTERFACE: u32 = 1;
/// Section Header Block.
const SECTION: u32 = 0x0a0d_0d0a;
/// Option `if_tsresol`.
const IF_TSRESOL: u16 = 9;

/// A pcapng section's properties.
pub(in crate::synth) struct PcapNg {
    order: ByteOrder,
    resolution: Resolution,
    snap_len: u32,
    link_type: u16,
}

impl PcapNg {
    /// Octets of an Enhanced Packet Block before the frame.
    pub(super) const BEFORE_FRAME: usize = 28;

    pub(super) fn new(recipe: &Recipe) -> Self {
        Self {
            order: recipe.byte_order,
            resolution: recipe.resolution,
            snap_len: recipe.snap_len,
            link_type: recipe.link.link_type().0,
        }
    }

    /// The section's header (of unknown length) and the interface.
    pub(super) fn header_blocks(&self) -> Vec<u8> {
        let order = self.order;
        let mut section = order.u32(0x1a2b_3c4d).to_vec();
        section.extend(order.u16(1));
        section.extend(order.u16(0));
        section.extend([0xff; 8]);
        let mut interface = order.u16(self.link_type).to_vec();
        interface.extend(order.u16(0));
        interface.extend(order.u32(self.snap_len));
        // Microseconds are what the format assumes.
        if self.resolution == Resolution::Nano {
            interface.extend(order.u16(IF_TSRESOL));
            interface.extend(order.u16(1));
            interface.extend([9, 0, 0, 0]);
            interface.extend([0; 4]);
        }
        let mut blocks = self.block(SECTION, &section);
        blocks.extend(self.block(INTERFACE, &interface));
        blocks
    }

    fn block(&self, kind: u32, body: &[u8]) -> Vec<u8> {
        // Both bodies have fewer than 30 octets.
        let len = self.order.u32(u32::try_from(body.len() + 12).unwrap_or(u32::MAX));
        [&self.order.u32(kind)[..], &len, body, &len].concat()
    }

    /// Writes the block's fields around its frame.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "halves of 64 bits; frames below 66,000")]
    pub(super) fn finish(&self, record: Record, octets: &mut [u8]) -> usize {
        let ticks = record.nanoseconds / self.resolution.nanoseconds();
        let lens = record.lens;
        let trailer = Self::BEFORE_FRAME + lens.captured.next_multiple_of(4);
        let len = (trailer + 4) as u32;
        let fields = [
            PACKET,
            len,
            0,
            (ticks >> 32) as u32,
            ticks as u32,
            lens.captured as u32,
            lens.original as u32,
        ];
        for (place, field) in octets[..Self::BEFORE_FRAME].chunks_exact_mut(4).zip(fields) {
            place.copy_from_slice(&self.order.u32(field));
        }
        octets[Self::BEFORE_FRAME + lens.captured..trailer].fill(0);
        octets[trailer..trailer + 4].copy_from_slice(&self.order.u32(len));
        trailer + 4
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synth::compose::FrameLens;

    #[test]
    fn a_block_is_padded_and_has_its_length_at_both_ends() {
        let pcapng = PcapNg::new(&Recipe { byte_order: ByteOrder::Big, ..Recipe::default() });
        let mut octets = vec![0xaa; 100];
        let lens = FrameLens { captured: 61, original: 1_500 };
        let len = pcapng.finish(Record { nanoseconds: 1_000, lens }, &mut octets);
        assert_eq!(len, 28 + 64 + 4);
        assert_eq!(octets[4..8], [0, 0, 0, 96]);
        assert_eq!(octets[92..96], [0, 0, 0, 96]);
        assert_eq!(octets[16..20], [0, 0, 0, 1], "one microsecond");
        assert_eq!(octets[28 + 60..28 + 64], [0xaa, 0, 0, 0]);
    }
}
