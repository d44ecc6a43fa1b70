//! Teredo: IPv6 in UDP, between indications and trailers (RFC 4380, RFC 6081).

use super::super::link::Family;
use super::inner::{self, Found, ZeroLength};
use super::inside::{Inside, Opened, Proof};
use super::span::Span;
use crate::model::{Encapsulation, TunnelLayer};
use crate::wire::HeaderError;
use crate::wire::teredo::{are_trailers, indications_len};

/// Opens a datagram: an IPv6 header, and behind its packet nothing but trailers.
pub(super) fn open(span: Span<'_>) -> Result<Opened<'_>, HeaderError> {
    let packet = span.skip(indications_len(span.bytes())?)?;
    if packet.is_whole() && !ends_with_trailers(packet) {
        return Err(HeaderError::Malformed);
    }
    Ok(Opened {
        mechanism: Encapsulation::Teredo,
        layer: Some(TunnelLayer::Teredo),
        proof: Proof::Packet,
        inside: Inside::Ip(Family::V6, packet),
    })
}

fn ends_with_trailers(packet: Span<'_>) -> bool {
    let Found::Ip(inner) = inner::ip(Family::V6, packet, ZeroLength::Invalid) else { return true };
    let octets = usize::try_from(inner.header.octets).unwrap_or(usize::MAX);
    are_trailers(packet.bytes().get(octets..).unwrap_or_default())
}
