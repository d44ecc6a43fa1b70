//! What rows a table has, in both of its forms.

use super::*;
use crate::model::{Count, IpAddress, IpProtocol, IpVersion, Prefix, PrefixLens, Value};
use crate::summary::store::Reader;
use crate::summary::{Settings, Summary};
use proptest::prelude::*;

fn table(rows: &[(u8, u64)]) -> Breakdown {
    let rows = rows.iter().map(|(protocol, packets)| {
        let v4 = Count { packets: (*packets).into(), ..Count::default() };
        let tally = Tally { v4, ..Tally::default() };
        (Key::from(Value::Protocol(IpProtocol(*protocol))), tally)
    });
    Breakdown::new(vec![Dimension::Protocol], View::Transport, rows.collect())
}

#[test]
fn rows_are_added_by_key_and_none_is_zero() {
    let made = table(&[(6, 1), (17, 0), (1, 4), (6, 2)]);
    assert_eq!(made, table(&[(1, 4), (6, 3)]));
    assert_eq!(made.rows().len(), 2);
    let tcp = Key::from(Value::Protocol(IpProtocol::TCP));
    assert_eq!(made.get(&tcp).expect("there").v4.packets, 3);
    assert_eq!(made.get(&Value::Unknown.into()), None);
}

#[test]
fn merging_is_the_same_in_any_order() {
    let parts = [table(&[(6, 1), (17, 2)]), table(&[]), table(&[(1, 1), (6, 5)])];
    let merged = |order: [usize; 3]| {
        let mut sum = table(&[]);
        order.into_iter().for_each(|at| sum.merge(parts[at].clone()));
        sum
    };
    assert_eq!(merged([0, 1, 2]), table(&[(1, 1), (6, 6), (17, 2)]));
    assert_eq!(merged([0, 1, 2]), merged([2, 1, 0]));
    assert_eq!(merged([0, 1, 2]), merged([1, 2, 0]));
}

/// A row that is drawn: of which family and which of few prefixes, or of none; as
/// which family it counts, how many packets and octets it has, and what is odd about it.
type Drawn = ((bool, u64, u8), (bool, u64, u8));

fn drawn() -> impl Strategy<Value = Drawn> {
    ((any::<bool>(), 0..30_u64, 0..12_u8), (any::<bool>(), 1..4_u64, 0..60_u8))
}

/// Mostly rows as they are usual.
fn row(((six, which, kind), (other, packets, odd)): Drawn) -> (Key, Tally) {
    let version = if six { IpVersion::V6 } else { IpVersion::V4 };
    let other = other && (kind == 0 || odd < 2);
    let counted = if six != other { IpVersion::V6 } else { IpVersion::V4 };
    let octets = match odd {
        2 => 1 << 64,
        3..10 => u128::from(u64::MAX / 2),
        _ => u128::from(packets) * 40,
    };
    let mut tally = Tally::default();
    tally[counted] = Count {
        packets: if odd == 10 { 0 } else { packets.into() },
        octets,
        wire_octets: octets,
        flows: u64::from(odd == 11),
    };
    let address = IpAddress::from_bits(u128::from(which) << if six { 80 } else { 104 });
    let len = PrefixLens::default().len(version) - u8::from(odd == 12);
    let key = match kind {
        0 => Value::Unknown,
        _ => Value::Prefix(Prefix::new(version, address, len)),
    };
    (key.into(), tally)
}

/// The summary of nothing with one breakdown by prefix, which is small.
fn empty() -> Summary {
    let mut settings = Settings::default();
    settings.breakdowns.remove(0);
    let summary = Summary::empty(settings);
    assert_eq!(summary.breakdowns.len(), 1);
    assert!(is_small(&summary.breakdowns[0]));
    summary
}

fn is_small(table: &Breakdown) -> bool {
    matches!(table.rows, Form::Prefixes(_))
}

fn general(rows: &[(Key, Tally)]) -> Breakdown {
    let empty = empty().breakdowns.remove(0);
    Breakdown::new(empty.dimensions, empty.view, rows.to_vec())
}

