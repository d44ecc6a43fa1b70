//! GTP-U: the packets of mobile users.

use super::super::link::Family;
use super::inside::{Inside, Opened, Proof};
use super::span::Span;
use crate::model::{Encapsulation, TunnelLayer};
use crate::wire::HeaderError;
use crate::wire::gtp_u::GtpU;

/// Opens a G-PDU. What its session carries (IP, Ethernet, PPP) was agreed on
/// when it was set up: an IP header must prove itself.
pub(super) fn open(span: Span<'_>) -> Result<Opened<'_>, HeaderError> {
    let header = GtpU::new_checked(span.bytes())?;
    let packet = span.first(header.message_len())?.skip(header.header_len())?;
    Ok(Opened {
        mechanism: Encapsulation::GtpU,
        layer: Some(TunnelLayer::GtpU),
        proof: Proof::Packet,
        inside: Inside::Ip(Family::ByNibble, packet),
    })
}

#[cfg(test)]
mod tests {
    use super::super::packets::*;
    use super::*;
    use crate::model::IpVersion;

    fn gtp(flags: u8, kind: u8, length: usize, rest: &[&[u8]]) -> Octets {
        let [high, low] = u16::try_from(length).unwrap().to_be_bytes();
        datagram(2152, &octets(&[&[flags, kind, high, low, 0, 0, 0, 1], &octets(rest)]))
    }

    #[test]
    fn the_packet_of_a_user_is_opened() {
        let six = inner_ipv6();
        let path = "ipv4/udp/gtp-u/ipv6";
        let packet = gtp(0x30, 255, six.len(), &[&six]);
        assert_opened(&packet, Encapsulation::GtpU, path, IpVersion::V6);
        assert_cuts(&packet, Encapsulation::GtpU, 36, ProvenBy::Packet);
        let extended = [0, 0, 0, 0x85, 1, 0, 9, 0];
        let packet = gtp(0x34, 255, six.len() + 8, &[&extended, &six]);
        assert_opened(&packet, Encapsulation::GtpU, path, IpVersion::V6);
        let packet = gtp(0x32, 255, inner_ipv4().len() + 4, &[&[0, 1, 0, 0], &inner_ipv4()]);
        assert_opened(&packet, Encapsulation::GtpU, "ipv4/udp/gtp-u/ipv4", IpVersion::V4);
    }

    #[test]
    fn other_messages_and_payloads_are_native() {
        let six = inner_ipv6();
        assert_native(&gtp(0x20, 255, six.len(), &[&six]));
        assert_native(&gtp(0x30, 1, six.len(), &[&six]));
        assert_native(&gtp(0x30, 255, six.len() - 1, &[&six]));
        assert_native(&gtp(0x30, 255, six.len() + 1, &[&six]));
        assert_native(&gtp(0x30, 255, 60, &[&[0x90; 60]]));
        assert_native(&datagram(2152, &six));
    }
}
