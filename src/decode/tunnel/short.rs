//! The short path through one tunnel: a plain header, a tunnel that the openers
//! of this folder open, and a plain header inside that carries no other.
//!
//! It declines whatever is not plain, as the short path of native packets does,
//! and hands on what is counted alone: the general path moves whole headers from
//! step to step, which costs three times as much as reading them. The tests hold
//! it against the general path.

use super::super::decoder::Decoder;
use super::super::ip;
use super::super::link::{self, Family, FirstHeader};
use super::super::short::{ETHERNET_HEADER, Plain, TAG};
use super::inner::ZeroLength;
use super::inside::{Inside, Opened, Proof};
use super::open::layer_of;
use super::span::Span;
use super::{gre, ip_in_ip, udp};
use crate::model::{
    Encapsulation, EtherType, Frame, IpAddress, IpProtocol, IpVersion, LinkType, TunnelLayer,
    TunnelPath,
};

/// VLAN tags that are taken off.
const MAX_TAGS: usize = 2;
/// An Ethernet frame in GRE (RFC 1701).
const BRIDGED: EtherType = EtherType(0x6558);

/// A packet in one tunnel, with nothing odd about it.
#[derive(Clone, Copy, Debug)]
pub struct PlainTunnel {
    /// The outer packet.
    pub outer: Plain,
    /// The inner one.
    pub inner: Plain,
    /// The mechanism.
    pub encapsulation: Encapsulation,
    /// The layers from the outer header to the inner one.
    pub path: TunnelPath,
}

/// A plain IP header, and what it carries.
struct Header<'a> {
    plain: Plain,
    packet: &'a [u8],
    carried: Span<'a>,
}

/// An IP packet that is still to be read: its family, its captured bytes and the
/// octets there is room for.
type Place<'a> = (Family, &'a [u8], u64);

/// The packet in a tunnel of a plain frame; `None` for the general path.
#[inline(always)]
pub(in super::super) fn plain(decoder: &Decoder, frame: &Frame<'_>) -> Option<PlainTunnel> {
    let original = frame.original_len as usize;
    let room = original.checked_sub(usize::from(frame.fcs_len))?;
    if frame.captured.len() > original
        || frame.timestamp.is_none()
        || decoder.options().max_depth == 0
    {
        return None;
    }
    let outer = header(outermost(frame, room as u64)?)?;
    let mut path = ShortPath::default();
    path.push(layer_of(outer.plain.version));
    let opened = if outer.plain.protocol == IpProtocol::UDP {
        path.push(TunnelLayer::Udp);
        by_port(decoder, outer.carried)?
    } else {
        by_protocol(decoder, &outer)?
    };
    if let Some(layer) = opened.layer {
        path.push(layer);
    }
    let inner = header(inside(opened.inside, &mut path)?)?;
    if carries_more(decoder, &inner) {
        return None;
    }
    path.push(layer_of(inner.plain.version));
    let encapsulation = match opened.mechanism {
        Encapsulation::SixInFour => ip_in_ip::six_in_four(decoder, addresses(&inner)),
        mechanism => mechanism,
    };
    Some(PlainTunnel { outer: outer.plain, inner: inner.plain, encapsulation, path: path.whole() })
}

/// A path of a few layers: its length is known without asking the path.
#[derive(Default)]
struct ShortPath {
    layers: [Option<TunnelLayer>; 5],
    len: usize,
}

impl ShortPath {
    #[inline(always)]
    fn push(&mut self, layer: TunnelLayer) {
        self.layers[self.len % 5] = Some(layer);
        self.len += 1;
    }

    #[inline(always)]
    fn whole(&self) -> TunnelPath {
        TunnelPath::of_few(self.layers)
    }
}

/// The tunnel that a port of a datagram suggests.
#[inline(always)]
fn by_port<'a>(decoder: &Decoder, carried: Span<'a>) -> Option<Opened<'a>> {
    let (source, destination) = udp_ports(carried)?;
    let tunnel = decoder.udp_tunnel(source, destination)?;
    let payload = udp::payload(carried, ZeroLength::Invalid).ok()?;
    udp::open_payload(tunnel, payload).ok()
}

/// The tunnel that the protocol number of a header names, as far as no
/// configuration tells the mechanisms apart.
#[inline(always)]
fn by_protocol<'a>(decoder: &Decoder, outer: &Header<'a>) -> Option<Opened<'a>> {
    let (mechanism, family) = match (outer.plain.version, outer.plain.protocol) {
        (_, IpProtocol::GRE) => return gre::open(outer.carried).ok(),
        (IpVersion::V4, IpProtocol::IPV6) => (Encapsulation::SixInFour, Family::V6),
        (IpVersion::V6, IpProtocol::IPV6) => (Encapsulation::SixInSix, Family::V6),
        (IpVersion::V4, IpProtocol::IPV4 | IpProtocol::IPIP) => (Encapsulation::IpIp, Family::V4),
        (IpVersion::V6, IpProtocol::IPV4 | IpProtocol::IPIP) if !decoder.has_softwires() => {
            (Encapsulation::FourInSix, Family::V4)
        }
        _ => return None,
    };
    let inside = Inside::Ip(family, outer.carried);
    Some(Opened { mechanism, layer: None, proof: Proof::Header, inside })
}

