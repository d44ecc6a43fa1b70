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
    let found = inner::find(inside, ZeroLength::Invalid, &mut path);
    matches!(found, Found::Ip(inner) if inner.header.octets > 0)
}
