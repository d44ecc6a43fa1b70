//! Ethernet (IEEE 802.3) and what is Ethernet behind a tag or a preamble.

use super::Family;
use super::ether_type;
use super::step::{Next, Opened, Rest};
use crate::model::{EtherType, Undecodable};
use etherparse::{Ethernet2Header, Ethernet2HeaderSlice};

/// Octets of an Ethernet header without tags.
pub(super) const LEN: usize = Ethernet2Header::LEN;

/// The short path: an IP packet right after an untagged Ethernet header.
#[inline]
pub(super) fn plain_ip(captured: &[u8]) -> Option<Family> {
    let ether_type = Ethernet2HeaderSlice::from_slice(captured).ok()?.ether_type();
    ether_type::family(EtherType(ether_type.0))
}

/// Opens an Ethernet header.
pub(super) fn open(rest: Rest<'_>) -> Opened<'_> {
    let Ok(header) = Ethernet2HeaderSlice::from_slice(rest.bytes) else {
        return Err(Undecodable::TruncatedLinkHeader);
    };
    rest.skip(LEN)?.is(Next::EtherType(EtherType(header.ether_type().0)))
}
