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
        ipv4 if Juniper::IPV4.contains(&ipv4) => packet.is(Next::Ip(Family::V4)),
        ipv6 if Juniper::IPV6.contains(&ipv6) => packet.is(Next::Ip(Family::V6)),
        mpls if Juniper::MPLS.contains(&mpls) => packet.is(Next::Mpls),
        _ => packet.is(Next::NotIp(NotIp::Named("juniper:other protocol"))),
    }
}

#[cfg(test)]
mod tests {
    use super::super::assigned::*;
    use super::super::layers::*;
    use super::super::{Payload, resolve};
    use super::*;
    use crate::model::Undecodable;

    fn magic(flags: u8) -> Layer {
        [b"MGC".to_vec(), vec![flags]].concat()
    }

    #[test]
    fn the_link_type_says_what_follows_the_header() {
        let extensions = octets([0, 6, 1, 1, 9, 2, 1, 9]);
        assert_ip(JUNIPER_ETHER, Family::V4, &[magic(0), ethernet(0x0800), ipv4()]);
        let layers = [magic(0x80), extensions, ethernet(0x86dd), ipv6()];
        assert_ip(JUNIPER_ETHER, Family::V6, &layers);
        assert_ip(JUNIPER_PPPOE, Family::V4, &[magic(1), ethernet(0x0800), ipv4()]);
        assert_ip(JUNIPER_PPP, Family::V4, &[magic(0), octets([0xff, 3, 0, 0x21]), ipv4()]);
        assert_ip(JUNIPER_FRELAY, Family::V4, &[magic(0), octets([0x18, 0x41, 3, 0xcc]), ipv4()]);
        assert_ip(JUNIPER_CHDLC, Family::V6, &[magic(0), octets([0x0f, 0, 0x86, 0xdd]), ipv6()]);
    }

    #[test]
    fn a_header_without_magic_is_malformed() {
        let layers = [octets([0, 0, 0, 0]), ethernet(0x0800), ipv4()];
        assert_undecodable(JUNIPER_ETHER, Undecodable::MalformedLinkHeader, &layers);
    }

    #[test]
    fn a_protocol_stands_for_a_link_header_that_was_taken_off() {
        assert_ip(JUNIPER_ETHER, Family::V4, &[magic(2), octets([2, 0, 0, 0]), ipv4()]);
        assert_ip(JUNIPER_ATM1, Family::V6, &[magic(2), octets([6, 0, 0, 0]), ipv6()]);
        let layers = [magic(2), octets([5, 0, 0, 0]), mpls([16]), ipv6()];
        assert_ip(JUNIPER_ETHER, Family::ByNibble, &layers);
        let iso = NotIp::Named("juniper:other protocol");
        assert_not_ip(JUNIPER_ATM2, iso, &[magic(2), octets([201, 0, 0, 0])]);
    }

    #[test]
    fn atm_has_a_cookie_and_then_any_multiplexing() {
        for (link_type, cookie) in [(JUNIPER_ATM1, vec![0; 4]), (JUNIPER_ATM2, vec![0; 8])] {
            for (payload, family) in [
                (vec![snap(0x0800), ipv4()], Family::V4),
                (vec![octets([0xfe, 0xfe, 3, 0x8e]), ipv6()], Family::V6),
                (vec![octets([3, 0xcc]), ipv4()], Family::V4),
                (vec![ipv6()], Family::ByNibble),
            ] {
                let ip_len = payload.last().map_or(0, Vec::len);
                let frame = [magic(0), cookie.clone(), payload.concat()].concat();
                let offset = frame.len() - ip_len;
                assert_eq!(resolve(link_type, &frame).payload, Payload::Ip { offset, family });
            }
        }
        let cell = NotIp::Named("atm:oam cell");
        assert_not_ip(JUNIPER_ATM1, cell, &[magic(0), octets([0x80, 0, 0, 0]), ipv4()]);
        let layers = [magic(0), octets([0, 0, 0, 0, 0, 0, 0, 0x10]), ipv4()];
        assert_not_ip(JUNIPER_ATM2, cell, &layers);
    }
}
