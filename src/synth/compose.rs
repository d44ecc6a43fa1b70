//! One packet: the template of its flow, with lengths, counters and checksums.

use super::Recipe;
use super::checksum::{Crc32c, Sum};
use super::flow::Flow;
use super::fragment;
use super::layout::{ChecksumField, Layout, LengthField, SequenceField, TransportLayout};
use super::payload::{Payloads, Slice};
use super::rng::{Rng, Stream};
use super::sizes::SizeTable;

/// Octets that the longest headers of a frame may take.
pub(super) const MAX_HEAD: usize = 256;

/// Octets of the longest frame: headers and the largest payload.
pub(super) const MAX_FRAME: usize = MAX_HEAD + 65_536;

/// What all packets are made from.
pub(super) struct Composer {
    payloads: Payloads,
    sizes: SizeTable,
    /// Octets of a frame that are stored.
    snap_len: usize,
}

/// Lengths of a composed frame, in octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FrameLens {
    /// What was stored.
    pub(super) captured: usize,
    /// What was on the wire.
    pub(super) original: usize,
}

/// What the random bits of one packet decide.
#[derive(Clone, Copy)]
pub(super) struct Draws {
    /// Its size.
    pub(super) size: u32,
    /// Where its payload begins.
    pub(super) payload: u64,
}

/// What of a datagram goes into a packet: mostly all.
pub(super) struct Part {
    /// Octets of the template that stand in it.
    pub(super) head: usize,
    /// Its payload.
    pub(super) payload: Slice,
    /// What of the datagram's payload follows in a later fragment.
    pub(super) rest: Slice,
    /// Octets of the datagram before it.
    pub(super) offset: u16,
}

impl Draws {
    /// Takes 64 random bits apart.
    #[inline]
    pub(super) fn new(bits: u64) -> Self {
        Self { size: (bits >> 32) as u32, payload: bits & 0xffff_ffff }
    }
}

impl Composer {
    /// For a checked recipe.
    pub(super) fn new(recipe: &Recipe) -> Self {
        Self {
            payloads: Payloads::new(&mut Rng::new(recipe.seed, Stream::Payload)),
            sizes: SizeTable::new(recipe.sizes),
            snap_len: match recipe.snap_len {
                0 => usize::MAX,
                snap_len => snap_len as usize,
            },
        }
    }

    /// Composes the next packet of `flow` at the start of `frame`, which has
    /// [`MAX_FRAME`] octets, and counts it there.
    #[inline]
    pub(super) fn compose(
        &self,
        frame: &mut [u8],
        template: &[u8],
        layout: &Layout,
        flow: &mut Flow,
        rng: &mut Rng,
    ) -> FrameLens {
        let part = self.part(layout, flow, rng);
        let end = part.head + part.payload.len;
        frame[..part.head].copy_from_slice(&template[..part.head]);
        for length in &layout.lengths {
            write_length(*length, end, frame);
        }
        // Hosts number their packets, so that none is a copy of another.
        let [.., a, b, c, d] = flow.sent.packets.to_be_bytes();
        for &at in &layout.v4_headers {
            frame[at + 4..at + 6].copy_from_slice(&[c, d]);
        }
        if let Some(field) = layout.fragment {
            fragment::write(field, &part, flow.identification, frame);
        }
        for &at in &layout.v4_headers {
            write_v4_checksum(at, frame);
        }
        if let Some(transport) = &layout.transport
            && part.offset == 0
        {
            self.write_transport(transport, layout.head, &part, [a, b, c, d], flow, frame);
        }
        let original = end.max(layout.pad_to);
        let captured = original.min(self.snap_len);
        if captured > part.head {
            let payload = self.payloads.octets(part.payload, captured - part.head);
            let stored = part.head + payload.len();
            frame[part.head..stored].copy_from_slice(payload);
            frame[stored..captured].fill(0);
        }
        flow.sent.packets += 1;
        flow.sent.octets += (end - layout.ip) as u64;
        flow.sent.wire_octets += original as u64;
        FrameLens { captured, original }
    }

    /// Counts the next packet of `flow` as [`Self::compose`] does, with the same
    /// draws, and composes nothing. Returns the octets of its outer IP packet.
    #[inline]
    pub(super) fn count(&self, layout: &Layout, flow: &mut Flow, rng: &mut Rng) -> u64 {
        let part = self.part(layout, flow, rng);
        let octets = (part.head + part.payload.len - layout.ip) as u64;
        flow.sent.packets += 1;
        flow.sent.octets += octets;
        octets
    }

