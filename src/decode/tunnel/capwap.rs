//! CAPWAP data: frames of stations, as a radio or as Ethernet sends them.

use super::super::link::FirstHeader;
use super::inside::{Inside, Opened, Proof};
use super::span::Span;
use crate::model::{Encapsulation, TunnelLayer};
use crate::wire::HeaderError;
use crate::wire::capwap::{Capwap, CapwapDtls, CapwapPayload};

/// Opens a datagram that holds a whole frame, or the record of DTLS that does.
pub(super) fn open(span: Span<'_>) -> Result<Opened<'_>, HeaderError> {
    if CapwapDtls::new_checked(span.bytes()).is_ok_and(CapwapDtls::is_data) {
        return open_dtls(span);
    }
    let header = Capwap::new_checked(span.bytes())?;
    if !header.is_valid() {
        return Err(HeaderError::Malformed);
    }
    let frame = span.skip(header.header_len())?;
    let inside = match header.payload() {
        CapwapPayload::Ieee8023 => Inside::Link(FirstHeader::Ethernet, frame),
        CapwapPayload::Ieee80211 => Inside::Link(FirstHeader::Ieee80211, frame),
        _ => return Err(HeaderError::Malformed),
    };
    Ok(opened(Proof::of_header(header.is_exact()), inside))
}

fn open_dtls(span: Span<'_>) -> Result<Opened<'_>, HeaderError> {
    let header = CapwapDtls::new_checked(span.bytes())?;
    let record = span.skip(CapwapDtls::LEN)?;
    if u64::from(header.record_len()) > record.declared() {
        return Err(HeaderError::Malformed);
    }
    Ok(opened(Proof::Header, Inside::Opaque))
}

fn opened(proof: Proof, inside: Inside<'_>) -> Opened<'_> {
    Opened { mechanism: Encapsulation::Capwap, layer: Some(TunnelLayer::Capwap), proof, inside }
}
