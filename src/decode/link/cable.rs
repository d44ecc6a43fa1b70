//! Links with headers of their own around an EtherType, LLC or Ethernet.

use super::ethernet::FCS_LEN;
use super::step::{Next, Opened, Rest};
use crate::model::{NotIp, Undecodable};
use crate::wire::docsis::Docsis;

/// Opens a DOCSIS MAC header.
pub(super) fn open_docsis(rest: Rest<'_>) -> Opened<'_> {
    let header = Docsis::new_checked(rest.bytes)?;
    let payload = rest.skip(header.header_len())?;
    if !header.is_packet() {
        return payload.is(Next::NotIp(NotIp::Named("docsis:management")));
    }
    if header.is_encrypted() {
        return Err(Undecodable::EncryptedLink);
    }
    payload.with_trailer(FCS_LEN).is(Next::Ethernet)
}

/// Opens Apple's header of IP over IEEE 1394: two addresses of eight octets,
/// then an EtherType.
pub(super) fn open_ieee1394(rest: Rest<'_>) -> Opened<'_> {
    const ADDRESSES_LEN: usize = 16;
    rest.ether_type_after(ADDRESSES_LEN)
}

/// Opens the header of IP over InfiniBand: a global routing header, then an
/// EtherType and two reserved octets (RFC 4391, section 6).
pub(super) fn open_ipoib(rest: Rest<'_>) -> Opened<'_> {
    const ROUTING_LEN: usize = 40;
    const RESERVED_LEN: usize = 2;
    let step = rest.ether_type_after(ROUTING_LEN)?;
    step.rest.skip(RESERVED_LEN)?.is(step.next)
}

/// Opens the network header of IP over Fibre Channel: two addresses of eight
/// octets, then LLC (RFC 4338, section 3).
pub(super) fn open_fibre_channel(rest: Rest<'_>) -> Opened<'_> {
    const ADDRESSES_LEN: usize = 16;
    rest.skip(ADDRESSES_LEN)?.is(Next::Llc)
}
