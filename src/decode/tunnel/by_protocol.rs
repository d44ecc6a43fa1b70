//! The tunnels that a protocol number names.

use super::super::decoder::Decoder;
use super::super::ip::Parsed;
use super::super::link::{Family, FirstHeader};
use super::inside::{Inside, Opened, Proof};
use super::span::Span;
use super::{esp, gre, ip_in_ip, l2tp};
use crate::model::{Encapsulation, IpProtocol, TunnelLayer};
use crate::wire::HeaderError;
use crate::wire::etherip::EtherIp;

/// Opens the tunnel that the protocol number names; `None` where it names none,
/// as a later fragment behind an Authentication Header does.
pub(super) fn open<'a>(decoder: &Decoder, header: &Parsed<'a>) -> Option<Opened<'a>> {
    let carried = &header.carried;
    let protocol = carried.protocol?;
    let (mechanism, layer) = mechanism(decoder, header, protocol)?;
    let unknown = Opened { mechanism, layer, proof: Proof::Header, inside: Inside::Unknown };
    if carried.later_fragment {
        return Some(unknown);
    }
    let span = Span::of(carried);
    let inside = match protocol {
        IpProtocol::IPV4 | IpProtocol::IPIP => Inside::Ip(Family::V4, span),
        IpProtocol::IPV6 => Inside::Ip(Family::V6, span),
        IpProtocol::MPLS_IN_IP => Inside::Link(FirstHeader::Mpls, span),
        IpProtocol::ETHERNET => Inside::Link(FirstHeader::Ethernet, span),
        IpProtocol::ETHERIP => behind_ether_ip(span).unwrap_or(Inside::Unknown),
        IpProtocol::L2TP => l2tp::open_session(span).unwrap_or(Inside::Unknown),
        IpProtocol::ESP => esp::inside(span),
        IpProtocol::GRE => return Some(gre::open(span).unwrap_or(unknown)),
        // IPComp: what is inside is compressed.
        _ => Inside::Opaque,
    };
    Some(Opened { inside, ..unknown })
}

/// The mechanism as far as the outer header tells, and its layer.
fn mechanism(
    decoder: &Decoder,
    header: &Parsed<'_>,
    protocol: IpProtocol,
) -> Option<(Encapsulation, Option<TunnelLayer>)> {
    let own = |mechanism, layer| Some((mechanism, Some(layer)));
    match protocol {
        IpProtocol::IPV4 | IpProtocol::IPIP | IpProtocol::IPV6 => {
            Some((ip_in_ip::mechanism(decoder, header, protocol), None))
        }
        IpProtocol::ETHERNET if header.carried.behind_srh => Some((Encapsulation::Srv6, None)),
        IpProtocol::ETHERNET => Some((Encapsulation::EtherIp, None)),
        IpProtocol::MPLS_IN_IP => Some((Encapsulation::MplsInIp, None)),
        IpProtocol::ETHERIP => own(Encapsulation::EtherIp, TunnelLayer::EtherIp),
        IpProtocol::GRE => own(Encapsulation::Gre, TunnelLayer::Gre),
        IpProtocol::L2TP => own(Encapsulation::L2tp, TunnelLayer::L2tp),
        IpProtocol::ESP => own(Encapsulation::Esp, TunnelLayer::Esp),
        IpProtocol::IPCOMP => own(Encapsulation::IpComp, TunnelLayer::IpComp),
        _ => None,
    }
}

