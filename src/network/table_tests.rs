//! Tables against a trie, and at their edges.

use super::*;
use ipnet::{Ipv4Net, Ipv6Net};
use prefix_trie::PrefixMap;
use proptest::prelude::*;

fn address(text: &str) -> (IpVersion, IpAddress) {
    match text.parse().unwrap() {
        std::net::IpAddr::V4(v4) => (IpVersion::V4, IpAddress::from_v4(v4.octets())),
        std::net::IpAddr::V6(v6) => (IpVersion::V6, IpAddress::from_v6(v6.octets())),
    }
}

fn table(prefixes: &[(&str, u32)]) -> AddressTable<u32> {
    let mut builder = TableBuilder::default();
    for (prefix, value) in prefixes {
        builder.insert(prefix.parse().unwrap(), *value);
    }
    builder.build(|first, _| first)
}

#[track_caller]
fn says(table: &AddressTable<u32>, answers: &[(&str, Option<u32>)]) {
    for (text, value) in answers {
        let (version, address) = address(text);
        assert_eq!(table.lookup(version, address), *value, "{text}");
    }
}

#[test]
fn the_longest_prefix_decides() {
    let table = table(&[
        ("10.0.0.0/8", 8),
        ("10.1.0.0/16", 16),
        ("10.1.2.3/32", 32),
        ("2001:db8::/32", 32),
        ("2001:db8:1::/48", 48),
        ("2001:db8:1::1/128", 128),
    ]);
    assert_eq!(table.prefixes(), [3, 3]);
    says(
        &table,
        &[
            ("9.255.255.255", None),
            ("10.0.0.0", Some(8)),
            ("10.1.0.0", Some(16)),
            ("10.1.2.2", Some(16)),
            ("10.1.2.3", Some(32)),
            ("10.1.2.4", Some(16)),
            ("10.1.255.255", Some(16)),
            ("10.2.0.0", Some(8)),
            ("10.255.255.255", Some(8)),
            ("11.0.0.0", None),
            ("2001:db7:ffff::", None),
            ("2001:db8::", Some(32)),
            ("2001:db8:1::", Some(48)),
            ("2001:db8:1::1", Some(128)),
            ("2001:db8:1::2", Some(48)),
            ("2001:db8:2::", Some(32)),
            ("2001:db9::", None),
        ],
    );
}

#[test]
fn the_ends_of_the_address_space_are_addresses_too() {
    let whole = table(&[("0.0.0.0/0", 0), ("255.255.255.255/32", 1), ("::/0", 2), ("::/128", 3)]);
    says(
        &whole,
        &[
            ("0.0.0.0", Some(0)),
            ("255.255.255.254", Some(0)),
            ("255.255.255.255", Some(1)),
            ("::", Some(3)),
            ("::1", Some(2)),
            ("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", Some(2)),
        ],
    );
    says(&table(&[]), &[("192.0.2.1", None), ("2001:db8::", None)]);
}

#[test]
fn a_large_table_is_indexed_and_says_the_same() {
    let mut builder = TableBuilder::default();
    let mut want = Vec::new();
    // Hosts in every part of the address space, and at the edges of each top.
    for place in 0..6000_u32 {
        for bits in [place.wrapping_mul(0x9e37_79b9), place << 16, (place << 16) | 0xffff] {
            let octets = bits.to_be_bytes();
            builder.insert(Prefix::new(IpVersion::V4, IpAddress::from_v4(octets), 32), bits);
            let wide = IpAddress::from_bits(u128::from(bits) << 96 | u128::from(bits));
            builder.insert(Prefix::new(IpVersion::V6, wide, 128), bits);
            want.push((bits, wide));
        }
    }
    let table = builder.build(|first, _| first);
    for (bits, wide) in want {
        let v4 = IpAddress::from_v4(bits.to_be_bytes());
        assert_eq!(table.lookup(IpVersion::V4, v4), Some(bits), "{bits:x}");
        assert_eq!(table.lookup(IpVersion::V6, wide), Some(bits), "{bits:x}");
        let next = IpAddress::from_bits(wide.bits() ^ 1 << 64);
        assert_eq!(table.lookup(IpVersion::V6, next), None, "{bits:x}");
    }
    assert!(table.v4.tops.len() == (1 << 16) + 1 && table.v6.tops.len() == (1 << 16) + 1);
    assert!(table.memory() > 6000 * 3 * (8 + 24));
}

#[test]
fn equal_prefixes_are_joined_in_order() {
    let mut builder = TableBuilder::default();
    for value in [1, 2, 3] {
        builder.insert("192.0.2.0/24".parse().unwrap(), value);
    }
    let table = builder.build(|before, later| before * 10 + later);
    assert_eq!(table.prefixes(), [1, 0]);
    says(&table, &[("192.0.2.1", Some(123))]);
}

