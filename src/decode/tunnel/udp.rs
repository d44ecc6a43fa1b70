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
pub(super) const UDP_LEN: usize = 8;

/// Opens the tunnel that a port of the datagram suggests; `None` where there is
/// no such port, or the header is not the tunnel's. What is opened is still to
/// be proven.
pub(super) fn open<'a>(decoder: &Decoder, header: &Parsed<'a>) -> Option<Opened<'a>> {
    let (source, destination) = header.header.ports?;
    let tunnel = decoder.udp_tunnel(source, destination)?;
    let zero_length = ZeroLength::inside(header.anomalies);
    let payload = payload(Span::of(&header.carried), zero_length).ok()?;
    open_payload(tunnel, payload).ok()
}

/// Opens what a datagram carries, whose port suggests `tunnel`.
pub(super) fn open_payload(
    tunnel: UdpTunnel,
    payload: Span<'_>,
) -> Result<Opened<'_>, HeaderError> {
    match tunnel {
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
    }
}

/// What the datagram carries: its length field must fit what the IP header
/// declares, of a first fragment too, whose datagram it bounds.
pub(super) fn payload(span: Span<'_>, zero_length: ZeroLength) -> Result<Span<'_>, HeaderError> {
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

#[cfg(test)]
mod tests {
    use super::super::packets::*;
    use super::*;
    use crate::model::{IpVersion, TunnelOptions};

    /// VXLAN with IPv6 in Ethernet.
    fn vxlan() -> Octets {
        octets(&[&[8, 0, 0, 0, 0, 0, 9, 0], &ethernet(0x86dd), &inner_ipv6()])
    }

    #[test]
    fn either_port_suggests_the_tunnel() {
        let mut packet = datagram(4789, &vxlan());
        let path = "ipv4/udp/vxlan/ethernet/ipv6";
        assert_opened(&packet, Encapsulation::Vxlan, path, IpVersion::V6);
        packet[20..24].copy_from_slice(&[0x12, 0xb5, 0xc0, 0]);
        assert_opened(&packet, Encapsulation::Vxlan, path, IpVersion::V6);
        assert_native(&datagram(4788, &vxlan()));
        let ports = [(4788, UdpTunnel::Vxlan)].into();
        let options = TunnelOptions { ports, ..TunnelOptions::default() };
        let tunnel = opened_with(options, &datagram(4788, &vxlan()));
        assert_eq!(tunnel.encapsulation, Encapsulation::Vxlan);
    }

    #[test]
    fn the_length_of_the_datagram_must_fit_and_bounds_what_is_inside() {
        let mut longer = datagram(4789, &vxlan());
        longer[25] += 1;
        assert_native(&longer);
        let mut shorter = datagram(4789, &vxlan());
        shorter[25] -= 1;
        assert_native(&shorter);
        let mut none = datagram(4789, &vxlan());
        none[24..26].fill(0);
        assert_eq!(opened(&none).encapsulation, Encapsulation::Vxlan);
    }

    #[test]
    fn a_first_fragment_holds_a_tunnel_whose_datagram_bounds_it() {
        let whole = udp(4789, &vxlan());
        let packet = ipv4_fragment(17, 0x2000, &whole[..80]);
        let path = "ipv4/udp/vxlan/ethernet/ipv6";
        let tunnel = assert_opened(&packet, Encapsulation::Vxlan, path, IpVersion::V6);
        assert_eq!(tunnel.inner.unwrap().octets, inner_ipv6().len() as u64);
    }

    #[test]
    fn mpls_must_lead_to_a_valid_packet() {
        let packet = datagram(6635, &octets(&[&[0, 1, 1, 64], &inner_ipv6()]));
        let path = "ipv4/udp/mpls/ipv6";
        assert_opened(&packet, Encapsulation::MplsInUdp, path, IpVersion::V6);
        assert_cuts(&packet, Encapsulation::MplsInUdp, 32, ProvenBy::Packet);
        assert_native(&datagram(6635, &octets(&[&[0, 1, 1, 64], &[0x60; 60]])));
        assert_native(&datagram(6635, &[0xa5; 60]));
    }
}
