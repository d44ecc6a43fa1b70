//! LLC (IEEE 802.2) and SNAP: where a frame has a length, or no type at all.

use super::Family;
use super::step::{Next, Opened, Rest};
use crate::model::{EtherType, NotIp};
use crate::wire::llc::{Llc, Snap};

/// The SAP of the Internet Protocol (IEEE 802.2; RFC 1042 prefers SNAP).
const IP: u8 = 0x06;
/// PIDs are EtherTypes (RFC 1042).
const ENCAPSULATED_ETHERNET: [u8; 3] = [0, 0, 0];
/// PIDs are EtherTypes that a bridge must not translate (IEEE 802.1H).
const BRIDGE_TUNNEL: [u8; 3] = [0, 0, 0xf8];

/// Opens an LLC header.
pub(super) fn open(rest: Rest<'_>) -> Opened<'_> {
    let llc = Llc::new_checked(rest.bytes)?;
    let payload = rest.skip(Llc::LEN)?;
    if llc.is_snap() {
        return snap(payload);
    }
    if llc.dsap() == IP && llc.ssap() == IP && llc.is_information() {
        return payload.is(Next::Ip(Family::V4));
    }
    payload.is(Next::NotIp(NotIp::Llc(llc.dsap())))
}

/// Opens a SNAP header.
fn snap(rest: Rest<'_>) -> Opened<'_> {
    let snap = Snap::new_checked(rest.bytes)?;
    let payload = rest.skip(Snap::LEN)?;
    match snap.oui() {
        ENCAPSULATED_ETHERNET | BRIDGE_TUNNEL => payload.is(Next::EtherType(EtherType(snap.pid()))),
        _ => payload.is(Next::NotIp(NotIp::Named("snap"))),
    }
}
