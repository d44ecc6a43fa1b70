//! Generic routing encapsulation, over IP and over UDP (RFC 8086).

use super::super::link::{Family, FirstHeader};
use super::inside::{Inside, Opened, Proof};
use super::span::Span;
use crate::model::{Encapsulation, EtherType, TunnelLayer};
use crate::wire::HeaderError;
use crate::wire::gre::Gre;

/// Smaller numbers are no EtherTypes: what they name is no packet.
const MIN_ETHER_TYPE: u16 = 0x0600;
const IPV4: u16 = 0x0800;
const IPV6: u16 = 0x86dd;
/// An Ethernet frame (RFC 1701).
const BRIDGED: u16 = 0x6558;
const MPLS: u16 = 0x8847;
/// PPP (RFC 2637).
const PPP: u16 = 0x880b;
/// A packet that a router redirects to a cache (WCCP).
const WCCP: u16 = 0x883e;
/// Copies of frames for who watches a port (ERSPAN, all types).
const ERSPAN: [u16; 2] = [0x88be, 0x22eb];

/// Octets of the header that version 2 of WCCP puts before the packet.
const REDIRECT_LEN: usize = 4;

/// Opens the header and tells what it carries.
pub(super) fn open(span: Span<'_>) -> Result<Opened<'_>, HeaderError> {
    let header = Gre::new_checked(span.bytes())?;
    let payload = span.skip(header.header_len())?;
    let protocol = header.protocol();
    let inside = match protocol {
        _ if header.is_bare_acknowledgement() => Inside::Nothing,
        _ if ERSPAN.contains(&protocol) => Inside::Nothing,
        PPP => Inside::Link(FirstHeader::Ppp, payload),
        WCCP => redirected(payload),
        _ if is_aruba(protocol) => Inside::Link(FirstHeader::Ieee80211, payload),
        ..MIN_ETHER_TYPE => Inside::Nothing,
        _ => Inside::Link(FirstHeader::EtherType(EtherType(protocol)), payload),
    };
    let mechanism = if protocol == BRIDGED && header.has_key_alone() {
        Encapsulation::Nvgre
    } else {
        Encapsulation::Gre
    };
    let is_known = matches!(protocol, IPV4 | IPV6 | BRIDGED | MPLS);
    let proof = Proof::of_header(header.is_exact() && is_known);
    Ok(Opened { mechanism, layer: Some(TunnelLayer::Gre), proof, inside })
}

/// A packet that was redirected: version 1 of WCCP puts nothing before it, and
/// the header of version 2 does not begin like IPv4.
fn redirected(span: Span<'_>) -> Inside<'_> {
    match span.bytes().first() {
        Some(first) if first >> 4 == 4 => Inside::Ip(Family::V4, span),
        _ => span.skip(REDIRECT_LEN).map_or(Inside::Unknown, |ip| Inside::Ip(Family::V4, ip)),
    }
}

/// IEEE 802.11 between an access point of Aruba and its controller: the number
/// grows by 16 with the port.
fn is_aruba(protocol: u16) -> bool {
    matches!(protocol, 0x8200..=0x83f0) && protocol & 0x000f == 0
}
