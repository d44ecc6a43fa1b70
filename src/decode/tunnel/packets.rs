//! Packets for the tests, layer around layer, and what is made of them.

use super::super::decoder::Decoder;
use super::super::ip::{Packet, Parsed};
use super::super::{ipv4, ipv6};
use super::open::{Tunnel, open};
use crate::model::{Anomaly, Encapsulation, IpAddress, IpVersion, Prefix, TunnelOptions};
use std::net::Ipv6Addr;

/// The octets of one layer and all that it carries.
pub(super) type Octets = Vec<u8>;

/// Layers that follow one another.
pub(super) fn octets(layers: &[&[u8]]) -> Octets {
    layers.concat()
}

/// A length in its field of 16 bits.
fn length(octets: usize) -> [u8; 2] {
    u16::try_from(octets).unwrap().to_be_bytes()
}

/// An IPv4 packet.
pub(super) fn ipv4(protocol: u8, payload: &[u8]) -> Octets {
    ipv4_fragment(protocol, 0, payload)
}

/// An IPv4 fragment, by its flags and offset.
pub(super) fn ipv4_fragment(protocol: u8, fragment: u16, payload: &[u8]) -> Octets {
    let total = length(20 + payload.len());
    let [high, low] = fragment.to_be_bytes();
    let fixed = [0x45, 0, total[0], total[1], 0, 7, high, low, 64, protocol, 0, 0];
    octets(&[&fixed, &[192, 0, 2, 1, 198, 51, 100, 1], payload])
}

/// An IPv6 packet.
pub(super) fn ipv6(next_header: u8, payload: &[u8]) -> Octets {
    ipv6_between("2001:db8::1", "2001:db8::2", next_header, payload)
}

/// An IPv6 packet between two addresses.
pub(super) fn ipv6_between(from: &str, to: &str, next_header: u8, payload: &[u8]) -> Octets {
    let [from, to] = [from, to].map(|text| text.parse::<Ipv6Addr>().unwrap().octets());
    let payload_length = length(payload.len());
    let fixed = [0x60, 0, 0, 0, payload_length[0], payload_length[1], next_header, 64];
    octets(&[&fixed, &from, &to, payload])
}

/// A UDP datagram to a port.
pub(super) fn udp(port: u16, payload: &[u8]) -> Octets {
    let ports = [49_152_u16.to_be_bytes(), port.to_be_bytes()].concat();
    octets(&[&ports, &length(8 + payload.len()), &[0, 0], payload])
}

/// A datagram to a port, in IPv4.
pub(super) fn datagram(port: u16, payload: &[u8]) -> Octets {
    ipv4(17, &udp(port, payload))
}

/// An Ethernet header whose addresses begin like no IP version.
pub(super) fn ethernet(ether_type: u16) -> Octets {
    octets(&[&[2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1], &ether_type.to_be_bytes()])
}

/// What a user sends: UDP between ports of no tunnel.
pub(super) fn data() -> Octets {
    udp(9, &[0xa5; 24])
}

/// An IPv4 packet of a user.
pub(super) fn inner_ipv4() -> Octets {
    ipv4(17, &data())
}

/// An IPv6 packet of a user.
pub(super) fn inner_ipv6() -> Octets {
    ipv6(17, &data())
}

/// A list of one IPv6 prefix.
pub(super) fn prefix(address: &str, len: u8) -> Vec<Prefix> {
    let address = IpAddress::from_v6(address.parse::<Ipv6Addr>().unwrap().octets());
    vec![Prefix::new(IpVersion::V6, address, len)]
}

/// What is made of a packet of which all was captured.
pub(super) fn opened(packet: &[u8]) -> Tunnel {
    opened_with(TunnelOptions::default(), packet)
}

/// The same by a configuration.
pub(super) fn opened_with(options: TunnelOptions, packet: &[u8]) -> Tunnel {
    opened_cut(options, packet, packet.len())
}

/// The same where only so many octets were captured.
pub(super) fn opened_cut(options: TunnelOptions, packet: &[u8], captured: usize) -> Tunnel {
    open(&Decoder::new(options), &outer(&packet[..captured], packet.len()), &mut ())
}

fn outer(captured: &[u8], room: usize) -> Parsed<'_> {
    let packet = Packet { captured, room: room as u64, padded: false };
    if captured[0] >> 4 == 4 { ipv4::parse(&packet) } else { ipv6::parse(&packet) }
}

