//! The payload of an EtherType: tags are taken off until it is IP or not.

use super::Family;
use super::step::{Next, Opened, Rest};
use crate::model::{EtherType, NotIp, Undecodable};
use crate::wire::arista::Arista;
use crate::wire::nsh::Nsh;
use crate::wire::trill::Trill;
use etherparse::err::macsec::{HeaderError as MacsecError, HeaderSliceError};
use etherparse::{MacsecHeaderSlice, SingleVlanHeaderSlice};

const IPV4: EtherType = EtherType(0x0800);
const IPV6: EtherType = EtherType(0x86dd);
const ARP: EtherType = EtherType(0x0806);
/// TRILL (RFC 6325).
const TRILL: EtherType = EtherType(0x22f3);
/// A bridged Ethernet frame (RFC 1701).
const BRIDGED: EtherType = EtherType(0x6558);
/// IEEE 802.1Q customer tag.
const VLAN: EtherType = EtherType(0x8100);
const MPLS: EtherType = EtherType(0x8847);
const MPLS_MULTICAST: EtherType = EtherType(0x8848);
/// PPP over Ethernet, session stage (RFC 2516).
const PPPOE_SESSION: EtherType = EtherType(0x8864);
/// LLC where a frame is too long for a length (IEEE 802.1 jumbo frames).
const JUMBO_LLC: EtherType = EtherType(0x8870);
/// PPP (RFC 7042, appendix B).
const PPP: EtherType = EtherType(0x880b);
/// IEEE 802.1ad service tag.
const SERVICE_VLAN: EtherType = EtherType(0x88a8);
/// MACsec (IEEE 802.1AE).
const MACSEC: EtherType = EtherType(0x88e5);
/// Provider backbone bridging (IEEE 802.1ah).
const BACKBONE_SERVICE: EtherType = EtherType(0x88e7);
/// Cisco FabricPath.
const FABRIC_PATH: EtherType = EtherType(0x8903);
/// A network service header (RFC 8300).
pub(super) const NSH: EtherType = EtherType(0x894f);
const ARISTA: EtherType = EtherType(0xd28b);

/// The largest value that is a length (IEEE 802.3, 3.2.6).
const MAX_LENGTH: u16 = 1500;
/// The smallest value that is an EtherType (ibid.); what lies between is neither.
pub(super) const MIN_ETHER_TYPE: u16 = 0x0600;

/// The family of the EtherTypes of IP.
#[inline]
pub(in crate::decode) fn family(ether_type: EtherType) -> Option<Family> {
    match ether_type {
        IPV4 => Some(Family::V4),
        IPV6 => Some(Family::V6),
        _ => None,
    }
}

