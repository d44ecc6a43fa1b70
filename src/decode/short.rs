//! The short path: an IPv4 header without options or an IPv6 header without
//! extension headers, whose lengths agree, in an Ethernet frame, behind up to two
//! VLAN tags too, in a cooked capture of Linux, or by itself.
//!
//! It declines whatever is not plain, so it needs no case of its own for
//! anomalies. The fields are loaded at fixed places of the frame's head: a header
//! slice is checked once more than is needed here, which costs a fifth of a run,
//! and a frame of any length before each field.

use super::decoder::Decoder;
use super::{ip, link};
use crate::model::{
    Details, Encapsulation, EtherType, Frame, Head, IpAddress, IpHeader, IpProtocol, IpVersion,
    LinkType, Observation, TunnelPath,
};

/// Octets of an Ethernet II header.
pub(super) const ETHERNET_HEADER: u8 = 14;
/// Octets of a VLAN tag (IEEE 802.1Q).
pub(super) const TAG: u8 = 4;
/// Octets of the headers of cooked captures.
const SLL: u8 = 16;
const SLL2: u8 = 20;
/// Octets of an IPv4 header without options, and of an IPv6 header.
pub(super) const IPV4_HEADER: u32 = 20;
pub(super) const IPV6_HEADER: u32 = 40;

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
    /// Octets of the frame before the IP header.
    pub offset: u8,
}

impl Plain {
    /// The octet of Type of Service or Traffic Class.
    #[inline(always)]
    fn traffic_class(&self, packet: &[u8]) -> Option<u8> {
        match (self.version, packet) {
            (IpVersion::V4, [_, octet, ..]) => Some(*octet),
            (IpVersion::V6, [first, second, ..]) => Some(first << 4 | second >> 4),
            _ => None,
        }
    }

    /// What it shows beside what every run counts, for those who need nothing else; `head`
    /// is the one it was read from.
    #[inline(always)]
    #[must_use]
    pub fn details(&self, head: &Head<'_>) -> Details {
        let said = Details {
            link: link::facts_of_head(head, self.offset),
            interface: Some(head.interface),
            ..Details::at(head.timestamp)
        };
        // An IPv6 header and ports, which a head has room for behind all that comes
        // before a plain packet. Its header was captured.
        let behind = head.bytes.get(usize::from(self.offset)..).unwrap_or_default();
        let Some(packet) = behind.first_chunk::<{ IPV6_HEADER as usize + 4 }>() else {
            return said;
        };
        let class = self.traffic_class(packet).unwrap_or_default();
        let (header_len, low, ports) = match self.version {
            IpVersion::V4 => (IPV4_HEADER, [0; 2], &packet[20..24]),
            IpVersion::V6 => (IPV6_HEADER, low_halves(packet), &packet[40..44]),
        };
        let end = header_len + 4;
        let are_there = head.captured_len >= u32::from(self.offset) + end && self.octets >= end;
        let ports = ip::ports(self.protocol, ports, if are_there { 4 } else { 0 });
        Details { ports, low, class, ..said }
    }

