//! Generic routing encapsulation, over IP and over UDP (RFC 8086).

use super::super::link::{Family, FirstHeader};
use super::inside::{Inside, Opened, Proof};
use super::span::Span;
use crate::model::{Encapsulation, EtherType, TunnelLayer};
use crate::wire::HeaderError;
use crate::wire::cisco_metadata::CiscoMetadata;
use crate::wire::gre::Gre;

/// Smaller numbers are no EtherTypes: what they name is no packet.
const MIN_ETHER_TYPE: u16 = 0x0600;
const IPV4: u16 = 0x0800;
const IPV6: u16 = 0x86dd;
/// An Ethernet frame (RFC 1701).
const BRIDGED: u16 = 0x6558;
const MPLS: u16 = 0x8847;
/// PPP (RFC 2637).
const PPP: u16 = 0x880b;
/// A packet that a router redirects to a cache (WCCP).
const WCCP: u16 = 0x883e;
/// Cisco metadata before a packet.
const METADATA: u16 = 0x8909;
/// Copies of frames for who watches a port (ERSPAN, all types).
const ERSPAN: [u16; 2] = [0x88be, 0x22eb];

/// Octets of the header that version 2 of WCCP puts before the packet.
const REDIRECT_LEN: usize = 4;

/// Opens the header and tells what it carries.
pub(super) fn open(span: Span<'_>) -> Result<Opened<'_>, HeaderError> {
    let header = Gre::new_checked(span.bytes())?;
    let payload = span.skip(header.header_len())?;
    let protocol = header.protocol();
    let inside = match protocol {
        _ if header.is_bare_acknowledgement() => Inside::Nothing,
        _ if ERSPAN.contains(&protocol) => Inside::Nothing,
        PPP => Inside::Link(FirstHeader::Ppp, payload),
        WCCP => redirected(payload),
        METADATA => behind_metadata(payload).unwrap_or(Inside::Unknown),
        _ if is_aruba(protocol) => Inside::Link(FirstHeader::Ieee80211, payload),
        ..MIN_ETHER_TYPE => Inside::Nothing,
        _ => Inside::Link(FirstHeader::EtherType(EtherType(protocol)), payload),
    };
    let mechanism = if protocol == BRIDGED && header.has_key_alone() {
        Encapsulation::Nvgre
    } else {
        Encapsulation::Gre
    };
    let is_known = matches!(protocol, IPV4 | IPV6 | BRIDGED | MPLS);
    let proof = Proof::of_header(header.is_exact() && is_known);
    Ok(Opened { mechanism, layer: Some(TunnelLayer::Gre), proof, inside })
}

/// A packet that was redirected: version 1 of WCCP puts nothing before it, and
/// the header of version 2 does not begin like IPv4.
fn redirected(span: Span<'_>) -> Inside<'_> {
    match span.bytes().first() {
        Some(first) if first >> 4 == 4 => Inside::Ip(Family::V4, span),
        _ => span.skip(REDIRECT_LEN).map_or(Inside::Unknown, |ip| Inside::Ip(Family::V4, ip)),
    }
}

/// What stands behind metadata, whose form here is not that of a frame's tag.
fn behind_metadata(span: Span<'_>) -> Result<Inside<'_>, HeaderError> {
    let header = CiscoMetadata::new_checked(span.bytes())?;
    if !header.is_valid() || header.ether_type() < MIN_ETHER_TYPE {
        return Err(HeaderError::Malformed);
    }
    let first = FirstHeader::EtherType(EtherType(header.ether_type()));
    Ok(Inside::Link(first, span.skip(header.header_len())?))
}

/// IEEE 802.11 between an access point of Aruba and its controller: the number
/// grows by 16 with the port.
fn is_aruba(protocol: u16) -> bool {
    matches!(protocol, 0x8200..=0x83f0) && protocol & 0x000f == 0
}

#[cfg(test)]
mod tests {
    use super::super::packets::*;
    use super::*;
    use crate::model::IpVersion;

    fn gre(flags: u16, protocol: u16, rest: &[u8]) -> Octets {
        octets(&[&flags.to_be_bytes(), &protocol.to_be_bytes(), rest])
    }

    #[track_caller]
    fn assert_gre(payload: &[u8], path: &str, inner: IpVersion) {
        assert_opened(&ipv4(47, payload), Encapsulation::Gre, path, inner);
    }

    #[test]
    fn ip_is_carried_behind_all_optional_fields() {
        let six = inner_ipv6();
        assert_gre(&gre(0, 0x86dd, &six), "ipv4/gre/ipv6", IpVersion::V6);
        let fields = octets(&[&[0xa5; 12], &six]);
        assert_gre(&gre(0xb000, 0x86dd, &fields), "ipv4/gre/ipv6", IpVersion::V6);
        let packet = ipv6(47, &gre(0, 0x0800, &inner_ipv4()));
        assert_opened(&packet, Encapsulation::Gre, "ipv6/gre/ipv4", IpVersion::V4);
        assert_cuts(&ipv4(47, &gre(0, 0x86dd, &six)), Encapsulation::Gre, 24, ProvenBy::Number);
    }

    #[test]
    fn frames_are_carried_too() {
        let six = inner_ipv6();
        let bridged = octets(&[&ethernet(0x86dd), &six]);
        assert_gre(&gre(0, 0x6558, &bridged), "ipv4/gre/ethernet/ipv6", IpVersion::V6);
        let labelled = octets(&[&[0, 2, 1, 64], &six]);
        assert_gre(&gre(0, 0x8847, &labelled), "ipv4/gre/mpls/ipv6", IpVersion::V6);
        let metadata = octets(&[&[0x86, 0xdd, 1, 1, 0, 1, 0, 7], &six]);
        assert_gre(&gre(0, 0x8909, &metadata), "ipv4/gre/ipv6", IpVersion::V6);
        let service = [0x0f, 0xc2, 2, 2, 0, 0, 1, 255];
        let chained = octets(&[&service, &six]);
        assert_gre(&gre(0, 0x894f, &chained), "ipv4/gre/nsh/ipv6", IpVersion::V6);
        let radio = octets(&[&[8, 1], &[0; 22], &[0xaa, 0xaa, 3, 0, 0, 0, 0x86, 0xdd], &six]);
        assert_gre(&gre(0, 0x8240, &radio), "ipv4/gre/wlan/ipv6", IpVersion::V6);
    }

    #[test]
    fn a_key_alone_before_ethernet_is_a_virtual_subnet() {
        let frame = octets(&[&[0, 0x12, 0x34, 1], &ethernet(0x0800), &inner_ipv4()]);
        let packet = ipv4(47, &gre(0x2000, 0x6558, &frame));
        let path = "ipv4/gre/ethernet/ipv4";
        assert_opened(&packet, Encapsulation::Nvgre, path, IpVersion::V4);
        let sequenced = octets(&[&[0; 4], &frame]);
        assert_gre(&gre(0x3000, 0x6558, &sequenced), path, IpVersion::V4);
        assert_cuts_from(&packet, Encapsulation::Nvgre, 28, 42);
    }

    #[test]
    fn pptp_carries_ppp_or_acknowledges() {
        let ppp = octets(&[&[0, 0, 0, 9, 0, 0, 0, 1, 0, 0, 0, 1, 0xff, 3, 0, 0x57], &inner_ipv6()]);
        assert_gre(&gre(0x3081, 0x880b, &ppp), "ipv4/gre/ppp/ipv6", IpVersion::V6);
        let bare = ipv4(47, &gre(0x2081, 0x880b, &[0, 0, 0, 9, 0, 0, 0, 1]));
        assert_closed(&bare, Encapsulation::Gre, "ipv4/gre", false);
        let encrypted = [0, 9, 0, 9, 0, 0, 0, 1, 0, 0xfd, 0x90, 1, 2, 3, 4, 5, 6];
        let packet = ipv4(47, &gre(0x3001, 0x880b, &encrypted));
        assert_closed(&packet, Encapsulation::Gre, "ipv4/gre/ppp", true);
    }

    #[test]
    fn redirected_packets_are_opened_with_their_header_or_without() {
        assert_gre(&gre(0, 0x883e, &inner_ipv4()), "ipv4/gre/ipv4", IpVersion::V4);
        let redirect = octets(&[&[0, 0, 0, 0], &inner_ipv4()]);
        assert_gre(&gre(0, 0x883e, &redirect), "ipv4/gre/ipv4", IpVersion::V4);
    }

    #[test]
    fn copies_and_messages_are_no_packets_of_a_user() {
        let frame = octets(&[&[0, 0, 0, 1], &[0x10; 8], &ethernet(0x0800), &inner_ipv4()]);
        for (flags, protocol) in [(0x1000, 0x88be), (0x1000, 0x22eb), (0, 0), (0, 0x2001)] {
            let packet = ipv4(47, &gre(flags, protocol, &frame));
            assert_closed(&packet, Encapsulation::Gre, "ipv4/gre", false);
        }
    }

    #[test]
    fn other_versions_and_other_payloads_are_unknown() {
        let packet = ipv4(47, &gre(0x0002, 0x0800, &inner_ipv4()));
        assert_closed(&packet, Encapsulation::Gre, "ipv4/gre", true);
        let packet = ipv4(47, &gre(0, 0x86dd, &inner_ipv4()));
        assert_closed(&packet, Encapsulation::Gre, "ipv4/gre", true);
    }

    #[test]
    fn in_udp_the_header_must_be_exact() {
        let packet = datagram(4754, &gre(0, 0x86dd, &inner_ipv6()));
        let path = "ipv4/udp/gre/ipv6";
        assert_opened(&packet, Encapsulation::Gre, path, IpVersion::V6);
        assert_cuts(&packet, Encapsulation::Gre, 32, ProvenBy::Header);
        let packet = datagram(4754, &gre(0x0008, 0x86dd, &inner_ipv6()));
        assert_cuts(&packet, Encapsulation::Gre, 32, ProvenBy::Packet);
        assert_native(&datagram(4754, &gre(0, 0x1234, &inner_ipv6())));
        assert_native(&datagram(4754, &gre(0, 0x86dd, &inner_ipv4())));
        assert_native(&datagram(4754, &[0xa5; 80]));
    }
}
