//! Linux's own link types: cooked captures and the netfilter log.

use super::Family;
use super::step::{Next, Opened, Padding, Rest};
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

/// What the device's kind and the protocol say together: on devices of some
/// kinds the protocol says nothing (the list of LINKTYPE_LINUX_SLL).
fn cooked(hardware: u16, protocol: EtherType, rest: Rest<'_>) -> Opened<'_> {
    const FRAME_RELAY: u16 = 770;
    const IEEE80211: u16 = 801;
    const RADIOTAP: u16 = 803;
    const NETLINK: u16 = 824;
    match hardware {
        NETLINK => rest.is(Next::NotIp(NotIp::Named("netlink"))),
        FRAME_RELAY => rest.is(Next::FrameRelay),
        IEEE80211 => rest.is(Next::Ieee80211(Padding::None)),
        RADIOTAP => rest.is(Next::LinkType(super::assigned::IEEE802_11_RADIOTAP)),
        _ => numbered(protocol, rest),
    }
}

/// An EtherType, or one of the numbers that Linux has below 1536
/// (`ETH_P_*` of `linux/if_ether.h`).
fn numbered(protocol: EtherType, rest: Rest<'_>) -> Opened<'_> {
    /// Novell's frames, which have a length but no LLC.
    const IPX_RAW: u16 = 0x0001;
    const LLC: u16 = 0x0004;
    const PPP_HDLC: u16 = 0x0007;
    match protocol.0 {
        IPX_RAW => rest.is(Next::NotIp(NotIp::Named("ipx"))),
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
