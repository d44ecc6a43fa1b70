//! IP headers: lengths, checksums and fragment fields are left to each packet.

use super::address::Ends;
use super::kind::Shape;
use super::layout::{FragmentField, Stack};
use super::rng::Rng;
use crate::model::{IpProtocol, IpVersion};

/// Octets of an IPv4 header without options.
const V4_HEADER: usize = 20;

/// Octets of an IPv6 header.
const V6_HEADER: usize = 40;

/// Appends an IP header of the ends' family that carries `protocol`.
pub(super) fn push(
    stack: &mut Stack,
    ends: &Ends,
    protocol: IpProtocol,
    shape: Shape,
    rng: &mut Rng,
) {
    stack.layout.inner = stack.end();
    match ends.version {
        IpVersion::V4 => push_v4(stack, ends, protocol, shape, rng),
        IpVersion::V6 => push_v6(stack, ends, protocol, shape, rng),
    }
}

/// RFC 791, without options. What is not fragmented has DF and no
/// identification (RFC 6864).
fn push_v4(stack: &mut Stack, ends: &Ends, protocol: IpProtocol, shape: Shape, rng: &mut Rng) {
    let at = stack.end();
    let flags = if shape == Shape::Fragmented { 0x00 } else { 0x40 };
    stack.push(&[0x45, 0, 0, 0, 0, 0, flags, 0, time_to_live(rng), protocol.0, 0, 0]);
    stack.push(&ends.source.bits().to_be_bytes()[..4]);
    stack.push(&ends.destination.bits().to_be_bytes()[..4]);
    debug_assert_eq!(stack.end(), at + V4_HEADER);
    stack.length(at + 2, at);
    stack.layout.v4_headers.push(at);
    if shape == Shape::Fragmented {
        stack.layout.fragment = Some(FragmentField::V4(at));
    }
}

/// RFC 8200, with the extension headers of the shape.
fn push_v6(stack: &mut Stack, ends: &Ends, protocol: IpProtocol, shape: Shape, rng: &mut Rng) {
    let at = stack.end();
    let next = match shape {
        Shape::Plain => protocol,
        Shape::Extended => IpProtocol::HOPOPT,
        Shape::Fragmented => IpProtocol::IPV6_FRAG,
    };
    let [label_high, label_middle, label_low] = rng.octets();
    stack.push(&[0x60, label_high & 0x0f, label_middle, label_low]);
    stack.push(&[0, 0, next.0, time_to_live(rng)]);
    stack.push(&ends.source.bits().to_be_bytes());
    stack.push(&ends.destination.bits().to_be_bytes());
    debug_assert_eq!(stack.end(), at + V6_HEADER);
    stack.length(at + 4, at + V6_HEADER);
    match shape {
        Shape::Plain => {}
        Shape::Extended => push_chain(stack, protocol),
        Shape::Fragmented => {
            stack.layout.fragment = Some(FragmentField::V6(stack.end()));
            stack.push(&[protocol.0, 0, 0, 0, 0, 0, 0, 0]);
        }
    }
}

/// 48 octets in the order that RFC 8200 section 4.1 recommends. The Routing
/// header is of the type for experiments (253, RFC 4727) with no segment left,
/// so that the destination stays the final one.
fn push_chain(stack: &mut Stack, protocol: IpProtocol) {
    const PAD_4: [u8; 6] = [1, 4, 0, 0, 0, 0];
    stack.push(&[IpProtocol::IPV6_OPTS.0, 0]);
    stack.push(&PAD_4);
    stack.push(&[IpProtocol::IPV6_ROUTE.0, 0]);
    stack.push(&PAD_4);
    stack.push(&[IpProtocol::IPV6_OPTS.0, 1, 253, 0]);
    stack.push(&[0; 12]);
    stack.push(&[protocol.0, 1, 1, 12]);
    stack.push(&[0; 12]);
}

/// As after up to 16 hops from 64.
fn time_to_live(rng: &mut Rng) -> u8 {
    let [hops] = rng.octets();
    64 - hops % 16
}
