//! Juniper's captures: its header, then what the link type says.

use super::Family;
use super::step::{Next, Opened, Rest};
use crate::model::NotIp;
use crate::wire::HeaderError;
use crate::wire::juniper::Juniper;

/// Opens the header; `next` follows it.
pub(super) fn open(next: Next, rest: Rest<'_>) -> Opened<'_> {
    let header = Juniper::new_checked(rest.bytes)?;
    let packet = rest.skip(header.header_len())?;
    match header.protocol() {
        None => packet.is(next),
        Some(protocol) => without_link_header(protocol, packet),
    }
}

/// The ATM interface of the first kind has a cookie of four octets.
pub(super) fn open_atm1(rest: Rest<'_>) -> Opened<'_> {
    const OAM_CELL: u8 = 0x80;
    open_atm(rest, 4, |cookie| cookie.first() == Some(&OAM_CELL))
}

/// The ATM interface of the second kind has one of eight.
pub(super) fn open_atm2(rest: Rest<'_>) -> Opened<'_> {
    const OAM_CELL_MASK: u8 = 0x70;
    open_atm(rest, 8, |cookie| cookie.last().is_some_and(|octet| octet & OAM_CELL_MASK != 0))
}

/// Takes a cookie off that says whether there is a packet at all.
fn open_atm(rest: Rest<'_>, cookie_len: usize, is_oam: fn(&[u8]) -> bool) -> Opened<'_> {
    let header = Juniper::new_checked(rest.bytes)?;
    let packet = rest.skip(header.header_len())?;
    if let Some(protocol) = header.protocol() {
        return without_link_header(protocol, packet);
    }
    let cookie = packet.bytes.get(..cookie_len).ok_or(HeaderError::Truncated)?;
    let payload = packet.skip(cookie_len)?;
    if is_oam(cookie) {
        payload.is(Next::NotIp(NotIp::Named("atm:oam cell")))
    } else {
        payload.is(Next::Atm)
    }
}

/// A packet whose link header was taken off, and its protocol kept.
fn without_link_header(protocol: u32, packet: Rest<'_>) -> Opened<'_> {
    match protocol {
        Juniper::IPV4 => packet.is(Next::Ip(Family::V4)),
        Juniper::IPV6 => packet.is(Next::Ip(Family::V6)),
        _ => packet.is(Next::NotIp(NotIp::Named("juniper:other protocol"))),
    }
}
