//! Each address of each capture: packets and frame bytes as source, as
//! destination, and as either.

use crate::known::{KNOWN_ADDRESSES, LEAST_ADDRESSES};
use crate::oracle::{Comparison, captures, corpus, read_under, rows};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::net::IpAddr;
use std::path::Path;
use v6share::model::{Dimension, IpVersion, Value, View};
use v6share::pipeline::Options;
use v6share::summary::{Breakdown, DistinctAddresses, DistinctWhat, Settings};

/// Packets and frame bytes of each address.
type Addresses = BTreeMap<IpAddr, (u128, u128)>;

/// The oracle's addresses by digest of the capture: as source, as destination.
fn oracle(corpus: &Path) -> BTreeMap<String, [Addresses; 2]> {
    let file = std::fs::File::open(corpus.join("oracle_addr.tsv.gz")).unwrap();
    let mut text = String::new();
    flate2::read::MultiGzDecoder::new(file).read_to_string(&mut text).unwrap();
    let mut all: BTreeMap<String, [Addresses; 2]> = BTreeMap::new();
    for row in rows(&text) {
        let roles = all.entry(row.text("sha256").to_owned()).or_default();
        let addresses = &mut roles[usize::from(row.text("role") == "dst")];
        let address = row.text("addr").parse().unwrap();
        let entry = addresses.entry(address).or_default();
        entry.0 += u128::from(row.number("packets"));
        entry.1 += u128::from(row.number("frame_bytes"));
    }
    all
}

/// A prefix that a value is, by its first address.
fn address(value: &Value) -> Option<IpAddr> {
    if *value == Value::Unknown {
        return None;
    }
    let text = value.to_string();
    let (address, _) = text.split_once('/').unwrap();
    Some(address.parse().unwrap())
}

/// The prefixes of addresses, cut to so many bits.
fn cut(addresses: &Addresses, v4: u32, v6: u32) -> Addresses {
    let mut prefixes = Addresses::new();
    for (address, count) in addresses {
        let prefix: IpAddr = match address {
            IpAddr::V4(bits) => {
                let mask = u32::MAX.checked_shl(32 - v4).unwrap_or(0);
                std::net::Ipv4Addr::from(u32::from(*bits) & mask).into()
            }
            IpAddr::V6(bits) => {
                let mask = u128::MAX.checked_shl(128 - v6).unwrap_or(0);
                std::net::Ipv6Addr::from(u128::from(*bits) & mask).into()
            }
        };
        let sum = prefixes.entry(prefix).or_default();
        (sum.0, sum.1) = (sum.0 + count.0, sum.1 + count.1);
    }
    prefixes
}

/// The breakdowns that are compared, by name: alone and in keys of several
/// dimensions, which are counted by other code.
const BREAKDOWNS: [&[&str]; 10] = [
    &["source-prefix=32/128"],
    &["destination-prefix=32/128"],
    &["prefix=32/128"],
    &["source-prefix=32/128", "destination-prefix=32/128"],
    &["protocol", "prefix=32/128", "packet-size"],
    &["source-prefix=24/48"],
    &["destination-prefix=16/64"],
    &["vlan", "source-prefix=8/32"],
    &["source-prefix=auto:32/128"],
    &["destination-prefix=auto", "port"],
];

/// Sums a breakdown up by the value at one place of its keys. A value that
/// stands in several rows of a packet is summed once for each.
fn by_place(table: &Breakdown, place: usize) -> Addresses {
    let mut all = Addresses::new();
    for (key, tally) in table.rows() {
        let Some(address) = address(&key.values()[place]) else { continue };
        let (count, entry) = (tally.both(), all.entry(address).or_default());
        entry.0 += count.packets;
        entry.1 += count.wire_octets;
    }
    all
}

/// The first few addresses that are not as wanted.
fn differences(got: &Addresses, want: &Addresses) -> Option<String> {
    let all = got.keys().chain(want.keys());
    let mut different: Vec<_> = all
        .filter(|address| got.get(address) != want.get(address))
        .map(|address| {
            format!("{address} got {:?}, want {:?}", got.get(address), want.get(address))
        })
        .collect();
    different.sort();
    different.dedup();
    different.truncate(3);
    (!different.is_empty()).then(|| different.join("; "))
}

