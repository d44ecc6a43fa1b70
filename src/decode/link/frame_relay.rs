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

#[cfg(test)]
mod tests {
    use super::super::Family;
    use super::super::assigned::*;
    use super::super::layers::*;
    use super::*;
    use crate::model::Undecodable;

    #[test]
    fn an_nlpid_follows_an_address_of_two_to_four_octets() {
        for address in [octets([0x18, 0x41]), octets([0x18, 0x40, 1]), octets([0x18, 0x40, 0, 1])] {
            assert_ip(FRELAY, Family::V4, &[address.clone(), octets([3, 0xcc]), ipv4()]);
            assert_ip(FRELAY, Family::V6, &[address, octets([3, 0, 0x8e]), ipv6()]);
        }
        let direction = octets([1, 0x18, 0x41, 3, 0xcc]);
        assert_ip(FRELAY_WITH_DIR, Family::V4, &[direction, ipv4()]);
    }

    #[test]
    fn an_address_that_does_not_end_is_malformed_or_cut() {
        let short = [octets([0x19, 3, 0xcc]), ipv4()];
        assert_undecodable(FRELAY, Undecodable::MalformedLinkHeader, &short);
        let endless = [octets([0x18, 0x40, 0, 0]), ipv4()];
        assert_undecodable(FRELAY, Undecodable::MalformedLinkHeader, &endless);
        assert_undecodable(FRELAY, Undecodable::TruncatedLinkHeader, &[octets([0x18, 0x40])]);
    }

    #[test]
    fn snap_and_bridged_frames_have_no_padding_here() {
        let snap = |oui: [u8; 3], pid: [u8; 2]| {
            [vec![0x18, 0x41, 3, 0, 0x80], oui.to_vec(), pid.to_vec()].concat()
        };
        assert_ip(FRELAY, Family::V6, &[snap([0, 0, 0], [0x86, 0xdd]), ipv6()]);
        let bridged = snap([0, 0x80, 0xc2], [0, 7]);
        assert_ip(FRELAY, Family::V4, &[bridged, ethernet(0x0800), ipv4()]);
    }

    #[test]
    fn cisco_has_an_ether_type_there() {
        assert_ip(FRELAY, Family::V4, &[octets([0x18, 0x41]), ether_type(0x0800), ipv4()]);
        let status = [octets([0x00, 0x01, 0x01, 0x00])];
        assert_not_ip(FRELAY, NotIp::Named("frame relay:control"), &status);
        let signalling = [octets([0x00, 0x01, 0x03, 0x08])];
        assert_not_ip(FRELAY, NotIp::Nlpid(0x08), &signalling);
    }

    #[test]
    fn the_first_fragment_of_a_bundle_holds_the_header() {
        let frame = octets([0x18, 0x41, 3, 0xcc]);
        assert_ip(MFR, Family::V4, &[octets([0xc0, 1]), frame.clone(), ipv4()]);
        let later = NotIp::Named("frame relay:fragment");
        assert_not_ip(MFR, later, &[octets([0x40, 1]), frame]);
        let control = NotIp::Named("frame relay:link integrity");
        assert_not_ip(MFR, control, &[octets([0xe1, 0, 1])]);
    }
}
