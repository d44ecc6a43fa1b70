//! Geneve, which names what it carries by its EtherType.

use super::super::link::FirstHeader;
use super::inside::{Inside, Opened, Proof};
use super::span::Span;
use crate::model::{Encapsulation, EtherType, TunnelLayer};
use crate::wire::HeaderError;
use crate::wire::geneve::Geneve;

/// Ethernet, IPv4 and IPv6: what is carried nearly always.
const KNOWN: [u16; 3] = [0x6558, 0x0800, 0x86dd];
/// Smaller numbers are no EtherTypes.
const MIN_ETHER_TYPE: u16 = 0x0600;

/// Opens a datagram.
pub(super) fn open(span: Span<'_>) -> Result<Opened<'_>, HeaderError> {
    let header = Geneve::new_checked(span.bytes())?;
    let protocol = header.protocol();
    if !header.is_valid() || protocol < MIN_ETHER_TYPE {
        return Err(HeaderError::Malformed);
    }
    let payload = span.skip(header.header_len())?;
    let inside = if header.is_control() {
        Inside::Nothing
    } else {
        Inside::Link(FirstHeader::EtherType(EtherType(protocol)), payload)
    };
    Ok(Opened {
        mechanism: Encapsulation::Geneve,
        layer: Some(TunnelLayer::Geneve),
        proof: Proof::of_header(header.is_exact() && KNOWN.contains(&protocol)),
        inside,
    })
}

#[cfg(test)]
mod tests {
    use super::super::packets::*;
    use super::*;
    use crate::model::IpVersion;

    fn geneve(fixed: [u8; 2], protocol: u16, payload: &[&[u8]]) -> Octets {
        let header = octets(&[&fixed, &protocol.to_be_bytes(), &[0, 0, 9, 0]]);
        datagram(6081, &octets(&[&header, &octets(payload)]))
    }

    #[test]
    fn what_the_protocol_type_names_is_carried_behind_options() {
        let six = inner_ipv6();
        let packet = geneve([0, 0], 0x6558, &[&ethernet(0x86dd), &six]);
        let path = "ipv4/udp/geneve/ethernet/ipv6";
        assert_opened(&packet, Encapsulation::Geneve, path, IpVersion::V6);
        assert_cuts(&packet, Encapsulation::Geneve, 50, ProvenBy::Header);
        let packet = geneve([2, 0x40], 0x86dd, &[&[1, 2, 0x80, 1, 0, 0, 0, 0], &six]);
        let path = "ipv4/udp/geneve/ipv6";
        assert_opened(&packet, Encapsulation::Geneve, path, IpVersion::V6);
        let control = geneve([0, 0x80], 0x6558, &[&ethernet(0x86dd), &six]);
        assert_closed(&control, Encapsulation::Geneve, "ipv4/udp/geneve", false);
        let reserved = geneve([0, 1], 0x86dd, &[&six]);
        assert_cuts(&reserved, Encapsulation::Geneve, 36, ProvenBy::Packet);
    }

    #[test]
    fn what_only_shares_the_port_is_native() {
        let six = inner_ipv6();
        assert_native(&geneve([0x40, 0], 0x86dd, &[&six]));
        assert_native(&geneve([0, 0], 0x0800, &[&six]));
        assert_native(&geneve([0, 0], 0x1234, &[&six]));
        assert_native(&geneve([0x3f, 0], 0x86dd, &[&six]));
        assert_native(&datagram(6081, &[0xa5; 60]));
    }
}