/// With both sides, a packet from an address to itself counts once, and how many
/// of those there are the oracle does not say: an address that is never both
/// has the sum of its roles, any other lies between the larger one and the sum.
fn both(got: &Addresses, [sources, destinations]: &[Addresses; 2]) -> Option<String> {
    let count = |addresses: &Addresses, address: &IpAddr| {
        addresses.get(address).copied().unwrap_or_default()
    };
    let fits = |address: &IpAddr| {
        let (source, destination) = (count(sources, address), count(destinations, address));
        let got = count(got, address);
        got.0 <= source.0 + destination.0
            && got.1 <= source.1 + destination.1
            && got.0 >= source.0.max(destination.0)
            && got.1 >= source.1.max(destination.1)
    };
    let all = got.keys().chain(sources.keys()).chain(destinations.keys());
    let wrong: Vec<_> = all.filter(|address| !fits(address)).take(3).collect();
    (!wrong.is_empty()).then(|| format!("{wrong:?}"))
}

/// The distinct addresses and prefixes against those that the oracle has.
fn distinct(got: &DistinctAddresses, [sources, destinations]: &[Addresses; 2]) -> Option<String> {
    let both: BTreeSet<IpAddr> = sources.keys().chain(destinations.keys()).copied().collect();
    let wrong = DistinctWhat::ALL.into_iter().filter_map(|what| {
        let bits = both.iter().filter_map(|address| match (address, what.version()) {
            (IpAddr::V4(bits), IpVersion::V4) => Some(u128::from(u32::from(*bits)) << 96),
            (IpAddr::V6(bits), IpVersion::V6) => Some(u128::from(*bits)),
            _ => None,
        });
        let want: BTreeSet<u128> = bits.map(|bits| bits >> (128 - u32::from(what.len()))).collect();
        let (got, want) = (got.get(what).count(), want.len() as u64);
        (got != want).then(|| format!("{what:?} got {got}, want {want}"))
    });
    let wrong: Vec<_> = wrong.collect();
    (!wrong.is_empty()).then(|| wrong.join("; "))
}

#[test]
fn every_address_of_every_capture() {
    let Some(corpus) = corpus() else { return };
    let oracle = oracle(&corpus);
    let rows: Vec<_> =
        captures(&corpus).into_iter().filter(|row| row.text("trust") == "exact").collect();
    let comparison = Comparison::of(&rows, |row| {
        let by = |words: &&[&str]| words.iter().map(|word| word.parse().unwrap()).collect();
        let breakdowns: Vec<Vec<Dimension>> = BREAKDOWNS.iter().map(by).collect();
        let options = Options { threads: 1, ..Options::default() };
        let settings =
            Settings { breakdowns: breakdowns.clone(), distinct: true, ..Settings::default() };
        let (summary, _) = read_under(&corpus.join(row.file()), settings, &options);
        let want = oracle.get(row.text("sha256")).cloned().unwrap_or_default();
        let table = |at: usize| summary.breakdown(&breakdowns[at], View::Transport).unwrap();
        vec![
            ("sources", differences(&by_place(table(0), 0), &want[0])),
            ("destinations", differences(&by_place(table(1), 0), &want[1])),
            ("both sides", both(&by_place(table(2), 0), &want)),
            ("sources of pairs", differences(&by_place(table(3), 0), &want[0])),
            ("destinations of pairs", differences(&by_place(table(3), 1), &want[1])),
            ("both sides in a triple", differences(&by_place(table(4), 1), &by_place(table(2), 0))),
            ("source prefixes", differences(&by_place(table(5), 0), &cut(&want[0], 24, 48))),
            ("destination prefixes", differences(&by_place(table(6), 0), &cut(&want[1], 16, 64))),
            ("prefixes of pairs", differences(&by_place(table(7), 1), &cut(&want[0], 8, 32))),
            ("leaves", differences(&by_place(table(8), 0), &want[0])),
            ("leaves of pairs", differences(&by_place(table(9), 0), &cut(&want[1], 32, 64))),
            ("distinct", distinct(&summary.distinct.as_ref().unwrap().transport, &want)),
        ]
    });
    comparison.holds(KNOWN_ADDRESSES, LEAST_ADDRESSES);
}