/// The packet is of this mechanism and path, and an IP packet is inside.
#[track_caller]
pub(super) fn assert_opened(
    packet: &[u8],
    mechanism: Encapsulation,
    path: &str,
    inner: IpVersion,
) -> Tunnel {
    let tunnel = opened(packet);
    let header = tunnel.inner.map(|header| header.version);
    let seen = (tunnel.encapsulation, tunnel.path.to_string(), header, tunnel.inner_unknown);
    assert_eq!(seen, (mechanism, path.to_owned(), Some(inner), false));
    tunnel
}

/// The packet is of this mechanism and path, nothing inside is known, and
/// whether there is something is `unknown`.
#[track_caller]
pub(super) fn assert_closed(packet: &[u8], mechanism: Encapsulation, path: &str, unknown: bool) {
    let tunnel = opened(packet);
    let seen = (tunnel.encapsulation, tunnel.path.to_string(), tunnel.inner_unknown);
    assert_eq!(seen, (mechanism, path.to_owned(), unknown));
    assert_eq!(tunnel.inner, None);
}

/// The packet carries no tunnel.
#[track_caller]
pub(super) fn assert_native(packet: &[u8]) {
    assert_closed(packet, Encapsulation::Native, "native", false);
    assert!(opened(packet).anomalies.is_empty());
}

/// Cuts a packet at every octet behind its outer header. `inner` is where the
/// inner IP header starts, which reaches to the end of the packet.
#[track_caller]
pub(super) fn assert_cuts(packet: &[u8], mechanism: Encapsulation, inner: usize, proof: ProvenBy) {
    let length_end = if packet[inner] >> 4 == 4 { inner + 4 } else { inner + 6 };
    let (believed, known) = match proof {
        ProvenBy::Number => (0, inner + 1),
        ProvenBy::Header => (inner, inner + 1),
        ProvenBy::Packet => (length_end, length_end),
    };
    let start = if packet[0] >> 4 == 4 { 20 } else { 40 };
    assert_cuts_at(packet, mechanism, inner, (start, believed, known));
}

/// The same from `believed` octets on alone: with fewer, another mechanism is
/// the best guess.
#[track_caller]
pub(super) fn assert_cuts_from(
    packet: &[u8],
    mechanism: Encapsulation,
    believed: usize,
    inner: usize,
) {
    assert_cuts_at(packet, mechanism, inner, (believed, believed, inner + 1));
}

/// The same where it is cut from `start` octets on, and the inner header is known
/// from `known` octets on.
#[track_caller]
fn assert_cuts_at(
    packet: &[u8],
    mechanism: Encapsulation,
    inner: usize,
    (start, believed, known): (usize, usize, usize),
) {
    let length_end = if packet[inner] >> 4 == 4 { inner + 4 } else { inner + 6 };
    for captured in start..packet.len() {
        let tunnel = opened_cut(TunnelOptions::default(), packet, captured);
        let is_believed = tunnel.encapsulation == mechanism;
        assert_eq!(is_believed, captured >= believed, "{captured} octets: {tunnel:?}");
        assert_eq!(tunnel.inner.is_some(), captured >= known, "{captured} octets: {tunnel:?}");
        assert_eq!(tunnel.inner_unknown, is_believed && captured < known, "{captured} octets");
        if let Some(header) = tunnel.inner {
            let octets = if captured < length_end { 0 } else { (packet.len() - inner) as u64 };
            assert_eq!(header.octets, octets, "{captured} octets");
            let cut = tunnel.anomalies.contains(Anomaly::TruncatedHeader);
            let len = if packet[inner] >> 4 == 4 { 20 } else { 40 };
            assert_eq!(cut, captured < inner + len, "{captured} octets");
        }
    }
}

/// Cuts a packet in which nothing can be seen at every octet behind its outer
/// header: it is believed from `believed` octets on, and never opened.
#[track_caller]
pub(super) fn assert_opaque_cuts(packet: &[u8], mechanism: Encapsulation, believed: usize) {
    let start = if packet[0] >> 4 == 4 { 20 } else { 40 };
    for captured in start..=packet.len() {
        let tunnel = opened_cut(TunnelOptions::default(), packet, captured);
        let is_believed = tunnel.encapsulation == mechanism;
        assert_eq!(is_believed, captured >= believed, "{captured} octets: {tunnel:?}");
        assert_eq!(tunnel.inner_unknown, is_believed, "{captured} octets: {tunnel:?}");
        assert!(tunnel.inner.is_none(), "{captured} octets: {tunnel:?}");
    }
}

/// From where on a tunnel is believed.
#[derive(Clone, Copy, Debug)]
pub(super) enum ProvenBy {
    /// From the protocol number on.
    Number,
    /// From the end of the headers that name the inner one on.
    Header,
    /// From the inner header's length field on.
    Packet,
}
