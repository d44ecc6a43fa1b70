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
    let header = Loopback::new_checked(rest.bytes)?;
    if header.is_serial() {
        return rest.is(Next::Ppp);
    }
    address_family(header.family(), rest.skip(Loopback::LEN)?)
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

#[cfg(test)]
mod tests {
    use super::super::assigned::*;
    use super::super::layers::*;
    use super::*;

    #[test]
    fn address_families_are_read_in_either_byte_order() {
        for link_type in [NULL, LOOP] {
            assert_ip(link_type, Family::V4, &[octets([2, 0, 0, 0]), ipv4()]);
            assert_ip(link_type, Family::V4, &[octets([0, 0, 0, 2]), ipv4()]);
            for family in AF_INET6 {
                let [_, family] = family.to_be_bytes();
                assert_ip(link_type, Family::V6, &[octets([family, 0, 0, 0]), ipv6()]);
                assert_ip(link_type, Family::V6, &[octets([0, 0, 0, family]), ipv6()]);
            }
            let appletalk = [octets([16, 0, 0, 0])];
            assert_not_ip(link_type, NotIp::Named("address family"), &appletalk);
        }
    }

    #[test]
    fn an_ether_type_or_serial_framing_may_stand_in_their_place() {
        assert_ip(NULL, Family::V4, &[octets([0, 0, 8, 0]), ipv4()]);
        assert_ip(NULL, Family::V6, &[octets([0xdd, 0x86, 0, 0]), ipv6()]);
        assert_ip(NULL, Family::V4, &[octets([0x0f, 0, 8, 0]), ipv4()]);
        assert_ip(NULL, Family::V4, &[octets([0xff, 3, 0, 0x21]), ipv4()]);
    }

    #[test]
    fn security_gateways_and_packet_filters_log_packets() {
        let enc = |family| octets([family, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0]);
        assert_ip(ENC, Family::V4, &[enc(2), ipv4()]);
        assert_ip(ENC, Family::V6, &[enc(24), ipv6()]);
        for len in [61_u8, 64, 100] {
            let mut header = vec![len, 2, 1, 0];
            header.resize(usize::from(len.next_multiple_of(4)), 0);
            assert_ip(PFLOG, Family::V4, &[header.clone(), ipv4()]);
            header[1] = 30;
            assert_ip(PFLOG, Family::V6, &[header, ipv6()]);
        }
    }

    #[test]
    fn slip_and_ipnet_have_headers_of_fixed_length() {
        assert_ip(SLIP, Family::ByNibble, &[octets([0; 16]), ipv4()]);
        let ipnet = |family| [octets([1, family]), octets([0; 22])].concat();
        assert_ip(IPNET, Family::V4, &[ipnet(2), ipv4()]);
        assert_ip(IPNET, Family::V6, &[ipnet(26), ipv6()]);
        assert_not_ip(IPNET, NotIp::Named("address family"), &[ipnet(1)]);
    }
}
