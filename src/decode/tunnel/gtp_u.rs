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
