//! The short path: an untagged Ethernet frame with an IPv4 header without
//! options or an IPv6 header without extension headers, whose lengths agree.
//!
//! It declines whatever is not plain, so it needs no case of its own for
//! anomalies. The fields are loaded at fixed places of the frame's head: a header
//! slice is checked once more than is needed here, which costs a fifth of a run,
//! and a frame of any length before each field.

use super::decoder::Decoder;
use super::ip;
use crate::model::{
    Encapsulation, Frame, Head, IpAddress, IpHeader, IpProtocol, IpVersion, Observation, TunnelPath,
};

/// Octets of an Ethernet II header.
const ETHERNET_HEADER: u32 = 14;
/// Octets of an IPv4 header without options, and of an IPv6 header.
const IPV4_HEADER: u32 = 20;
const IPV6_HEADER: u32 = 40;

/// A plain packet: native, with nothing odd about it.
///
/// What every run counts is at hand; the rest is read on demand.
#[derive(Clone, Copy, Debug)]
pub struct Plain {
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
}

impl Plain {
    /// The octet of Type of Service or Traffic Class.
    fn traffic_class(&self, packet: &[u8]) -> Option<u8> {
        match (self.version, packet) {
            (IpVersion::V4, [_, octet, ..]) => Some(*octet),
            (IpVersion::V6, [first, second, ..]) => Some(first << 4 | second >> 4),
            _ => None,
        }
    }

    /// All that the packet shows; `frame` is the one it was read from.
    #[must_use]
    pub fn observation(&self, frame: &Frame<'_>) -> Observation {
        let packet = frame.captured.get(ETHERNET_HEADER as usize..).unwrap_or_default();
        let (header_len, addresses) = match self.version {
            IpVersion::V4 => (IPV4_HEADER, [self.source, self.destination].map(whole_v4)),
            IpVersion::V6 => (IPV6_HEADER, [8, 24].map(|at| whole_v6(packet, at))),
        };
        let payload = packet.get(header_len as usize..).unwrap_or_default();
        let declared = u64::from(self.octets).saturating_sub(u64::from(header_len));
        let outer = IpHeader {
            version: self.version,
            source: addresses[0],
            destination: addresses[1],
            protocol: Some(self.protocol),
            ports: ip::ports(self.protocol, payload, declared),
            octets: u64::from(self.octets),
            traffic_class: self.traffic_class(packet),
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
pub(super) fn ethernet(decoder: &Decoder, head: &Head<'_>) -> Option<Plain> {
    let overhead = ETHERNET_HEADER + u32::from(head.fcs_len);
    if head.captured_len > head.original_len || head.original_len < overhead {
        return None;
    }
    let room = head.original_len - overhead;
    // The EtherType, the version and the length of an IPv4 header.
    let what = u32_at(head, 12);
    if what >> 8 == 0x0008_0045 {
        ipv4(decoder, head, room)
    } else if what >> 12 == 0x0008_6dd6 {
        ipv6(decoder, head, room)
    } else {
        None
    }
}

#[inline(always)]
fn ipv4(decoder: &Decoder, head: &Head<'_>, room: u32) -> Option<Plain> {
    const END: u32 = ETHERNET_HEADER + IPV4_HEADER;
    let octets = u16_at(head, 16);
    let protocol = IpProtocol(head.bytes[23]);
    // A later fragment has no ports.
    let is_later_fragment = u16_at(head, 20) & 0x1fff != 0;
    let odd = octets < IPV4_HEADER || octets > room || head.captured_len < END;
    if odd || is_later_fragment || ip::carries_a_tunnel(protocol) {
        return None;
    }
    if protocol == IpProtocol::UDP {
        let declared = octets - IPV4_HEADER;
        if head.captured_len < END + 4 || declared < 4 || is_tunnel(decoder, u32_at(head, 34)) {
            return None;
        }
    }
    Some(Plain {
        version: IpVersion::V4,
        protocol,
        octets,
        source: u64::from(u32_at(head, 26)) << 32,
        destination: u64::from(u32_at(head, 30)) << 32,
    })
}

#[inline(always)]
fn ipv6(decoder: &Decoder, head: &Head<'_>, room: u32) -> Option<Plain> {
    const END: u32 = ETHERNET_HEADER + IPV6_HEADER;
    let payload = u16_at(head, 18);
    let octets = IPV6_HEADER + payload;
    let protocol = IpProtocol(head.bytes[20]);
    let odd = payload == 0 || octets > room || head.captured_len < END;
    if odd || ip::is_extension_or_tunnel(protocol) {
        return None;
    }
    let (source, destination) = (u64_at(head, 22), u64_at(head, 38));
    if decoder.has_translators() || may_be_nat64(source) || may_be_nat64(destination) {
        return None;
    }
    if protocol == IpProtocol::UDP
        && (head.captured_len < END + 4 || payload < 4 || is_tunnel(decoder, u32_at(head, 54)))
    {
        return None;
    }
    Some(Plain { version: IpVersion::V6, protocol, octets, source, destination })
}

/// Whether either of two ports is a tunnel's.
#[inline(always)]
fn is_tunnel(decoder: &Decoder, ports: u32) -> bool {
    let [a, b, c, d] = ports.to_be_bytes();
    decoder.is_tunnel_port(u16::from_be_bytes([a, b]))
        || decoder.is_tunnel_port(u16::from_be_bytes([c, d]))
}

#[inline(always)]
fn u16_at(head: &Head<'_>, at: usize) -> u32 {
    u32::from(u16::from_be_bytes([head.bytes[at], head.bytes[at + 1]]))
}

#[inline(always)]
fn u32_at(head: &Head<'_>, at: usize) -> u32 {
    let bytes = head.bytes;
    u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

#[inline(always)]
fn u64_at(head: &Head<'_>, at: usize) -> u64 {
    let mut octets = [0; 8];
    octets.copy_from_slice(&head.bytes[at..at + 8]);
    u64::from_be_bytes(octets)
}

/// Whether the address may lie in a well-known NAT64 prefix: 64:ff9b::/96 (RFC
/// 6052) or 64:ff9b:1::/48 (RFC 8215).
#[inline(always)]
pub(super) fn may_be_nat64(high: u64) -> bool {
    high >> 32 == 0x0064_ff9b
}
