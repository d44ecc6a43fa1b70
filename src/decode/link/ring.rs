//! Local networks of before Ethernet was alone: FDDI, token ring, ARCNET.

use super::Family;
use super::step::{Next, Opened, Rest};
use crate::model::NotIp;
use crate::wire::arcnet::{Arcnet, Dialect};
use crate::wire::fddi::Fddi;
use crate::wire::token_ring::TokenRing;

/// Opens an FDDI header.
pub(super) fn open_fddi(rest: Rest<'_>) -> Opened<'_> {
    let header = Fddi::new_checked(rest.bytes)?;
    let payload = rest.skip(Fddi::LEN)?;
    if header.is_llc() {
        payload.is(Next::Llc)
    } else {
        payload.is(Next::NotIp(NotIp::Named("fddi:management")))
    }
}

/// Opens a token ring header.
pub(super) fn open_token_ring(rest: Rest<'_>) -> Opened<'_> {
    let header = TokenRing::new_checked(rest.bytes)?;
    let payload = rest.skip(header.header_len())?;
    if header.is_llc() {
        payload.is(Next::Llc)
    } else {
        payload.is(Next::NotIp(NotIp::Named("token ring:mac")))
    }
}

/// Opens an ARCNET header.
pub(super) fn open_arcnet(dialect: Dialect, rest: Rest<'_>) -> Opened<'_> {
    let header = Arcnet::new_checked(rest.bytes, dialect)?;
    let payload = rest.skip(header.header_len())?;
    if header.is_later_fragment() {
        return payload.is(Next::NotIp(NotIp::Named("arcnet:fragment")));
    }
    match header.protocol() {
        Arcnet::IPV4 | Arcnet::IPV4_RFC1051 => payload.is(Next::Ip(Family::V4)),
        Arcnet::IPV6 => payload.is(Next::Ip(Family::V6)),
        Arcnet::ETHERNET => payload.is(Next::Ethernet),
        _ => payload.is(Next::NotIp(NotIp::Named("arcnet:other protocol"))),
    }
}

#[cfg(test)]
mod tests {
    use super::super::assigned::*;
    use super::super::layers::*;
    use super::*;

    #[test]
    fn fddi_and_token_ring_hold_llc() {
        let fddi = |control| [octets([control]), addresses()].concat();
        assert_ip(FDDI, Family::V4, &[fddi(0x50), snap(0x0800), ipv4()]);
        let management = NotIp::Named("fddi:management");
        assert_not_ip(FDDI, management, &[fddi(0x41), snap(0x0800), ipv4()]);
        let ring = |control| [octets([0x10, control]), addresses()].concat();
        assert_ip(IEEE802_5, Family::V4, &[ring(0x40), snap(0x0800), ipv4()]);
        let mac = NotIp::Named("token ring:mac");
        assert_not_ip(IEEE802_5, mac, &[ring(0x00), snap(0x0800), ipv4()]);
    }

    #[test]
    fn the_source_address_says_whether_routing_follows() {
        let mut header = [octets([0x10, 0x40]), addresses()].concat();
        header[8] |= 0x80;
        let routing = octets([0x06, 0x10, 0, 0x11, 0, 0x20]);
        assert_ip(IEEE802_5, Family::V6, &[header, routing, snap(0x86dd), ipv6()]);
    }

    #[test]
    fn arcnet_headers_are_as_long_as_protocol_and_system_make_them() {
        assert_ip(ARCNET_BSD, Family::V4, &[octets([1, 2, 0xf0]), ipv4()]);
        assert_ip(ARCNET_BSD, Family::V4, &[octets([1, 2, 0xd4, 0, 0, 9]), ipv4()]);
        let exception = octets([1, 2, 0xd4, 0xff, 0xff, 0xff, 0xd4, 0, 0, 9]);
        assert_ip(ARCNET_BSD, Family::V4, &[exception, ipv4()]);
        assert_ip(ARCNET_LINUX, Family::V4, &[octets([1, 2, 0, 0, 0xf0]), ipv4()]);
        assert_ip(ARCNET_LINUX, Family::V6, &[octets([1, 2, 0, 0, 0xc4, 0, 0, 9]), ipv6()]);
        let encapsulated = octets([1, 2, 0, 0, 0xe8, 0, 0, 9]);
        assert_ip(ARCNET_LINUX, Family::V4, &[encapsulated, ethernet(0x0800), ipv4()]);
        let arp = NotIp::Named("arcnet:other protocol");
        assert_not_ip(ARCNET_LINUX, arp, &[octets([1, 2, 0, 0, 0xd5, 0, 0, 9])]);
    }

    #[test]
    fn later_fragments_have_no_header() {
        let fragment = |split| octets([1, 2, 0xd4, split, 0, 9]);
        assert_ip(ARCNET_BSD, Family::V4, &[fragment(3), ipv4()]);
        let later = NotIp::Named("arcnet:fragment");
        assert_not_ip(ARCNET_BSD, later, &[fragment(2), ipv4()]);
    }
}
