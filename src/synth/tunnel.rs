//! Tunnels: what stands between two IP headers, and the addresses that
//! mechanisms prescribe.

use super::address::{Ends, Pools};
use super::configured::{
    DS_LITE_PREFIX, LW4O6_PREFIX, MAP_E_PREFIX, MAP_T_PREFIX, SIIT_DC_PREFIX, SIX_RD_PREFIX,
    XLAT464_PREFIX,
};
use super::kind::{Carriage, Mechanism, carried};
use super::layout::Stack;
use super::link;
use super::rng::Rng;
use super::transport::client_port;
use crate::model::{IpAddress, IpVersion, Prefix};

/// A relay's port (RFC 4380).
const TEREDO: u16 = 3544;
/// RFC 7348.
const VXLAN: u16 = 4789;
/// AYIYA (draft-massar-v6ops-ayiya-02).
const AYIYA: u16 = 5072;
/// VXLAN-GPE (draft-ietf-nvo3-vxlan-gpe).
const VXLAN_GPE: u16 = 4790;
/// RFC 2661.
const L2TP: u16 = 1701;
/// RFC 7510.
const MPLS: u16 = 6635;
/// RFC 9300.
const LISP: u16 = 4341;
/// RFC 5415, data channel.
const CAPWAP: u16 = 5247;
/// RFC 8926.
const GENEVE: u16 = 6081;
/// 3GPP TS 29.281.
const GTP_U: u16 = 2152;

/// The well-known prefix (RFC 6052 section 2.1).
const NAT64_PREFIX: Prefix =
    Prefix::new(IpVersion::V6, IpAddress::from_bits(0x0064_ff9b << 96), 96);

/// The ends of the outer header, and those of the inner one in a tunnel.
pub(super) fn ends(carriage: Carriage, pools: &mut Pools, rng: &mut Rng) -> (Ends, Option<Ends>) {
    let mut outer = pools.ends(carriage.outer, rng);
    if let Some(destination) = far_end(carriage.mechanism, rng) {
        outer.destination = destination;
    }
    if !carriage.is_tunnel() {
        return (outer, None);
    }
    if carriage.mechanism == Mechanism::SixToFour {
        let source = six_to_four(outer.source, rng);
        let destination = six_to_four(outer.destination, rng);
        return (outer, Some(Ends { version: IpVersion::V6, source, destination }));
    }
    let mut inner = pools.ends(carriage.inner, rng);
    match carriage.mechanism {
        Mechanism::Teredo => inner.source = teredo(outer, rng),
        Mechanism::SixRd => inner.source = six_rd(outer.source, rng),
        Mechanism::Isatap => {
            inner.source = isatap(inner.source, outer.source);
            inner.destination = isatap(inner.destination, outer.destination);
        }
        _ => {}
    }
    (outer, Some(inner))
}

/// The outer destination that a mechanism prescribes: the IPv4 host behind a
/// translator, or where a softwire ends.
fn far_end(mechanism: Mechanism, rng: &mut Rng) -> Option<IpAddress> {
    match mechanism {
        Mechanism::Nat64 => Some(translated(NAT64_PREFIX, rng)),
        Mechanism::MapT => Some(translated(MAP_T_PREFIX, rng)),
        Mechanism::Xlat464 => Some(translated(XLAT464_PREFIX, rng)),
        Mechanism::SiitDc => Some(translated(SIIT_DC_PREFIX, rng)),
        Mechanism::DsLite => Some(concentrator(DS_LITE_PREFIX, rng)),
        Mechanism::Lw4o6 => Some(concentrator(LW4O6_PREFIX, rng)),
        Mechanism::MapE => Some(concentrator(MAP_E_PREFIX, rng)),
        _ => None,
    }
}

/// The shim after the outer IP header. Checksums of outer UDP headers are 0:
/// none, as IPv4 allows and tunnels do.
pub(super) fn push(stack: &mut Stack, carriage: Carriage, rng: &mut Rng) {
    let [high, low] = link::ether_type(carriage.inner).to_be_bytes();
    let [a, b, c] = rng.octets();
    match carriage.mechanism {
        Mechanism::Gre => stack.push(&[0, 0, high, low]),
        Mechanism::Teredo => push_udp(stack, TEREDO, rng),
        Mechanism::Vxlan => {
            push_udp(stack, VXLAN, rng);
            stack.push(&[0x08, 0, 0, 0, a, b, c, 0]);
            link::push_inner(stack, carriage.inner, rng);
        }
        Mechanism::Geneve => {
            push_udp(stack, GENEVE, rng);
            stack.push(&[0, 0, high, low, a, b, c, 0]);
        }
        Mechanism::GtpU => {
            push_udp(stack, GTP_U, rng);
            let at = stack.end();
            stack.push(&[0x30, 0xff, 0, 0, 1, a, b, c]);
            stack.length(at + 2, at + 8);
        }
        Mechanism::Nvgre => {
            stack.push(&[0x20, 0, 0x65, 0x58, a, b, c, 0]);
            link::push_inner(stack, carriage.inner, rng);
        }
        Mechanism::EtherIp => {
            stack.push(&[0x30, 0]);
            link::push_inner(stack, carriage.inner, rng);
        }
        Mechanism::MplsInIp => stack.push(&label([a, b, c])),
        Mechanism::Srv6 | Mechanism::Ah => push_extension(stack, carriage, rng),
        Mechanism::Ayiya
        | Mechanism::VxlanGpe
        | Mechanism::L2tp
        | Mechanism::MplsInUdp
        | Mechanism::Lisp
        | Mechanism::Capwap => push_in_udp(stack, carriage, [a, b, c], rng),
        // The inner header follows at once.
        _ => {}
    }
}

