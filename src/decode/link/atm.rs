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

#[cfg(test)]
mod tests {
    use super::super::assigned::*;
    use super::super::layers::*;
    use super::super::{Payload, resolve};
    use super::*;

    #[test]
    fn circuits_are_multiplexed_by_llc_or_not_at_all() {
        for link_type in [ATM_RFC1483, ATM_RFC1483_DLT11, ATM_CLIP, ATM_CLIP_DLT19] {
            let frame = [snap(0x0800), ipv4()].concat();
            let ip = Payload::Ip { offset: 8, family: Family::V4 };
            assert_eq!(resolve(link_type, &frame).payload, ip);
            let ip = Payload::Ip { offset: 0, family: Family::ByNibble };
            assert_eq!(resolve(link_type, &ipv6()).payload, ip);
        }
    }

    #[test]
    fn sunatm_says_what_a_circuit_is_for() {
        let header = |traffic: u8| octets([0x80 | traffic, 0, 0, 100]);
        assert_ip(SUNATM, Family::V6, &[header(2), snap(0x86dd), ipv6()]);
        let client = octets([0, 1]);
        assert_ip(SUNATM, Family::V4, &[header(1), client, ethernet(0x0800), ipv4()]);
        let signalling = NotIp::Named("atm:other traffic");
        assert_not_ip(SUNATM, signalling, &[header(6), ipv4()]);
    }
}
