//! The IPv4 header (RFC 791), whole or cut, with the named exceptions of its
//! length.

use super::ip::{self, Packet, Parsed};
use crate::model::{Anomalies, Anomaly, IpAddress, IpHeader, IpProtocol, IpVersion};
use etherparse::{IpAuthHeaderSlice, Ipv4HeaderSlice};

/// Octets of a header without options.
const MIN_HEADER: usize = 20;

/// Reads the header. The version is known to be 4, or no octet of the header
/// was captured.
pub(super) fn parse(packet: &Packet<'_>) -> Parsed {
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
    let ports = match Ipv4HeaderSlice::from_slice(captured) {
        Ok(header) if header.fragments_offset().value() == 0 => {
            let declared = octets.saturating_sub(header_len as u64);
            ports(protocol, &captured[header.slice().len()..], declared, &mut anomalies)
        }
        _ => None,
    };
    let header = IpHeader {
        version: IpVersion::V4,
        source: address(12),
        destination: address(16),
        protocol,
        ports,
        octets,
    };
    Parsed { header, anomalies, excess_octets }
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

/// The ports, behind an Authentication Header too (RFC 4302): the protocol of
/// the transport view stays 51, but what is inside serves ports.
fn ports(
    protocol: Option<IpProtocol>,
    payload: &[u8],
    declared: u64,
    anomalies: &mut Anomalies,
) -> Option<(u16, u16)> {
    if protocol != Some(IpProtocol::AH) {
        return ip::ports(protocol?, payload, declared);
    }
    let Ok(header) = IpAuthHeaderSlice::from_slice(payload) else {
        anomalies.insert(Anomaly::TruncatedExtensionHeader);
        return None;
    };
    let len = header.slice().len();
    let inside = IpProtocol(header.next_header().0);
    ip::ports(inside, &payload[len..], declared.saturating_sub(len as u64))
}