/// Where the packet inside is; the link layer on the way is added to `path`.
#[inline(always)]
fn inside<'a>(inside: Inside<'a>, path: &mut ShortPath) -> Option<Place<'a>> {
    let (family, span) = match inside {
        Inside::Link(FirstHeader::Ethernet | FirstHeader::EtherType(BRIDGED), span) => {
            path.push(TunnelLayer::Ethernet);
            return behind_ethernet(span.bytes(), span.declared());
        }
        Inside::Link(FirstHeader::EtherType(ether_type), span) => (link::family(ether_type)?, span),
        Inside::Ip(family, span) => (family, span),
        _ => return None,
    };
    Some((family, span.bytes(), span.declared()))
}

/// The outermost IP packet of a frame.
#[inline(always)]
fn outermost<'a>(frame: &Frame<'a>, room: u64) -> Option<Place<'a>> {
    match frame.link_type? {
        LinkType::ETHERNET => {}
        LinkType::RAW => return Some((Family::ByNibble, frame.captured, room)),
        _ => return None,
    }
    let (mut captured, mut room) = (frame.captured, room);
    for _ in 0..MAX_TAGS {
        if !ether_type(captured)?.is_vlan() {
            break;
        }
        // What follows a tag is as long as what follows the addresses.
        captured = captured.get(usize::from(TAG)..)?;
        room = room.checked_sub(u64::from(TAG))?;
    }
    behind_ethernet(captured, room)
}

/// The IP packet in an Ethernet frame without tags, of which there is room for so
/// many octets.
#[inline(always)]
fn behind_ethernet(captured: &[u8], room: u64) -> Option<Place<'_>> {
    let family = link::family(ether_type(captured)?)?;
    let room = room.checked_sub(u64::from(ETHERNET_HEADER))?;
    Some((family, captured.get(usize::from(ETHERNET_HEADER)..)?, room))
}

/// The EtherType behind two Ethernet addresses.
#[inline(always)]
fn ether_type(captured: &[u8]) -> Option<EtherType> {
    Some(EtherType(u16::from_be_bytes(*captured.get(12..)?.first_chunk()?)))
}

/// Reads a header of the family that is said.
#[inline(always)]
fn header((family, packet, room): Place<'_>) -> Option<Header<'_>> {
    match (packet.first()? >> 4, family) {
        (4, Family::V4 | Family::ByNibble) => ipv4(packet, room),
        (6, Family::V6 | Family::ByNibble) => ipv6(packet, room),
        _ => None,
    }
}

/// A whole IPv4 header without options, of a packet that is no fragment and fits
/// in `room` octets.
#[inline(always)]
fn ipv4(packet: &[u8], room: u64) -> Option<Header<'_>> {
    let (header, behind) = packet.split_first_chunk::<20>()?;
    let octets = u32::from(u16::from_be_bytes([header[2], header[3]]));
    let is_fragment = u16::from_be_bytes([header[6], header[7]]) & 0x3fff != 0;
    let declared = octets.checked_sub(20)?;
    if header[0] != 0x45 || is_fragment || u64::from(octets) > room {
        return None;
    }
    let address = |at: usize| {
        let [a, b, c, d] = [header[at], header[at + 1], header[at + 2], header[at + 3]];
        u64::from(u32::from_be_bytes([a, b, c, d])) << 32
    };
    let plain = Plain {
        version: IpVersion::V4,
        protocol: IpProtocol(header[9]),
        octets,
        source: address(12),
        destination: address(16),
        offset: 0,
    };
    Some(Header { plain, packet, carried: Span::new(behind, declared.into()) })
}

/// A whole IPv6 header that says its length and is followed by no extension
/// header, of a packet that fits in `room` octets.
#[inline(always)]
fn ipv6(packet: &[u8], room: u64) -> Option<Header<'_>> {
    let (header, behind) = packet.split_first_chunk::<40>()?;
    let payload = u32::from(u16::from_be_bytes([header[4], header[5]]));
    let octets = 40 + payload;
    let protocol = IpProtocol(header[6]);
    if payload == 0 || u64::from(octets) > room || ip::is_extension_header(protocol) {
        return None;
    }
    let high = |at: usize| {
        let mut octets = [0; 8];
        octets.copy_from_slice(&header[at..at + 8]);
        u64::from_be_bytes(octets)
    };
    let plain = Plain {
        version: IpVersion::V6,
        protocol,
        octets,
        source: high(8),
        destination: high(24),
        offset: 0,
    };
    Some(Header { plain, packet, carried: Span::new(behind, payload.into()) })
}

