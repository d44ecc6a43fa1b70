//! The short path: an untagged Ethernet frame with an IPv4 header without
//! options or an IPv6 header without extension headers, whose lengths agree.
//!
//! It declines whatever is not plain, so it needs no case of its own for
//! anomalies.

use super::decoder::Decoder;
use super::ip;
use crate::model::{
    Encapsulation, Frame, IpAddress, IpHeader, IpProtocol, IpVersion, Observation, TunnelPath,
};
use etherparse::{Ipv4HeaderSlice, Ipv6HeaderSlice};

/// Octets of an Ethernet II header.
const ETHERNET_HEADER: usize = 14;

/// The observation of a plain frame; `None` for the general path.
#[inline(always)]
pub(super) fn ethernet(decoder: &Decoder, frame: &Frame<'_>) -> Option<Observation> {
    let (link, packet) = frame.captured.split_at_checked(ETHERNET_HEADER)?;
    let original = frame.original_len as usize;
    let overhead = ETHERNET_HEADER + usize::from(frame.fcs_len);
    if frame.captured.len() > original || original < overhead || frame.timestamp.is_none() {
        return None;
    }
    let room = (original - overhead) as u64;
    let (mut outer, payload) = match (link[12], link[13]) {
        (0x08, 0x00) => ipv4(packet, room),
        (0x86, 0xdd) => ipv6(decoder, packet, room),
        _ => None,
    }?;
    if outer.protocol == Some(IpProtocol::UDP) {
        outer.ports = ip::ports(IpProtocol::UDP, payload.0, payload.1);
        let (source, destination) = outer.ports?;
        if decoder.is_tunnel_port(source) || decoder.is_tunnel_port(destination) {
            return None;
        }
    } else if decoder.wants_ports() {
        outer.ports = ip::ports(outer.protocol?, payload.0, payload.1);
    }
    Some(Observation {
        timestamp: frame.timestamp,
        wire_octets: u64::from(frame.original_len),
        outer,
        inner: None,
        encapsulation: Encapsulation::Native,
        path: TunnelPath::NATIVE,
        inner_unknown: false,
    })
}

/// Whether the address may lie in a well-known NAT64 prefix: 64:ff9b::/96 (RFC
/// 6052) or 64:ff9b:1::/48 (RFC 8215).
#[inline(always)]
fn may_be_nat64(address: IpAddress) -> bool {
    address.high() >> 32 == 0x0064_ff9b
}

/// The captured payload, and the octets that the header declares of it.
type Payload<'a> = (&'a [u8], u64);

#[inline(always)]
fn ipv4(packet: &[u8], room: u64) -> Option<(IpHeader, Payload<'_>)> {
    let header = Ipv4HeaderSlice::from_slice(packet).ok()?;
    let octets = u64::from(header.total_len());
    let protocol = IpProtocol(header.protocol().0);
    let odd = header.ihl() != 5 || octets < 20 || octets > room || ip::carries_a_tunnel(protocol);
    // A later fragment has no ports.
    if odd || header.fragments_offset().value() != 0 {
        return None;
    }
    let header = IpHeader {
        version: IpVersion::V4,
        source: Some(IpAddress::from_v4(header.source())),
        destination: Some(IpAddress::from_v4(header.destination())),
        protocol: Some(protocol),
        ports: None,
        octets,
    };
    Some((header, (&packet[20..], octets - 20)))
}

#[inline(always)]
fn ipv6<'a>(decoder: &Decoder, packet: &'a [u8], room: u64) -> Option<(IpHeader, Payload<'a>)> {
    let header = Ipv6HeaderSlice::from_slice(packet).ok()?;
    let payload = u64::from(header.payload_length());
    let octets = 40 + payload;
    let protocol = IpProtocol(header.next_header().0);
    if payload == 0 || octets > room || ip::is_extension_or_tunnel(protocol) {
        return None;
    }
    let [source, destination] = [header.source(), header.destination()].map(IpAddress::from_v6);
    if decoder.has_translators() || may_be_nat64(source) || may_be_nat64(destination) {
        return None;
    }
    let header = IpHeader {
        version: IpVersion::V6,
        source: Some(source),
        destination: Some(destination),
        protocol: Some(protocol),
        ports: None,
        octets,
    };
    Some((header, (&packet[40..], payload)))
}
