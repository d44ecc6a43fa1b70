//! LISP data: IPv4 or IPv6, as the first nibble says (RFC 9300).

use super::super::link::Family;
use super::inside::{Inside, Opened, Proof};
use super::span::Span;
use crate::model::{Encapsulation, TunnelLayer};
use crate::wire::HeaderError;
use crate::wire::lisp::Lisp;

/// Opens a datagram in the clear.
pub(super) fn open(span: Span<'_>) -> Result<Opened<'_>, HeaderError> {
    let header = Lisp::new_checked(span.bytes())?;
    if !header.is_valid() || header.is_encrypted() {
        return Err(HeaderError::Malformed);
    }
    Ok(Opened {
        mechanism: Encapsulation::Lisp,
        layer: Some(TunnelLayer::Lisp),
        proof: Proof::Packet,
        inside: Inside::Ip(Family::ByNibble, span.skip(Lisp::LEN)?),
    })
}
