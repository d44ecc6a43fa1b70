//! L2TP: version 2 with PPP inside, version 3 with what was agreed on.

use super::super::link::FirstHeader;
use super::inner::{self, Found, ZeroLength};
use super::inside::{Inside, Opened, Proof};
use super::span::Span;
use crate::model::{Encapsulation, TunnelLayer, TunnelPath};
use crate::wire::HeaderError;
use crate::wire::l2tp::L2tpData;
use crate::wire::l2tp_v3::{L2tpV3Session, L2tpV3Udp};
use crate::wire::ppp;

/// Opens a data message over UDP, of either version.
pub(super) fn open_datagram(span: Span<'_>) -> Result<Opened<'_>, HeaderError> {
    if L2tpV3Udp::new_checked(span.bytes())?.is_data() {
        let inside = open_session(span.skip(L2tpV3Udp::LEN)?)?;
        return Ok(opened(Proof::Packet, inside));
    }
    let header = L2tpData::new_checked(span.bytes())?;
    let message = header.message_len().map_or(Ok(span), |octets| span.first(octets))?;
    let payload = message.skip(header.header_len())?;
    let proof = Proof::of_header(is_framed(payload));
    Ok(opened(proof, Inside::Link(FirstHeader::Ppp, payload)))
}

fn opened(proof: Proof, inside: Inside<'_>) -> Opened<'_> {
    Opened { mechanism: Encapsulation::L2tp, layer: Some(TunnelLayer::L2tp), proof, inside }
}

/// Address and control of PPP.
fn is_framed(span: Span<'_>) -> bool {
    span.bytes().starts_with(&[ppp::ADDRESS, ppp::CONTROL])
}

/// Opens a session of version 3.
///
/// Neither the lengths of cookie and sublayer nor the kind of payload can be
/// seen. They are tried, and what leads to a valid IP header is believed.
pub(super) fn open_session(span: Span<'_>) -> Result<Inside<'_>, HeaderError> {
    /// A cookie of 0, 4 or 8 octets, a sublayer of 0 or 4.
    const BEFORE: [usize; 4] = [0, 4, 8, 12];
    if L2tpV3Session::new_checked(span.bytes())?.is_control() {
        return Ok(Inside::Nothing);
    }
    let session = span.skip(L2tpV3Session::LEN)?;
    let payloads = BEFORE.into_iter().filter_map(|octets| session.skip(octets).ok());
    let mut carried = payloads.filter_map(|payload| {
        let first = if is_framed(payload) { FirstHeader::Ppp } else { FirstHeader::Ethernet };
        let inside = Inside::Link(first, payload);
        leads_to_ip(inside).then_some(inside)
    });
    carried.next().ok_or(HeaderError::Malformed)
}

/// Whether a valid IP header is inside, its length field included.
fn leads_to_ip(inside: Inside<'_>) -> bool {
    let mut path = TunnelPath::NATIVE;
    let found = inner::find(inside, ZeroLength::Invalid, &mut path, &mut ());
    matches!(found, Found::Ip(inner) if inner.header.octets > 0)
}

#[cfg(test)]
mod tests {
    use super::super::packets::*;
    use super::*;
    use crate::model::IpVersion;

    fn message(layers: &[&[u8]]) -> Octets {
        datagram(1701, &octets(layers))
    }

    #[test]
    fn ppp_is_carried_by_version_2() {
        let six = inner_ipv6();
        let header = [0, 2, 0, 1, 0, 2];
        let path = "ipv4/udp/l2tp/ppp/ipv6";
        let packet = message(&[&header, &[0xff, 3, 0, 0x57], &six]);
        assert_opened(&packet, Encapsulation::L2tp, path, IpVersion::V6);
        assert_cuts(&packet, Encapsulation::L2tp, 38, ProvenBy::Header);
        let packet = message(&[&header, &[0x57], &six]);
        assert_opened(&packet, Encapsulation::L2tp, path, IpVersion::V6);
        assert_cuts(&packet, Encapsulation::L2tp, 35, ProvenBy::Packet);
        let link_control = message(&[&header, &[0xff, 3, 0xc0, 0x21, 1, 1, 0, 4]]);
        assert_closed(&link_control, Encapsulation::L2tp, "ipv4/udp/l2tp/ppp", false);
        let compressed = message(&[&header, &[0xff, 3, 0, 0xfd, 0x90, 1, 2, 3]]);
        assert_closed(&compressed, Encapsulation::L2tp, "ipv4/udp/l2tp/ppp", true);
    }

    #[test]
    fn what_only_shares_the_port_is_native() {
        let six = inner_ipv6();
        assert_native(&message(&[&[0xc8, 2, 0, 12, 0, 1, 0, 0, 0, 0, 0, 0]]));
        assert_native(&message(&[&[0, 2, 0, 1, 0, 2, 0x21], &six]));
        assert_native(&message(&[&[0x40, 2, 0xff, 0xff, 0, 1, 0, 2, 0xff, 3, 0, 0x57], &six]));
        assert_native(&message(&[&[0xa5; 60]]));
        assert_native(&message(&[&[0, 3, 0, 0, 0, 0, 0, 9], &[0xa5; 60]]));
    }

    #[test]
    fn version_3_is_opened_behind_cookies_of_any_length() {
        let frame = octets(&[&ethernet(0x86dd), &inner_ipv6()]);
        for cookie in [0, 4, 8, 12] {
            let session = octets(&[&[0, 0, 0, 9], &[0xa5; 12][..cookie], &frame]);
            let packet = ipv4(115, &session);
            let path = "ipv4/l2tp/ethernet/ipv6";
            assert_opened(&packet, Encapsulation::L2tp, path, IpVersion::V6);
            let packet = message(&[&[0, 3, 0, 0], &session]);
            let path = "ipv4/udp/l2tp/ethernet/ipv6";
            assert_opened(&packet, Encapsulation::L2tp, path, IpVersion::V6);
        }
        let framed = octets(&[&[0, 0, 0, 9], &[0xff, 3, 0, 0x57], &inner_ipv6()]);
        let path = "ipv4/l2tp/ppp/ipv6";
        assert_opened(&ipv4(115, &framed), Encapsulation::L2tp, path, IpVersion::V6);
    }

    #[test]
    fn a_session_that_leads_nowhere_is_unknown() {
        let session = octets(&[&[0, 0, 0, 9], &[0xa5; 60]]);
        assert_closed(&ipv4(115, &session), Encapsulation::L2tp, "ipv4/l2tp", true);
        let control = octets(&[&[0, 0, 0, 0], &[0xc8, 3, 0, 12], &[0; 8]]);
        assert_closed(&ipv4(115, &control), Encapsulation::L2tp, "ipv4/l2tp", false);
        // Opened from the length of the inner header on.
        let whole = octets(&[&[0, 0, 0, 9], &ethernet(0x86dd), &inner_ipv6()]);
        let packet = ipv4(115, &whole);
        for captured in 20..packet.len() {
            let cut = opened_cut(Default::default(), &packet, captured);
            assert_eq!(cut.encapsulation, Encapsulation::L2tp, "{captured} octets");
            assert_eq!(cut.inner.is_some(), captured >= 44, "{captured} octets: {cut:?}");
            assert_eq!(cut.inner_unknown, captured < 44, "{captured} octets: {cut:?}");
        }
    }
}
