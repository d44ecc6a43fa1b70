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

/// Opens a PPP packet, in HDLC-like framing or without (LINKTYPE_PPP).
pub(super) fn open(rest: Rest<'_>) -> Opened<'_> {
    if rest.bytes.starts_with(&ppp::ADDRESS_CONTROL) {
        rest.skip(ppp::ADDRESS_CONTROL.len())?.is(Next::PppProtocol)
    } else {
        rest.is(Next::PppProtocol)
    }
}

/// A serial line of either framing: the address says whose (LINKTYPE_PPP_HDLC).
pub(super) fn open_serial(rest: Rest<'_>) -> Opened<'_> {
    match rest.bytes.first() {
        Some(address) if CiscoHdlc::ADDRESSES.contains(address) => rest.is(Next::CiscoHdlc),
        _ => rest.is(Next::Ppp),
    }
}

/// HDLC-like framing in which the address is a direction (LINKTYPE_PPP_PPPD).
pub(super) fn open_pppd(rest: Rest<'_>) -> Opened<'_> {
    match rest.bytes {
        [0x00 | 0x01, ppp::CONTROL, ..] => {
            rest.skip(ppp::ADDRESS_CONTROL.len())?.is(Next::PppProtocol)
        }
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
        ppp::MULTILINK => multilink(payload),
        ppp::BRIDGING => bridging(payload),
        ppp::VJ_COMPRESSED => Err(Undecodable::CompressedLink),
        number if ppp::MPLS.contains(&number) => payload.is(Next::Mpls),
        number if ppp::ENCRYPTED.contains(&number) => Err(Undecodable::EncryptedLink),
        number if ppp::COMPRESSED.contains(&number) => Err(Undecodable::CompressedLink),
        number => payload.is(Next::NotIp(NotIp::Ppp(number))),
    }
}

/// Opens a multilink fragment: only the first holds the packet's header.
fn multilink(rest: Rest<'_>) -> Opened<'_> {
    let fragment = Fragment::new_checked(rest.bytes)?;
    let payload = rest.skip(Fragment::LEN)?;
    if fragment.is_first() {
        payload.is(Next::PppProtocol)
    } else {
        payload.is(Next::NotIp(NotIp::Ppp(ppp::MULTILINK)))
    }
}

/// Opens a bridged frame (RFC 3518, section 4.2): flags, then its kind.
fn bridging(rest: Rest<'_>) -> Opened<'_> {
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
