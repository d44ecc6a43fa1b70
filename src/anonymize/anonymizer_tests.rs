//! Anonymised addresses: of the same class, with the same common prefixes, and
//! each of one address alone.

use super::*;
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::net::Ipv6Addr;

fn configured() -> TunnelOptions {
    TunnelOptions {
        nat64: vec!["2001:67c:64::/48".parse().unwrap(), "2001:67c:96::/96".parse().unwrap()],
        six_rd: vec!["2a02:1200::/28".parse().unwrap()],
        ..TunnelOptions::default()
    }
}

fn anonymizer() -> Anonymizer {
    let key: [u8; 32] = std::array::from_fn(|at| u8::try_from(at).unwrap());
    Anonymizer::new(&key.into(), &configured())
}

fn v6(text: &str) -> IpAddress {
    IpAddress::from_v6(text.parse::<Ipv6Addr>().unwrap().octets())
}

fn shown(text: &str) -> String {
    anonymizer().address(IpVersion::V6, v6(text)).to_std(IpVersion::V6).to_string()
}

/// 192.0.2.1 becomes this one, as with other programs.
const ALONE: &str = "2.90.93.17";

#[test]
fn ipv4_addresses_within_ipv6_ones_become_what_they_become_alone() {
    let octets: Vec<u8> = ALONE.split('.').map(|part| part.parse().unwrap()).collect();
    let [a, b, c, d] = octets[..] else { panic!("four octets") };
    let six_to_four = shown("2002:c000:201:1::1");
    assert!(six_to_four.starts_with(&format!("2002:{a:x}{b:02x}:{c:x}{d:02x}:")), "{six_to_four}");
    for (text, prefix) in
        [("64:ff9b::192.0.2.1", "64:ff9b::"), ("2001:67c:96::192.0.2.1", "2001:67c:96::")]
    {
        let want: Ipv6Addr = format!("{prefix}{ALONE}").parse().unwrap();
        assert_eq!(shown(text), want.to_string());
    }
    assert_eq!(shown("::ffff:192.0.2.1"), format!("::ffff:{ALONE}"));
    let around: Ipv6Addr = shown("2001:67c:64:c000:2:100::").parse().unwrap();
    assert_eq!(around.octets()[6..11], [a, b, 0, c, d]);
    let teredo: Ipv6Addr = shown("2001:0:c000:201:0:ffff:3fff:fdfe").parse().unwrap();
    assert_eq!(teredo.octets()[..8], [0x20, 1, 0, 0, a, b, c, d]);
    assert_eq!(teredo.octets()[12..], [!a, !b, !c, !d]);
    let isatap: Ipv6Addr = shown("2a00:1::200:5efe:192.0.2.1").parse().unwrap();
    assert_eq!(isatap.octets()[8..], [2, 0, 0x5e, 0xfe, a, b, c, d]);
}

/// The classes that an address is in, by plain comparison of texts and octets.
fn classes(address: IpAddress) -> BTreeSet<&'static str> {
    let prefixes = [
        "2002::/16",
        "2001::/32",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "fe80::/10",
        "ff00::/8",
        "::ffff:0:0/96",
        "2001:67c:64::/48",
        "2001:67c:96::/96",
        "2a02:1200::/28",
    ];
    let mut classes: BTreeSet<_> = prefixes
        .into_iter()
        .filter(|text| text.parse::<Prefix>().unwrap().contains(IpVersion::V6, address))
        .collect();
    let octets = address.bits().to_be_bytes();
    // An identifier that is made of other things is none of ISATAP.
    let is_free = !classes.contains("2001::/32") && !classes.contains("2001:67c:64::/48");
    if is_free && matches!(octets[8..12], [0 | 2, 0, 0x5e, 0xfe]) {
        classes.insert("isatap");
    }
    classes
}

/// Addresses of which many lie in a class, or nearly.
fn addresses() -> impl Strategy<Value = IpAddress> {
    let starts = [
        "2002::",
        "2001::",
        "64:ff9b::",
        "64:ff9b:1::",
        "fe80::",
        "ff02::",
        "::ffff:0:0",
        "2001:67c:64::",
        "2001:67c:96::",
        "2a02:1200::",
        "2001:db8::",
        "::",
        "2a00::5efe:0:0",
        "fe80::200:5efe:0:0",
    ];
    let start = prop::sample::select(starts.map(|text| v6(text).bits()).to_vec());
    (start, any::<u128>(), 0_u32..=128, any::<u32>()).prop_map(|(start, random, len, low)| {
        let behind = random.checked_shr(len).unwrap_or(0);
        IpAddress::from_bits(start ^ behind ^ u128::from(low))
    })
}

fn common(a: IpAddress, b: IpAddress) -> u32 {
    (a.bits() ^ b.bits()).leading_zeros()
}

proptest! {
    #[test]
    fn classes_stay_and_prefixes_stay(a in addresses(), b in addresses(), len in 0_u8..=128) {
        let anonymizer = anonymizer();
        let [x, y] = [a, b].map(|address| anonymizer.address(IpVersion::V6, address));
        prop_assert_eq!(classes(x), classes(a));
        // Common prefixes are as long as they were, so no two become one.
        prop_assert_eq!(common(x, y), common(a, b));
        // A shorter prefix is decided by its own bits, and is the prefix of what
        // its addresses become, as far as these bits tell what the address is.
        let prefix = Prefix::new(IpVersion::V6, a, len);
        let of_prefix = anonymizer.prefix(prefix);
        prop_assert_eq!(of_prefix.len(), len);
        let of_address = Prefix::new(IpVersion::V6, x, len);
        if classes(prefix.address()) == classes(a) {
            prop_assert_eq!(of_prefix, of_address);
        }
    }

    #[test]
    fn ipv4_prefixes_stay(a in any::<u32>(), b in any::<u32>(), shift in 0_u32..32) {
        let anonymizer = anonymizer();
        let (a, b) = (a, a ^ b.checked_shr(shift).unwrap_or(0));
        let [a, b] = [a, b].map(|bits| IpAddress::from_v4(bits.to_be_bytes()));
        let [x, y] = [a, b].map(|address| anonymizer.address(IpVersion::V4, address));
        prop_assert_eq!(common(x, y), common(a, b));
        prop_assert_eq!(x.bits() << 32, 0);
    }
}
