//! LLC (IEEE 802.2) and SNAP, where a frame has a length or no type at all,
//! and the identifiers that ISO protocols start with.

use super::Family;
use super::ethernet::FCS_LEN;
use super::step::{Next, Opened, Rest};
use crate::model::{EtherType, NotIp};
use crate::wire::HeaderError;
use crate::wire::llc::{Llc, Snap};

/// The SAP of the Internet Protocol (RFC 1042 prefers SNAP).
const IP: u8 = 0x06;
/// The SAP of the ISO network layer: an NLPID follows (RFC 2684, section 5.1).
const ISO_NETWORK: u8 = 0xfe;
/// PIDs are EtherTypes (RFC 1042).
const ENCAPSULATED_ETHERNET: [u8; 3] = [0, 0, 0];
/// PIDs are EtherTypes that a bridge must not translate (IEEE 802.1H).
const BRIDGE_TUNNEL: [u8; 3] = [0, 0, 0xf8];
/// PIDs are kinds of frames (IEEE 802.1; RFC 2684, section 5.2).
const BRIDGED: [u8; 3] = [0, 0x80, 0xc2];
const BRIDGED_ETHERNET: u16 = 0x0007;
const BRIDGED_ETHERNET_FCS: u16 = 0x0001;

/// Octets of padding before a bridged frame.
#[derive(Clone, Copy)]
enum BridgePad {
    /// Frame Relay (RFC 2427, section 4.2).
    None,
    /// LLC, so that the frame is aligned (RFC 2684, section 5.2).
    Two,
}

/// Opens an LLC header.
pub(super) fn open(rest: Rest<'_>) -> Opened<'_> {
    let llc = Llc::new_checked(rest.bytes)?;
    let payload = rest.skip(Llc::LEN)?;
    if llc.is_snap() {
        return open_snap(BridgePad::Two, payload);
    }
    if !llc.is_information() || llc.dsap() != llc.ssap() {
        return payload.is(Next::NotIp(NotIp::Llc(llc.dsap())));
    }
    match llc.dsap() {
        IP => payload.is(Next::Ip(Family::V4)),
        ISO_NETWORK => payload.is(Next::Nlpid),
        other => payload.is(Next::NotIp(NotIp::Llc(other))),
    }
}

/// Opens a network layer protocol identifier (ISO/IEC TR 9577; RFC 2427,
/// section 3).
pub(super) fn open_nlpid(rest: Rest<'_>) -> Opened<'_> {
    const SNAP: u8 = 0x80;
    const IPV6: u8 = 0x8e;
    const IPV4: u8 = 0xcc;
    const PPP: u8 = 0xcf;
    let nlpid = *rest.bytes.first().ok_or(HeaderError::Truncated)?;
    let payload = rest.skip(1)?;
    match nlpid {
        IPV4 => payload.is(Next::Ip(Family::V4)),
        IPV6 => payload.is(Next::Ip(Family::V6)),
        SNAP => open_snap(BridgePad::None, payload),
        PPP => payload.is(Next::PppProtocol),
        other => payload.is(Next::NotIp(NotIp::Nlpid(other))),
    }
}

/// Opens a SNAP header.
fn open_snap(pad: BridgePad, rest: Rest<'_>) -> Opened<'_> {
    let snap = Snap::new_checked(rest.bytes)?;
    let payload = rest.skip(Snap::LEN)?;
    match (snap.oui(), snap.pid()) {
        (ENCAPSULATED_ETHERNET | BRIDGE_TUNNEL, pid) => payload.is(Next::EtherType(EtherType(pid))),
        (BRIDGED, BRIDGED_ETHERNET) => open_bridged(pad, payload),
        (BRIDGED, BRIDGED_ETHERNET_FCS) => open_bridged(pad, payload.with_trailer(FCS_LEN)),
        _ => payload.is(Next::NotIp(NotIp::Named("snap"))),
    }
}

/// Takes the padding off a bridged frame.
fn open_bridged(pad: BridgePad, rest: Rest<'_>) -> Opened<'_> {
    match pad {
        BridgePad::None => rest.is(Next::Ethernet),
        BridgePad::Two => rest.skip(2)?.is(Next::Ethernet),
    }
}

#[cfg(test)]
mod tests {
    use super::super::assigned::ETHERNET;
    use super::super::layers::*;
    use super::*;
    use crate::model::Undecodable;

    #[test]
    fn snap_holds_an_ether_type() {
        assert_ip(ETHERNET, Family::V4, &[ethernet(28), snap(0x0800), ipv4()]);
        assert_ip(ETHERNET, Family::V6, &[ethernet(48), snap(0x86dd), ipv6()]);
        let tunnel = octets([0xaa, 0xaa, 0x03, 0, 0, 0xf8, 0x86, 0xdd]);
        assert_ip(ETHERNET, Family::V6, &[ethernet(48), tunnel, ipv6()]);
        let cisco = octets([0xaa, 0xaa, 0x03, 0, 0, 0x0c, 0x20, 0]);
        assert_not_ip(ETHERNET, NotIp::Named("snap"), &[ethernet(8), cisco]);
    }

    #[test]
    fn a_bridged_frame_has_two_octets_before_it() {
        for (pid, fcs_len) in [(7, 0), (1, FCS_LEN)] {
            let bridged = octets([0xaa, 0xaa, 0x03, 0, 0x80, 0xc2, 0, pid, 0, 0]);
            let layers = [ethernet(44), bridged, ethernet(0x0800), ipv4()];
            assert_ip(ETHERNET, Family::V4, &layers);
            assert_eq!(link(ETHERNET, &layers).trailer, fcs_len);
        }
    }

    #[test]
    fn the_access_points_of_ip_and_iso_are_followed() {
        assert_ip(ETHERNET, Family::V4, &[ethernet(23), octets([6, 6, 3]), ipv4()]);
        let iso = |nlpid| octets([0xfe, 0xfe, 3, nlpid]);
        assert_ip(ETHERNET, Family::V4, &[ethernet(24), iso(0xcc), ipv4()]);
        assert_ip(ETHERNET, Family::V6, &[ethernet(44), iso(0x8e), ipv6()]);
        assert_ip(ETHERNET, Family::V6, &[ethernet(46), iso(0xcf), octets([0, 0x57]), ipv6()]);
        assert_not_ip(ETHERNET, NotIp::Nlpid(0x83), &[ethernet(4), iso(0x83)]);
    }

    #[test]
    fn other_access_points_are_named() {
        let spanning_tree = octets([0x42, 0x42, 3, 0, 0]);
        assert_not_ip(ETHERNET, NotIp::Llc(0x42), &[ethernet(5), spanning_tree]);
        let supervisory = octets([0xaa, 0xaa, 1, 0]);
        assert_not_ip(ETHERNET, NotIp::Llc(0xaa), &[ethernet(4), supervisory]);
        let cut = octets([0xaa, 0xaa]);
        assert_undecodable(ETHERNET, Undecodable::TruncatedLinkHeader, &[ethernet(28), cut]);
    }
}