/// Whether a packet may be a tunnel in its turn, or cannot be asked.
#[inline(always)]
fn carries_more(decoder: &Decoder, inner: &Header<'_>) -> bool {
    if inner.plain.protocol != IpProtocol::UDP {
        return ip::carries_a_tunnel(inner.plain.protocol);
    }
    udp_ports(inner.carried).is_none_or(|(source, destination)| {
        decoder.is_tunnel_port(source) || decoder.is_tunnel_port(destination)
    })
}

/// Source and destination port of a datagram.
#[inline(always)]
fn udp_ports(carried: Span<'_>) -> Option<(u16, u16)> {
    ip::ports(IpProtocol::UDP, carried.bytes(), carried.declared())
}

/// Both addresses of an IPv6 header.
fn addresses(header: &Header<'_>) -> impl Iterator<Item = IpAddress> + Clone {
    let packet = header.packet;
    [8, 24].into_iter().filter_map(move |at| {
        let octets = packet.get(at..)?.first_chunk::<16>()?;
        Some(IpAddress::from_v6(*octets))
    })
}

#[cfg(test)]
mod tests {
    use super::super::packets::{
        Octets, data, datagram, inner_ipv4, inner_ipv6, ipv4, ipv6, ipv6_between, octets, prefix,
    };
    use super::*;
    use crate::model::{Decoded, LinkType, Observation, Timestamp, TunnelOptions, Verdict};
    use proptest::prelude::*;

    const IPV4: u16 = 0x0800;
    const IPV6: u16 = 0x86dd;

