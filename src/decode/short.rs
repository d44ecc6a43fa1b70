//! The short path: an untagged Ethernet frame with an IPv4 header without
//! options or an IPv6 header without extension headers, whose lengths agree.
//!
//! It declines whatever is not plain, so it needs no case of its own for
//! anomalies.

use super::ip;
use crate::model::{Encapsulation, Frame, IpAddress, IpHeader, IpProtocol, IpVersion, Observation};
use etherparse::{Ipv4HeaderSlice, Ipv6HeaderSlice};

/// Octets of an Ethernet II header.
const ETHERNET_HEADER: usize = 14;

/// The observation of a plain frame; `None` for the general path.
#[inline(always)]
pub(super) fn ethernet(frame: &Frame<'_>) -> Option<Observation> {
    let (link, packet) = frame.captured.split_at_checked(ETHERNET_HEADER)?;
    let original = frame.original_len as usize;
    let overhead = ETHERNET_HEADER + usize::from(frame.fcs_len);
    if frame.captured.len() > original || original < overhead || frame.timestamp.is_none() {
        return None;
    }
    let room = (original - overhead) as u64;
    let outer = match (link[12], link[13]) {
        (0x08, 0x00) => ipv4(packet, room),
        (0x86, 0xdd) => ipv6(packet, room),
        _ => None,
    }?;
    let encapsulation = if ip::carries_a_tunnel(outer.protocol) {
        Encapsulation::Unopened
    } else {
        Encapsulation::Native
    };
    Some(Observation {
        timestamp: frame.timestamp,
        wire_octets: u64::from(frame.original_len),
        outer,
        inner: None,
        encapsulation,
    })
}

#[inline(always)]
fn ipv4(packet: &[u8], room: u64) -> Option<IpHeader> {
    let header = Ipv4HeaderSlice::from_slice(packet).ok()?;
    let octets = u64::from(header.total_len());
    if header.ihl() != 5 || octets < 20 || octets > room {
        return None;
    }
    let protocol = IpProtocol(header.protocol().0);
    let later = header.fragments_offset().value() != 0;
    let ports = if later { None } else { ip::ports(protocol, &packet[20..], octets - 20) };
    Some(IpHeader {
        version: IpVersion::V4,
        source: Some(IpAddress::from_v4(header.source())),
        destination: Some(IpAddress::from_v4(header.destination())),
        protocol: Some(protocol),
        ports: if protocol == IpProtocol::AH { return None } else { ports },
        octets,
    })
}

#[inline(always)]
fn ipv6(packet: &[u8], room: u64) -> Option<IpHeader> {
    let header = Ipv6HeaderSlice::from_slice(packet).ok()?;
    let payload = u64::from(header.payload_length());
    let octets = 40 + payload;
    let protocol = IpProtocol(header.next_header().0);
    if payload == 0 || octets > room || ip::is_extension_header(protocol) {
        return None;
    }
    Some(IpHeader {
        version: IpVersion::V6,
        source: Some(IpAddress::from_v6(header.source())),
        destination: Some(IpAddress::from_v6(header.destination())),
        protocol: Some(protocol),
        ports: ip::ports(protocol, &packet[40..], payload),
        octets,
    })
}
