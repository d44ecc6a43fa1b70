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
        return snap(BridgePad::Two, payload);
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
        SNAP => snap(BridgePad::None, payload),
        PPP => payload.is(Next::PppProtocol),
        other => payload.is(Next::NotIp(NotIp::Nlpid(other))),
    }
}

/// Opens a SNAP header.
fn snap(pad: BridgePad, rest: Rest<'_>) -> Opened<'_> {
    let snap = Snap::new_checked(rest.bytes)?;
    let payload = rest.skip(Snap::LEN)?;
    match (snap.oui(), snap.pid()) {
        (ENCAPSULATED_ETHERNET | BRIDGE_TUNNEL, pid) => payload.is(Next::EtherType(EtherType(pid))),
        (BRIDGED, BRIDGED_ETHERNET) => bridged(pad, payload),
        (BRIDGED, BRIDGED_ETHERNET_FCS) => bridged(pad, payload.with_trailer(FCS_LEN)),
        _ => payload.is(Next::NotIp(NotIp::Named("snap"))),
    }
}

/// Takes the padding off a bridged frame.
fn bridged(pad: BridgePad, rest: Rest<'_>) -> Opened<'_> {
    match pad {
        BridgePad::None => rest.is(Next::Ethernet),
        BridgePad::Two => rest.skip(2)?.is(Next::Ethernet),
    }
}