/// Opens what an EtherType says that `rest` is.
pub(super) fn open(ether_type: EtherType, rest: Rest<'_>) -> Opened<'_> {
    if let Some(family) = family(ether_type) {
        return rest.is(Next::Ip(family));
    }
    if let Some(octets) = tag_len(ether_type) {
        return rest.ether_type_after(octets);
    }
    match ether_type {
        VLAN | SERVICE_VLAN => open_vlan(rest),
        MPLS | MPLS_MULTICAST => rest.is(Next::Mpls),
        PPPOE_SESSION => rest.is(Next::Pppoe),
        MACSEC => open_macsec(rest),
        BACKBONE_SERVICE | FABRIC_PATH => ethernet_after_tag(ether_type, rest),
        BRIDGED => rest.is(Next::Ethernet),
        JUMBO_LLC => rest.is(Next::Llc),
        PPP => rest.is(Next::Ppp),
        NSH => open_nsh(rest),
        TRILL => rest.skip(Trill::new_checked(rest.bytes)?.header_len())?.is(Next::Ethernet),
        ARISTA => open_arista(rest),
        EtherType(length) if length <= MAX_LENGTH => rest.is(Next::Llc),
        other => rest.is(Next::NotIp(NotIp::EtherType(other))),
    }
}

/// Octets between an EtherType and the next one, where a tag has nothing that
/// matters here.
fn tag_len(ether_type: EtherType) -> Option<usize> {
    match ether_type.0 {
        // The service tags of before IEEE 802.1ad.
        0x9100 | 0x9200 | 0x9300 => Some(2),
        // High-availability seamless redundancy (IEC 62439-3).
        0x892f => Some(4),
        // VN-Tag, the forerunner of IEEE 802.1BR.
        0x8926 => Some(4),
        // E-Tag (IEEE 802.1BR, 7.5).
        0x893f => Some(6),
        // Cisco metadata: version, length, one option, security group tag.
        0x8909 => Some(6),
        // R-Tag (IEEE 802.1CB, 7.8).
        0xf1c1 => Some(4),
        _ => None,
    }
}

/// Takes one VLAN tag off (IEEE 802.1Q, 9.3).
fn open_vlan(rest: Rest<'_>) -> Opened<'_> {
    let Ok(tag) = SingleVlanHeaderSlice::from_slice(rest.bytes) else {
        return Err(Undecodable::TruncatedLinkHeader);
    };
    rest.skip(tag.slice().len())?.is(Next::EtherType(EtherType(tag.ether_type().0)))
}

/// The tags that a whole Ethernet frame follows.
fn ethernet_after_tag(ether_type: EtherType, rest: Rest<'_>) -> Opened<'_> {
    /// Priority, flags and the service instance (IEEE 802.1ah, 9.7).
    const SERVICE_TAG_LEN: usize = 4;
    /// The forwarding tag and the time to live.
    const FABRIC_TAG_LEN: usize = 2;
    let octets = if ether_type == FABRIC_PATH { FABRIC_TAG_LEN } else { SERVICE_TAG_LEN };
    rest.skip(octets)?.is(Next::Ethernet)
}

/// Opens a MACsec tag (IEEE 802.1AE, 9.3): what is only authenticated can be
/// read, and ends with the integrity check value of the default cipher suite.
fn open_macsec(rest: Rest<'_>) -> Opened<'_> {
    const ICV_LEN: u8 = 16;
    let tag = MacsecHeaderSlice::from_slice(rest.bytes).map_err(|error| match error {
        HeaderSliceError::Len(_) => Undecodable::TruncatedLinkHeader,
        HeaderSliceError::Content(
            MacsecError::UnexpectedVersion | MacsecError::InvalidUnmodifiedShortLen,
        ) => Undecodable::MalformedLinkHeader,
    })?;
    let Some(ether_type) = tag.next_ether_type() else {
        return Err(Undecodable::EncryptedLink);
    };
    let payload = rest.skip(tag.header_len())?.with_trailer(ICV_LEN);
    payload.is(Next::EtherType(EtherType(ether_type.0)))
}

/// Opens a network service header.
fn open_nsh(rest: Rest<'_>) -> Opened<'_> {
    let nsh = Nsh::new_checked(rest.bytes)?;
    let payload = rest.skip(nsh.header_len()?)?;
    match nsh.next_protocol() {
        1 => payload.is(Next::Ip(Family::V4)),
        2 => payload.is(Next::Ip(Family::V6)),
        3 => payload.is(Next::Ethernet),
        4 => payload.is(Next::EtherType(NSH)),
        5 => payload.is(Next::Mpls),
        _ => payload.is(Next::NotIp(NotIp::EtherType(NSH))),
    }
}

/// Takes an Arista time stamp off.
fn open_arista(rest: Rest<'_>) -> Opened<'_> {
    match Arista::new_checked(rest.bytes)?.timestamp_len() {
        Some(octets) => rest.ether_type_after(octets),
        None => rest.is(Next::NotIp(NotIp::EtherType(ARISTA))),
    }
}

/// True when `ether_type` is one whose payload is known, and `payload`, its
/// first octet, agrees.
pub(super) fn is_evident(ether_type: EtherType, payload: Option<u8>) -> bool {
    let nibble = payload.map(|octet| octet >> 4);
    match ether_type {
        IPV4 => nibble == Some(4),
        IPV6 => nibble == Some(6),
        ARP | VLAN | SERVICE_VLAN | MPLS | MPLS_MULTICAST | PPPOE_SESSION | MACSEC
        | BACKBONE_SERVICE => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::assigned::ETHERNET;
    use super::super::layers::*;
    use super::*;

    /// The frame whose tag of this EtherType is followed by IPv6.
    #[track_caller]
    fn assert_tag<const N: usize>(number: u16, tag: [u8; N]) {
        let layers = [ethernet(number), octets(tag), ether_type(0x86dd), ipv6()];
        assert_ip(ETHERNET, Family::V6, &layers);
    }

    #[test]
    fn vlan_tags_are_taken_off_at_any_depth() {
        for outer in [0x8100, 0x88a8, 0x9100, 0x9200, 0x9300] {
            let tags = [ethernet(outer), vlan(1, 0x8100), vlan(2, 0x0800), ipv4()];
            assert_ip(ETHERNET, Family::V4, &tags);
        }
        let mut deep = vec![ethernet(0x8100)];
        deep.extend((0..1000).map(|id| vlan(id, 0x8100)));
        deep.extend([vlan(1000, 0x86dd), ipv6()]);
        assert_ip(ETHERNET, Family::V6, &deep);
    }

    #[test]
    fn a_tag_may_hold_a_length() {
        assert_ip(ETHERNET, Family::V4, &[ethernet(0x8100), vlan(1, 28), snap(0x0800), ipv4()]);
    }

    #[test]
    fn tags_with_nothing_that_matters_are_taken_off() {
        assert_tag(0x892f, [0, 46, 0, 1]);
        assert_tag(0x8926, [0, 1, 0, 2]);
        assert_tag(0x893f, [0, 1, 0, 2, 0, 0]);
        assert_tag(0x8909, [1, 1, 0, 1, 0, 7]);
        assert_tag(0xf1c1, [0, 0, 0, 1]);
    }

    #[test]
    fn arista_time_stamps_are_as_wide_as_their_version_says() {
        assert_tag(0xd28b, [0, 1, 0x00, 0x10, 1, 2, 3, 4, 5, 6, 7, 8]);
        assert_tag(0xd28b, [0, 1, 0x01, 0x21, 1, 2, 3, 4, 5, 6]);
        let other = [ethernet(0xd28b), octets([0xca, 0xfe, 0, 1]), ipv4()];
        assert_not_ip(ETHERNET, NotIp::EtherType(ARISTA), &other);
    }

    #[test]
    fn frames_within_frames_are_opened() {
        let inner = [ethernet(0x0800), ipv4()].concat();
        for (number, header) in [
            (0x88e7, octets([0, 0, 0, 9])),
            (0x8903, octets([0x00, 0x60])),
            (0x6558, octets([])),
            (0x22f3, octets([0, 0x40, 0, 1, 0, 2, 0xff, 0xff, 0xff, 0xff])),
            (
                0x894f,
                octets([
                    0x0f, 0xc6, 1, 3, 0, 0, 1, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                ]),
            ),
        ] {
            let frame = [ethernet(number), header, inner.clone()].concat();
            let payload = resolve_whole(&frame);
            assert_eq!(payload, (frame.len() - 20, Family::V4), "{number:#06x}");
        }
    }

    /// Where IP starts, and its family.
    fn resolve_whole(frame: &[u8]) -> (usize, Family) {
        match super::super::resolve(ETHERNET, frame).payload {
            super::super::Payload::Ip { offset, family } => (offset, family),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_service_header_names_ip_or_says_too_little_about_its_length() {
        let nsh = |length: u8, next: u8| octets([0x0f, 0xc0 | length, 2, next, 0, 0, 1, 255]);
        assert_ip(ETHERNET, Family::V4, &[ethernet(0x894f), nsh(2, 1), ipv4()]);
        assert_ip(ETHERNET, Family::V6, &[ethernet(0x894f), nsh(2, 2), ipv6()]);
        assert_ip(ETHERNET, Family::V6, &[ethernet(0x894f), nsh(2, 4), nsh(2, 2), ipv6()]);
        let short = [ethernet(0x894f), nsh(1, 1), ipv4()];
        assert_undecodable(ETHERNET, Undecodable::MalformedLinkHeader, &short);
    }

    #[test]
    fn macsec_is_read_where_it_only_authenticates() {
        let tag = |control| octets([control, 0, 0, 0, 0, 1]);
        let layers = [ethernet(0x88e5), tag(0x00), ether_type(0x0800), ipv4()];
        assert_ip(ETHERNET, Family::V4, &layers);
        assert_eq!(link(ETHERNET, &layers).trailer, 16);
        let channel = octets([0x02, 0, 0x5e, 0, 0x53, 1, 0, 1]);
        let layers = [ethernet(0x88e5), tag(0x20), channel, ether_type(0x86dd), ipv6()];
        assert_ip(ETHERNET, Family::V6, &layers);
        let encrypted = [ethernet(0x88e5), tag(0x0c), ipv4()];
        assert_undecodable(ETHERNET, Undecodable::EncryptedLink, &encrypted);
        let version = [ethernet(0x88e5), tag(0x80), ether_type(0x0800), ipv4()];
        assert_undecodable(ETHERNET, Undecodable::MalformedLinkHeader, &version);
    }
}
