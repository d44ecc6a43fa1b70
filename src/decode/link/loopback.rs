//! BSD loopback and tunnel devices: an address family instead of a protocol.

use super::Family;
use super::ether_type::MIN_ETHER_TYPE;
use super::step::{Next, Opened, Rest};
use crate::model::{EtherType, NotIp};
use crate::wire::loopback::Loopback;

/// AF_INET, the same everywhere.
const AF_INET: u16 = 2;
/// AF_INET6 of Linux, Windows, OpenBSD and NetBSD, FreeBSD, macOS.
const AF_INET6: [u16; 5] = [10, 23, 24, 28, 30];

/// Opens the address family of NULL and LOOP.
pub(super) fn open(rest: Rest<'_>) -> Opened<'_> {
    let family = Loopback::new_checked(rest.bytes)?.family();
    address_family(family, rest.skip(Loopback::LEN)?)
}

/// What an address family says about the payload; some writers put an
/// EtherType in its place.
fn address_family(family: Option<u16>, rest: Rest<'_>) -> Opened<'_> {
    match family {
        Some(AF_INET) => rest.is(Next::Ip(Family::V4)),
        Some(number) if AF_INET6.contains(&number) => rest.is(Next::Ip(Family::V6)),
        Some(number) if number >= MIN_ETHER_TYPE => rest.is(Next::EtherType(EtherType(number))),
        _ => rest.is(Next::NotIp(NotIp::Named("address family"))),
    }
}
