//! Translation: no tunnel, one IPv6 header, and IPv4 at one end of it.

use super::super::decoder::{Decoder, any_holds};
use super::ip_in_ip::addresses;
use crate::model::{Encapsulation, IpAddress, IpHeader, IpVersion};

/// The translation that an address of the packet shows, else native.
///
/// What is configured comes before the well-known prefixes: the far end of
/// MAP-T or 464XLAT is often a NAT64. A packet that carries a tunnel is never
/// asked: its mechanism is the tunnel's, whatever its addresses are.
pub(super) fn of(decoder: &Decoder, header: &IpHeader) -> Encapsulation {
    if header.version != IpVersion::V6 {
        return Encapsulation::Native;
    }
    let options = decoder.options();
    let configured = [
        (&options.map_t, Encapsulation::MapT),
        (&options.xlat464, Encapsulation::Xlat464),
        (&options.siit_dc, Encapsulation::SiitDc),
        (&options.nat64, Encapsulation::Nat64),
    ];
    let named = configured
        .into_iter()
        .find(|(prefixes, _)| addresses(header).any(|address| any_holds(prefixes, address)));
    match named {
        Some((_, mechanism)) => mechanism,
        None if addresses(header).any(is_well_known) => Encapsulation::Nat64,
        None => Encapsulation::Native,
    }
}

/// 64:ff9b::/96 (RFC 6052, section 2.1) and 64:ff9b:1::/48 (RFC 8215).
fn is_well_known(address: IpAddress) -> bool {
    address.bits() >> 32 == 0x0064_ff9b_0000_0000_0000_0000
        || address.high() >> 16 == 0x0064_ff9b_0001
}
