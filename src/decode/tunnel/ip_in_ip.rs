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
pub(super) fn four_in_six(decoder: &Decoder, outer: &IpHeader) -> Encapsulation {
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
pub(super) fn six_in_four(
    decoder: &Decoder,
    mut inside: impl Iterator<Item = IpAddress> + Clone,
) -> Encapsulation {
    if inside.clone().any(is_6to4) {
        Encapsulation::SixToFour
    } else if inside.clone().any(|address| any_holds(&decoder.options().six_rd, address)) {
        Encapsulation::SixRd
    } else if inside.any(is_isatap) {
        Encapsulation::Isatap
    } else {
        Encapsulation::SixInFour
    }
}

/// Both addresses, where they were captured.
pub(super) fn addresses(header: &IpHeader) -> impl Iterator<Item = IpAddress> + Clone {
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

#[cfg(test)]
mod tests {
    use super::super::packets::*;
    use super::*;
    use crate::model::TunnelOptions;

    #[test]
    fn ip_in_ip_is_named_by_both_families() {
        use Encapsulation::{FourInSix, IpIp, SixInFour, SixInSix};
        let (four, six) = (inner_ipv4(), inner_ipv6());
        assert_opened(&ipv4(41, &six), SixInFour, "ipv4/ipv6", IpVersion::V6);
        assert_opened(&ipv4(4, &four), IpIp, "ipv4/ipv4", IpVersion::V4);
        assert_opened(&ipv4(94, &four), IpIp, "ipv4/ipv4", IpVersion::V4);
        assert_opened(&ipv6(4, &four), FourInSix, "ipv6/ipv4", IpVersion::V4);
        let tunnel = assert_opened(&ipv6(41, &six), SixInSix, "ipv6/ipv6", IpVersion::V6);
        assert_eq!(tunnel.inner.unwrap().octets, six.len() as u64);
        assert_eq!(tunnel.inner.unwrap().ports, Some((49_152, 9)));
    }

    #[test]
    fn what_is_inside_must_be_valid() {
        use Encapsulation::{IpIp, SixInFour};
        let six = inner_ipv6();
        let mut longer = six.clone();
        longer[5] += 1;
        for inside in [&inner_ipv4()[..], &longer, &six[..39], &[0; 60], &[]] {
            assert_closed(&ipv4(41, inside), SixInFour, "ipv4", true);
        }
        let mut header_len = inner_ipv4();
        header_len[0] = 0x44;
        assert_closed(&ipv4(4, &header_len), IpIp, "ipv4", true);
    }

    #[test]
    fn a_cut_header_tells_its_family_from_its_first_octet_on() {
        assert_cuts(&ipv4(41, &inner_ipv6()), Encapsulation::SixInFour, 20, ProvenBy::Number);
        assert_cuts(&ipv6(4, &inner_ipv4()), Encapsulation::FourInSix, 40, ProvenBy::Number);
    }

    #[test]
    fn addresses_inside_tell_6to4_6rd_and_isatap_apart() {
        let options = TunnelOptions { six_rd: prefix("2001:db8:6::", 48), ..Default::default() };
        for (address, mechanism) in [
            ("2002:c000:201::1", Encapsulation::SixToFour),
            ("2001:db8:6::1", Encapsulation::SixRd),
            ("2001:db8::5efe:192.0.2.1", Encapsulation::Isatap),
            ("fe80::200:5efe:192.0.2.1", Encapsulation::Isatap),
            ("2001:db8:7::1", Encapsulation::SixInFour),
            ("2001:db8::1:5efe:192.0.2.1", Encapsulation::SixInFour),
        ] {
            for (from, to) in [(address, "2001:db8::2"), ("2001:db8::2", address)] {
                let packet = ipv4(41, &ipv6_between(from, to, 17, &data()));
                let tunnel = opened_with(options.clone(), &packet);
                assert_eq!(tunnel.encapsulation, mechanism, "{from} to {to}");
                // The source is cut away: nothing tells them apart.
                let cut = opened_cut(options.clone(), &packet, 40);
                assert_eq!(cut.encapsulation, Encapsulation::SixInFour);
            }
        }
        let outside = ipv6_between("2002:c000:201::1", "2001:db8::2", 17, &data());
        assert_native(&outside);
    }

    #[test]
    fn addresses_outside_tell_softwires_apart() {
        let options = TunnelOptions {
            ds_lite: prefix("2001:db8:1::", 48),
            lw4o6: prefix("2001:db8:2::", 48),
            map_e: prefix("2001:db8:3::", 48),
            ..Default::default()
        };
        for (address, mechanism) in [
            ("2001:db8:1::1", Encapsulation::DsLite),
            ("2001:db8:2::1", Encapsulation::Lw4o6),
            ("2001:db8:3::1", Encapsulation::MapE),
            ("2001:db8:4::1", Encapsulation::FourInSix),
        ] {
            let packet = ipv6_between("2001:db8::9", address, 4, &inner_ipv4());
            let tunnel = opened_with(options.clone(), &packet);
            assert_eq!(tunnel.encapsulation, mechanism);
            let packet = ipv6_between("2001:db8::9", address, 41, &inner_ipv6());
            let tunnel = opened_with(options.clone(), &packet);
            assert_eq!(tunnel.encapsulation, Encapsulation::SixInSix);
        }
    }

    /// An Authentication Header before what `next` names.
    fn ah(next: u8, payload: &[u8]) -> Octets {
        octets(&[&[next, 4, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1], &[0xa5; 12], payload])
    }

    #[test]
    fn an_authentication_header_is_a_tunnel_where_ip_is_inside() {
        let six = inner_ipv6();
        let ip = ipv4(51, &ah(41, &six));
        assert_opened(&ip, Encapsulation::Ah, "ipv4/ah/ipv6", IpVersion::V6);
        // Until the whole header is there, nobody knows what it stands before.
        assert_cuts_from(&ip, Encapsulation::Ah, 44, 44);
        let ip = ipv6(51, &ah(41, &six));
        assert_cuts_from(&ip, Encapsulation::Ah, 42, 64);
        assert_opened(&ip, Encapsulation::Ah, "ipv6/ah/ipv6", IpVersion::V6);
        assert_native(&ipv4(51, &ah(17, &data())));
        let gre = octets(&[&[0, 0, 0x86, 0xdd], &six]);
        let ip = ipv4(51, &ah(47, &gre));
        assert_opened(&ip, Encapsulation::Gre, "ipv4/ah/gre/ipv6", IpVersion::V6);
        // Nobody knows what a later fragment is of.
        let later = opened(&ipv4_fragment(51, 7, &ah(41, &six)));
        assert_eq!(later.encapsulation, Encapsulation::Native);
    }

    #[test]
    fn a_segment_routing_header_with_a_packet_inside_is_srv6() {
        let srh = |next: u8, payload: &[u8]| {
            let header = [&[next, 2, 4, 0, 0, 0, 0, 0], &[0x20; 16][..]].concat();
            ipv6(43, &octets(&[&header, payload]))
        };
        let four = srh(4, &inner_ipv4());
        assert_opened(&four, Encapsulation::Srv6, "ipv6/srh/ipv4", IpVersion::V4);
        assert_cuts_from(&four, Encapsulation::Srv6, 43, 64);
        let six = srh(41, &inner_ipv6());
        assert_opened(&six, Encapsulation::Srv6, "ipv6/srh/ipv6", IpVersion::V6);
        let frame = srh(143, &octets(&[&ethernet(0x86dd), &inner_ipv6()]));
        let path = "ipv6/srh/ethernet/ipv6";
        assert_opened(&frame, Encapsulation::Srv6, path, IpVersion::V6);
        assert_native(&srh(17, &data()));
    }
}
