//! LISP data: IPv4 or IPv6, as the first nibble says (RFC 9300).

use super::super::link::Family;
use super::inside::{Inside, Opened, Proof};
use super::span::Span;
use crate::model::{Encapsulation, TunnelLayer};
use crate::wire::HeaderError;
use crate::wire::lisp::Lisp;

/// Opens a datagram in the clear.
pub(super) fn open(span: Span<'_>) -> Result<Opened<'_>, HeaderError> {
    let header = Lisp::new_checked(span.bytes())?;
    if !header.is_valid() || header.is_encrypted() {
        return Err(HeaderError::Malformed);
    }
    Ok(Opened {
        mechanism: Encapsulation::Lisp,
        layer: Some(TunnelLayer::Lisp),
        proof: Proof::Packet,
        inside: Inside::Ip(Family::ByNibble, span.skip(Lisp::LEN)?),
    })
}

#[cfg(test)]
mod tests {
    use super::super::packets::*;
    use super::*;
    use crate::model::IpVersion;

    fn lisp(flags: u8, packet: &[u8]) -> Octets {
        datagram(4341, &octets(&[&[flags, 0, 0, 0, 0, 0, 0, 1], packet]))
    }

    #[test]
    fn ip_is_carried() {
        let packet = lisp(0xc0, &inner_ipv6());
        let path = "ipv4/udp/lisp/ipv6";
        assert_opened(&packet, Encapsulation::Lisp, path, IpVersion::V6);
        assert_cuts(&packet, Encapsulation::Lisp, 36, ProvenBy::Packet);
        let packet = lisp(0x18, &inner_ipv4());
        assert_opened(&packet, Encapsulation::Lisp, "ipv4/udp/lisp/ipv4", IpVersion::V4);
    }

    #[test]
    fn contradictions_and_secrets_are_native() {
        for flags in [0x90, 0x20, 0x04, 0x01] {
            assert_native(&lisp(flags, &inner_ipv6()));
        }
        assert_native(&lisp(0, &[0x60; 60]));
        assert_native(&datagram(4341, &[0xa5; 60]));
    }
}
