//! What does the longest prefix match of an address cost on a table as large as that
//! of the whole Internet: in our flat table, and in a trie (prefix-trie)?
//!
//! A million prefixes of IPv4 and 230,000 of IPv6, with lengths as they are
//! announced, are asked for addresses that lie in them, in no order: nearly every
//! look-up goes to memory. Both must say the same.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ipnet::{Ipv4Net, Ipv6Net};
use prefix_trie::PrefixMap;
use std::hint::black_box;
use v6share::model::{IpAddress, IpVersion, Prefix};
use v6share::network::{AddressTable, TableBuilder};

/// Lengths and how many prefixes of a hundred have them.
const V4: [(u8, u32); 9] =
    [(24, 60), (23, 9), (22, 12), (21, 4), (20, 5), (19, 3), (18, 2), (16, 3), (14, 2)];
const V6: [(u8, u32); 8] =
    [(48, 48), (47, 3), (46, 6), (44, 14), (40, 9), (36, 7), (32, 11), (29, 2)];

/// Look-ups of a turn.
const ASKED: usize = 100_000;

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        self.0 ^ self.0 >> 29
    }

    fn len(&mut self, lens: &[(u8, u32)]) -> u8 {
        let mut at = u32::try_from(self.next() >> 40).expect("24 bits") % 100;
        for (len, weight) in lens {
            match at.checked_sub(*weight) {
                None => return *len,
                Some(rest) => at = rest,
            }
        }
        lens[0].0
    }
}

/// Prefixes of a family and addresses within them.
fn prefixes(
    random: &mut Random,
    version: IpVersion,
    count: usize,
) -> (Vec<Prefix>, Vec<IpAddress>) {
    let mut all = Vec::with_capacity(count);
    for _ in 0..count {
        let bits = u128::from(random.next()) << 64 | u128::from(random.next());
        let (bits, len) = match version {
            IpVersion::V4 => (bits & !0 << 96, random.len(&V4)),
            // 2000::/3 in blocks of registries.
            IpVersion::V6 => (0x2a00 << 112 | bits >> 12, random.len(&V6)),
        };
        all.push(Prefix::new(version, IpAddress::from_bits(bits), len));
    }
    let asked = (0..ASKED).map(|_| {
        let at = usize::try_from(random.next() >> 1).expect("64 bits") % count;
        let host = u128::MAX.checked_shr(all[at].len().into()).unwrap_or(0);
        let bits = all[at].address().bits() | (u128::from(random.next()) << 40 & host);
        IpAddress::from_bits(bits)
    });
    let asked = asked.map(|address| match version {
        IpVersion::V4 => address.masked(32),
        IpVersion::V6 => address,
    });
    let asked = asked.collect();
    (all, asked)
}

fn table(prefixes: &[Prefix]) -> AddressTable<u32> {
    let mut builder = TableBuilder::default();
    for (value, prefix) in (0..).zip(prefixes) {
        builder.insert(*prefix, value);
    }
    builder.build(|first, _| first)
}

fn lookups(criterion: &mut Criterion) {
    let mut random = Random(17);
    let (v4, asked4) = prefixes(&mut random, IpVersion::V4, 1_000_000);
    let (v6, asked6) = prefixes(&mut random, IpVersion::V6, 230_000);
    let tables = [table(&v4), table(&v6)];
    let (mut trie4, mut trie6) = (PrefixMap::new(), PrefixMap::new());
    for (value, prefix) in (0_u32..).zip(&v4) {
        let std::net::IpAddr::V4(address) = prefix.address().to_std(IpVersion::V4) else {
            continue;
        };
        trie4.entry(Ipv4Net::new(address, prefix.len()).expect("a length")).or_insert(value);
    }
    for (value, prefix) in (0_u32..).zip(&v6) {
        let std::net::IpAddr::V6(address) = prefix.address().to_std(IpVersion::V6) else {
            continue;
        };
        trie6.entry(Ipv6Net::new(address, prefix.len()).expect("a length")).or_insert(value);
    }
    let ask4 = |address: &IpAddress| {
        let host = Ipv4Net::new(u32::try_from(address.bits() >> 96).expect("32 bits").into(), 32);
        trie4.get_lpm(&host.expect("a length")).map(|(_, value)| *value)
    };
    let ask6 = |address: &IpAddress| {
        let host = Ipv6Net::new(address.bits().into(), 128);
        trie6.get_lpm(&host.expect("a length")).map(|(_, value)| *value)
    };
    for address in &asked4 {
        assert_eq!(tables[0].lookup(IpVersion::V4, *address), ask4(address));
    }
    for address in &asked6 {
        assert_eq!(tables[1].lookup(IpVersion::V6, *address), ask6(address));
    }
    let mut group = criterion.benchmark_group("lookup");
    group.throughput(Throughput::Elements(ASKED as u64)).sample_size(10);
    for (name, version, asked) in
        [("ipv4", IpVersion::V4, &asked4), ("ipv6", IpVersion::V6, &asked6)]
    {
        let flat = &tables[version.index()];
        group.bench_function(format!("{name}/flat"), |bench| {
            bench.iter(|| {
                for address in asked {
                    black_box(flat.lookup(version, *address));
                }
            });
        });
    }
    group.bench_function("ipv4/trie", |bench| {
        bench.iter(|| asked4.iter().for_each(|address| _ = black_box(ask4(address))));
    });
    group.bench_function("ipv6/trie", |bench| {
        bench.iter(|| asked6.iter().for_each(|address| _ = black_box(ask6(address))));
    });
    group.finish();
}

criterion_group!(benches, lookups);
criterion_main!(benches);
