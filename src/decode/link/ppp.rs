//! PPP: its framings, and what its protocol field says.

use super::Family;
use super::ethernet::FCS_LEN;
use super::step::{Next, Opened, Rest};
use crate::model::{EtherType, NotIp, Undecodable};
use crate::wire::HeaderError;
use crate::wire::hdlc::CiscoHdlc;
use crate::wire::ppp::{self, Protocol};
use crate::wire::ppp_multilink::Fragment;
use crate::wire::pppoe::Pppoe;

/// Opens a PPP packet in either framing or none (LINKTYPE_PPP_HDLC,
/// LINKTYPE_PPP). The address says whose framing it is; Cisco's are no numbers
/// of PPP protocols, so that serial lines are told apart under both link types.
pub(super) fn open(rest: Rest<'_>) -> Opened<'_> {
    match rest.bytes {
        [CiscoHdlc::UNICAST | CiscoHdlc::BROADCAST, ..] => rest.is(Next::CiscoHdlc),
        [ppp::ADDRESS, ppp::CONTROL, ..] => rest.skip(2)?.is(Next::PppProtocol),
        _ => rest.is(Next::PppProtocol),
    }
}

/// HDLC-like framing in which the address is a direction (LINKTYPE_PPP_PPPD).
pub(super) fn open_pppd(rest: Rest<'_>) -> Opened<'_> {
    match rest.bytes {
        [0x00 | 0x01, ppp::CONTROL, ..] => rest.skip(2)?.is(Next::PppProtocol),
        _ => rest.is(Next::Ppp),
    }
}

/// Opens a PPPoE header.
pub(super) fn open_pppoe(rest: Rest<'_>) -> Opened<'_> {
    const SESSION: EtherType = EtherType(0x8864);
    let pppoe = Pppoe::new_checked(rest.bytes)?;
    let payload = rest.skip(Pppoe::LEN)?;
    if pppoe.is_session_data() {
        payload.is(Next::PppProtocol)
    } else {
        payload.is(Next::NotIp(NotIp::EtherType(SESSION)))
    }
}

/// Opens a protocol field.
pub(super) fn open_protocol(rest: Rest<'_>) -> Opened<'_> {
    let protocol = Protocol::new_checked(rest.bytes)?;
    let payload = rest.skip(protocol.header_len())?;
    match protocol.number() {
        ppp::IPV4 | ppp::VJ_UNCOMPRESSED => payload.is(Next::Ip(Family::V4)),
        ppp::IPV6 => payload.is(Next::Ip(Family::V6)),
        ppp::MULTILINK => open_multilink(payload),
        ppp::BRIDGING => open_bridging(payload),
        ppp::VJ_COMPRESSED => Err(Undecodable::CompressedLink),
        number if ppp::MPLS.contains(&number) => payload.is(Next::Mpls),
        number if ppp::ENCRYPTED.contains(&number) => Err(Undecodable::EncryptedLink),
        number if ppp::COMPRESSED.contains(&number) => Err(Undecodable::CompressedLink),
        number => payload.is(Next::NotIp(NotIp::Ppp(number))),
    }
}

/// Opens a multilink fragment: only the first holds the packet's header.
fn open_multilink(rest: Rest<'_>) -> Opened<'_> {
    let fragment = Fragment::new_checked(rest.bytes)?;
    let payload = rest.skip(Fragment::LEN)?;
    if fragment.is_first() {
        payload.is(Next::PppProtocol)
    } else {
        payload.is(Next::NotIp(NotIp::Ppp(ppp::MULTILINK)))
    }
}

/// Opens a bridged frame (RFC 3518, section 4.2): flags, then its kind.
fn open_bridging(rest: Rest<'_>) -> Opened<'_> {
    const HAS_FCS: u8 = 0x80;
    const ETHERNET: u8 = 1;
    let Some(&[flags, kind]) = rest.bytes.first_chunk() else {
        return Err(HeaderError::Truncated.into());
    };
    let mut frame = rest.skip(2)?;
    if flags & HAS_FCS != 0 {
        frame = frame.with_trailer(FCS_LEN);
    }
    if kind == ETHERNET {
        frame.is(Next::Ethernet)
    } else {
        frame.is(Next::NotIp(NotIp::Ppp(ppp::BRIDGING)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::assigned::*;
    use super::super::layers::*;
    use super::*;

    #[test]
    fn the_protocol_field_says_what_follows() {
        let protocol = |number: u16| number.to_be_bytes().to_vec();
        assert_ip(PPP, Family::V4, &[protocol(0x0021), ipv4()]);
        assert_ip(PPP, Family::V6, &[protocol(0x0057), ipv6()]);
        assert_not_ip(PPP, NotIp::Ppp(0xc021), &[protocol(0xc021)]);
        assert_undecodable(PPP, Undecodable::TruncatedLinkHeader, &[octets([0])]);
        for hidden in [0x0053, 0x0055] {
            assert_undecodable(PPP, Undecodable::EncryptedLink, &[protocol(hidden), ipv4()]);
        }
        for packed in [0x00fd, 0x00fb, 0x002d] {
            assert_undecodable(PPP, Undecodable::CompressedLink, &[protocol(packed), ipv4()]);
        }
    }

    #[test]
    fn address_control_and_protocol_may_be_left_out_or_shortened() {
        assert_ip(PPP, Family::V4, &[octets([0xff, 0x03, 0x00, 0x21]), ipv4()]);
        assert_ip(PPP, Family::V4, &[octets([0x21]), ipv4()]);
        assert_ip(PPP_HDLC, Family::V6, &[octets([0xff, 0x03, 0x57]), ipv6()]);
    }

    #[test]
    fn the_address_tells_whose_framing_a_serial_line_has() {
        assert_ip(PPP_HDLC, Family::V4, &[octets([0x0f, 0, 0x08, 0x00]), ipv4()]);
        assert_ip(PPP, Family::V6, &[octets([0x8f, 0, 0x86, 0xdd]), ipv6()]);
    }

    #[test]
    fn directions_stand_before_or_in_the_framing() {
        assert_ip(PPP_WITH_DIR, Family::V4, &[octets([1, 0xff, 0x03, 0x00, 0x21]), ipv4()]);
        assert_ip(PPP_PPPD, Family::V4, &[octets([1, 0x03, 0x00, 0x21]), ipv4()]);
        assert_not_ip(PPP_PPPD, NotIp::Ppp(0xc021), &[octets([0, 0x03, 0xc0, 0x21])]);
    }

    #[test]
    fn a_pppoe_session_holds_ppp() {
        let pppoe = |code| octets([0x11, code, 0, 1, 0, 22]);
        let layers = [ethernet(0x8864), pppoe(0), octets([0, 0x21]), ipv4()];
        assert_ip(ETHERNET, Family::V4, &layers);
        assert_ip(PPP_ETHER, Family::V6, &[pppoe(0), octets([0, 0x57]), ipv6()]);
        let terminate = [ethernet(0x8864), pppoe(0xa7)];
        assert_not_ip(ETHERNET, NotIp::EtherType(EtherType(0x8864)), &terminate);
    }

    #[test]
    fn the_first_fragment_of_a_packet_holds_its_header() {
        let fragment = |flags| octets([0x00, 0x3d, flags, 0, 0, 1]);
        assert_ip(PPP, Family::V4, &[fragment(0x80), octets([0, 0x21]), ipv4()]);
        assert_not_ip(PPP, NotIp::Ppp(0x3d), &[fragment(0x40), ipv4()]);
    }

    #[test]
    fn bridged_frames_are_opened() {
        let layers = [octets([0x00, 0x31, 0x80, 1]), ethernet(0x86dd), ipv6()];
        assert_ip(PPP, Family::V6, &layers);
        assert_eq!(link(PPP, &layers).trailer, FCS_LEN);
        let token_ring = [octets([0x00, 0x31, 0, 3]), ethernet(0x86dd), ipv6()];
        assert_not_ip(PPP, NotIp::Ppp(0x31), &token_ring);
    }
}
