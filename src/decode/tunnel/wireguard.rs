//! WireGuard: opaque, but its messages have a form.

use super::inside::{Inside, Opened, Proof};
use super::span::Span;
use crate::model::{Encapsulation, TunnelLayer};
use crate::wire::HeaderError;
use crate::wire::wireguard::{Message, WireGuard};

/// Knows a message by its type and its length.
pub(super) fn open(span: Span<'_>) -> Result<Opened<'_>, HeaderError> {
    let inside = match WireGuard::new_checked(span.bytes())?.message(span.declared())? {
        Message::Handshake => Inside::Nothing,
        Message::Data => Inside::Opaque,
    };
    Ok(Opened {
        mechanism: Encapsulation::WireGuard,
        layer: Some(TunnelLayer::WireGuard),
        proof: Proof::Header,
        inside,
    })
}
