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
const NSH: EtherType = EtherType(0x894f);
const ARISTA: EtherType = EtherType(0xd28b);

/// The largest value that is a length (IEEE 802.3, 3.2.6).
const MAX_LENGTH: u16 = 1500;
/// The smallest value that is an EtherType (ibid.); what lies between is neither.
pub(super) const MIN_ETHER_TYPE: u16 = 0x0600;

/// The family of the EtherTypes of IP.
#[inline]
pub(super) fn family(ether_type: EtherType) -> Option<Family> {
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
        VLAN | SERVICE_VLAN => vlan(rest),
        MPLS | MPLS_MULTICAST => rest.is(Next::Mpls),
        PPPOE_SESSION => rest.is(Next::Pppoe),
        MACSEC => macsec(rest),
        BACKBONE_SERVICE | FABRIC_PATH => ethernet_after_tag(ether_type, rest),
        BRIDGED => rest.is(Next::Ethernet),
        JUMBO_LLC => rest.is(Next::Llc),
        PPP => rest.is(Next::Ppp),
        NSH => nsh(rest),
        TRILL => rest.skip(Trill::new_checked(rest.bytes)?.header_len())?.is(Next::Ethernet),
        ARISTA => arista(rest),
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
fn vlan(rest: Rest<'_>) -> Opened<'_> {
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
fn macsec(rest: Rest<'_>) -> Opened<'_> {
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
fn nsh(rest: Rest<'_>) -> Opened<'_> {
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
fn arista(rest: Rest<'_>) -> Opened<'_> {
    match Arista::new_checked(rest.bytes)?.timestamp_len() {
        Some(octets) => rest.ether_type_after(octets),
        None => rest.is(Next::NotIp(NotIp::EtherType(ARISTA))),
    }
}

/// True when `ether_type` is one whose payload is known, and `payload`, its
/// first octet, does not contradict it.
pub(super) fn is_evident(ether_type: EtherType, payload: Option<u8>) -> bool {
    let nibble = payload.map(|octet| octet >> 4);
    match ether_type {
        IPV4 => nibble.is_none_or(|nibble| nibble == 4),
        IPV6 => nibble.is_none_or(|nibble| nibble == 6),
        ARP | VLAN | SERVICE_VLAN | MPLS | MPLS_MULTICAST | PPPOE_SESSION | MACSEC
        | BACKBONE_SERVICE => true,
        _ => false,
    }
}
