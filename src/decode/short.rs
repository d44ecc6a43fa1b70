//! The short path: an untagged Ethernet frame with an IPv4 header without
//! options or an IPv6 header without extension headers, whose lengths agree.
//!
//! It declines whatever is not plain, so it needs no case of its own for
//! anomalies. The fields are loaded from the frame itself: a header slice is
//! checked once more than is needed here, which costs a fifth of a run.

use super::decoder::Decoder;
use super::ip;
use crate::model::{
    Encapsulation, Frame, IpAddress, IpHeader, IpProtocol, IpVersion, Observation, TunnelPath,
};

/// Octets of an Ethernet II header.
const ETHERNET_HEADER: usize = 14;
/// Octets of an IPv4 header without options, and of an IPv6 header.
const IPV4_HEADER: usize = 20;
const IPV6_HEADER: usize = 40;

/// A plain packet: native, with nothing odd about it.
///
/// What every run counts is at hand; the rest is read on demand.
#[derive(Clone, Copy, Debug)]
pub struct Plain<'a> {
    /// The family.
    pub version: IpVersion,
    /// The protocol.
    pub protocol: IpProtocol,
    /// IP-layer octets: below 2^17.
    pub octets: u32,
    /// The upper 64 bits of the left-aligned source address: all of an IPv4
    /// address.
    pub source: u64,
    /// The same of the destination address.
    pub destination: u64,
    /// The captured bytes from the IP header on.
    packet: &'a [u8],
}

impl Plain<'_> {
    /// The octet of Type of Service or Traffic Class.
    fn traffic_class(&self) -> Option<u8> {
        match (self.version, self.packet) {
            (IpVersion::V4, [_, octet, ..]) => Some(*octet),
            (IpVersion::V6, [first, second, ..]) => Some(first << 4 | second >> 4),
            _ => None,
        }
    }

    /// All that the packet shows.
    #[must_use]
    pub fn observation(&self, frame: &Frame<'_>) -> Observation {
        let (header_len, addresses) = match self.version {
            IpVersion::V4 => (IPV4_HEADER, [self.source, self.destination].map(whole_v4)),
            IpVersion::V6 => (IPV6_HEADER, [8, 24].map(|at| whole_v6(self.packet, at))),
        };
        let payload = self.packet.get(header_len..).unwrap_or_default();
        let declared = u64::from(self.octets).saturating_sub(header_len as u64);
        let outer = IpHeader {
            version: self.version,
            source: addresses[0],
            destination: addresses[1],
            protocol: Some(self.protocol),
            ports: ip::ports(self.protocol, payload, declared),
            octets: u64::from(self.octets),
            traffic_class: self.traffic_class(),
        };
        Observation {
            timestamp: frame.timestamp,
            wire_octets: u64::from(frame.original_len),
            outer,
            inner: None,
            encapsulation: Encapsulation::Native,
            path: TunnelPath::NATIVE,
            inner_unknown: false,
        }
    }
}

fn whole_v4(high: u64) -> Option<IpAddress> {
    Some(IpAddress::from_bits(u128::from(high) << 64))
}

fn whole_v6(packet: &[u8], at: usize) -> Option<IpAddress> {
    packet.get(at..)?.first_chunk::<16>().map(|octets| IpAddress::from_v6(*octets))
}

/// The packet of a plain frame; `None` for the general path.
#[inline(always)]
pub(super) fn ethernet<'a>(decoder: &Decoder, frame: &Frame<'a>) -> Option<Plain<'a>> {
    let captured = frame.captured;
    let original = frame.original_len as usize;
    let overhead = ETHERNET_HEADER + usize::from(frame.fcs_len);
    if captured.len() > original || original < overhead || frame.timestamp.is_none() {
        return None;
    }
    let room = original - overhead;
    let header: &[u8; ETHERNET_HEADER + IPV4_HEADER] = captured.first_chunk()?;
    match (header[12], header[13], header[14]) {
        (0x08, 0x00, 0x45) => ipv4(decoder, captured, header, room),
        (0x86, 0xdd, 0x60..=0x6f) => ipv6(decoder, captured, room),
        _ => None,
    }
}

#[inline(always)]
fn ipv4<'a>(
    decoder: &Decoder,
    captured: &'a [u8],
    header: &[u8; ETHERNET_HEADER + IPV4_HEADER],
    room: usize,
) -> Option<Plain<'a>> {
    let octets = usize::from(u16::from_be_bytes([header[16], header[17]]));
    let protocol = IpProtocol(header[23]);
    // A later fragment has no ports.
    let is_later_fragment = header[20] & 0x1f != 0 || header[21] != 0;
    let odd = octets < IPV4_HEADER || octets > room || ip::carries_a_tunnel(protocol);
    if odd || is_later_fragment {
        return None;
    }
    let payload = (ETHERNET_HEADER + IPV4_HEADER, octets - IPV4_HEADER);
    if protocol == IpProtocol::UDP && !is_plain_udp(decoder, captured, payload) {
        return None;
    }
    let address = |at: usize| {
        let octets = [header[at], header[at + 1], header[at + 2], header[at + 3]];
        u64::from(u32::from_be_bytes(octets)) << 32
    };
    Some(Plain {
        version: IpVersion::V4,
        protocol,
        octets: u32::try_from(octets).ok()?,
        source: address(26),
        destination: address(30),
        packet: &captured[ETHERNET_HEADER..],
    })
}

#[inline(always)]
fn ipv6<'a>(decoder: &Decoder, captured: &'a [u8], room: usize) -> Option<Plain<'a>> {
    let header: &[u8; ETHERNET_HEADER + IPV6_HEADER] = captured.first_chunk()?;
    let payload = usize::from(u16::from_be_bytes([header[18], header[19]]));
    let octets = IPV6_HEADER + payload;
    let protocol = IpProtocol(header[20]);
    if payload == 0 || octets > room || ip::is_extension_or_tunnel(protocol) {
        return None;
    }
    let high = |at: usize| {
        let mut octets = [0; 8];
        octets.copy_from_slice(&header[at..at + 8]);
        u64::from_be_bytes(octets)
    };
    let (source, destination) = (high(22), high(38));
    if decoder.has_translators() || may_be_nat64(source) || may_be_nat64(destination) {
        return None;
    }
    let at = ETHERNET_HEADER + IPV6_HEADER;
    if protocol == IpProtocol::UDP && !is_plain_udp(decoder, captured, (at, payload)) {
        return None;
    }
    Some(Plain {
        version: IpVersion::V6,
        protocol,
        octets: u32::try_from(octets).ok()?,
        source,
        destination,
        packet: &captured[ETHERNET_HEADER..],
    })
}

/// Whether both ports of a datagram are there and neither is a tunnel's.
#[inline(always)]
fn is_plain_udp(decoder: &Decoder, captured: &[u8], (at, declared): (usize, usize)) -> bool {
    let Some(&[a, b, c, d]) = captured.get(at..).and_then(|rest| rest.first_chunk()) else {
        return false;
    };
    let (source, destination) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
    declared >= 4 && !decoder.is_tunnel_port(source) && !decoder.is_tunnel_port(destination)
}

/// Whether the address may lie in a well-known NAT64 prefix: 64:ff9b::/96 (RFC
/// 6052) or 64:ff9b:1::/48 (RFC 8215).
#[inline(always)]
fn may_be_nat64(high: u64) -> bool {
    high >> 32 == 0x0064_ff9b
}
