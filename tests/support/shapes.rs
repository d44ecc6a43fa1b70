//! One packet of every shape that the decoder must tell apart, by name.

use super::{ByteOrder, Packet};

const A4: &str = "192.0.2.1";
const B4: &str = "198.51.100.2";
const A6: &str = "2001:db8:1::1";
const B6: &str = "2001:db8:2::2";

/// A name for the message when a test fails, and the packet.
pub type Shape = (&'static str, Packet);

fn v4() -> Packet {
    Packet::ethernet().ipv4(A4, B4)
}

fn v6() -> Packet {
    Packet::ethernet().ipv6(A6, B6)
}

/// Everything on Ethernet.
pub fn ethernet() -> Vec<Shape> {
    let lists = [ipv4(), ipv4_lengths(), ipv6(), ipv6_chains(), ipv6_lengths(), tagged()];
    lists.into_iter().flatten().collect()
}

/// Everything, on all link types that the builder knows.
pub fn all() -> Vec<Shape> {
    ethernet().into_iter().chain(other_links()).collect()
}

fn ipv4() -> Vec<Shape> {
    vec![
        ("tcp", v4().tcp(40_000, 443).payload(30)),
        ("udp", v4().udp(40_000, 53).payload(30)),
        ("sctp", v4().sctp(5000, 5001).payload(30)),
        ("icmp", v4().icmp(8).payload(30)),
        ("esp", v4().esp().payload(30)),
        ("6in4", v4().ipv6(A6, B6).udp(1, 2).payload(30)),
        ("ipip", v4().ipv4(A4, B4).udp(1, 2).payload(30)),
        ("options", v4().options(&[7, 7, 4, 0, 0, 0, 0, 1]).tcp(1, 2).payload(20)),
        ("all options", v4().options(&[1; 40]).udp(1, 2).payload(20)),
        ("first fragment", v4().fragment_at(0, true).udp(40_000, 53).payload(32)),
        ("later fragment", v4().fragment_at(5, false).protocol(17).payload(32)),
        ("authenticated", v4().ah(12).tcp(40_000, 443).payload(20)),
        ("header alone", v4()),
        ("no room for ports", v4().protocol(6).payload(3)),
        ("room for ports alone", v4().protocol(17).payload(4)),
        ("padded", v4().udp(1, 2).payload(1).padded_to(60)),
        ("far more than padding", v4().udp(1, 2).payload(1).trailing(70)),
        ("version 5", v4().version(5).udp(1, 2).payload(30)),
        ("version 6 under the EtherType of IPv4", v4().version(6).udp(1, 2).payload(30)),
    ]
}

fn ipv4_lengths() -> Vec<Shape> {
    vec![
        ("total length 0", v4().total_length(0).tcp(1, 2).payload(90)),
        ("total length 0, padded", v4().total_length(0).tcp(1, 2).padded_to(60)),
        ("total length 1", v4().total_length(1).tcp(1, 2).payload(20)),
        ("total length 19", v4().total_length(19).tcp(1, 2).payload(20)),
        ("total length 20", v4().total_length(20).tcp(1, 2).payload(20)),
        ("total length ends in the ports", v4().total_length(23).tcp(1, 2).payload(20)),
        ("total length 65535", v4().total_length(65_535).udp(1, 2).payload(20)),
        ("total length one too large", v4().total_length(49).udp(1, 2).payload(20)),
        ("header of 0 words", v4().header_words(0).udp(1, 2).payload(20)),
        ("header of 4 words", v4().header_words(4).udp(1, 2).payload(20)),
        ("header of 6 words", v4().header_words(6).udp(1, 2).payload(20)),
        ("header of 15 words", v4().header_words(15).udp(1, 2).payload(20)),
        ("header beyond the total", v4().header_words(15).total_length(30).udp(1, 2).payload(60)),
    ]
}

fn ipv6() -> Vec<Shape> {
    vec![
        ("v6 tcp", v6().tcp(40_000, 443).payload(30)),
        ("v6 udp", v6().udp(40_000, 53).payload(30)),
        ("v6 sctp", v6().sctp(5000, 5001).payload(30)),
        ("v6 icmp", v6().icmpv6(128).payload(30)),
        ("v6 esp", v6().esp().payload(30)),
        ("4in6", v6().ipv4(A4, B4).udp(1, 2).payload(30)),
        ("6in6", v6().ipv6(A6, B6).udp(1, 2).payload(30)),
        ("v6 header alone", v6()),
        ("v6 no room for ports", v6().protocol(6).payload(3)),
        ("v6 padded", v6().udp(1, 2).padded_to(60)),
        ("v6 far more than padding", v6().udp(1, 2).payload(1).trailing(70)),
        ("v6 version 4", v6().version(4).udp(1, 2).payload(30)),
        ("v6 version 0", v6().version(0).udp(1, 2).payload(30)),
    ]
}

fn ipv6_chains() -> Vec<Shape> {
    let every = v6().hop_by_hop(&[]).destination_options(&[1, 2, 0, 0]).routing(&[0; 22]);
    vec![
        ("hop-by-hop", v6().hop_by_hop(&[5, 2, 0, 0]).udp(5000, 53).payload(30)),
        ("every extension header", every.fragment(0, false).ah(12).tcp(1, 2).payload(10)),
        ("mobility", v6().extension(135, &[0; 14])),
        ("hip", v6().extension(139, &[0; 38]).udp(1, 2)),
        ("shim6", v6().extension(140, &[0; 6]).udp(1, 2)),
        ("first v6 fragment", v6().fragment(0, true).udp(40_000, 53).payload(32)),
        ("later v6 fragment", v6().fragment(185, false).protocol(17).payload(32)),
        ("later fragment of tcp", v6().fragment(185, true).tcp(1, 2).payload(16)),
        ("later fragment of options", v6().fragment(2, true).destination_options(&[]).udp(1, 2)),
        ("atomic fragment", v6().fragment(0, false).tcp(1, 2).payload(16)),
        ("v6 authenticated", v6().ah(12).udp(1, 2).payload(8)),
        ("authenticated with odd words", v6().ah(16).udp(1, 2).payload(8)),
        ("extension header too long", v6().hop_by_hop(&[]).extension_length(200).udp(1, 2)),
        ("routing header without end", v6().routing(&[0; 6]).extension_length(255)),
        ("esp after options", v6().destination_options(&[]).esp().payload(16)),
        ("chain into padding", v6().payload_length(8).hop_by_hop(&[]).udp(1, 2).payload(4)),
        ("hop-by-hop to nothing", v6().hop_by_hop(&[])),
    ]
}

fn ipv6_lengths() -> Vec<Shape> {
    let deep = vec![0_u8, 0, 5, 2, 0, 0, 0xc2, 4, 0, 1, 0, 0];
    vec![
        ("payload length 0", v6().payload_length(0).tcp(1, 2).payload(90)),
        ("payload length 0 in a small frame", v6().payload_length(0).protocol(6).payload(6)),
        ("payload length 0, 61 octets", v6().payload_length(0).protocol(6).payload(7)),
        ("no next header, long frame", v6().payload_length(0).protocol(59).payload(90)),
        ("payload length 3", v6().payload_length(3).udp(1, 2).payload(30)),
        ("payload length 65535", v6().payload_length(65_535).udp(1, 2).payload(30)),
        ("payload length one too large", v6().payload_length(39).udp(1, 2).payload(30)),
        ("jumbogram", v6().jumbo(70_000).udp(1, 2).payload(40)),
        ("jumbogram of what is there", v6().jumbo(56).udp(1, 2).payload(40)),
        ("small jumbogram", v6().jumbo(16).udp(1, 2).payload(0)),
        ("jumbogram of 4 GiB", v6().jumbo(u32::MAX).tcp(1, 2)),
        ("jumbo option behind others", v6().payload_length(0).hop_by_hop(&deep).udp(1, 2)),
        (
            "jumbo option of a wrong length",
            v6().payload_length(0).hop_by_hop(&[0xc2, 3, 0, 0, 1]).udp(1, 2).payload(60),
        ),
        (
            "jumbo option beside a length",
            v6().hop_by_hop(&[0xc2, 4, 0, 1, 0, 0]).udp(1, 2).payload(60),
        ),
        (
            "other options and length 0",
            v6().payload_length(0).hop_by_hop(&[5, 2, 0, 0]).udp(1, 2).payload(60),
        ),
        (
            "option beyond its header",
            v6().payload_length(0).hop_by_hop(&[5, 200, 0, 0]).udp(1, 2).payload(60),
        ),
    ]
}

fn tagged() -> Vec<Shape> {
    let e = Packet::ethernet;
    vec![
        ("arp", e().arp()),
        ("padded arp", e().arp().padded_to(60)),
        ("nothing known", e().payload(50)),
        ("vlan v4", e().vlan(5).ipv4(A4, B4).udp(1, 2).payload(20)),
        ("vlan v6", e().vlan(4095).ipv6(A6, B6).udp(1, 2).payload(20)),
        ("qinq v6", e().service_vlan(7).vlan(5).ipv6(A6, B6).tcp(1, 2).payload(20)),
        ("three tags", e().service_vlan(7).vlan(5).vlan(6).ipv4(A4, B4).tcp(1, 2)),
        ("vlan arp", e().vlan(5).arp()),
        ("vlan and version 6", e().vlan(5).ipv4(A4, B4).version(6).udp(1, 2).payload(20)),
        ("vlan and total length 0", e().vlan(5).ipv4(A4, B4).total_length(0).tcp(1, 2).payload(90)),
        (
            "vlan and payload length 0",
            e().vlan(5).ipv6(A6, B6).payload_length(0).tcp(1, 2).payload(90),
        ),
        ("mpls v4", e().mpls(16).ipv4(A4, B4).udp(1, 2).payload(20)),
        ("mpls stack v6", e().mpls(16).mpls(17).mpls(18).ipv6(A6, B6).udp(1, 2).payload(20)),
        ("explicit null v6", e().mpls(2).ipv6(A6, B6).udp(1, 2).payload(20)),
        ("explicit null v4 with v6", e().mpls(0).ipv6(A6, B6).udp(1, 2).payload(20)),
        ("pppoe v4", e().pppoe().ipv4(A4, B4).udp(1, 2).payload(20)),
        ("vlan pppoe v6", e().vlan(5).pppoe().ipv6(A6, B6).udp(1, 2).payload(20)),
        ("pppoe lcp", e().pppoe().data(&[1, 1, 0, 4])),
        ("snap v4", e().snap_header().ipv4(A4, B4).udp(1, 2).payload(20)),
        ("snap v6", e().snap_header().ipv6(A6, B6).udp(1, 2).payload(20)),
    ]
}

fn other_links() -> Vec<Shape> {
    let (little, big) = (ByteOrder::Little, ByteOrder::Big);
    vec![
        ("raw v4", Packet::raw().ipv4(A4, B4).udp(1, 2).payload(20)),
        ("raw v6", Packet::raw().ipv6(A6, B6).udp(1, 2).payload(20)),
        ("raw version 5", Packet::raw().ipv4(A4, B4).version(5).udp(1, 2).payload(20)),
        ("raw_ipv4", Packet::raw_ipv4().ipv4(A4, B4).udp(1, 2).payload(20)),
        ("raw_ipv6", Packet::raw_ipv6().ipv6(A6, B6).udp(1, 2).payload(20)),
        ("raw_ipv4 with v6", Packet::raw_ipv4().ipv6(A6, B6).udp(1, 2).payload(20)),
        ("sll v4", Packet::sll().ipv4(A4, B4).udp(1, 2).payload(20)),
        ("sll vlan v6", Packet::sll().vlan(5).ipv6(A6, B6).udp(1, 2).payload(20)),
        ("sll2 v6", Packet::sll2().ipv6(A6, B6).udp(1, 2).payload(20)),
        ("sll2 arp", Packet::sll2().arp()),
        ("null little v4", Packet::null(little).ipv4(A4, B4).udp(1, 2).payload(20)),
        ("null little v6", Packet::null(little).ipv6(A6, B6).udp(1, 2).payload(20)),
        ("null big v6", Packet::null(big).ipv6(A6, B6).udp(1, 2).payload(20)),
        ("ppp v4", Packet::ppp().ipv4(A4, B4).udp(1, 2).payload(20)),
        ("ppp v6", Packet::ppp().ipv6(A6, B6).udp(1, 2).payload(20)),
        ("unsupported", Packet::on(147).payload(40)),
    ]
}