/// As a summary is read back: small as far as the rows allow it.
fn gathered(rows: &[(Key, Tally)]) -> Breakdown {
    let mut table = empty().breakdowns.remove(0);
    rows.iter().for_each(|(key, tally)| table.push(key.clone(), *tally));
    table.settle();
    table
}

fn listed(table: &Breakdown) -> Vec<(Key, Tally)> {
    table.rows().map(|(key, tally)| (key.into_owned(), tally)).collect()
}

/// Whatever can be asked of two tables is the same of both.
fn assert_same(one: &Breakdown, other: &Breakdown, keys: &[(Key, Tally)]) {
    assert_eq!(listed(one), listed(other));
    assert_eq!(one, other);
    assert_eq!(other, one);
    assert_eq!((one.len(), one.is_empty()), (other.len(), other.is_empty()));
    assert!(one.tallies().eq(one.rows().map(|(_, tally)| tally)));
    assert!(one.tallies().eq(other.tallies()));
    assert_eq!(one.sum(), sum(listed(other).iter().map(|(_, tally)| tally)));
    assert_eq!(one.sum(), other.sum());
    for at in 0..=one.len() {
        assert_eq!(one.row(at), other.row(at));
    }
    for (key, _) in keys {
        assert_eq!(one.get(key), other.get(key), "{key}");
    }
}

/// The rows of a kept summary with this breakdown, and what is read back of them.
fn kept(table: Breakdown) -> Option<Breakdown> {
    let mut summary = empty();
    summary.breakdowns[0] = table;
    let rows = summary.rows().ok()?;
    let mut reader = Reader::default();
    rows.iter().zip(1..).for_each(|(row, number)| reader.take(number, row).expect("a row"));
    let mut again = reader.finish().expect("whole");
    assert_eq!(again, summary);
    assert_eq!(again.rows().expect("it was kept before"), rows);
    Some(again.breakdowns.remove(0))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// The two forms cannot be told apart, whatever becomes of their rows.
    #[test]
    fn both_forms_are_the_same(
        parts in prop::collection::vec(prop::collection::vec(drawn(), 0..12), 1..5),
        usual in any::<bool>(),
        order in Just([0_usize, 1, 2, 3]).prop_shuffle(),
    ) {
        let parts: Vec<Vec<_>> = parts
            .into_iter()
            .map(|part| {
                let part = part.into_iter().map(|(which, (other, packets, odd))| {
                    row((which, if usual { (other && odd > 1, packets, odd | 16) } else { (other, packets, odd) }))
                });
                part.collect()
            })
            .collect();
        let all = parts.concat();
        let keys = [&all[..], &[row(((true, 77, 1), (false, 1, 50)))]].concat();
        let whole = general(&all);
        assert_same(&gathered(&all), &whole, &keys);
        let small: Vec<_> = parts.iter().map(|part| gathered(&listed(&general(part)))).collect();
        for (part, small) in parts.iter().zip(&small) {
            prop_assert!(!usual || is_small(small));
            assert_same(small, &general(part), &keys);
            prop_assert_eq!(kept(small.clone()), kept(general(part)));
        }
        // Of small tables alone, and of small and general ones in turn.
        for mixed in [false, true] {
            let mut sum = empty().breakdowns.remove(0);
            for at in order.iter().filter(|at| **at < parts.len()) {
                let is_general = mixed && at % 2 == 0;
                sum.merge(if is_general { general(&parts[*at]) } else { small[*at].clone() });
            }
            prop_assert!(!usual || mixed || is_small(&sum));
            assert_same(&sum, &whole, &keys);
            prop_assert_eq!(kept(sum), kept(whole.clone()));
        }
    }
}

#[test]
fn a_sum_that_64_bits_do_not_hold_is_kept_in_full() {
    let part = [row(((true, 1, 1), (false, 1, 3)))];
    let mut sum = gathered(&part);
    (0..3).for_each(|_| sum.merge(gathered(&part)));
    assert!(!is_small(&sum));
    let count = sum.tallies().next().expect("a row").v6;
    assert_eq!((count.packets, count.octets), (4, u128::from(u64::MAX / 2) * 4));
}
