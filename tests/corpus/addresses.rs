//! Each address of each capture: packets and frame bytes as source, as
//! destination, and as either.

use crate::known::{KNOWN_ADDRESSES, LEAST_ADDRESSES};
use crate::oracle::{Comparison, captures, corpus, read, rows};
use std::collections::BTreeMap;
use std::io::Read;
use std::net::IpAddr;
use std::path::Path;
use v6share::model::PrefixSide;

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

/// The addresses of a capture by the breakdown with prefixes of full length.
fn found(path: &Path, side: PrefixSide) -> Addresses {
    let (summary, _) = read(path, side);
    let rows = &summary.prefixes[0].rows.transport;
    rows.iter()
        .map(|(prefix, tally)| {
            let text = prefix.to_string();
            let (address, len) = text.split_once('/').unwrap();
            assert_eq!(len, if address.contains(':') { "128" } else { "32" });
            let count = tally.both();
            (address.parse().unwrap(), (count.packets, count.wire_octets))
        })
        .collect()
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

#[test]
fn every_address_of_every_capture() {
    let Some(corpus) = corpus() else { return };
    let oracle = oracle(&corpus);
    let rows: Vec<_> =
        captures(&corpus).into_iter().filter(|row| row.text("trust") == "exact").collect();
    let comparison = Comparison::of(&rows, |row| {
        let path = corpus.join(row.file());
        let want = oracle.get(row.text("sha256")).cloned().unwrap_or_default();
        let found = |side| found(&path, side);
        vec![
            ("sources", differences(&found(PrefixSide::Source), &want[0])),
            ("destinations", differences(&found(PrefixSide::Destination), &want[1])),
            ("both sides", both(&found(PrefixSide::Both), &want)),
        ]
    });
    comparison.holds(KNOWN_ADDRESSES, LEAST_ADDRESSES);
}
