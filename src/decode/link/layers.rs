//! Layers for the tests: frames that read like the packets they are.

use super::{Family, Link, Payload, resolve};
use crate::model::{LinkType, NotIp, Undecodable};

/// The octets of one header.
pub(super) type Layer = Vec<u8>;

/// A header that is given octet by octet.
pub(super) fn octets<const N: usize>(octets: [u8; N]) -> Layer {
    octets.to_vec()
}

/// An IPv4 header without payload.
pub(super) fn ipv4() -> Layer {
    let mut header = vec![0x45, 0, 0, 20, 0, 0, 0, 0, 64, 253, 0, 0];
    header.extend([192, 0, 2, 1, 198, 51, 100, 1]);
    header
}

/// An IPv6 header without payload.
pub(super) fn ipv6() -> Layer {
    let mut header = vec![0x60, 0, 0, 0, 0, 0, 59, 64];
    header.extend([0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    header.extend([0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]);
    header
}

/// An EtherType alone.
pub(super) fn ether_type(number: u16) -> Layer {
    number.to_be_bytes().to_vec()
}

/// Two addresses of six octets.
pub(super) fn addresses() -> Layer {
    vec![0x02, 0, 0x5e, 0, 0x53, 1, 0x02, 0, 0x5e, 0, 0x53, 2]
}

/// An Ethernet header.
pub(super) fn ethernet(number: u16) -> Layer {
    [addresses(), ether_type(number)].concat()
}

/// The part of a VLAN tag behind its own EtherType.
pub(super) fn vlan(id: u16, next: u16) -> Layer {
    [id.to_be_bytes(), next.to_be_bytes()].concat()
}

/// LLC and SNAP with an EtherType.
pub(super) fn snap(number: u16) -> Layer {
    [vec![0xaa, 0xaa, 0x03, 0, 0, 0], ether_type(number)].concat()
}

/// An MPLS label stack; the last label is at the bottom.
pub(super) fn mpls<const N: usize>(labels: [u32; N]) -> Layer {
    let mut stack = Vec::new();
    for (at, label) in labels.into_iter().enumerate() {
        let bottom = u32::from(at + 1 == N);
        stack.extend((label << 12 | bottom << 8 | 64).to_be_bytes());
    }
    stack
}

/// Resolves a frame of these layers.
pub(super) fn link(link_type: LinkType, layers: &[Layer]) -> Link {
    resolve(link_type, &layers.concat())
}

/// The last layer is found to be IP of `family`, and a frame that is cut
/// before it is never said to hold any.
#[track_caller]
pub(super) fn assert_ip(link_type: LinkType, family: Family, layers: &[Layer]) {
    let frame = layers.concat();
    let offset = frame.len() - layers.last().map_or(0, Vec::len);
    assert_eq!(resolve(link_type, &frame).payload, Payload::Ip { offset, family });
    for cut in 0..offset {
        let payload = resolve(link_type, &frame[..cut]).payload;
        assert!(!matches!(payload, Payload::Ip { .. }), "cut at {cut}: {payload:?}");
    }
}

/// The frame is found to be something else.
#[track_caller]
pub(super) fn assert_not_ip(link_type: LinkType, what: NotIp, layers: &[Layer]) {
    assert_eq!(link(link_type, layers).payload, Payload::NotIp(what));
}

/// The frame cannot be told, and this is why.
#[track_caller]
pub(super) fn assert_undecodable(link_type: LinkType, why: Undecodable, layers: &[Layer]) {
    assert_eq!(link(link_type, layers).payload, Payload::Undecodable(why));
}
