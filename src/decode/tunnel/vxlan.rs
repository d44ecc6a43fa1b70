//! VXLAN, which carries Ethernet, and VXLAN-GPE, which says what it carries.

use super::super::link::{Family, FirstHeader};
use super::inside::{Inside, Opened, Proof};
use super::span::Span;
use crate::model::{Encapsulation, EtherType, TunnelLayer};
use crate::wire::HeaderError;
use crate::wire::vxlan::Vxlan;
use crate::wire::vxlan_gpe::VxlanGpe;

/// The EtherType of a network service header (RFC 8300).
const NSH: EtherType = EtherType(0x894f);

/// Opens VXLAN.
pub(super) fn open(span: Span<'_>) -> Result<Opened<'_>, HeaderError> {
    let header = Vxlan::new_checked(span.bytes())?;
    if !header.is_valid() {
        return Err(HeaderError::Malformed);
    }
    Ok(Opened {
        mechanism: Encapsulation::Vxlan,
        layer: Some(TunnelLayer::Vxlan),
        proof: Proof::of_header(header.is_exact()),
        inside: Inside::Link(FirstHeader::Ethernet, span.skip(Vxlan::LEN)?),
    })
}

/// Opens VXLAN-GPE.
pub(super) fn open_gpe(span: Span<'_>) -> Result<Opened<'_>, HeaderError> {
    let header = VxlanGpe::new_checked(span.bytes())?;
    if !header.is_valid() {
        return Err(HeaderError::Malformed);
    }
    let payload = span.skip(VxlanGpe::LEN)?;
    let inside = match header.next_protocol() {
        _ if header.is_operations() => Inside::Nothing,
        1 => Inside::Ip(Family::V4, payload),
        2 => Inside::Ip(Family::V6, payload),
        3 => Inside::Link(FirstHeader::Ethernet, payload),
        4 => Inside::Link(FirstHeader::EtherType(NSH), payload),
        5 => Inside::Link(FirstHeader::Mpls, payload),
        _ => return Err(HeaderError::Malformed),
    };
    Ok(Opened {
        mechanism: Encapsulation::VxlanGpe,
        layer: Some(TunnelLayer::VxlanGpe),
        proof: Proof::of_header(header.is_exact()),
        inside,
    })
}
