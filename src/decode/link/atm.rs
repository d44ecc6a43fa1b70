//! ATM adaptation layer 5, reassembled (RFC 2684).

use super::Family;
use super::step::{Next, Opened, Rest};
use crate::model::NotIp;
use crate::wire::sunatm::SunAtm;

/// Opens a payload whose circuit is multiplexed by LLC or not at all; the
/// latter holds one protocol, and if that is IP, its version shows it
/// (RFC 2684, section 6.1).
pub(super) fn open_payload(rest: Rest<'_>) -> Opened<'_> {
    const UNNUMBERED_INFORMATION: u8 = 0x03;
    match rest.bytes {
        [dsap, ssap, UNNUMBERED_INFORMATION, ..] if dsap == ssap => rest.is(Next::Llc),
        // Cisco's encapsulation leaves the SAPs out.
        [UNNUMBERED_INFORMATION, ..] => rest.skip(1)?.is(Next::Nlpid),
        _ => rest.is(Next::Ip(Family::ByNibble)),
    }
}

/// Opens SunATM's header.
pub(super) fn open_sunatm(rest: Rest<'_>) -> Opened<'_> {
    /// The identifier of the LAN emulation client that sent the frame.
    const CLIENT_LEN: usize = 2;
    let header = SunAtm::new_checked(rest.bytes)?;
    let payload = rest.skip(SunAtm::LEN)?;
    match header.traffic_type() {
        SunAtm::LLC => payload.is(Next::Llc),
        SunAtm::LAN_EMULATION => payload.skip(CLIENT_LEN)?.is(Next::Ethernet),
        _ => payload.is(Next::NotIp(NotIp::Named("atm:other traffic"))),
    }
}
