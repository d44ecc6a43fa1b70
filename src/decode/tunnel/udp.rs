//! The tunnels that a UDP port suggests.

use super::super::decoder::Decoder;
use super::super::ip::Parsed;
use super::super::link::FirstHeader;
use super::inner::ZeroLength;
use super::inside::{Inside, Opened, Proof};
use super::span::Span;
use super::{ayiya, capwap, esp, geneve, gre, gtp_u, l2tp, lisp, teredo, vxlan, wireguard};
use crate::model::{Encapsulation, UdpTunnel};
use crate::wire::HeaderError;
use etherparse::UdpHeaderSlice;

/// Octets of a UDP header.
const UDP_LEN: usize = 8;

/// Opens the tunnel that a port of the datagram suggests; `None` where there is
/// no such port, or the header is not the tunnel's. What is opened is still to
/// be proven.
pub(super) fn open<'a>(decoder: &Decoder, header: &Parsed<'a>) -> Option<Opened<'a>> {
    let (source, destination) = header.header.ports?;
    if !decoder.is_tunnel_port(source) && !decoder.is_tunnel_port(destination) {
        return None;
    }
    let tunnel = decoder.udp_tunnel(source, destination)?;
    let zero_length = ZeroLength::inside(header.anomalies);
    let payload = payload(Span::of(&header.carried), zero_length).ok()?;
    let opened = match tunnel {
        UdpTunnel::Teredo => teredo::open(payload),
        UdpTunnel::Ayiya => ayiya::open(payload),
        UdpTunnel::Vxlan => vxlan::open(payload),
        UdpTunnel::VxlanGpe => vxlan::open_gpe(payload),
        UdpTunnel::Geneve => geneve::open(payload),
        UdpTunnel::GtpU => gtp_u::open(payload),
        UdpTunnel::L2tp => l2tp::open_datagram(payload),
        UdpTunnel::Lisp => lisp::open(payload),
        UdpTunnel::Capwap => capwap::open(payload),
        UdpTunnel::Mpls => Ok(mpls(payload)),
        UdpTunnel::Gre => gre::open(payload),
        UdpTunnel::Esp => esp::open_datagram(payload),
        UdpTunnel::WireGuard => wireguard::open(payload),
    };
    opened.ok()
}

/// What the datagram carries: its length field must fit what the IP header
/// declares, of a first fragment too, whose datagram it bounds.
fn payload(span: Span<'_>, zero_length: ZeroLength) -> Result<Span<'_>, HeaderError> {
    let header = UdpHeaderSlice::from_slice(span.bytes()).map_err(|_| HeaderError::Truncated)?;
    let datagram = match header.length() {
        // Left to the interface, or a jumbogram's (RFC 2675, section 4).
        _ if zero_length == ZeroLength::Offloaded => span,
        0 => span,
        length => span.first(usize::from(length))?,
    };
    datagram.skip(UDP_LEN)
}

/// MPLS in UDP (RFC 7510): a label stack proves nothing.
fn mpls(span: Span<'_>) -> Opened<'_> {
    let inside = Inside::Link(FirstHeader::Mpls, span);
    Opened { mechanism: Encapsulation::MplsInUdp, layer: None, proof: Proof::Packet, inside }
}
