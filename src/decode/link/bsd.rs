//! Devices of BSD and Solaris that give an address family instead of a protocol.

use super::Family;
use super::ether_type::MIN_ETHER_TYPE;
use super::step::{Next, Opened, Rest};
use crate::model::{EtherType, NotIp};
use crate::wire::enc;
use crate::wire::ipnet::Ipnet;
use crate::wire::loopback::Loopback;
use crate::wire::pflog::Pflog;

/// AF_INET, the same everywhere.
const AF_INET: u16 = 2;
/// AF_INET6 of Linux, Windows, OpenBSD and NetBSD, FreeBSD, macOS.
const AF_INET6: [u16; 5] = [10, 23, 24, 28, 30];

/// Opens the address family of NULL and LOOP.
pub(super) fn open_loopback(rest: Rest<'_>) -> Opened<'_> {
    let family = Loopback::new_checked(rest.bytes)?.family();
    address_family(family, rest.skip(Loopback::LEN)?)
}

/// Opens the header of an encapsulation device.
pub(super) fn open_enc(rest: Rest<'_>) -> Opened<'_> {
    let family = Loopback::new_checked(rest.bytes)?.family();
    address_family(family, rest.skip(enc::LEN)?)
}

/// Opens the header of a packet filter's log.
pub(super) fn open_pflog(rest: Rest<'_>) -> Opened<'_> {
    let header = Pflog::new_checked(rest.bytes)?;
    address_family(Some(header.family()), rest.skip(header.header_len())?)
}

/// Opens the header of SLIP: the direction, and room for a compressed header
/// before the packet, which is whole.
pub(super) fn open_slip(rest: Rest<'_>) -> Opened<'_> {
    const LEN: usize = 16;
    rest.skip(LEN)?.is(Next::Ip(Family::ByNibble))
}

/// Opens the header of Solaris's ipnet device.
pub(super) fn open_ipnet(rest: Rest<'_>) -> Opened<'_> {
    let family = Ipnet::new_checked(rest.bytes)?.family();
    let packet = rest.skip(Ipnet::LEN)?;
    match family {
        Ipnet::AF_INET => packet.is(Next::Ip(Family::V4)),
        Ipnet::AF_INET6 => packet.is(Next::Ip(Family::V6)),
        _ => packet.is(Next::NotIp(NotIp::Named("address family"))),
    }
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
