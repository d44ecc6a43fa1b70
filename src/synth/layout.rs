//! Where the fields of a header template lie that change from packet to packet.
//!
//! The headers of a flow are rendered once. Per packet only lengths, checksums
//! and counters are written; a [`Layout`] says where. Flows of one kind share it.

use std::ops::Range;

/// Headers under construction: their octets, and where what lies.
#[derive(Debug, Default)]
pub(super) struct Stack {
    pub(super) octets: Vec<u8>,
    pub(super) layout: Layout,
}

/// The moving fields of a stack of headers. Positions count from the start of
/// the frame.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Layout {
    /// Start of the outer IP header; the end of the frame where there is none.
    pub(super) ip: usize,
    /// Start of the innermost IP header.
    pub(super) inner: usize,
    /// Octets of all headers.
    pub(super) head: usize,
    /// Frames are padded to so many octets.
    pub(super) pad_to: usize,
    /// Lengths that reach to the end of the packet.
    pub(super) lengths: Vec<LengthField>,
    /// Starts of IPv4 headers, whose checksums follow their lengths.
    pub(super) v4_headers: Vec<usize>,
    /// The fields of fragments, in flows that send them.
    pub(super) fragment: Option<FragmentField>,
    /// The transport header.
    pub(super) transport: Option<TransportLayout>,
}

/// A 16-bit length: the octets from `base` to the end of the packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LengthField {
    pub(super) at: usize,
    pub(super) base: usize,
}

/// Where a fragment says which part it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FragmentField {
    /// Start of the IPv4 header.
    V4(usize),
    /// Start of the IPv6 Fragment header.
    V6(usize),
}

/// The moving fields of a transport header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TransportLayout {
    /// Start of the header.
    pub(super) at: usize,
    /// The addresses of the pseudo-header: those of the innermost IP header.
    pub(super) addresses: Range<usize>,
    /// The protocol number, as the pseudo-header has it.
    pub(super) protocol: u8,
    /// Which checksum.
    pub(super) checksum: ChecksumField,
    /// The length of the datagram or chunk.
    pub(super) length: Option<LengthField>,
    /// What counts up.
    pub(super) sequence: Option<SequenceField>,
    /// Payloads are multiples of so many octets: a power of two.
    pub(super) grain: usize,
    /// Octets of the smallest payload, a multiple of the grain.
    pub(super) least: usize,
}

/// Which checksum a transport header has, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ChecksumField {
    /// None.
    Absent,
    /// Over the message alone (ICMP).
    Message(usize),
    /// Over pseudo-header and message (TCP, UDP, ICMPv6).
    Pseudo(usize),
    /// CRC32c over the message (SCTP).
    Crc(usize),
}

/// A counter in a transport header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SequenceField {
    /// 32 bits, by the octets of the payload (TCP).
    Octets(usize),
    /// 32 bits, by one (SCTP, ESP).
    Wide(usize),
    /// 32 bits, by one, the least significant octet first (WireGuard).
    LittleEndian(usize),
    /// 16 bits, by one (ICMP echo).
    Narrow(usize),
}

impl Stack {
    /// Where the next header begins.
    pub(super) fn end(&self) -> usize {
        self.octets.len()
    }

    /// Appends octets of a header.
    pub(super) fn push(&mut self, octets: &[u8]) {
        self.octets.extend_from_slice(octets);
    }

    /// Notes a length field that counts from `base` to the end of the packet.
    pub(super) fn length(&mut self, at: usize, base: usize) {
        self.layout.lengths.push(LengthField { at, base });
    }

    /// The finished template and its layout.
    pub(super) fn finish(mut self) -> (Vec<u8>, Layout) {
        self.layout.head = self.octets.len();
        if self.layout.transport.is_none() {
            self.layout.ip = self.layout.head;
            self.layout.inner = self.layout.head;
        }
        (self.octets, self.layout)
    }
}

impl Layout {
    /// Octets of the smallest (first) IP packet.
    pub(super) fn minimum(&self) -> usize {
        let Some(transport) = &self.transport else { return 0 };
        let message = self.head - transport.at + transport.least;
        let message = match self.fragment {
            Some(_) => message.next_multiple_of(8).max(8),
            None => message,
        };
        transport.at - self.ip + message
    }
}
