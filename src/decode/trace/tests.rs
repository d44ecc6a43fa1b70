//! Layers lie in the frame one behind the other, whatever is in it.

use super::super::decoder::Decoder;
use crate::model::{Frame, LinkType};
use proptest::prelude::*;

fn frame(link_type: u16, captured: &[u8]) -> Frame<'_> {
    Frame {
        link_type: Some(LinkType(link_type)),
        timestamp: None,
        captured,
        original_len: u32::try_from(captured.len()).unwrap(),
        fcs_len: 0,
        interface: 0,
    }
}

/// The layers as `name offset+length`.
fn shown(captured: &[u8]) -> Vec<String> {
    let decoder = Decoder::default();
    let frame = frame(1, captured);
    let (decoded, layers) = decoder.explain(&frame);
    assert_eq!(decoded, decoder.decode(&frame), "an explanation decodes as a run does");
    layers.iter().map(|layer| format!("{} {}+{}", layer.name, layer.offset, layer.len)).collect()
}

fn octets(parts: &[&[u8]]) -> Vec<u8> {
    parts.concat()
}

const MACS: [u8; 12] = [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1];

fn ipv4(protocol: u8, payload: &[u8]) -> Vec<u8> {
    let total = u16::try_from(20 + payload.len()).unwrap().to_be_bytes();
    let header =
        [0x45, 0, total[0], total[1], 0, 1, 0, 0, 64, protocol, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2];
    octets(&[&header, payload])
}

fn ipv6(next: u8, payload: &[u8]) -> Vec<u8> {
    let len = u16::try_from(payload.len()).unwrap().to_be_bytes();
    let mut header = vec![0x60, 0, 0, 0, len[0], len[1], next, 64];
    header.extend([0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1].repeat(2));
    octets(&[&header, payload])
}

#[test]
fn a_tagged_packet_with_padding() {
    let packet =
        ipv4(6, &octets(&[&[0, 80, 0xc0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x50], &[0; 7], b"x"]));
    let captured = octets(&[&MACS, &[0x81, 0, 0, 7, 8, 0], &packet, &[0; 5]]);
    assert_eq!(
        shown(&captured),
        [
            "Ethernet 0+14",
            "IEEE 802.1Q tag 14+4",
            "IPv4 18+20",
            "TCP 38+20",
            "payload 58+1",
            "behind the packet: padding, frame check sequence or trailer 59+5",
        ]
    );
}

#[test]
fn a_tunnel_is_shown_down_to_the_innermost_transport() {
    let inner = ipv6(17, &[0, 53, 0xc0, 0, 0, 9, 0, 0, b'x']);
    let vxlan = octets(&[&[8, 0, 0, 0, 0, 0, 9, 0], &MACS, &[0x86, 0xdd], &inner]);
    let len = u16::try_from(8 + vxlan.len()).unwrap().to_be_bytes();
    let udp = octets(&[&[0xc0, 0, 0x12, 0xb5, len[0], len[1], 0, 0], &vxlan]);
    let captured = octets(&[&MACS, &[8, 0], &ipv4(17, &udp)]);
    assert_eq!(
        shown(&captured),
        [
            "Ethernet 0+14",
            "IPv4 14+20",
            "UDP 34+8",
            "VXLAN 42+8",
            "Ethernet 50+14",
            "IPv6 64+40",
            "UDP 104+8",
            "payload 112+1",
        ]
    );
}

#[test]
fn a_look_alike_is_shown_as_what_it_counts_as() {
    let udp = octets(&[&[0xc0, 0, 0x12, 0xb5, 0, 24, 0, 0], &[0xa5; 16]]);
    let captured = octets(&[&MACS, &[8, 0], &ipv4(17, &udp)]);
    assert_eq!(shown(&captured), ["Ethernet 0+14", "IPv4 14+20", "UDP 34+8", "payload 42+16"]);
}

#[test]
fn extension_headers_are_told_apart() {
    let hop_by_hop = [44, 0, 1, 4, 0, 0, 0, 0];
    let fragment = [6, 0, 0, 1, 0, 0, 0, 9];
    let packet = ipv6(0, &octets(&[&hop_by_hop, &fragment, &[0; 20]]));
    let captured = octets(&[&MACS, &[0x86, 0xdd], &packet]);
    assert_eq!(
        shown(&captured),
        [
            "Ethernet 0+14",
            "IPv6 14+40",
            "IPv6 Hop-by-Hop Options 54+8",
            "IPv6 Fragment header 62+8",
            "TCP 70+20",
        ]
    );
}

#[test]
fn what_is_not_ip_and_what_is_cut_is_shown_too() {
    assert_eq!(
        shown(&octets(&[&MACS, &[8, 6], &[0; 28]])),
        ["Ethernet 0+14", "payload of EtherType 0x0806 14+28"]
    );
    assert_eq!(shown(&octets(&[&MACS, &[8, 0], &[0x45, 0, 0]])), ["Ethernet 0+14", "IPv4 14+3"]);
    assert_eq!(shown(&MACS[..5]), ["Ethernet 0+5"]);
    assert!(shown(&[]).is_empty());
}

proptest! {
    /// Whatever the bytes: every octet is in one layer, in order, and the
    /// verdict is that of a run.
    #[test]
    fn every_octet_is_in_one_layer(
        link_type in prop::sample::select(vec![1_u16, 0, 9, 101, 105, 113, 127, 276, 147, 12]),
        start in prop::sample::select(vec![
            vec![], [&MACS[..], &[8, 0]].concat(), [&MACS[..], &[0x86, 0xdd]].concat(),
            [&MACS[..], &[0x81, 0, 0, 5, 8, 0]].concat(), [&MACS[..], &[0x88, 0x47]].concat(),
        ]),
        packet in prop::sample::select(vec![vec![], ipv4(41, &ipv6(44, &[0; 30])), ipv4(17, &[0x12, 0xb5, 0x12, 0xb5, 0, 60, 0, 0, 8]), ipv6(51, &[4; 64]), ipv4(47, &[0, 0, 8, 0, 0x45])]),
        rest in prop::collection::vec(prop_oneof![any::<u8>(), Just(0), Just(0x45), Just(0x60)], 0..120),
    ) {
        let captured = octets(&[&start, &packet, &rest]);
        let decoder = Decoder::default();
        let frame = frame(link_type, &captured);
        let (decoded, layers) = decoder.explain(&frame);
        prop_assert_eq!(decoded, decoder.decode(&frame));
        let mut end = 0;
        for layer in &layers {
            prop_assert_eq!(layer.offset, end);
            end = layer.end();
        }
        prop_assert_eq!(end, captured.len());
    }
}
