//! IP right inside IP: one protocol number, many mechanisms (RFC 2003, RFC 2473,
//! RFC 4213).

use super::super::decoder::{Decoder, any_holds};
use super::super::ip::Parsed;
use crate::model::{Encapsulation, IpAddress, IpHeader, IpProtocol, IpVersion};

/// The mechanism by what stands outside: a segment routing header, an
/// Authentication Header, or the addresses.
pub(super) fn mechanism(
    decoder: &Decoder,
    outer: &Parsed<'_>,
    protocol: IpProtocol,
) -> Encapsulation {
    if outer.carried.behind_srh {
        return Encapsulation::Srv6;
    }
    if outer.carried.behind_ah {
        return Encapsulation::Ah;
    }
    match (outer.header.version, protocol) {
        (IpVersion::V4, IpProtocol::IPV6) => Encapsulation::SixInFour,
        (IpVersion::V4, _) => Encapsulation::IpIp,
        (IpVersion::V6, IpProtocol::IPV6) => Encapsulation::SixInSix,
        (IpVersion::V6, _) => four_in_six(decoder, &outer.header),
    }
}

/// Whose softwire it is, by the prefixes that are configured.
fn four_in_six(decoder: &Decoder, outer: &IpHeader) -> Encapsulation {
    let options = decoder.options();
    let softwires = [
        (&options.ds_lite, Encapsulation::DsLite),
        (&options.lw4o6, Encapsulation::Lw4o6),
        (&options.map_e, Encapsulation::MapE),
    ];
    let named = softwires
        .into_iter()
        .find(|(prefixes, _)| addresses(outer).any(|address| any_holds(prefixes, address)));
    named.map_or(Encapsulation::FourInSix, |(_, mechanism)| mechanism)
}

/// The mechanism of protocol 41 in IPv4, by the addresses inside.
pub(super) fn six_in_four(decoder: &Decoder, inner: &IpHeader) -> Encapsulation {
    if addresses(inner).any(is_6to4) {
        Encapsulation::SixToFour
    } else if addresses(inner).any(|address| any_holds(&decoder.options().six_rd, address)) {
        Encapsulation::SixRd
    } else if addresses(inner).any(is_isatap) {
        Encapsulation::Isatap
    } else {
        Encapsulation::SixInFour
    }
}

/// Both addresses, where they were captured.
pub(super) fn addresses(header: &IpHeader) -> impl Iterator<Item = IpAddress> {
    [header.source, header.destination].into_iter().flatten()
}

/// 2002::/16 (RFC 3056, section 2).
fn is_6to4(address: IpAddress) -> bool {
    address.high() >> 48 == 0x2002
}

/// An interface identifier of ISATAP (RFC 5214, section 6.1): 0000:5efe and an
/// IPv4 address, or 0200:5efe where that is unique.
fn is_isatap(address: IpAddress) -> bool {
    matches!((address.bits() >> 32) & 0xffff_ffff, 0x0000_5efe | 0x0200_5efe)
}
