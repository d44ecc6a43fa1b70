//! The IPv6 header and its chain of extension headers (RFC 8200), whole or cut,
//! with the named exceptions of its length.

use super::ip::{self, Carried, Packet, Parsed};
use crate::model::{Anomalies, Anomaly, IpAddress, IpHeader, IpProtocol, IpVersion};
use etherparse::{Ipv6FragmentHeaderSlice, Ipv6HeaderSlice};

/// Octets of the fixed header.
const HEADER: usize = 40;
/// Option type of the Jumbo Payload (RFC 2675 section 2).
const JUMBO_PAYLOAD: u8 = 0xc2;
/// Routing type of a segment routing header (RFC 8754 section 2).
const SEGMENT_ROUTING: u8 = 4;
/// Option type of the one-octet padding (RFC 8200 section 4.2).
const PAD1: u8 = 0;

/// Reads the header and walks the chain. The version is known to be 6, or no
/// octet of the header was captured.
pub(super) fn parse<'a>(packet: &Packet<'a>) -> Parsed<'a> {
    let mut anomalies = Anomalies::NONE;
    let captured = packet.captured;
    let Ok(header) = Ipv6HeaderSlice::from_slice(captured) else {
        return cut(packet);
    };
    let first = IpProtocol(header.next_header().0);
    let (octets, excess_octets) = octets(packet, header.payload_length(), first, &mut anomalies);
    // What the header declares is the packet; what follows is padding.
    let declared = usize::try_from(octets).unwrap_or(usize::MAX).saturating_sub(HEADER);
    let payload = &captured[HEADER..];
    let carried = walk(first, &payload[..payload.len().min(declared)], declared as u64);
    let protocol = carried.and_then(|carried| carried.protocol);
    if carried.is_none_or(|carried| carried.protocol.is_none() && !carried.later_fragment) {
        anomalies.insert(Anomaly::TruncatedExtensionHeader);
    }
    let carried = carried.unwrap_or_default();
    let ports = protocol.filter(|_| !carried.later_fragment);
    let ports = ports.and_then(|inside| ip::ports(inside, carried.bytes, carried.declared));
    let header = IpHeader {
        version: IpVersion::V6,
        source: Some(IpAddress::from_v6(header.source())),
        destination: Some(IpAddress::from_v6(header.destination())),
        protocol,
        ports,
        octets,
        traffic_class: Some(header.traffic_class()),
    };
    Parsed { header, carried, anomalies, excess_octets }
}

/// A header of which fewer than 40 octets were captured.
fn cut<'a>(packet: &Packet<'a>) -> Parsed<'a> {
    let mut anomalies = Anomalies::NONE;
    anomalies.insert(Anomaly::TruncatedHeader);
    let captured = packet.captured;
    let first = captured.get(6).copied().map(IpProtocol);
    let (octets, excess_octets) = match captured.get(4..6) {
        Some([high, low]) => {
            let payload = u16::from_be_bytes([*high, *low]);
            // Where the Next Header is cut away, no Jumbo Payload can be seen.
            let first = first.unwrap_or(IpProtocol::IPV6_NONXT);
            octets(packet, payload, first, &mut anomalies)
        }
        _ => (0, 0),
    };
    let source = captured.get(8..24).and_then(|octets| octets.first_chunk::<16>());
    let header = IpHeader {
        version: IpVersion::V6,
        source: source.map(|octets| IpAddress::from_v6(*octets)),
        destination: None,
        protocol: first.filter(|first| !ip::is_extension_header(*first)),
        ports: None,
        octets,
        traffic_class: traffic_class(captured),
    };
    Parsed { header, carried: Carried::default(), anomalies, excess_octets }
}

/// The Traffic Class, which lies across the first two octets.
fn traffic_class(captured: &[u8]) -> Option<u8> {
    match captured {
        [first, second, ..] => Some(first << 4 | second >> 4),
        _ => None,
    }
}

/// The octets of the packet, and those that the frame cannot hold.
fn octets(
    packet: &Packet<'_>,
    payload_length: u16,
    first: IpProtocol,
    anomalies: &mut Anomalies,
) -> (u64, u64) {
    let jumbo = || jumbo_payload(packet.captured.get(HEADER..)?);
    let octets = if payload_length != 0 {
        HEADER as u64 + u64::from(payload_length)
    } else if let Some(length) = (first == IpProtocol::HOPOPT).then(jumbo).flatten() {
        anomalies.insert(Anomaly::Jumbogram);
        HEADER as u64 + u64::from(length)
    } else if first != IpProtocol::IPV6_NONXT && packet.room > HEADER as u64 && !packet.padded {
        anomalies.insert(Anomaly::PayloadLengthZero);
        packet.room
    } else {
        HEADER as u64
    };
    if octets > packet.room {
        anomalies.insert(Anomaly::LengthExceedsFrame);
    }
    (octets, octets.saturating_sub(packet.room))
}

/// The Jumbo Payload Length in a Hop-by-Hop Options header, if it is there and
/// was captured (RFC 2675).
fn jumbo_payload(hop_by_hop: &[u8]) -> Option<u32> {
    let len = (usize::from(*hop_by_hop.get(1)?) + 1) * 8;
    let mut options = &hop_by_hop[2..hop_by_hop.len().min(len)];
    loop {
        match options {
            [PAD1, rest @ ..] => options = rest,
            [JUMBO_PAYLOAD, 4, a, b, c, d, ..] => {
                return Some(u32::from_be_bytes([*a, *b, *c, *d]));
            }
            [_, len, rest @ ..] => options = rest.get(usize::from(*len)..)?,
            _ => return None,
        }
    }
}

/// Walks the chain; `None` when it is cut before it names the protocol. A later
/// fragment whose Fragment header names another extension header has no
/// protocol. Each step takes at least 8 octets, so the work is bounded by what
/// was captured.
fn walk(first: IpProtocol, payload: &[u8], declared: u64) -> Option<Carried<'_>> {
    let (mut protocol, mut offset) = (first, 0);
    let mut carried = Carried { declared, ..Carried::default() };
    while ip::is_extension_header(protocol) {
        let rest = payload.get(offset..)?;
        let (next, len) = match (protocol, rest) {
            (IpProtocol::IPV6_FRAG, _) => {
                let header = Ipv6FragmentHeaderSlice::from_slice(rest).ok()?;
                let next = IpProtocol(header.next_header().0);
                if header.fragment_offset().value() != 0 {
                    carried.later_fragment = true;
                    carried.protocol = (!ip::is_extension_header(next)).then_some(next);
                    return Some(carried);
                }
                if header.more_fragments() {
                    carried.declared = Carried::UNBOUNDED;
                }
                (next, 8)
            }
            (IpProtocol::AH, [next, len, ..]) => {
                carried.behind_ah = true;
                (IpProtocol(*next), (usize::from(*len) + 2) * 4)
            }
            (IpProtocol::IPV6_ROUTE, [next, len, SEGMENT_ROUTING, ..]) => {
                carried.behind_srh = true;
                (IpProtocol(*next), (usize::from(*len) + 1) * 8)
            }
            (_, [next, len, ..]) => (IpProtocol(*next), (usize::from(*len) + 1) * 8),
            _ => return None,
        };
        (protocol, offset) = (next, offset + len);
    }
    carried.protocol = Some(protocol);
    carried.bytes = payload.get(offset..).unwrap_or_default();
    if carried.declared != Carried::UNBOUNDED {
        carried.declared = carried.declared.saturating_sub(offset as u64);
    }
    Some(carried)
}
