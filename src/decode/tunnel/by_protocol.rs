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
