//! Frame Relay: RFC 2427's encapsulation, Cisco's, and bundles of links.

use super::ether_type::MIN_ETHER_TYPE;
use super::step::{Next, Opened, Rest};
use crate::model::{EtherType, NotIp};
use crate::wire::HeaderError;
use crate::wire::frame_relay::{Address, BundleFragment, UNNUMBERED_INFORMATION};

/// Opens a Frame Relay address. RFC 2427 has a control field behind it, Cisco
/// an EtherType, whose first octet is never that of unnumbered information.
pub(super) fn open(rest: Rest<'_>) -> Opened<'_> {
    /// Puts the NLPID on an even offset (RFC 2427, section 3).
    const PAD: u8 = 0;
    let address = Address::new_checked(rest.bytes)?;
    let payload = rest.skip(address.header_len())?;
    match *payload.bytes {
        [UNNUMBERED_INFORMATION, PAD, ..] => payload.skip(2)?.is(Next::Nlpid),
        [UNNUMBERED_INFORMATION, ..] => payload.skip(1)?.is(Next::Nlpid),
        [high, low, ..] if u16::from_be_bytes([high, low]) >= MIN_ETHER_TYPE => {
            let ether_type = EtherType(u16::from_be_bytes([high, low]));
            payload.skip(2)?.is(Next::EtherType(ether_type))
        }
        [_, _, ..] => payload.is(Next::NotIp(NotIp::Named("frame relay:control"))),
        _ => Err(HeaderError::Truncated.into()),
    }
}

/// Opens a fragment of a multilink bundle (FRF.16.1): only the first holds the
/// frame's own header.
pub(super) fn open_bundle(rest: Rest<'_>) -> Opened<'_> {
    let fragment = BundleFragment::new_checked(rest.bytes)?;
    let payload = rest.skip(BundleFragment::LEN)?;
    if fragment.is_control() {
        payload.is(Next::NotIp(NotIp::Named("frame relay:link integrity")))
    } else if fragment.is_first() {
        payload.is(Next::FrameRelay)
    } else {
        payload.is(Next::NotIp(NotIp::Named("frame relay:fragment")))
    }
}
