//! Linux's own link types: cooked captures and the netfilter log.

use super::Family;
use super::step::{Next, Opened, Rest, WlanForm};
use crate::model::{EtherType, NotIp};
use crate::wire::nflog::Nflog;
use crate::wire::sll::Sll;
use crate::wire::sll2::Sll2;

/// Opens a cooked capture's header, version 1.
pub(super) fn open_sll(rest: Rest<'_>) -> Opened<'_> {
    let header = Sll::new_checked(rest.bytes)?;
    cooked(header.hardware(), header.protocol(), rest.skip(Sll::LEN)?)
}

/// Opens a cooked capture's header, version 2.
pub(super) fn open_sll2(rest: Rest<'_>) -> Opened<'_> {
    let header = Sll2::new_checked(rest.bytes)?;
    cooked(header.hardware(), header.protocol(), rest.skip(Sll2::LEN)?)
}

const FRAME_RELAY: u16 = 770;
const IEEE80211: u16 = 801;
const RADIOTAP: u16 = 803;
const NETLINK: u16 = 824;

/// Whether the protocol of a cooked capture says by itself what follows, on a device
/// of this kind.
pub(in crate::decode) fn is_told_by_protocol(hardware: u16) -> bool {
    !matches!(hardware, FRAME_RELAY | IEEE80211 | RADIOTAP | NETLINK)
}

/// What the device's kind and the protocol say together: on devices of some
/// kinds the protocol says nothing (the list of LINKTYPE_LINUX_SLL).
fn cooked(hardware: u16, protocol: EtherType, rest: Rest<'_>) -> Opened<'_> {
    match hardware {
        NETLINK => rest.is(Next::NotIp(NotIp::Named("netlink"))),
        FRAME_RELAY => rest.is(Next::FrameRelay),
        IEEE80211 => rest.is(Next::Ieee80211(WlanForm::AsSent)),
        RADIOTAP => rest.is(Next::LinkType(super::assigned::IEEE802_11_RADIOTAP)),
        _ => numbered(protocol, rest),
    }
}

/// An EtherType, or one of the numbers that Linux has below 1536
/// (`ETH_P_*` of `linux/if_ether.h`).
fn numbered(protocol: EtherType, rest: Rest<'_>) -> Opened<'_> {
    /// Novell's frames, which have a length but no LLC.
    const IPX_RAW: u16 = 0x0001;
    const ETHERNET: u16 = 0x0003;
    const LLC: u16 = 0x0004;
    const PPP_HDLC: u16 = 0x0007;
    match protocol.0 {
        IPX_RAW => rest.is(Next::NotIp(NotIp::Named("ipx"))),
        ETHERNET => rest.is(Next::Ethernet),
        LLC => rest.is(Next::Llc),
        PPP_HDLC => rest.is(Next::Ppp),
        number if number < super::ether_type::MIN_ETHER_TYPE => {
            rest.is(Next::NotIp(NotIp::EtherType(protocol)))
        }
        _ => rest.is(Next::EtherType(protocol)),
    }
}

/// Opens a netfilter log's header: the family, else the hardware protocol,
/// says what the packet is.
pub(super) fn open_nflog(rest: Rest<'_>) -> Opened<'_> {
    const IPV4: u8 = 2;
    const IPV6: u8 = 10;
    let header = Nflog::new_checked(rest.bytes)?;
    let Some(offset) = header.payload else {
        return rest.is(Next::NotIp(NotIp::Named("nflog:no packet")));
    };
    let packet = rest.skip(offset)?;
    match (header.family, header.protocol) {
        (IPV4, _) => packet.is(Next::Ip(Family::V4)),
        (IPV6, _) => packet.is(Next::Ip(Family::V6)),
        (_, Some(protocol)) => packet.is(Next::EtherType(protocol)),
        (_, None) => packet.is(Next::NotIp(NotIp::Named("nflog:other family"))),
    }
}

#[cfg(test)]
mod tests {
    use super::super::assigned::*;
    use super::super::layers::*;
    use super::*;
    use crate::model::Undecodable;

    fn cooked(hardware: u16, protocol: u16) -> Layer {
        let address = vec![0, 6, 2, 0, 0x5e, 0, 0x53, 1, 0, 0];
        [vec![0, 0], hardware.to_be_bytes().to_vec(), address, ether_type(protocol)].concat()
    }

    fn cooked2(hardware: u16, protocol: u16) -> Layer {
        let interface = vec![0, 0, 0, 0, 0, 2];
        let address = vec![0, 6, 2, 0, 0x5e, 0, 0x53, 1, 0, 0];
        [ether_type(protocol), interface, hardware.to_be_bytes().to_vec(), address].concat()
    }

    #[test]
    fn the_protocol_is_an_ether_type() {
        assert_ip(LINUX_SLL, Family::V4, &[cooked(1, 0x0800), ipv4()]);
        assert_ip(LINUX_SLL, Family::V6, &[cooked(512, 0x86dd), ipv6()]);
        assert_ip(LINUX_SLL, Family::V4, &[cooked(1, 0x8100), vlan(5, 0x0800), ipv4()]);
        assert_ip(LINUX_SLL2, Family::V4, &[cooked2(772, 0x0800), ipv4()]);
        assert_ip(LINUX_SLL2, Family::V6, &[cooked2(65534, 0x86dd), ipv6()]);
    }

    #[test]
    fn linux_has_numbers_of_its_own() {
        assert_ip(LINUX_SLL, Family::V4, &[cooked(1, 4), snap(0x0800), ipv4()]);
        assert_ip(LINUX_SLL, Family::V4, &[cooked(1, 3), ethernet(0x0800), ipv4()]);
        assert_ip(LINUX_SLL, Family::V4, &[cooked(513, 7), octets([0, 0x21]), ipv4()]);
        let can = NotIp::EtherType(EtherType(0x000c));
        assert_not_ip(LINUX_SLL, can, &[cooked(280, 0x000c), ipv4()]);
        assert_not_ip(LINUX_SLL, NotIp::Named("ipx"), &[cooked(1, 1)]);
    }

    #[test]
    fn the_kind_of_device_may_say_more_than_the_protocol() {
        let frame_relay = octets([0x18, 0x41, 3, 0xcc]);
        assert_ip(LINUX_SLL, Family::V4, &[cooked(770, 0), frame_relay, ipv4()]);
        let netlink = NotIp::Named("netlink");
        assert_not_ip(LINUX_SLL2, netlink, &[cooked2(824, 0x0800), ipv4()]);
    }

    /// A netfilter log's attribute in the order that `order` writes.
    fn attribute(order: fn(u16) -> [u8; 2], kind: u16, value: &[u8]) -> Layer {
        let len = u16::try_from(value.len() + 4).unwrap();
        let mut layer = [order(len).to_vec(), order(kind).to_vec(), value.to_vec()].concat();
        layer.resize(layer.len().next_multiple_of(4), 0);
        layer
    }

    #[test]
    fn the_log_holds_the_packet_among_its_attributes() {
        for order in [u16::to_le_bytes, u16::to_be_bytes] {
            let head = |family| octets([family, 0, 0, 7]);
            let hook = |number: [u8; 2]| attribute(order, 1, &[number[0], number[1], 3, 0]);
            let prefix = attribute(order, 10, b"drop\0");
            let packet = order(24).to_vec();
            let packet = [packet, order(9).to_vec()].concat();
            let layers = [head(2), hook([8, 0]), prefix.clone(), packet.clone(), ipv4()];
            assert_ip(NFLOG, Family::V4, &layers);
            let layers = [head(10), prefix.clone(), packet.clone(), ipv6()];
            assert_ip(NFLOG, Family::V6, &layers);
            let layers = [head(7), hook([0x86, 0xdd]), prefix.clone(), packet, ipv6()];
            assert_ip(NFLOG, Family::V6, &layers);
            assert_not_ip(NFLOG, NotIp::Named("nflog:no packet"), &[head(2), prefix]);
        }
    }

    #[test]
    fn a_log_with_a_length_that_cannot_be_is_malformed() {
        let layers = [octets([2, 0, 0, 7, 3, 0, 9, 0]), ipv4()];
        assert_undecodable(NFLOG, Undecodable::MalformedLinkHeader, &layers);
    }
}
