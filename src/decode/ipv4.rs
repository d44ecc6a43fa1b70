//! The IPv4 header (RFC 791), whole or cut, with the named exceptions of its
//! length.

use super::ip::{self, Carried, Packet, Parsed};
use crate::model::{Anomalies, Anomaly, IpAddress, IpHeader, IpProtocol, IpVersion};
use etherparse::{IpAuthHeaderSlice, Ipv4HeaderSlice};

/// Octets of a header without options.
const MIN_HEADER: usize = 20;

/// Reads the header. The version is known to be 4, or no octet of the header
/// was captured.
pub(super) fn parse<'a>(packet: &Packet<'a>) -> Parsed<'a> {
    let mut anomalies = Anomalies::NONE;
    let captured = packet.captured;
    let header_len = captured.first().map_or(0, |first| usize::from(first & 0x0f) * 4);
    if captured.len() < header_len.max(MIN_HEADER) {
        anomalies.insert(Anomaly::TruncatedHeader);
    } else if header_len < MIN_HEADER {
        anomalies.insert(Anomaly::BadHeaderLength);
    }
    let (octets, excess_octets) = octets(packet, header_len, &mut anomalies);
    let protocol = captured.get(9).copied().map(IpProtocol);
    let address = |at: usize| {
        let octets = captured.get(at..)?.first_chunk::<4>()?;
        Some(IpAddress::from_v4(*octets))
    };
    let carried = match Ipv4HeaderSlice::from_slice(captured) {
        Ok(header) => carried(&header, captured, octets, &mut anomalies),
        Err(_) => Carried::default(),
    };
    let ports = carried.protocol.filter(|_| !carried.later_fragment);
    let ports = ports.and_then(|inside| ip::ports(inside, carried.bytes, carried.declared));
    let header = IpHeader {
        version: IpVersion::V4,
        source: address(12),
        destination: address(16),
        protocol,
        ports,
        octets,
        traffic_class: captured.get(1).copied(),
    };
    Parsed { header, carried, anomalies, excess_octets }
}

/// The octets of the packet, and those that the frame cannot hold.
fn octets(packet: &Packet<'_>, header_len: usize, anomalies: &mut Anomalies) -> (u64, u64) {
    let Some([high, low]) = packet.captured.get(2..4) else {
        // Cut before its length field: 0 octets, the family kept.
        return (0, 0);
    };
    let total = u64::from(u16::from_be_bytes([*high, *low]));
    if total == 0 {
        anomalies.insert(Anomaly::TotalLengthZero);
        return (packet.room, 0);
    }
    if total < header_len as u64 {
        anomalies.insert(Anomaly::BadHeaderLength);
    }
    if total > packet.room {
        anomalies.insert(Anomaly::LengthExceedsFrame);
    }
    (total, total.saturating_sub(packet.room))
}

/// What the header carries, behind an Authentication Header too (RFC 4302): the
/// protocol of the transport view stays 51, but what is inside serves ports and
/// tunnels.
fn carried<'a>(
    header: &Ipv4HeaderSlice<'_>,
    captured: &'a [u8],
    octets: u64,
    anomalies: &mut Anomalies,
) -> Carried<'a> {
    let header_len = header.slice().len();
    let protocol = IpProtocol(header.protocol().0);
    let declared = octets.saturating_sub(header_len as u64);
    let within = usize::try_from(declared).unwrap_or(usize::MAX);
    let bytes = &captured[header_len..];
    let mut carried = Carried {
        protocol: Some(protocol),
        bytes: &bytes[..bytes.len().min(within)],
        declared: if header.more_fragments() { Carried::UNBOUNDED } else { declared },
        later_fragment: header.fragments_offset().value() != 0,
        ..Carried::default()
    };
    if protocol == IpProtocol::AH && !carried.later_fragment {
        carried.behind_ah = true;
        if let Ok(header) = IpAuthHeaderSlice::from_slice(carried.bytes) {
            let len = header.slice().len();
            carried.protocol = Some(IpProtocol(header.next_header().0));
            carried.bytes = &carried.bytes[len..];
            if carried.declared != Carried::UNBOUNDED {
                carried.declared = carried.declared.saturating_sub(len as u64);
            }
        } else {
            anomalies.insert(Anomaly::TruncatedExtensionHeader);
            carried.protocol = None;
        }
    }
    carried
}
