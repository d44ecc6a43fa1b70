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

#[cfg(test)]
mod tests {
    use super::super::packets::*;
    use super::*;
    use crate::model::{TunnelOptions, TunnelPath};

    /// What a packet from and to this address is.
    #[track_caller]
    fn assert_translated(options: &TunnelOptions, address: &str, mechanism: Encapsulation) {
        for (from, to) in [(address, "2001:db8::2"), ("2001:db8::2", address)] {
            let tunnel = opened_with(options.clone(), &ipv6_between(from, to, 17, &data()));
            assert_eq!(tunnel.encapsulation, mechanism, "{from} to {to}");
            assert_eq!((tunnel.inner, tunnel.path), (None, TunnelPath::NATIVE));
            assert!(!tunnel.inner_unknown);
        }
    }

    #[test]
    fn well_known_prefixes_are_of_nat64() {
        let options = TunnelOptions::default();
        assert_translated(&options, "64:ff9b::192.0.2.1", Encapsulation::Nat64);
        assert_translated(&options, "64:ff9b:1:ffff::1", Encapsulation::Nat64);
        assert_translated(&options, "64:ff9b:0:1::1", Encapsulation::Native);
        assert_translated(&options, "64:ff9b:2::1", Encapsulation::Native);
    }

    #[test]
    fn what_is_configured_comes_first() {
        let options = TunnelOptions {
            nat64: prefix("2001:db8:64::", 96),
            map_t: prefix("2001:db8:65::", 48),
            xlat464: prefix("2001:db8:66::", 48),
            siit_dc: prefix("2001:db8:67::", 48),
            ..Default::default()
        };
        assert_translated(&options, "2001:db8:64::192.0.2.1", Encapsulation::Nat64);
        assert_translated(&options, "2001:db8:65::1", Encapsulation::MapT);
        assert_translated(&options, "2001:db8:66::1", Encapsulation::Xlat464);
        assert_translated(&options, "2001:db8:67::1", Encapsulation::SiitDc);
        let packet = ipv6_between("2001:db8:66::1", "64:ff9b::192.0.2.1", 17, &data());
        let tunnel = opened_with(options, &packet);
        assert_eq!(tunnel.encapsulation, Encapsulation::Xlat464);
    }

    #[test]
    fn a_tunnel_stays_a_tunnel() {
        let translated = ipv6_between("2001:db8::1", "64:ff9b::192.0.2.1", 17, &data());
        let tunnel = opened(&ipv4(41, &translated));
        assert_eq!(tunnel.encapsulation, Encapsulation::SixInFour);
        let packet = ipv6_between("2001:db8::1", "64:ff9b::192.0.2.1", 4, &inner_ipv4());
        assert_eq!(opened(&packet).encapsulation, Encapsulation::FourInSix);
    }
}
