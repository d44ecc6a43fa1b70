//! AYIYA: a packet behind an identity and a signature.

use super::super::link::Family;
use super::inside::{Inside, Opened, Proof};
use super::span::Span;
use crate::model::{Encapsulation, IpProtocol, TunnelLayer};
use crate::wire::HeaderError;
use crate::wire::ayiya::Ayiya;

/// Opens a datagram that forwards a packet.
pub(super) fn open(span: Span<'_>) -> Result<Opened<'_>, HeaderError> {
    let header = Ayiya::new_checked(span.bytes())?;
    if !header.is_forwarded() {
        return Err(HeaderError::Malformed);
    }
    let family = match IpProtocol(header.next_header()) {
        IpProtocol::IPV4 => Family::V4,
        IpProtocol::IPV6 => Family::V6,
        _ => return Err(HeaderError::Malformed),
    };
    let packet = span.skip(header.header_len())?;
    Ok(Opened {
        mechanism: Encapsulation::Ayiya,
        layer: Some(TunnelLayer::Ayiya),
        proof: Proof::Header,
        inside: Inside::Ip(family, packet),
    })
}
