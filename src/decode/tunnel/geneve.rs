//! Geneve, which names what it carries by its EtherType.

use super::super::link::FirstHeader;
use super::inside::{Inside, Opened, Proof};
use super::span::Span;
use crate::model::{Encapsulation, EtherType, TunnelLayer};
use crate::wire::HeaderError;
use crate::wire::geneve::Geneve;

/// Ethernet, IPv4 and IPv6: what is carried nearly always.
const KNOWN: [u16; 3] = [0x6558, 0x0800, 0x86dd];
/// Smaller numbers are no EtherTypes.
const MIN_ETHER_TYPE: u16 = 0x0600;

/// Opens a datagram.
pub(super) fn open(span: Span<'_>) -> Result<Opened<'_>, HeaderError> {
    let header = Geneve::new_checked(span.bytes())?;
    let protocol = header.protocol();
    if !header.is_valid() || protocol < MIN_ETHER_TYPE {
        return Err(HeaderError::Malformed);
    }
    let payload = span.skip(header.header_len())?;
    let inside = if header.is_control() {
        Inside::Nothing
    } else {
        Inside::Link(FirstHeader::EtherType(EtherType(protocol)), payload)
    };
    Ok(Opened {
        mechanism: Encapsulation::Geneve,
        layer: Some(TunnelLayer::Geneve),
        proof: Proof::of_header(header.is_exact() && KNOWN.contains(&protocol)),
        inside,
    })
}
