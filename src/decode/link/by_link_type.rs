//! The first header of each link type.

use super::step::{Next, Opened, Rest, WlanForm};
use super::{
    Family, assigned, atm, bsd, cable, envelope, ethernet, frame_relay, juniper, linux, ppp,
    record, ring, wireless,
};
use crate::model::{LinkType, Undecodable};
use crate::wire::arcnet::Dialect;

/// Octets of the direction before a frame of the `_WITH_DIR` link types.
const DIRECTION_LEN: usize = 1;

/// Opens the first header of a frame of `link_type`.
pub(super) fn open(link_type: LinkType, rest: Rest<'_>) -> Opened<'_> {
    match link_type {
        assigned::ETHERNET => rest.is(Next::Ethernet),
        assigned::RAW | assigned::RAW_DLT12 | assigned::RAW_DLT14 => {
            rest.is(Next::Ip(Family::ByNibble))
        }
        assigned::IPV4 => rest.is(Next::Ip(Family::V4)),
        assigned::IPV6 => rest.is(Next::Ip(Family::V6)),
        assigned::LINUX_SLL => linux::open_sll(rest),
        assigned::LINUX_SLL2 => linux::open_sll2(rest),
        assigned::NFLOG => linux::open_nflog(rest),
        assigned::NULL | assigned::LOOP => bsd::open_loopback(rest),
        assigned::ENC => bsd::open_enc(rest),
        assigned::PFLOG => bsd::open_pflog(rest),
        assigned::SLIP => bsd::open_slip(rest),
        assigned::IPNET => bsd::open_ipnet(rest),
        assigned::IEEE802_11 => rest.is(Next::Ieee80211(WlanForm::AsSent)),
        assigned::IEEE802_11_RADIOTAP => wireless::open_radiotap(rest),
        assigned::IEEE802_11_PRISM | assigned::IEEE802_11_AVS => wireless::open_avs(rest),
        assigned::PPI => envelope::open_ppi(rest),
        assigned::PKTAP => envelope::open_pktap(rest),
        assigned::SYMANTEC_FIREWALL => envelope::open_symantec(rest),
        assigned::ERF => record::open(rest),
        _ => open_ethernet_like(link_type, rest),
    }
}

/// What is Ethernet or a ring behind a preamble, a tag or another address.
fn open_ethernet_like(link_type: LinkType, rest: Rest<'_>) -> Opened<'_> {
    match link_type {
        assigned::EXP_ETHERNET => ethernet::open_experimental(rest),
        assigned::ETHERNET_MPACKET => ethernet::open_mpacket(rest),
        assigned::NETANALYZER => ethernet::open_netanalyzer(rest),
        assigned::NETANALYZER_TRANSPARENT => ethernet::open_netanalyzer_transparent(rest),
        assigned::DSA_TAG_BRCM => ethernet::open_broadcom_tag(rest),
        assigned::DSA_TAG_BRCM_PREPEND => ethernet::open_broadcom_prepended(rest),
        assigned::DSA_TAG_DSA => ethernet::open_dsa_tag(rest),
        assigned::DSA_TAG_EDSA => ethernet::open_ether_type_dsa_tag(rest),
        assigned::DOCSIS => cable::open_docsis(rest),
        assigned::APPLE_IP_OVER_IEEE1394 => cable::open_ieee1394(rest),
        assigned::IPOIB => cable::open_ipoib(rest),
        assigned::IP_OVER_FC => cable::open_fibre_channel(rest),
        assigned::FDDI => ring::open_fddi(rest),
        assigned::IEEE802_5 => ring::open_token_ring(rest),
        assigned::ARCNET_BSD => ring::open_arcnet(Dialect::Bsd, rest),
        assigned::ARCNET_LINUX => ring::open_arcnet(Dialect::Linux, rest),
        _ => open_serial(link_type, rest),
    }
}

/// Point-to-point lines and virtual circuits.
fn open_serial(link_type: LinkType, rest: Rest<'_>) -> Opened<'_> {
    match link_type {
        assigned::PPP | assigned::PPP_HDLC => rest.is(Next::Ppp),
        assigned::PPP_ETHER => rest.is(Next::Pppoe),
        assigned::PPP_PPPD => ppp::open_pppd(rest),
        assigned::PPP_WITH_DIR => rest.skip(DIRECTION_LEN)?.is(Next::Ppp),
        assigned::C_HDLC | assigned::NETBSD_HDLC => rest.is(Next::CiscoHdlc),
        assigned::C_HDLC_WITH_DIR => rest.skip(DIRECTION_LEN)?.is(Next::CiscoHdlc),
        assigned::FRELAY => rest.is(Next::FrameRelay),
        assigned::FRELAY_WITH_DIR => rest.skip(DIRECTION_LEN)?.is(Next::FrameRelay),
        assigned::MFR => frame_relay::open_bundle(rest),
        assigned::ATM_RFC1483
        | assigned::ATM_RFC1483_DLT11
        | assigned::ATM_CLIP
        | assigned::ATM_CLIP_DLT19 => rest.is(Next::Atm),
        assigned::SUNATM => atm::open_sunatm(rest),
        assigned::JUNIPER_ETHER | assigned::JUNIPER_PPPOE => juniper::open(Next::Ethernet, rest),
        assigned::JUNIPER_PPP => juniper::open(Next::Ppp, rest),
        assigned::JUNIPER_FRELAY => juniper::open(Next::FrameRelay, rest),
        assigned::JUNIPER_CHDLC => juniper::open(Next::CiscoHdlc, rest),
        assigned::JUNIPER_ATM1 => juniper::open_atm1(rest),
        assigned::JUNIPER_ATM2 => juniper::open_atm2(rest),
        other => Err(Undecodable::UnsupportedLinkType(other)),
    }
}
