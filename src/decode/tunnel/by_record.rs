//! The tunnels that a flow record tells of: it has an outer header and no byte of
//! what is inside.

use super::super::decoder::Decoder;
use super::open::layer_of;
use super::{Tunnel, ip_in_ip, translation};
use crate::model::{Encapsulation, IpAddress, IpHeader, IpProtocol, IpVersion, TunnelLayer};

/// What the outer header of a flow record carries, by its protocol number and
/// its addresses. The octets of an inner header are not known here.
///
/// A UDP port is no proof, and there is nothing that could validate: tunnels over
/// UDP are native here. An Authentication Header may carry anything.
pub(in super::super) fn by_record(decoder: &Decoder, header: &IpHeader) -> Tunnel {
    let Some((encapsulation, layer, inner)) = mechanism(decoder, header) else {
        let encapsulation = translation::of(decoder, header);
        return Tunnel { encapsulation, ..Tunnel::default() };
    };
    let mut tunnel = Tunnel { encapsulation, ..Tunnel::default() };
    tunnel.path.push(layer_of(header.version));
    if let Some(layer) = layer {
        tunnel.path.push(layer);
    }
    tunnel.inner_unknown = inner.is_none();
    tunnel.inner = inner.map(|version| {
        tunnel.path.push(layer_of(version));
        IpHeader {
            version,
            source: None,
            destination: None,
            protocol: None,
            ports: None,
            octets: 0,
            traffic_class: None,
        }
    });
    tunnel
}

/// The mechanism, the layer of its own, and the family inside where the number
/// says it.
fn mechanism(
    decoder: &Decoder,
    header: &IpHeader,
) -> Option<(Encapsulation, Option<TunnelLayer>, Option<IpVersion>)> {
    let opaque = |mechanism, layer| Some((mechanism, Some(layer), None));
    match (header.version, header.protocol?) {
        (IpVersion::V4, IpProtocol::IPV6) => {
            let relayed = ip_in_ip::addresses(header).any(is_6to4_relay);
            let mechanism =
                if relayed { Encapsulation::SixToFour } else { Encapsulation::SixInFour };
            Some((mechanism, None, Some(IpVersion::V6)))
        }
        (IpVersion::V6, IpProtocol::IPV6) => {
            Some((Encapsulation::SixInSix, None, Some(IpVersion::V6)))
        }
        (IpVersion::V4, IpProtocol::IPV4 | IpProtocol::IPIP) => {
            Some((Encapsulation::IpIp, None, Some(IpVersion::V4)))
        }
        (IpVersion::V6, IpProtocol::IPV4 | IpProtocol::IPIP) => {
            Some((ip_in_ip::four_in_six(decoder, header), None, Some(IpVersion::V4)))
        }
        (_, IpProtocol::GRE) => opaque(Encapsulation::Gre, TunnelLayer::Gre),
        (_, IpProtocol::ESP) => opaque(Encapsulation::Esp, TunnelLayer::Esp),
        (_, IpProtocol::IPCOMP) => opaque(Encapsulation::IpComp, TunnelLayer::IpComp),
        (_, IpProtocol::L2TP) => opaque(Encapsulation::L2tp, TunnelLayer::L2tp),
        (_, IpProtocol::ETHERIP) => opaque(Encapsulation::EtherIp, TunnelLayer::EtherIp),
        (_, IpProtocol::ETHERNET) => Some((Encapsulation::EtherIp, None, None)),
        (_, IpProtocol::MPLS_IN_IP) => opaque(Encapsulation::MplsInIp, TunnelLayer::Mpls),
        _ => None,
    }
}

/// The anycast prefix of 6to4 relays, 192.88.99.0/24 (RFC 3068, section 2.3).
fn is_6to4_relay(address: IpAddress) -> bool {
    address.high() >> 40 == 0x00c0_5863
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::TunnelOptions;
    use std::net::IpAddr;

    fn told(protocol: u8, source: &str, destination: &str) -> Tunnel {
        let address = |text: &str| match text.parse().unwrap() {
            IpAddr::V4(address) => (IpVersion::V4, IpAddress::from_v4(address.octets())),
            IpAddr::V6(address) => (IpVersion::V6, IpAddress::from_v6(address.octets())),
        };
        let ((version, source), (_, destination)) = (address(source), address(destination));
        let softwire = "2001:db8:d5::/48".parse().unwrap();
        let options = TunnelOptions { ds_lite: vec![softwire], ..TunnelOptions::default() };
        let header = IpHeader {
            version,
            source: Some(source),
            destination: Some(destination),
            protocol: Some(IpProtocol(protocol)),
            ports: None,
            octets: 100,
            traffic_class: None,
        };
        by_record(&Decoder::new(options), &header)
    }

    #[test]
    fn a_number_tells_mechanism_and_family() {
        let cases = [
            (41, "192.0.2.1", "192.0.2.2", Encapsulation::SixInFour, "ipv4/ipv6"),
            (41, "192.0.2.1", "192.88.99.1", Encapsulation::SixToFour, "ipv4/ipv6"),
            (41, "2001:db8::1", "2001:db8::2", Encapsulation::SixInSix, "ipv6/ipv6"),
            (4, "192.0.2.1", "192.0.2.2", Encapsulation::IpIp, "ipv4/ipv4"),
            (4, "2001:db8::1", "2001:db8::2", Encapsulation::FourInSix, "ipv6/ipv4"),
            (4, "2001:db8:d5::1", "2001:db8::2", Encapsulation::DsLite, "ipv6/ipv4"),
        ];
        for (protocol, source, destination, mechanism, path) in cases {
            let tunnel = told(protocol, source, destination);
            assert_eq!((tunnel.encapsulation, tunnel.path.to_string().as_str()), (mechanism, path));
            assert!(!tunnel.inner_unknown && tunnel.inner.is_some());
        }
    }

    #[test]
    fn what_may_carry_anything_is_unknown_inside() {
        for (protocol, path) in [
            (47, "ipv4/gre"),
            (50, "ipv4/esp"),
            (108, "ipv4/ipcomp"),
            (115, "ipv4/l2tp"),
            (97, "ipv4/etherip"),
            (143, "ipv4"),
            (137, "ipv4/mpls"),
        ] {
            let tunnel = told(protocol, "192.0.2.1", "192.0.2.2");
            assert_eq!((tunnel.path.to_string().as_str(), tunnel.inner), (path, None));
            assert!(tunnel.inner_unknown);
        }
    }

    #[test]
    fn addresses_alone_tell_translation_and_no_tunnel() {
        let nat64 = told(6, "2001:db8::1", "64:ff9b::192.0.2.1");
        assert_eq!((nat64.encapsulation, nat64.inner_unknown), (Encapsulation::Nat64, false));
        let teredo = told(17, "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:db8::1");
        assert_eq!(teredo.encapsulation, Encapsulation::Native);
        assert_eq!(told(51, "192.0.2.1", "192.0.2.2").encapsulation, Encapsulation::Native);
    }
}