fn behind_ether_ip(span: Span<'_>) -> Result<Inside<'_>, HeaderError> {
    if !EtherIp::new_checked(span.bytes())?.is_valid() {
        return Err(HeaderError::Malformed);
    }
    Ok(Inside::Link(FirstHeader::Ethernet, span.skip(EtherIp::LEN)?))
}

#[cfg(test)]
mod tests {
    use super::super::packets::*;
    use super::*;
    use crate::model::{Anomaly, IpVersion};

    #[test]
    fn ethernet_in_ip_is_opened() {
        let frame = octets(&[&ethernet(0x8100), &[0, 5, 0x86, 0xdd], &inner_ipv6()]);
        let ether_ip = octets(&[&[0x30, 0], &frame]);
        let path = "ipv4/etherip/ethernet/ipv6";
        assert_opened(&ipv4(97, &ether_ip), Encapsulation::EtherIp, path, IpVersion::V6);
        let path = "ipv6/ethernet/ipv6";
        assert_opened(&ipv6(143, &frame), Encapsulation::EtherIp, path, IpVersion::V6);
        let packet = ipv4(97, &octets(&[&[0x30, 0], &ethernet(0x0800), &inner_ipv4()]));
        assert_cuts(&packet, Encapsulation::EtherIp, 36, ProvenBy::Number);
    }

    #[test]
    fn other_versions_of_ether_ip_are_not_opened() {
        let other = octets(&[&[0x40, 0], &ethernet(0x0800), &inner_ipv4()]);
        assert_closed(&ipv4(97, &other), Encapsulation::EtherIp, "ipv4/etherip", true);
        let arp = octets(&[&[0x30, 0], &ethernet(0x0806), &[0; 28]]);
        let path = "ipv4/etherip/ethernet";
        assert_closed(&ipv4(97, &arp), Encapsulation::EtherIp, path, false);
    }

    #[test]
    fn mpls_in_ip_is_opened() {
        let labels = [0, 1, 0, 64, 0, 2, 1, 64];
        let packet = ipv4(137, &octets(&[&labels, &inner_ipv6()]));
        assert_opened(&packet, Encapsulation::MplsInIp, "ipv4/mpls/ipv6", IpVersion::V6);
        let endless = ipv4(137, &[0, 1, 0, 64, 0, 1, 0, 64]);
        assert_closed(&endless, Encapsulation::MplsInIp, "ipv4/mpls", true);
        assert_cuts(
            &ipv4(137, &octets(&[&[0, 2, 1, 64], &inner_ipv4()])),
            Encapsulation::MplsInIp,
            24,
            ProvenBy::Number,
        );
    }

    #[test]
    fn compression_is_opaque() {
        let packet = ipv6(108, &octets(&[&[41, 0, 0, 2], &[0xa5; 40]]));
        assert_closed(&packet, Encapsulation::IpComp, "ipv6/ipcomp", true);
        assert_opaque_cuts(&packet, Encapsulation::IpComp, 0);
    }

    #[test]
    fn later_fragments_are_of_a_mechanism_and_no_more() {
        for (protocol, mechanism, path) in [
            (4, Encapsulation::IpIp, "ipv4"),
            (41, Encapsulation::SixInFour, "ipv4"),
            (47, Encapsulation::Gre, "ipv4/gre"),
            (50, Encapsulation::Esp, "ipv4/esp"),
            (115, Encapsulation::L2tp, "ipv4/l2tp"),
        ] {
            let packet = ipv4_fragment(protocol, 0x2001, &inner_ipv6());
            assert_closed(&packet, mechanism, path, true);
            assert!(opened(&packet).anomalies.contains(Anomaly::FragmentedTunnel));
        }
        let header = [41, 0, 0, 9, 0, 0, 0, 7];
        let packet = ipv6(44, &octets(&[&header, &inner_ipv6()]));
        assert_closed(&packet, Encapsulation::SixInSix, "ipv6", true);
        assert!(opened(&packet).anomalies.contains(Anomaly::FragmentedTunnel));
        assert_native(&ipv4_fragment(17, 0x2001, &udp(4789, &[8; 60])));
    }

    #[test]
    fn a_first_fragment_is_opened_and_its_length_is_that_of_the_datagram() {
        let whole = ipv6(17, &[0xa5; 1000]);
        let packet = ipv4_fragment(41, 0x2000, &whole[..200]);
        let mechanism = Encapsulation::SixInFour;
        let tunnel = assert_opened(&packet, mechanism, "ipv4/ipv6", IpVersion::V6);
        assert_eq!(tunnel.inner.unwrap().octets, 1040);
        assert_closed(&ipv4(41, &whole[..200]), mechanism, "ipv4", true);
    }
}