    /// How much goes into this packet.
    #[inline]
    fn part(&self, layout: &Layout, flow: &mut Flow, rng: &mut Rng) -> Part {
        let draws = Draws::new(rng.bits());
        let whole =
            |payload| Part { head: layout.head, payload, rest: Slice::default(), offset: 0 };
        match &layout.transport {
            None => whole(Slice::default()),
            Some(transport) if layout.fragment.is_some() => {
                fragment::next(layout, transport, flow, draws, &self.sizes, rng)
            }
            Some(transport) => {
                let size = self.sizes.draw(draws.size).saturating_sub(layout.head - layout.ip);
                let len = size.max(transport.least) & !(transport.grain - 1);
                whole(Payloads::slice(draws.payload, len))
            }
        }
    }

    /// Length, counter and checksum of the transport header, which cover the
    /// whole datagram.
    #[inline]
    fn write_transport(
        &self,
        transport: &TransportLayout,
        head: usize,
        part: &Part,
        acknowledged: [u8; 4],
        flow: &mut Flow,
        frame: &mut [u8],
    ) {
        let payload = part.payload.len + part.rest.len;
        if let Some(length) = transport.length {
            write_length(length, head + payload, frame);
        }
        if let Some(field) = transport.sequence {
            let step = write_sequence(field, flow.sequence, payload, frame);
            if let SequenceField::Octets(at) = field {
                frame[at + 4..at + 8].copy_from_slice(&acknowledged);
            }
            flow.sequence = flow.sequence.wrapping_add(step);
        }
        let header = transport.at..head;
        match transport.checksum {
            ChecksumField::Absent => {}
            ChecksumField::Message(at) => {
                let sum = self.message_sum(&frame[header], part);
                frame[at..at + 2].copy_from_slice(&sum.checksum().to_be_bytes());
            }
            ChecksumField::Pseudo(at) => {
                let mut sum = self.message_sum(&frame[header], part);
                sum.add(&frame[transport.addresses.clone()]);
                sum.0 += (head - transport.at + payload) as u64 + u64::from(transport.protocol);
                // UDP: a sum of 0 is sent as all ones (RFC 768); for the others
                // the two are the same number.
                let checksum = match sum.checksum() {
                    0 => u16::MAX,
                    checksum => checksum,
                };
                frame[at..at + 2].copy_from_slice(&checksum.to_be_bytes());
            }
            ChecksumField::Crc(at) => {
                let mut crc = Crc32c::new();
                crc.add(&frame[header]);
                self.payloads.crc(part.payload, &mut crc);
                self.payloads.crc(part.rest, &mut crc);
                frame[at..at + 4].copy_from_slice(&crc.value().to_le_bytes());
            }
        }
    }

    /// The sum of header and payload; the checksum in the header is still 0.
    #[inline]
    fn message_sum(&self, header: &[u8], part: &Part) -> Sum {
        let mut sum = Sum::default();
        sum.add(header);
        sum.0 += self.payloads.sum(part.payload).0;
        if part.rest.len > 0 {
            sum.0 += self.payloads.sum(part.rest).0;
        }
        sum
    }
}

#[inline]
#[expect(clippy::cast_possible_truncation, reason = "sizes are checked to fit with all headers")]
fn write_length(field: LengthField, end: usize, frame: &mut [u8]) {
    debug_assert!(end - field.base <= 0xffff);
    frame[field.at..field.at + 2].copy_from_slice(&((end - field.base) as u16).to_be_bytes());
}

/// Writes a counter. Returns by how much it goes on; it wraps as those of the
/// protocols do.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "the lower half; payloads below 65,536")]
fn write_sequence(field: SequenceField, value: u32, payload: usize, frame: &mut [u8]) -> u32 {
    match field {
        SequenceField::Narrow(at) => {
            frame[at..at + 2].copy_from_slice(&(value as u16).to_be_bytes());
            1
        }
        SequenceField::Wide(at) => {
            frame[at..at + 4].copy_from_slice(&value.to_be_bytes());
            1
        }
        SequenceField::LittleEndian(at) => {
            frame[at..at + 4].copy_from_slice(&value.to_le_bytes());
            1
        }
        SequenceField::Octets(at) => {
            frame[at..at + 4].copy_from_slice(&value.to_be_bytes());
            payload as u32
        }
    }
}

/// The checksum of an IPv4 header of 20 octets, in which it is still 0.
#[inline]
fn write_v4_checksum(at: usize, frame: &mut [u8]) {
    let mut sum = Sum::default();
    sum.add(&frame[at..at + 20]);
    frame[at + 10..at + 12].copy_from_slice(&sum.checksum().to_be_bytes());
}
