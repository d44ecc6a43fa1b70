//! Teredo: IPv6 in UDP, between indications and trailers (RFC 4380, RFC 6081).

use super::super::link::Family;
use super::inner::{self, Found, ZeroLength};
use super::inside::{Inside, Opened, Proof};
use super::span::Span;
use crate::model::{Encapsulation, TunnelLayer};
use crate::wire::HeaderError;
use crate::wire::teredo::{are_trailers, indications_len};

/// Opens a datagram: an IPv6 header, and behind its packet nothing but trailers.
pub(super) fn open(span: Span<'_>) -> Result<Opened<'_>, HeaderError> {
    let packet = span.skip(indications_len(span.bytes())?)?;
    if packet.is_whole() && !ends_with_trailers(packet) {
        return Err(HeaderError::Malformed);
    }
    Ok(Opened {
        mechanism: Encapsulation::Teredo,
        layer: Some(TunnelLayer::Teredo),
        proof: Proof::Packet,
        inside: Inside::Ip(Family::V6, packet),
    })
}

fn ends_with_trailers(packet: Span<'_>) -> bool {
    let Found::Ip(inner) = inner::ip(Family::V6, packet, ZeroLength::Invalid) else { return true };
    let octets = usize::try_from(inner.header.octets).unwrap_or(usize::MAX);
    are_trailers(packet.bytes().get(octets..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::super::packets::*;
    use super::*;
    use crate::model::IpVersion;

    const AUTHENTICATION: [u8; 15] = [0, 1, 1, 1, 7, 7, 1, 2, 3, 4, 5, 6, 7, 8, 0];
    const ORIGIN: [u8; 8] = [0, 0, 0x12, 0x34, 1, 2, 3, 4];

    #[test]
    fn ipv6_is_carried_behind_indications_and_before_trailers() {
        let six = inner_ipv6();
        let trailers = [1, 4, 0, 0, 0, 0, 4, 0];
        for layers in [
            octets(&[&six]),
            octets(&[&ORIGIN, &six]),
            octets(&[&AUTHENTICATION, &six]),
            octets(&[&AUTHENTICATION, &ORIGIN, &six, &trailers]),
        ] {
            let packet = datagram(3544, &layers);
            let path = "ipv4/udp/teredo/ipv6";
            let tunnel = assert_opened(&packet, Encapsulation::Teredo, path, IpVersion::V6);
            assert_eq!(tunnel.inner.unwrap().octets, six.len() as u64);
        }
        // A bubble.
        let bubble = datagram(3544, &ipv6(59, &[]));
        assert_eq!(opened(&bubble).encapsulation, Encapsulation::Teredo);
    }

    #[test]
    fn what_is_no_ipv6_is_native() {
        let six = inner_ipv6();
        let mut longer = six.clone();
        longer[5] += 1;
        assert_native(&datagram(3544, &longer));
        assert_native(&datagram(3544, &octets(&[&six, &[1, 2, 3]])));
        assert_native(&datagram(3544, &inner_ipv4()));
        assert_native(&datagram(3544, &[0x60; 30]));
        assert_native(&datagram(3544, &[]));
    }

    #[test]
    fn a_cut_packet_needs_its_length() {
        let packet = datagram(3544, &octets(&[&ORIGIN, &inner_ipv6()]));
        assert_cuts(&packet, Encapsulation::Teredo, 36, ProvenBy::Packet);
    }
}
