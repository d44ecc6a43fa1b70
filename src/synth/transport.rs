//! Transport headers: what follows the innermost IP header.

use super::kind::{Transport, carried};
use super::layout::{ChecksumField, LengthField, SequenceField, Stack, TransportLayout};
use super::rng::Rng;
use crate::model::IpVersion;

/// Ports that servers listen on here. None is one of control traffic (MEASURE
/// section 6) or of a tunnel.
const SERVER_PORTS: [u16; 6] = [443, 443, 443, 80, 8080, 5201];

/// Ports that clients send from: below 49,152, for WireGuard's port lies above.
const CLIENT_PORTS: (u64, u64) = (32_768, 16_384);

/// WireGuard's own port.
const WIREGUARD: u16 = 51_820;

/// Appends the header of `transport` after an innermost IP header of `version`.
pub(super) fn push(stack: &mut Stack, transport: Transport, version: IpVersion, rng: &mut Rng) {
    let at = stack.end();
    let mut layout = TransportLayout {
        at,
        addresses: match version {
            IpVersion::V4 => stack.layout.inner + 12..stack.layout.inner + 20,
            IpVersion::V6 => stack.layout.inner + 8..stack.layout.inner + 40,
        },
        protocol: transport.protocol(version).0,
        checksum: ChecksumField::Absent,
        length: None,
        sequence: None,
        grain: 1,
        least: 0,
    };
    match transport {
        Transport::Tcp => push_tcp(stack, &mut layout, rng),
        Transport::Udp => push_udp(stack, &mut layout, rng),
        Transport::Icmp => push_echo(stack, &mut layout, version, rng),
        Transport::Sctp => push_sctp(stack, &mut layout, rng),
        Transport::Esp => push_esp(stack, &mut layout, rng),
        // Something always follows: a Payload Length of 0 would mean offload.
        Transport::Experiment => layout.least = 4,
        Transport::IpComp => push_compressed(stack, &mut layout, version),
        Transport::WireGuard => push_wireguard(stack, &mut layout, rng),
    }
    stack.layout.transport = Some(layout);
}

/// RFC 9293: a segment of an open connection, PSH and ACK.
fn push_tcp(stack: &mut Stack, layout: &mut TransportLayout, rng: &mut Rng) {
    push_ports(stack, rng);
    let acknowledged: [u8; 4] = rng.octets();
    stack.push(&[0; 4]);
    stack.push(&acknowledged);
    stack.push(&[0x50, 0x18, 0xff, 0xff, 0, 0, 0, 0]);
    layout.checksum = ChecksumField::Pseudo(layout.at + 16);
    layout.sequence = Some(SequenceField::Octets(layout.at + 4));
}

/// RFC 768.
fn push_udp(stack: &mut Stack, layout: &mut TransportLayout, rng: &mut Rng) {
    push_ports(stack, rng);
    stack.push(&[0; 4]);
    layout.checksum = ChecksumField::Pseudo(layout.at + 6);
    layout.length = Some(LengthField { at: layout.at + 4, base: layout.at });
}

/// An echo request (RFC 792, RFC 4443), with a nonce of 8 octets at least, as
/// Teredo wants it (RFC 4380 section 5.2.9).
fn push_echo(stack: &mut Stack, layout: &mut TransportLayout, version: IpVersion, rng: &mut Rng) {
    let [high, low] = rng.octets();
    let (message, checksum) = match version {
        IpVersion::V4 => (8, ChecksumField::Message(layout.at + 2)),
        IpVersion::V6 => (128, ChecksumField::Pseudo(layout.at + 2)),
    };
    stack.push(&[message, 0, 0, 0, high, low, 0, 0]);
    layout.checksum = checksum;
    layout.least = 8;
    layout.sequence = Some(SequenceField::Narrow(layout.at + 6));
}

/// RFC 9260: the common header and one whole DATA chunk without padding.
fn push_sctp(stack: &mut Stack, layout: &mut TransportLayout, rng: &mut Rng) {
    push_ports(stack, rng);
    let tag: [u8; 4] = rng.octets();
    stack.push(&tag);
    stack.push(&[0; 4]);
    stack.push(&[0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    layout.checksum = ChecksumField::Crc(layout.at + 8);
    layout.length = Some(LengthField { at: layout.at + 14, base: layout.at + 12 });
    layout.sequence = Some(SequenceField::Wide(layout.at + 16));
    (layout.grain, layout.least) = (4, 4);
}

/// RFC 4303: SPI and sequence number; the rest is opaque.
fn push_esp(stack: &mut Stack, layout: &mut TransportLayout, rng: &mut Rng) {
    let [a, b, c] = rng.octets();
    stack.push(&[0xc0, a, b, c, 0, 0, 0, 0]);
    layout.sequence = Some(SequenceField::Wide(layout.at + 4));
    (layout.grain, layout.least) = (4, 16);
}

/// RFC 3173: a packet of the same family, compressed by DEFLATE (RFC 2394).
fn push_compressed(stack: &mut Stack, layout: &mut TransportLayout, version: IpVersion) {
    stack.push(&[carried(version).0, 0, 0, 2]);
    layout.least = 4;
}

/// A message with a packet inside (the protocol's white paper, section 5.4.6):
/// receiver and counter; the rest is opaque, a packet padded to 16 octets and a
/// tag of 16.
fn push_wireguard(stack: &mut Stack, layout: &mut TransportLayout, rng: &mut Rng) {
    let receiver: [u8; 4] = rng.octets();
    stack.push(&client_port(rng));
    stack.push(&WIREGUARD.to_be_bytes());
    stack.push(&[0, 0, 0, 0, 4, 0, 0, 0]);
    stack.push(&receiver);
    stack.push(&[0; 8]);
    layout.checksum = ChecksumField::Pseudo(layout.at + 6);
    layout.length = Some(LengthField { at: layout.at + 4, base: layout.at });
    layout.sequence = Some(SequenceField::LittleEndian(layout.at + 16));
    (layout.grain, layout.least) = (16, 32);
}

/// Source and destination port, of either direction.
fn push_ports(stack: &mut Stack, rng: &mut Rng) {
    let server = SERVER_PORTS[rng.index(SERVER_PORTS.len())].to_be_bytes();
    let client = client_port(rng);
    if rng.bits() & 1 == 0 {
        stack.push(&client);
        stack.push(&server);
    } else {
        stack.push(&server);
        stack.push(&client);
    }
}

/// A client's port, as octets.
pub(super) fn client_port(rng: &mut Rng) -> [u8; 2] {
    let [.., high, low] = (CLIENT_PORTS.0 + rng.below(CLIENT_PORTS.1)).to_be_bytes();
    [high, low]
}
