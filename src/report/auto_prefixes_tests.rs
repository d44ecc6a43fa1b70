//! The rows found against a plain search, and what they add up to.

use super::*;
use crate::model::{Count, Dimension, View};
use proptest::prelude::*;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

fn prefix(text: &str) -> Prefix {
    text.parse().expect("a prefix")
}

fn packets(version: IpVersion, packets: u64) -> Tally {
    let mut tally = Tally::default();
    tally[version] = Count { packets: packets.into(), ..Count::default() };
    tally
}

/// A table of packets between two leaves.
fn table(by: &str, rows: &[(&str, &str, u64)]) -> Breakdown {
    let rows = rows.iter().map(|(one, other, count)| {
        let (one, other) = (prefix(one), prefix(other));
        let key = Key::of_ends(vec![Value::Prefix(one)], vec![Value::Prefix(other)]);
        (key, packets(one.version(), *count))
    });
    let dimensions: Vec<Dimension> = vec![by.parse().expect("a dimension")];
    Breakdown::new(dimensions, View::Transport, rows.collect())
}

fn enough(percent: &str, whole: u128) -> Enough {
    Enough { share: percent.parse().expect("a percentage"), measure: Measure::Packets, whole }
}

fn shown(table: &Breakdown) -> Vec<(String, u128)> {
    let row =
        |(key, tally): (Cow<'_, Key>, Tally)| (key.values()[0].to_string(), tally.both().packets);
    table.rows().map(row).collect()
}

#[test]
fn a_thousand_networks_of_one_customer_are_one_row() {
    let networks: Vec<_> = (0..1000).map(|at| format!("2001:db8:7:{at:x}::/64")).collect();
    let mut rows: Vec<_> = networks.iter().map(|leaf| (&**leaf, &**leaf, 1)).collect();
    rows.push(("192.0.2.1/32", "192.0.2.1/32", 9000));
    let found = evaluate(&table("source-prefix=auto", &rows), enough("5", 10_000));
    let want = [("192.0.2.1/32".to_owned(), 9000), ("2001:db8:7::/52".to_owned(), 1000)];
    assert_eq!(shown(&found), want);
}

#[test]
fn a_row_has_what_the_longer_ones_within_it_do_not() {
    let rows = [
        ("10.0.0.1/32", "10.0.0.1/32", 50),
        ("10.0.0.2/32", "10.0.0.2/32", 6),
        ("10.0.0.130/32", "10.0.0.130/32", 6),
        ("10.9.0.1/32", "10.9.0.1/32", 4),
        ("2001:db8::/64", "2001:db8::/64", 34),
    ];
    let found = evaluate(&table("source-prefix=auto", &rows), enough("10", 100));
    let want = [
        ("10.0.0.0/24".to_owned(), 12),
        ("10.0.0.1/32".to_owned(), 50),
        ("2001:db8::/64".to_owned(), 34),
        ("others".to_owned(), 4),
    ];
    assert_eq!(shown(&found), want);
}

#[test]
fn both_ends_in_one_row_count_once_and_do_not_make_it_larger() {
    let rows = [
        ("10.0.0.1/32", "10.0.0.2/32", 6),
        ("10.0.0.3/32", "192.0.2.1/32", 3),
        ("10.0.0.3/32", "10.0.0.3/32", 91),
    ];
    let all = table("prefix=auto", &rows);
    // Of 10.0.0.0/30 six packets have both ends: nine packets in all are not in 10.0.0.3.
    let found = evaluate(&all, enough("6", 100));
    let want = [
        ("10.0.0.1/32".to_owned(), 6),
        ("10.0.0.2/32".to_owned(), 6),
        ("10.0.0.3/32".to_owned(), 94),
        ("others".to_owned(), 3),
    ];
    assert_eq!(shown(&found), want);
    let found = evaluate(&all, enough("7", 100));
    let want = [("10.0.0.3/32".to_owned(), 94), ("others".to_owned(), 9)];
    assert_eq!(shown(&found), want, "twelve ends, but six packets");
}

/// The row of every leaf, found as the definition says: one prefix after the other,
/// the packets of each counted from all of them.
fn plainly(
    packets: &[(Prefix, Prefix, u64)],
    levels: &[u8],
    enough: Enough,
) -> BTreeMap<Prefix, Prefix> {
    let mut rows = BTreeMap::new();
    for len in levels {
        let ends = packets.iter().flat_map(|(one, other, _)| [*one, *other]);
        let cut = |leaf: Prefix| Prefix::new(leaf.version(), leaf.address(), *len);
        let candidates: BTreeSet<Prefix> =
            ends.clone().filter(|leaf| leaf.len() >= *len).map(cut).collect();
        let mut found = Vec::new();
        for candidate in candidates {
            let is_in = |leaf: &Prefix| candidate.covers(*leaf) && !rows.contains_key(leaf);
            let of = packets.iter().filter(|(one, other, _)| is_in(one) || is_in(other));
            if enough.reached_by(of.map(|(_, _, count)| u128::from(*count)).sum()) {
                found.extend(ends.clone().filter(is_in).map(|leaf| (leaf, candidate)));
            }
        }
        rows.extend(found);
    }
    rows
}

fn any_leaf() -> impl Strategy<Value = Prefix> {
    prop_oneof![
        (0..4_u8, 0..3_u8, 0..40_u8).prop_map(|(a, b, c)| prefix(&format!(
            "10.{a}.{}.{}/32",
            b * 16,
            c * 5
        ))),
        (0..3_u8, 0..40_u16)
            .prop_map(|(a, b)| prefix(&format!("2001:db8:{a}:{:x}::/64", u32::from(b) * 77))),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    /// The rows are those of the plain search; each packet is in the row of each of
    /// its ends, once where they are one; nothing is lost.
    #[test]
    fn the_rows_are_those_of_a_plain_search(
        ends in proptest::collection::vec((any_leaf(), any_leaf(), 1..50_u64), 1..60),
        percent in prop_oneof![Just("1"), Just("3.5"), Just("10"), Just("40")],
        both_ends in any::<bool>(),
    ) {
        let packets: Vec<(Prefix, Prefix, u64)> = ends
            .into_iter()
            .map(|(one, other, count)| {
                let same = !both_ends || one.version() != other.version();
                (one, if same { one } else { other }, count)
            })
            .collect();
        let whole: u128 = packets.iter().map(|(_, _, count)| u128::from(*count)).sum();
        let texts: Vec<_> = packets
            .iter()
            .map(|(one, other, count)| (one.to_string(), other.to_string(), *count))
            .collect();
        let rows: Vec<_> = texts.iter().map(|(a, b, count)| (&**a, &**b, *count)).collect();
        let by = if both_ends { "prefix=auto" } else { "source-prefix=auto" };
        let enough = enough(percent, whole);
        let found = evaluate(&table(by, &rows), enough);

        let levels: Vec<u8> = (1..=16).rev().map(|level| level * 4).collect();
        let row_of = plainly(&packets, &levels, enough);
        let mut want: BTreeMap<String, u128> = BTreeMap::new();
        for (one, other, count) in &packets {
            let row = |leaf| row_of.get(leaf).map_or("others".to_owned(), Prefix::to_string);
            let rows = BTreeSet::from([row(one), row(other)]);
            rows.into_iter().for_each(|row| *want.entry(row).or_default() += u128::from(*count));
        }
        let got: BTreeMap<String, u128> = shown(&found).into_iter().collect();
        prop_assert_eq!(&got, &want);
        if !both_ends {
            prop_assert_eq!(got.values().sum::<u128>(), whole, "parts add up to the whole");
        }
        // Every row carries enough, but for what is left.
        for (row, carried) in got.iter().filter(|(row, _)| *row != "others") {
            prop_assert!(enough.reached_by(*carried), "{} {}", row, carried);
        }
    }
}
