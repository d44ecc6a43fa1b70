//! Small cells are folded, no row tells what another hides, and sums stay.

use super::*;
use crate::model::{Count, Tally, View};

const LABEL: Dimension = Dimension::Label(Side::Both);

/// A label for each row, with as many addresses as packets.
fn summary(rows: &[(&str, u64)]) -> (Breakdown, Breakdown) {
    let one = |packets: u64| {
        let v4 = Count { packets: packets.into(), ..Count::default() };
        Tally { v4, ..Tally::default() }
    };
    let plain =
        rows.iter().map(|(label, packets)| (Value::text(label).into(), one(*packets))).collect();
    let mut next = 0_u32;
    let mut addresses = Vec::new();
    for (label, packets) in rows {
        for _ in 0..*packets {
            next += 1;
            let prefix = format!("10.0.0.{next}/32").parse().unwrap();
            let key = [Value::text(label), Value::Prefix(prefix)].into_iter().collect();
            addresses.push((key, one(1)));
        }
    }
    let by = vec![LABEL];
    let by_address = by_address(&by);
    (
        Breakdown::new(by, View::Transport, plain),
        Breakdown::new(by_address, View::Transport, addresses),
    )
}

fn folded(rows: &[(&str, u64)], least: u64) -> Vec<(String, u128)> {
    let (table, addresses) = summary(rows);
    let folded = fold(&table, &addresses, least);
    folded.rows().map(|(key, tally)| (key.to_string(), tally.v4.packets)).collect()
}

#[test]
fn rows_on_few_addresses_become_one() {
    let rows = [("a", 5), ("b", 1), ("c", 2), ("d", 9)];
    let want = |rows: &[(&str, u128)]| -> Vec<(String, u128)> {
        rows.iter().map(|(key, packets)| ((*key).to_owned(), *packets)).collect()
    };
    assert_eq!(folded(&rows, 3), want(&[("a", 5), ("d", 9), ("others", 3)]));
    assert_eq!(folded(&rows, 1), want(&[("a", 5), ("b", 1), ("c", 2), ("d", 9)]));
    assert_eq!(folded(&rows, 100), want(&[("others", 17)]));
}

#[test]
fn a_folded_row_never_rests_on_too_few_alone() {
    // One row of two addresses alone would be told by its difference to the total.
    let rows = [("a", 5), ("b", 2), ("c", 7)];
    assert_eq!(folded(&rows, 3), [("c".to_owned(), 7), ("others".to_owned(), 7)]);
}

#[test]
fn addresses_that_are_cut_away_are_none() {
    let (table, _) = summary(&[("a", 2)]);
    let key = [Value::text("a"), Value::Unknown].into_iter().collect();
    let unknown = Breakdown::new(
        by_address(&[LABEL]),
        View::Transport,
        vec![(key, table.tallies().next().unwrap())],
    );
    let folded = fold(&table, &unknown, 2);
    assert_eq!(*folded.row(0).unwrap().0, Value::Others.into());
}

#[test]
fn breakdowns_are_counted_by_the_addresses_of_their_side() {
    let side = |by: &[Dimension]| by_address(by).last().unwrap().side().unwrap();
    assert_eq!(side(&[Dimension::Asn(Side::Source)]), Side::Source);
    assert_eq!(side(&[Dimension::Asn(Side::Source), Dimension::Protocol]), Side::Source);
    assert_eq!(side(&[Dimension::Asn(Side::Source), LABEL]), Side::Both);
    assert_eq!(side(&[Dimension::Protocol]), Side::Both);
    let many = Settings {
        breakdowns: vec![vec![Dimension::Protocol; MAX_DIMENSIONS]],
        ..Settings::default()
    };
    let options = |min_cell| SharingOptions { min_cell, ..SharingOptions::default() };
    assert!(Sharing::new(options(1), many.clone()).is_ok());
    assert_eq!(Sharing::new(options(2), many).unwrap_err(), CannotHandOn::TooManyDimensions);
}

#[test]
fn prefixes_are_asked_for_no_longer_than_they_are_shown() {
    let prefix = |v4, v6| {
        let lens = PrefixLens::new(v4, v6).unwrap();
        vec![Dimension::Prefix(Side::Both, PrefixCut::Lens(lens))]
    };
    let breakdowns = vec![prefix(32, 128), prefix(16, 64), prefix(24, 48)];
    let options = SharingOptions { truncate: PrefixLens::new(24, 48).ok(), ..Default::default() };
    let settings = Settings { breakdowns, ..Settings::default() };
    let sharing = Sharing::new(options, settings).unwrap();
    // The third is the first again.
    assert_eq!(sharing.settings().breakdowns, [prefix(24, 48), prefix(16, 48)]);
}

/// Where leaves of automatic prefixes are disguised, they keep the order of ends and
/// one length: else a result read back is another, and seems to have been bounded.
#[test]
fn leaves_of_automatic_prefixes_stay_pairs_of_one_length() {
    let by = ["prefix=auto:24/48".parse().unwrap()];
    let leaf = |text: &str| vec![Value::Prefix(text.parse().unwrap())];
    let told = |options: SharingOptions, one: &str, other: &str| {
        let disguise = disguise(&options, &Settings::default());
        disguised(&disguise, &by, &Key::of_ends(leaf(one), leaf(other))).values().to_vec()
    };
    let (one, other) = ("192.0.2.0/24", "198.51.100.0/24");
    let mut turned = 0;
    for first in 0..50_u8 {
        let key: Vec<u8> = (first..first + 32).collect();
        let key = SecretKey::from_file(&key).ok();
        let options = SharingOptions { key, ..SharingOptions::default() };
        let pair = told(options.clone(), one, other);
        assert!(pair.is_sorted() && pair.len() == 2, "{pair:?}");
        turned += usize::from(pair[0] == told(options, other, other)[0]);
    }
    assert!((5..45).contains(&turned), "some change places and some do not: {turned}");
    let truncate = PrefixLens::new(24, 48).ok();
    let options = SharingOptions { truncate, ..SharingOptions::default() };
    // Bits of an IPv4 address beyond its first 24 lie in a 6to4 prefix of 48.
    let pair = told(options, "2002:c000:221::/48", "2001:db8:1::/48");
    assert_eq!(pair, [leaf("2001:db8:1::/48")[0].clone(), Value::Others]);
}
