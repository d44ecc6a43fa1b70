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
