//! The payload of an EtherType: tags are taken off until it is IP or not.

use super::Family;
use super::step::{Next, Opened, Rest};
use crate::model::{EtherType, NotIp, Undecodable};
use etherparse::SingleVlanHeaderSlice;

const IPV4: EtherType = EtherType(0x0800);
const IPV6: EtherType = EtherType(0x86dd);
/// IEEE 802.1Q customer tag.
const VLAN: EtherType = EtherType(0x8100);
/// IEEE 802.1ad service tag.
const SERVICE_VLAN: EtherType = EtherType(0x88a8);
/// The service tags of before 802.1ad.
const OLD_SERVICE_VLANS: [EtherType; 3] = [EtherType(0x9100), EtherType(0x9200), EtherType(0x9300)];
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
    match ether_type {
        VLAN | SERVICE_VLAN => vlan(rest),
        old if OLD_SERVICE_VLANS.contains(&old) => vlan(rest),
        EtherType(length) if length <= MAX_LENGTH => rest.is(Next::Llc),
        other => rest.is(Next::NotIp(NotIp::EtherType(other))),
    }
}

/// Takes one VLAN tag off (IEEE 802.1Q, 9.3).
fn vlan(rest: Rest<'_>) -> Opened<'_> {
    let Ok(tag) = SingleVlanHeaderSlice::from_slice(rest.bytes) else {
        return Err(Undecodable::TruncatedLinkHeader);
    };
    rest.skip(tag.slice().len())?.is(Next::EtherType(EtherType(tag.ether_type().0)))
}
