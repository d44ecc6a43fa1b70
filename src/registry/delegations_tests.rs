//! Overlaps, selections and prefixes.

use super::super::{Collection, Date, Kind, Reader, Selection};
use super::{Delegation, Delegations};
use std::collections::BTreeSet;

fn collection(files: &[&str]) -> Collection {
    let mut collection = Collection::default();
    for (number, text) in files.iter().enumerate() {
        let mut reader = Reader::new(&mut collection, &format!("file {number}"));
        reader.push(text.as_bytes());
        reader.finish().unwrap();
    }
    collection
}

/// `first-last registry country` of each piece.
fn told(delegations: &Delegations<'_>, kind: Kind) -> Vec<String> {
    let shown = |d: Delegation<'_>| {
        let country = d.country.map(|c| c.to_string()).unwrap_or_default();
        format!("{}-{} {} {country}", d.first, d.last, d.registry)
    };
    delegations.iter(kind).map(shown).collect()
}

const APNIC: &str = "\
2|apnic|20240101|3|19900101|20240101|+1000
apnic|JP|asn|100|10|20000101|allocated
apnic|AU|ipv4|0.0.1.0|768|20000101|allocated
apnic|AU|ipv6|2001:200::|32|20000101|allocated
";
const ARIN: &str = "\
2|arin|20240101|2|19900101|20240101|-0500
arin|US|asn|105|2|20100101|assigned
arin|US|asn|300|1|19990101|assigned
";

#[test]
fn what_two_registries_claim_counts_once_for_the_later_date() {
    let both = collection(&[APNIC, ARIN]);
    let delegations = Delegations::new(&both, &Selection::newest(&both), None);
    let asns = told(&delegations, Kind::Asn);
    assert_eq!(
        asns,
        ["100-104 apnic JP", "105-106 arin US", "107-109 apnic JP", "300-300 arin US"]
    );
    let repeated = delegations.repeated[0];
    assert_eq!((repeated.runs, repeated.space, repeated.kind), (1, 2, Kind::Asn));
    assert_eq!((delegations.records, delegations.hidden), (5, 0));
    let turned = collection(&[ARIN, APNIC]);
    let turned = Delegations::new(&turned, &Selection::newest(&turned), None);
    assert_eq!(told(&turned, Kind::Asn), asns);
}

#[test]
fn the_newest_file_of_a_registry_counts_and_the_combined_one_counts_for_the_others() {
    let nro = "\
2|nro|20240101|2|19900101|20240101|+0000
apnic|JP|asn|100|10|20000101|assigned||e-stats
ripencc|FR|asn|200|1|20000101|assigned||e-stats
";
    let older = APNIC.replace("20240101|3", "20230101|3");
    let newer = APNIC.replace("20240101|3", "20240102|3");
    let all = collection(&[&older, nro, &newer]);
    let selection = Selection::newest(&all);
    assert_eq!(selection.sections(), [1, 2]);
    let left: Vec<_> = selection.left_out.iter().map(|l| (l.section, l.records)).collect();
    assert_eq!(left, [(0, 3), (1, 1)]);
    let delegations = Delegations::new(&all, &selection, None);
    assert_eq!(told(&delegations, Kind::Asn), ["100-109 apnic JP", "200-200 ripencc FR"]);
    assert_eq!(delegations.repeated, []);
    let day = Date::new(2022, 12, 31).unwrap();
    assert_eq!(Selection::at(&all, day).sections(), [0, 1]);
    let day = Date::new(2025, 12, 31).unwrap();
    assert_eq!(Selection::at(&all, day).sections(), [1, 2]);
    assert_eq!(Selection::of_files(&all, 0..1).sections(), [0]);
}

#[test]
fn a_day_leaves_out_what_came_later() {
    let both = collection(&[APNIC, ARIN]);
    let day = Date::new(2005, 6, 1);
    let delegations = Delegations::new(&both, &Selection::newest(&both), day);
    assert_eq!(told(&delegations, Kind::Asn), ["100-109 apnic JP", "300-300 arin US"]);
    assert_eq!((delegations.records, delegations.later), (4, 1));
}

#[test]
fn a_count_that_is_no_cidr_block_is_several_prefixes() {
    let apnic = collection(&[APNIC]);
    let delegations = Delegations::new(&apnic, &Selection::newest(&apnic), None);
    let prefixes = |kind| -> Vec<String> {
        delegations.iter(kind).flat_map(|d| d.prefixes()).map(|p| p.to_string()).collect()
    };
    assert_eq!(prefixes(Kind::Ipv4), ["0.0.1.0/24", "0.0.2.0/23"]);
    assert_eq!(prefixes(Kind::Ipv6), ["2001:200::/32"]);
    assert!(prefixes(Kind::Asn).is_empty());
}

#[test]
fn prefixes_cover_a_block_and_nothing_else() {
    for first in 0..40_u128 {
        for last in first..60 {
            let of = |kind| Delegation {
                kind,
                first,
                last,
                country: None,
                holder: None,
                registry: "apnic",
                date: None,
                status: super::super::Status::Allocated,
            };
            let mut covered = BTreeSet::new();
            for prefix in of(Kind::Ipv4).prefixes() {
                let text = prefix.to_string();
                let (address, len) = text.split_once('/').unwrap();
                let start = u32::from(address.parse::<std::net::Ipv4Addr>().unwrap());
                let size = 1_u32 << (32 - len.parse::<u32>().unwrap());
                covered.extend((start..start + size).map(u128::from));
            }
            assert!(covered.iter().copied().eq(first..=last), "{first}-{last}");
        }
    }
    let all = Delegation {
        kind: Kind::Ipv6,
        first: 0,
        last: u128::MAX,
        country: None,
        holder: None,
        registry: "iana",
        date: None,
        status: super::super::Status::Available,
    };
    let all: Vec<_> = all.prefixes().map(|p| p.to_string()).collect();
    assert_eq!(all, ["::/0"]);
}
