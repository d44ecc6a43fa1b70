//! The UDP datagram that a frame carries, for who reads what is in it.

use super::ip::{Carried, Packet};
use super::link::{self, Payload};
use super::{Decoder, general};
use crate::model::{Frame, IpAddress, IpProtocol, IpVersion};

/// Octets of a UDP header (RFC 768).
const UDP_LEN: usize = 8;

/// A UDP datagram right inside the outermost IP header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Datagram<'a> {
    /// Family and address that it came from.
    pub source: (IpVersion, IpAddress),
    /// Source and destination port.
    pub ports: (u16, u16),
    /// What it carries, as far as it was captured.
    pub payload: &'a [u8],
    /// True for the first fragment of a datagram, of which the rest is elsewhere.
    pub is_fragment: bool,
}

impl Decoder {
    /// The UDP datagram that a frame carries; `None` where it carries none, or a
    /// later fragment, or what was captured ends before the ports do.
    #[must_use]
    pub fn datagram<'a>(&self, frame: &Frame<'a>) -> Option<Datagram<'a>> {
        let link = link::resolve(frame.link_type?, frame.captured);
        let Payload::Ip { offset, family } = link.payload else { return None };
        let captured = frame.captured.get(offset..)?;
        let room = u64::from(frame.original_len).saturating_sub(offset as u64);
        let parsed = general::outer(&Packet { captured, room, padded: false }, family).ok()?;
        let carried = parsed.carried;
        if carried.protocol != Some(IpProtocol::UDP) || carried.later_fragment {
            return None;
        }
        let (ports, source) = (parsed.header.ports?, parsed.header.source?);
        let payload = carried.bytes.get(UDP_LEN..)?;
        let declared = carried.bytes.get(4..)?.first_chunk::<2>()?;
        // A length of 0 is left to the IP header; a longer one than that was cut.
        let declared = usize::from(u16::from_be_bytes(*declared)).checked_sub(UDP_LEN);
        let payload = &payload[..declared.unwrap_or(usize::MAX).min(payload.len())];
        let is_fragment = carried.declared == Carried::UNBOUNDED;
        Some(Datagram { source: (parsed.header.version, source), ports, payload, is_fragment })
    }
}