/// The shims over UDP of which some have an inner link layer.
fn push_in_udp(stack: &mut Stack, carriage: Carriage, [a, b, c]: [u8; 3], rng: &mut Rng) {
    let is_six = carriage.inner == IpVersion::V6;
    match carriage.mechanism {
        Mechanism::Ayiya => {
            push_udp(stack, AYIYA, rng);
            // An identity of 16 octets and a signature of 20: forward IPv6.
            stack.push(&[0x41, 0x52, 0x11, 41, 0, 0, 0, 1]);
            stack.push(&[0x20; 16]);
            stack.push(&[a; 20]);
        }
        Mechanism::VxlanGpe => {
            push_udp(stack, VXLAN_GPE, rng);
            stack.push(&[0x0c, 0, 0, if is_six { 2 } else { 1 }, a, b, c, 0]);
        }
        Mechanism::L2tp => {
            push_udp(stack, L2TP, rng);
            stack.push(&[0, 2, a, b, 0, c]);
            stack.push(&[0xff, 3, 0, if is_six { 0x57 } else { 0x21 }]);
        }
        Mechanism::MplsInUdp => {
            push_udp(stack, MPLS, rng);
            stack.push(&label([a, b, c]));
        }
        Mechanism::Lisp => {
            push_udp(stack, LISP, rng);
            stack.push(&[0x80, a, b, c, 0, 0, 0, 1]);
        }
        _ => {
            push_udp(stack, CAPWAP, rng);
            // Two words, the binding of IEEE 802.11, an Ethernet frame.
            stack.push(&[0, 0x10, 0x02, 0, 0, 0, 0, 0]);
            link::push_inner(stack, carriage.inner, rng);
        }
    }
}

/// A Segment Routing Header of one segment, or an Authentication Header with a
/// check value of 96 bits.
fn push_extension(stack: &mut Stack, carriage: Carriage, rng: &mut Rng) {
    let next = carried(carriage.inner).0;
    let [a, b, c] = rng.octets();
    if carriage.mechanism == Mechanism::Srv6 {
        stack.push(&[next, 2, 4, 0, 0, 0, 0, 0]);
        stack.push(&[0x20, 0x01, 0x0d, 0xb8, a, b, c, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    } else {
        stack.push(&[next, 4, 0, 0, 0, a, b, c, 0, 0, 0, 1]);
        stack.push(&[c; 12]);
    }
}

/// A label of 20 bits above the reserved ones, at the bottom of its stack.
fn label([a, b, c]: [u8; 3]) -> [u8; 4] {
    [a, b | 1, (c & 0xf0) | 1, 64]
}

fn push_udp(stack: &mut Stack, port: u16, rng: &mut Rng) {
    let at = stack.end();
    stack.push(&client_port(rng));
    stack.push(&port.to_be_bytes());
    stack.push(&[0; 4]);
    stack.length(at + 4, at);
}

/// An IPv4 address as the low 32 bits of an integer.
fn v4(address: IpAddress) -> u128 {
    address.bits() >> 96
}

/// 2002:V4::/48 (RFC 3056).
fn six_to_four(address: IpAddress, rng: &mut Rng) -> IpAddress {
    IpAddress::from_bits((0x2002 << 112) | (v4(address) << 80) | (1 << 64) | interface(rng))
}

/// The domain's prefix and V4: a /64 (RFC 5969 section 4).
fn six_rd(address: IpAddress, rng: &mut Rng) -> IpAddress {
    let domain = SIX_RD_PREFIX.address().bits();
    IpAddress::from_bits(domain | (v4(address) << 64) | interface(rng))
}

/// An interface identifier that is none of ISATAP.
fn interface(rng: &mut Rng) -> u128 {
    u128::from(rng.bits() | (1 << 62))
}

/// 2001:0:server:flags:port:client, the last two inverted (RFC 4380 section
/// 4). The client is the tunnel's outer source, behind a NAT of its own.
fn teredo(outer: Ends, rng: &mut Rng) -> IpAddress {
    let port = u128::from(u16::from_be_bytes(client_port(rng)));
    let inverted = (!(port << 32 | v4(outer.source))) & 0xffff_ffff_ffff;
    IpAddress::from_bits((0x2001_0000 << 96) | (v4(outer.destination) << 64) | inverted)
}

/// The prefix of the address with the identifier 0200:5efe:V4 (RFC 5214).
fn isatap(address: IpAddress, host: IpAddress) -> IpAddress {
    IpAddress::from_bits((address.bits() >> 64 << 64) | (0x0200_5efe << 32) | v4(host))
}

/// PREFIX::V4 with a host of 8.0.0.0/8: private ones are forbidden in the
/// well-known prefix (RFC 6052 section 3.1).
fn translated(prefix: Prefix, rng: &mut Rng) -> IpAddress {
    let host = 0x0800_0000 | u128::from(rng.below(1 << 24));
    IpAddress::from_bits(prefix.address().bits() | host)
}

/// One of sixteen that share the work.
fn concentrator(prefix: Prefix, rng: &mut Rng) -> IpAddress {
    IpAddress::from_bits(prefix.address().bits() | u128::from(1 + rng.below(16)))
}
