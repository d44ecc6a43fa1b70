//! VXLAN, which carries Ethernet, and VXLAN-GPE, which says what it carries.

use super::super::link::{Family, FirstHeader};
use super::inside::{Inside, Opened, Proof};
use super::span::Span;
use crate::model::{Encapsulation, EtherType, TunnelLayer};
use crate::wire::HeaderError;
use crate::wire::vxlan::Vxlan;
use crate::wire::vxlan_gpe::VxlanGpe;

/// The EtherType of a network service header (RFC 8300).
const NSH: EtherType = EtherType(0x894f);

/// Opens VXLAN.
pub(super) fn open(span: Span<'_>) -> Result<Opened<'_>, HeaderError> {
    let header = Vxlan::new_checked(span.bytes())?;
    if !header.is_valid() {
        return Err(HeaderError::Malformed);
    }
    Ok(Opened {
        mechanism: Encapsulation::Vxlan,
        layer: Some(TunnelLayer::Vxlan),
        proof: Proof::of_header(header.is_exact()),
        inside: Inside::Link(FirstHeader::Ethernet, span.skip(Vxlan::LEN)?),
    })
}

/// Opens VXLAN-GPE.
pub(super) fn open_gpe(span: Span<'_>) -> Result<Opened<'_>, HeaderError> {
    let header = VxlanGpe::new_checked(span.bytes())?;
    if !header.is_valid() {
        return Err(HeaderError::Malformed);
    }
    let payload = span.skip(VxlanGpe::LEN)?;
    let inside = match header.next_protocol() {
        _ if header.is_operations() => Inside::Nothing,
        1 => Inside::Ip(Family::V4, payload),
        2 => Inside::Ip(Family::V6, payload),
        3 => Inside::Link(FirstHeader::Ethernet, payload),
        4 => Inside::Link(FirstHeader::EtherType(NSH), payload),
        5 => Inside::Link(FirstHeader::Mpls, payload),
        _ => return Err(HeaderError::Malformed),
    };
    Ok(Opened {
        mechanism: Encapsulation::VxlanGpe,
        layer: Some(TunnelLayer::VxlanGpe),
        proof: Proof::of_header(header.is_exact()),
        inside,
    })
}

#[cfg(test)]
mod tests {
    use super::super::packets::*;
    use super::*;
    use crate::model::IpVersion;

    const HEADER: [u8; 8] = [8, 0, 0, 0, 0, 0, 9, 0];

    fn vxlan(header: [u8; 8], frame: &[&[u8]]) -> Octets {
        datagram(4789, &octets(&[&header, &octets(frame)]))
    }

    #[test]
    fn ethernet_is_carried_with_its_tags() {
        let packet = vxlan(HEADER, &[&ethernet(0x8100), &[0, 5, 0x86, 0xdd], &inner_ipv6()]);
        let path = "ipv4/udp/vxlan/ethernet/ipv6";
        assert_opened(&packet, Encapsulation::Vxlan, path, IpVersion::V6);
        // Padding is of the frame.
        let packet = vxlan(HEADER, &[&ethernet(0x0800), &ipv4(17, &[0; 8]), &[0; 18]]);
        let path = "ipv4/udp/vxlan/ethernet/ipv4";
        let tunnel = assert_opened(&packet, Encapsulation::Vxlan, path, IpVersion::V4);
        assert_eq!(tunnel.inner.unwrap().octets, 28);
        let arp = vxlan(HEADER, &[&ethernet(0x0806), &[0; 28]]);
        assert_closed(&arp, Encapsulation::Vxlan, "ipv4/udp/vxlan/ethernet", false);
    }

    #[test]
    fn a_cut_frame_is_believed_by_its_header() {
        let packet = vxlan(HEADER, &[&ethernet(0x86dd), &inner_ipv6()]);
        assert_cuts(&packet, Encapsulation::Vxlan, 50, ProvenBy::Header);
        let policy = vxlan([0x88, 0, 0, 7, 0, 0, 9, 0], &[&ethernet(0x86dd), &inner_ipv6()]);
        assert_cuts(&policy, Encapsulation::Vxlan, 50, ProvenBy::Packet);
    }

    #[test]
    fn what_only_shares_the_port_is_native() {
        let six = inner_ipv6();
        assert_native(&vxlan([0, 0, 0, 0, 0, 0, 9, 0], &[&ethernet(0x86dd), &six]));
        assert_native(&vxlan(HEADER, &[&ethernet(0x0800), &six]));
        assert_native(&vxlan([0x88, 0, 0, 7, 0, 0, 9, 0], &[&ethernet(0x0806), &[0; 28]]));
        assert_native(&vxlan([8; 8], &[&[8; 60]]));
        assert_native(&datagram(4789, &six));
    }

    fn gpe(flags: u8, next_protocol: u8, payload: &[&[u8]]) -> Octets {
        let header = [flags, 0, 0, next_protocol, 0, 0, 9, 0];
        datagram(4790, &octets(&[&header, &octets(payload)]))
    }

    #[test]
    fn the_generic_extension_names_its_payload() {
        let (six, frame) = (inner_ipv6(), octets(&[&ethernet(0x86dd), &inner_ipv6()]));
        let service = [0x0f, 0xc2, 2, 2, 0, 0, 1, 255];
        for (packet, path) in [
            (gpe(0x0c, 2, &[&six]), "ipv4/udp/vxlan-gpe/ipv6"),
            (gpe(0x0c, 3, &[&frame]), "ipv4/udp/vxlan-gpe/ethernet/ipv6"),
            (gpe(0x08, 0, &[&frame]), "ipv4/udp/vxlan-gpe/ethernet/ipv6"),
            (gpe(0x08, 2, &[&six]), "ipv4/udp/vxlan-gpe/ipv6"),
            (gpe(0x0c, 4, &[&service, &six]), "ipv4/udp/vxlan-gpe/nsh/ipv6"),
            (gpe(0x0c, 5, &[&[0, 1, 1, 64], &six]), "ipv4/udp/vxlan-gpe/mpls/ipv6"),
        ] {
            assert_opened(&packet, Encapsulation::VxlanGpe, path, IpVersion::V6);
        }
        assert_cuts(&gpe(0x0c, 2, &[&six]), Encapsulation::VxlanGpe, 36, ProvenBy::Header);
        assert_closed(&gpe(0x0d, 2, &[&six]), Encapsulation::VxlanGpe, "ipv4/udp/vxlan-gpe", false);
    }

    #[test]
    fn what_only_shares_the_port_of_the_extension_is_native() {
        let six = inner_ipv6();
        assert_native(&gpe(0x1c, 2, &[&six]));
        assert_native(&gpe(0x0c, 9, &[&six]));
        assert_native(&gpe(0x0c, 1, &[&six]));
        assert_native(&datagram(4790, &[0xa5; 60]));
    }
}