    /// All that the packet shows; `frame` is the one it was read from.
    #[must_use]
    pub fn observation(&self, frame: &Frame<'_>) -> Observation {
        let packet = frame.captured.get(usize::from(self.offset)..).unwrap_or_default();
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

/// The lower halves of the addresses of an IPv6 header.
#[inline(always)]
pub(super) fn low_halves(packet: &[u8; IPV6_HEADER as usize + 4]) -> [u64; 2] {
    [16, 32].map(|at| {
        let mut octets = [0; 8];
        octets.copy_from_slice(&packet[at..at + 8]);
        u64::from_be_bytes(octets)
    })
}

fn whole_v4(high: u64) -> Option<IpAddress> {
    Some(IpAddress::from_bits(u128::from(high) << 64))
}

fn whole_v6(packet: &[u8], at: usize) -> Option<IpAddress> {
    packet.get(at..)?.first_chunk::<16>().map(|octets| IpAddress::from_v6(*octets))
}

/// The packet of an Ethernet frame that seems to be a plain one of a family, and of
/// which enough was captured: see [`Decoder::decode_family`].
#[inline(always)]
pub(super) fn of_family<const SIX: bool>(decoder: &Decoder, head: &Head<'_>) -> Option<Plain> {
    match SIX {
        false => ipv4::<ETHERNET_HEADER, true>(decoder, head),
        true => ipv6::<ETHERNET_HEADER, true>(decoder, head),
    }
}

/// The packet of a plain frame; `None` for the general path.
#[inline(always)]
pub(super) fn plain(decoder: &Decoder, head: &Head<'_>) -> Option<Plain> {
    if head.link_type != LinkType::ETHERNET {
        return other_link(decoder, head);
    }
    behind_ether_type::<ETHERNET_HEADER>(decoder, head, || tagged(decoder, head))
}

/// The same behind one VLAN tag or two.
#[inline(never)]
fn tagged(decoder: &Decoder, head: &Head<'_>) -> Option<Plain> {
    const ONE: u8 = ETHERNET_HEADER + TAG;
    const TWO: u8 = ONE + TAG;
    if !is_tag(head, 12) {
        return None;
    }
    behind_ether_type::<ONE>(decoder, head, || {
        if !is_tag(head, 16) {
            return None;
        }
        behind_ether_type::<TWO>(decoder, head, || None)
    })
}

/// Whether the EtherType at `at` is that of a VLAN tag.
#[inline(always)]
fn is_tag(head: &Head<'_>, at: usize) -> bool {
    EtherType(be16(head, at)).is_vlan()
}

/// The same where the frame is no Ethernet frame.
#[inline(never)]
fn other_link(decoder: &Decoder, head: &Head<'_>) -> Option<Plain> {
    match head.link_type {
        LinkType::RAW if head.bytes[0] == 0x45 => ipv4::<0, false>(decoder, head),
        LinkType::RAW if head.bytes[0] >> 4 == 6 => ipv6::<0, false>(decoder, head),
        LinkType::LINUX_SLL if link::is_told_by_protocol(be16(head, 2)) => {
            behind_ether_type::<SLL>(decoder, head, || None)
        }
        LinkType::LINUX_SLL2 if link::is_told_by_protocol(be16(head, 8)) => {
            match (be16(head, 0), head.bytes[usize::from(SLL2)]) {
                (0x0800, 0x45) => ipv4::<SLL2, false>(decoder, head),
                (0x86dd, first) if first >> 4 == 6 => ipv6::<SLL2, false>(decoder, head),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The packet at `AT`, right behind the EtherType that names it; `otherwise` says
/// what is there where it names none. (Asked for by who calls it, what is found
/// would be moved once more.)
#[inline(always)]
fn behind_ether_type<const AT: u8>(
    decoder: &Decoder,
    head: &Head<'_>,
    otherwise: impl FnOnce() -> Option<Plain>,
) -> Option<Plain> {
    // The EtherType, the version and the length of an IPv4 header.
    let what = u32_at(head, usize::from(AT) - 2);
    if what >> 8 == 0x0008_0045 {
        ipv4::<AT, false>(decoder, head)
    } else if what >> 12 == 0x0008_6dd6 {
        ipv6::<AT, false>(decoder, head)
    } else {
        otherwise()
    }
}

/// Octets that the frame holds from `AT` on, where its lengths agree: where `ENOUGH`, it
/// is known that they do, and that [`Head::PLAIN`] bytes were captured.
#[inline(always)]
fn room<const AT: u8, const ENOUGH: bool>(head: &Head<'_>) -> Option<u32> {
    let overhead = u32::from(AT) + u32::from(head.fcs_len);
    if !ENOUGH && (head.captured_len > head.original_len || head.original_len < overhead) {
        return None;
    }
    Some(head.original_len.wrapping_sub(overhead))
}

/// The packet whose header stands at `AT`.
#[inline(always)]
fn ipv4<const AT: u8, const ENOUGH: bool>(decoder: &Decoder, head: &Head<'_>) -> Option<Plain> {
    let at = usize::from(AT);
    let end = u32::from(AT) + IPV4_HEADER;
    let room = room::<AT, ENOUGH>(head)?;
    let octets = u16_at(head, at + 2);
    let protocol = IpProtocol(head.bytes[at + 9]);
    // A later fragment has no ports.
    let fragment = u16::from_le_bytes([head.bytes[at + 6], head.bytes[at + 7]]);
    let is_later_fragment = fragment & 0x1fff_u16.swap_bytes() != 0;
    let odd = octets < IPV4_HEADER || octets > room || !ENOUGH && head.captured_len < end;
    if odd || is_later_fragment || !is_native_in_v4::<AT, ENOUGH>(decoder, head, protocol, octets) {
        return None;
    }
    Some(Plain {
        version: IpVersion::V4,
        protocol,
        octets,
        source: u64::from(u32_at(head, at + 12)) << 32,
        destination: u64::from(u32_at(head, at + 16)) << 32,
        offset: AT,
    })
}

/// Whether a protocol, and the ports of UDP, are no tunnel's.
#[inline(always)]
fn is_native_in_v4<const AT: u8, const ENOUGH: bool>(
    decoder: &Decoder,
    head: &Head<'_>,
    protocol: IpProtocol,
    octets: u32,
) -> bool {
    if ip::carries_a_tunnel(protocol) {
        return false;
    }
    let (at, end) = (usize::from(AT), u32::from(AT) + IPV4_HEADER);
    protocol != IpProtocol::UDP
        || !(!ENOUGH && head.captured_len < end + 4
            || octets - IPV4_HEADER < 4
            || is_tunnel(decoder, u32_at(head, at + 20)))
}

/// The same of IPv6.
#[inline(always)]
fn ipv6<const AT: u8, const ENOUGH: bool>(decoder: &Decoder, head: &Head<'_>) -> Option<Plain> {
    let at = usize::from(AT);
    let end = u32::from(AT) + IPV6_HEADER;
    let room = room::<AT, ENOUGH>(head)?;
    let payload = u16_at(head, at + 4);
    let octets = IPV6_HEADER + payload;
    let protocol = IpProtocol(head.bytes[at + 6]);
    let odd = payload == 0 || octets > room || !ENOUGH && head.captured_len < end;
    if odd || ip::is_extension_or_tunnel(protocol) {
        return None;
    }
    // Four octets each tell whether an address may lie in a prefix of NAT64. (Compared
    // in 32 bits, what is compiled takes 15 instructions more for a packet.)
    let may_be_translated =
        [8, 24].map(|end| may_be_nat64(u64::from(u32_at(head, at + end)) << 32));
    if decoder.has_translators() || may_be_translated[0] || may_be_translated[1] {
        return None;
    }
    let (source, destination) = (u64_at(head, at + 8), u64_at(head, at + 24));
    if !is_native_in_v6::<AT>(decoder, head, protocol, payload) {
        return None;
    }
    Some(Plain { version: IpVersion::V6, protocol, octets, source, destination, offset: AT })
}

/// Whether the ports of UDP are no tunnel's.
#[inline(always)]
fn is_native_in_v6<const AT: u8>(
    decoder: &Decoder,
    head: &Head<'_>,
    protocol: IpProtocol,
    payload: u32,
) -> bool {
    let (at, end) = (usize::from(AT), u32::from(AT) + IPV6_HEADER);
    protocol != IpProtocol::UDP
        || !(head.captured_len < end + 4
            || payload < 4
            || is_tunnel(decoder, u32_at(head, at + 40)))
}

/// Whether a protocol other than UDP is no tunnel's, nor that of an extension header.
#[inline(always)]
pub(super) fn is_no_tunnel<const SIX: bool>(protocol: IpProtocol) -> bool {
    if SIX { !ip::is_extension_or_tunnel(protocol) } else { !ip::carries_a_tunnel(protocol) }
}

/// Whether the ports of UDP are no tunnel's in an Ethernet frame that is plain otherwise.
#[inline(always)]
pub(super) fn is_native_udp_in_v6(decoder: &Decoder, head: &Head<'_>) -> bool {
    let payload = u16_at(head, usize::from(ETHERNET_HEADER) + 4);
    is_native_in_v6::<ETHERNET_HEADER>(decoder, head, IpProtocol::UDP, payload)
}

/// Whether either of two ports is a tunnel's.
#[inline(always)]
pub(super) fn is_tunnel(decoder: &Decoder, ports: u32) -> bool {
    let [a, b, c, d] = ports.to_be_bytes();
    decoder.is_tunnel_port(u16::from_be_bytes([a, b]))
        || decoder.is_tunnel_port(u16::from_be_bytes([c, d]))
}

#[inline(always)]
fn be16(head: &Head<'_>, at: usize) -> u16 {
    u16::from_be_bytes([head.bytes[at], head.bytes[at + 1]])
}

#[inline(always)]
fn u16_at(head: &Head<'_>, at: usize) -> u32 {
    u32::from(be16(head, at))
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