    fn frame(captured: &[u8], original_len: u32) -> Frame<'_> {
        Frame {
            link_type: Some(LinkType::ETHERNET),
            timestamp: Some(Timestamp::from_nanoseconds(1)),
            captured,
            original_len,
            fcs_len: 0,
            interface: 0,
        }
    }

    /// What both paths must agree about.
    fn told(observation: &Observation) -> impl PartialEq + std::fmt::Debug {
        let inner = observation.inner.expect("a packet in a tunnel");
        let header = |header: &crate::model::IpHeader| {
            let addresses = [header.source, header.destination].map(|it| it.unwrap().high());
            (header.version, header.protocol.unwrap(), header.octets, addresses)
        };
        (header(&observation.outer), header(&inner), observation.encapsulation, observation.path)
    }

    fn told_short(tunnel: &PlainTunnel) -> impl PartialEq + std::fmt::Debug {
        let header = |it: &Plain| {
            (it.version, it.protocol, u64::from(it.octets), [it.source, it.destination])
        };
        (header(&tunnel.outer), header(&tunnel.inner), tunnel.encapsulation, tunnel.path)
    }

    /// Holds the short path against the general one; whether it took the packet.
    fn is_taken(decoder: &Decoder, packet: &[u8], cut: usize, original: u32) -> bool {
        let ether_type = if packet[0] >> 4 == 6 { IPV6 } else { IPV4 };
        let bytes = octets(&[&ethernet_header(ether_type), packet]);
        is_frame_taken(decoder, &frame(&bytes[..bytes.len().saturating_sub(cut)], original))
    }

    fn is_frame_taken(decoder: &Decoder, frame: &Frame<'_>) -> bool {
        let Some(tunnel) = plain(decoder, frame) else { return false };
        let decoded = decoder.decode_general(frame);
        let Decoded { verdict: Verdict::Ip(observation), anomalies, excess_octets } = decoded
        else {
            panic!("{decoded:?}");
        };
        assert!(anomalies.is_empty() && excess_octets == 0 && !observation.inner_unknown);
        assert_eq!(format!("{:?}", told_short(&tunnel)), format!("{:?}", told(&observation)));
        true
    }

    fn ethernet_header(ether_type: u16) -> Octets {
        octets(&[&[2; 12], &ether_type.to_be_bytes()])
    }

    fn vxlan(inside: &[u8], ether_type: u16) -> Octets {
        let header = [8, 0, 0, 0, 0, 0, 9, 0];
        datagram(4789, &octets(&[&header, &ethernet_header(ether_type), inside]))
    }

    fn gtp_u(inside: &[u8]) -> Octets {
        let [high, low] = u16::try_from(inside.len()).unwrap().to_be_bytes();
        datagram(2152, &octets(&[&[0x30, 255, high, low, 0, 0, 0, 1], inside]))
    }

    /// Tunnels of all kinds that are taken, around a packet of each family.
    fn tunnels() -> Vec<Octets> {
        let (four, six) = (inner_ipv4(), inner_ipv6());
        vec![
            ipv4(41, &six),
            ipv4(4, &four),
            ipv4(94, &four),
            ipv6(41, &six),
            ipv6(4, &four),
            ipv4(41, &ipv6_between("2002:c000:201::1", "2001:db8::2", 17, &data())),
            ipv4(41, &ipv6_between("2001:db8::5efe:192.0.2.1", "2001:db8::2", 17, &data())),
            ipv4(47, &octets(&[&[0, 0, 8, 0], &four])),
            ipv6(47, &octets(&[&[0x20, 0, 0x86, 0xdd, 0, 0, 0, 1], &six])),
            ipv4(47, &octets(&[&[0, 0, 0x65, 0x58], &ethernet_header(IPV6), &six])),
            vxlan(&four, IPV4),
            vxlan(&six, IPV6),
            gtp_u(&four),
            gtp_u(&six),
            datagram(3544, &six),
        ]
    }

    #[test]
    fn whole_tunnels_are_taken_and_cut_ones_are_told_alike() {
        let decoder = Decoder::default();
        for packet in tunnels() {
            let original = u32::try_from(packet.len() + usize::from(ETHERNET_HEADER)).unwrap();
            assert!(is_taken(&decoder, &packet, 0, original), "{packet:02x?}");
            for cut in 1..packet.len() {
                is_taken(&decoder, &packet, cut, original);
            }
            for less in 1..4 {
                is_taken(&decoder, &packet, less, original - u32::try_from(less).unwrap());
            }
        }
    }

    #[test]
    fn tunnels_behind_tags_and_without_a_link_layer_are_taken() {
        let decoder = Decoder::default();
        let six_in_four = ipv4(41, &inner_ipv6());
        let tag = |tpid: u16| octets(&[&tpid.to_be_bytes(), &[0, 7]]);
        let (one, three) = (tag(0x8100), octets(&[&tag(0x88a8), &tag(0x9100), &tag(0x8100)]));
        for (link_type, before, is_taken) in [
            (LinkType::RAW, Octets::new(), true),
            (LinkType::ETHERNET, octets(&[&[2; 12], &one, &[8, 0]]), true),
            (LinkType::ETHERNET, octets(&[&[2; 12], &tag(0x88a8), &one, &[8, 0]]), true),
            (LinkType::ETHERNET, octets(&[&[2; 12], &three, &[8, 0]]), false),
            (LinkType::ETHERNET, octets(&[&[2; 12], &one, &[0x86, 0xdd]]), false),
            (LinkType::LINUX_SLL, octets(&[&[0, 0, 0, 1], &[0; 10], &[8, 0]]), false),
        ] {
            let bytes = octets(&[&before, &six_in_four]);
            let len = u32::try_from(bytes.len()).unwrap();
            for original_len in [len, len + 4, len - 1] {
                let captured = &bytes[..bytes.len().min(original_len as usize)];
                let frame = Frame { link_type: Some(link_type), ..frame(captured, original_len) };
                let expected = is_taken && original_len >= len;
                assert_eq!(is_frame_taken(&decoder, &frame), expected, "{before:02x?}");
            }
        }
    }

    #[test]
    fn what_is_configured_is_left_to_the_general_path_or_told_alike() {
        let all = prefix("2001:db8::", 32);
        let options = TunnelOptions { ds_lite: all.clone(), six_rd: all, ..Default::default() };
        let decoder = Decoder::new(options);
        let original =
            |packet: &[u8]| u32::try_from(packet.len() + usize::from(ETHERNET_HEADER)).unwrap();
        let softwire = ipv6(4, &inner_ipv4());
        assert!(!is_taken(&decoder, &softwire, 0, original(&softwire)));
        let rapid = ipv4(41, &inner_ipv6());
        assert!(is_taken(&decoder, &rapid, 0, original(&rapid)));
        let closed = Decoder::new(TunnelOptions { max_depth: 0, ..Default::default() });
        assert!(!is_taken(&closed, &rapid, 0, original(&rapid)));
    }

    proptest! {
        /// Any octets changed: where the packet is taken, both paths say the same.
        #[test]
        fn what_is_taken_is_what_the_general_path_tells(
            which in 0_usize..15,
            changes in prop::collection::vec((0_usize..120, any::<u8>()), 0..4),
            flips in prop::collection::vec((0_usize..120, 0_u32..8), 0..3),
            cut in 0_usize..20,
            short in prop::sample::select(vec![0_u32, 0, 0, 1, 8]),
        ) {
            let mut packet = tunnels().swap_remove(which);
            let original = u32::try_from(packet.len() + usize::from(ETHERNET_HEADER)).unwrap();
            let len = packet.len();
            changes.into_iter().for_each(|(at, value)| packet[at % len] = value);
            flips.into_iter().for_each(|(at, bit)| packet[at % len] ^= 1 << bit);
            is_taken(&Decoder::default(), &packet, cut, original - short);
        }
    }
}