#[test]
fn ranges_are_the_fewest_prefixes() {
    let ranges = |first: &str, last: &str| {
        let ((version, first), (_, last)) = (address(first), address(last));
        let mut builder = TableBuilder::default();
        builder.insert_range(version, first, last, 1);
        builder.prefixes().map(|prefix| prefix.to_string()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(ranges("192.0.2.0", "192.0.2.255"), "192.0.2.0/24");
    assert_eq!(
        ranges("192.0.2.1", "192.0.2.6"),
        "192.0.2.1/32 192.0.2.2/31 192.0.2.4/31 192.0.2.6/32"
    );
    assert_eq!(ranges("0.0.0.0", "255.255.255.255"), "0.0.0.0/0");
    assert_eq!(ranges("255.255.255.254", "255.255.255.255"), "255.255.255.254/31");
    assert_eq!(ranges("::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), "::/0");
    assert_eq!(
        ranges("2001:db8::", "2001:db8:2:ffff:ffff:ffff:ffff:ffff"),
        "2001:db8::/47 2001:db8:2::/48"
    );
    assert_eq!(ranges("192.0.2.2", "192.0.2.1"), "");
}

proptest! {
    /// Few distinct bits, so that prefixes nest and addresses lie at their edges.
    #[test]
    fn a_table_says_what_a_trie_says(
        v4 in prop::collection::vec((0_u32..64, 0_u8..=32, 0_u8..=26, 0_u32..4), 0..60),
        v6 in prop::collection::vec((0_u128..64, 0_u8..=128, 0_u8..=122, 0_u32..4), 0..60),
    ) {
        let mut builder = TableBuilder::default();
        let (mut trie4, mut trie6) = (PrefixMap::new(), PrefixMap::new());
        let (mut asked4, mut asked6) = (vec![0, u32::MAX], vec![0, u128::MAX]);
        for (bits, len, shift, value) in v4 {
            let net = Ipv4Net::new((bits << shift).into(), len).unwrap().trunc();
            let first = u32::from(net.network());
            builder.insert(Prefix::new(IpVersion::V4, IpAddress::from_v4(first.to_be_bytes()), len), value);
            trie4.entry(net).or_insert(value);
            let last = u32::from(net.broadcast());
            asked4.extend([first.wrapping_sub(1), first, last, last.wrapping_add(1)]);
        }
        for (bits, len, shift, value) in v6 {
            let net = Ipv6Net::new((bits << shift).into(), len).unwrap().trunc();
            let first = u128::from(net.network());
            builder.insert(Prefix::new(IpVersion::V6, IpAddress::from_bits(first), len), value);
            trie6.entry(net).or_insert(value);
            let last = u128::from(net.broadcast());
            asked6.extend([first.wrapping_sub(1), first, last, last.wrapping_add(1)]);
        }
        let table = builder.build(|first, _| first);
        prop_assert_eq!(table.prefixes(), [trie4.len() as u64, trie6.len() as u64]);
        for asked in asked4 {
            let want = trie4.get_lpm(&Ipv4Net::new(asked.into(), 32).unwrap()).map(|(_, value)| *value);
            let got = table.lookup(IpVersion::V4, IpAddress::from_v4(asked.to_be_bytes()));
            prop_assert_eq!(got, want, "{:x}", asked);
        }
        for asked in asked6 {
            let want = trie6.get_lpm(&Ipv6Net::new(asked.into(), 128).unwrap()).map(|(_, value)| *value);
            prop_assert_eq!(table.lookup(IpVersion::V6, IpAddress::from_bits(asked)), want, "{:x}", asked);
        }
    }
}

#[test]
fn what_is_uniform_has_one_answer() {
    let mut state = 9_u64;
    let mut random = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) % below
    };
    // Within one /16, so that every /24 of it can be asked whole.
    let mut builder = TableBuilder::default();
    for _ in 0..60 {
        let len = 16 + u8::try_from(random(17)).unwrap();
        let address = IpAddress::from_bits(u128::from(0x0a00_0000 | random(1 << 16)) << 96);
        builder.insert(Prefix::new(IpVersion::V4, address, len), random(5));
    }
    let table = builder.build(|_, later| later);
    let (mut uniform, mut mixed) = (0, 0);
    for block in 0..256_u128 {
        let at = |host: u128| IpAddress::from_bits((0x0a00_0000 | block << 8 | host) << 96);
        let values: Vec<_> = (0..256).map(|host| table.lookup(IpVersion::V4, at(host))).collect();
        let is_same = values.iter().all(|value| *value == values[0]);
        let is_uniform = table.is_uniform(Prefix::new(IpVersion::V4, at(0), 24));
        assert_eq!(is_uniform, is_same, "block {block}");
        if is_uniform { uniform += 1 } else { mixed += 1 }
    }
    assert!(uniform > 50 && mixed > 10, "{uniform} {mixed}");
    assert!(table.is_uniform("::/0".parse().unwrap()));
    assert!(!table.is_uniform("0.0.0.0/0".parse().unwrap()));
}
