//! What every run counts of a plain packet.

use super::IpProtocol;

/// The ends of a plain packet, as far as prefixes of up to 64 bits go, and its
/// amounts.
///
/// Four numbers of one width, of which the first and the last are the addresses: of several
/// packets they are written, or read, at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct Ends {
    /// The upper 64 bits of the left-aligned source address.
    pub source: u64,
    /// IP-layer octets in the lower half, the original length of the frame in the upper.
    amounts: u64,
    protocol: u64,
    /// The same of the destination address as of the source.
    pub destination: u64,
}

impl Ends {
    /// What fills the places of a batch before packets do.
    pub const NONE: Self = Self { source: 0, destination: 0, amounts: 0, protocol: 0 };

    /// From the upper 64 bits of both left-aligned addresses (source first), IP-layer
    /// octets and the original length of the frame, and the protocol.
    #[inline(always)]
    #[must_use]
    pub fn new(
        [source, destination]: [u64; 2],
        (octets, wire_octets): (u32, u32),
        protocol: IpProtocol,
    ) -> Self {
        let amounts = u64::from(wire_octets) << 32 | u64::from(octets);
        Self { source, destination, amounts, protocol: protocol.0.into() }
    }

    /// IP-layer octets.
    #[inline(always)]
    #[must_use]
    pub fn octets(&self) -> u64 {
        self.amounts & u64::from(u32::MAX)
    }

    /// Original length of the frame.
    #[inline(always)]
    #[must_use]
    pub fn wire_octets(&self) -> u64 {
        self.amounts >> 32
    }

    /// The protocol.
    #[inline(always)]
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "it was made of 8 bits")]
    pub fn protocol(&self) -> IpProtocol {
        IpProtocol(self.protocol as u8)
    }
}
