//! AYIYA: a packet behind an identity and a signature.

use super::super::link::Family;
use super::inside::{Inside, Opened, Proof};
use super::span::Span;
use crate::model::{Encapsulation, IpProtocol, TunnelLayer};
use crate::wire::HeaderError;
use crate::wire::ayiya::Ayiya;

/// Opens a datagram that forwards a packet.
pub(super) fn open(span: Span<'_>) -> Result<Opened<'_>, HeaderError> {
    let header = Ayiya::new_checked(span.bytes())?;
    if !header.is_forwarded() {
        return Err(HeaderError::Malformed);
    }
    let family = match IpProtocol(header.next_header()) {
        IpProtocol::IPV4 => Family::V4,
        IpProtocol::IPV6 => Family::V6,
        _ => return Err(HeaderError::Malformed),
    };
    let packet = span.skip(header.header_len())?;
    Ok(Opened {
        mechanism: Encapsulation::Ayiya,
        layer: Some(TunnelLayer::Ayiya),
        proof: Proof::Header,
        inside: Inside::Ip(family, packet),
    })
}

#[cfg(test)]
mod tests {
    use super::super::packets::*;
    use super::*;
    use crate::model::IpVersion;

    /// An identity of 16 octets, a signature of 20.
    fn ayiya(operation: u8, next_header: u8, packet: &[u8]) -> Octets {
        let fixed = [0x41, 0x52, 0x10 | operation, next_header, 0, 0, 0, 1];
        datagram(5072, &octets(&[&fixed, &[0x20; 16], &[0xa5; 20], packet]))
    }

    #[test]
    fn what_is_forwarded_is_opened() {
        let packet = ayiya(1, 41, &inner_ipv6());
        let path = "ipv4/udp/ayiya/ipv6";
        assert_opened(&packet, Encapsulation::Ayiya, path, IpVersion::V6);
        assert_cuts(&packet, Encapsulation::Ayiya, 72, ProvenBy::Header);
        let packet = ayiya(3, 4, &inner_ipv4());
        let path = "ipv4/udp/ayiya/ipv4";
        assert_opened(&packet, Encapsulation::Ayiya, path, IpVersion::V4);
    }

    #[test]
    fn what_is_not_is_native() {
        assert_native(&ayiya(2, 59, &[]));
        assert_native(&ayiya(1, 41, &inner_ipv4()));
        assert_native(&ayiya(1, 41, &[0x60; 20]));
        assert_native(&datagram(5072, &[0xa5; 100]));
    }
}
