//! The short way of flow records against the general one.

use super::*;
use crate::aggregate::{DistinctAddresses, FlowTotals, Names, PrefixTotals};
use crate::input::Source;
use crate::model::{
    Anomaly, Count, Dimension, FlowDirection, IpAddress, IpProtocol, IpVersion, PrefixLens,
    Profile, Resolver, Side as EndSide, Tally, TimeBins, TimeWindow, Timestamp,
};
use crate::pipeline::outcome::Outcome;
use crate::pipeline::{NetworkInputs, read_networks};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

/// What can be told apart of some totals of native flows.
#[derive(Debug, PartialEq)]
struct Told {
    protocols: BTreeMap<Option<IpProtocol>, Tally>,
    prefixes: Vec<Vec<(IpVersion, IpAddress, Count)>>,
    without_address: Vec<Tally>,
    keyed: Vec<BTreeMap<String, Tally>>,
    distinct: Option<Box<DistinctAddresses>>,
    left_out: Tally,
    control: Tally,
    flows: FlowTotals,
}

fn told(totals: &Totals, plan: &Plan) -> Told {
    let same = &totals.same;
    let rows = |prefix: &PrefixTotals| prefix.rows().collect();
    let inputs = ["a".into(), "b".into()];
    let names = Names { inputs: &inputs, resolver: plan.resolver.as_deref() };
    let keyed = same.keyed.iter().map(|keyed| {
        let mut all = BTreeMap::<String, Tally>::new();
        keyed
            .rows(&names)
            .for_each(|(key, tally)| *all.entry(format!("{key:?}")).or_default() += tally);
        all
    });
    Told {
        protocols: same.protocols.clone(),
        prefixes: same.prefixes.iter().map(rows).collect(),
        without_address: same.prefixes.iter().map(|prefix| prefix.without_address).collect(),
        keyed: keyed.collect(),
        distinct: same.distinct.clone(),
        left_out: same.left_out,
        control: same.control,
        flows: totals.flows,
    }
}

/// Counts records, by the short way where it takes them, or each by the general one.
fn counted(
    records: &[(FlowRecord, Anomalies)],
    plan: &Plan,
    options: &FlowOptions,
    general: bool,
) -> (Told, Vec<Outcome>) {
    let (control, decoder) = (Control::default(), Decoder::default());
    let (mut tables, mut totals) = (FlowTables::new(plan), Totals::new(plan));
    let (mut outcomes, mut directions) = (Vec::new(), Directions::default());
    let (first, second) = records.split_at(records.len() / 3);
    for (input, records) in (0..).zip([first, second]) {
        let rules = Rules { control: &control, decoder: &decoder, plan, options, input };
        tables.enter(input);
        let mut counter = FlowCounter::new(rules, &mut tables, &mut totals, directions);
        for (record, odd) in records {
            let go_on =
                if general { counter.any_flow(record, *odd) } else { counter.flow(record, *odd) };
            assert!(go_on.is_continue());
        }
        counter.end_unit();
        let outcome;
        (outcome, directions) = counter.finish();
        outcomes.push(outcome);
        if input == 0 {
            tables.drain_into(&mut totals);
        }
    }
    tables.drain_into(&mut totals);
    totals.settle(1);
    (told(&totals, plan), outcomes)
}

/// Networks with borders within a /24 and a /48, and without.
fn networks() -> Arc<dyn Resolver> {
    static NETWORKS: LazyLock<Arc<dyn Resolver>> = LazyLock::new(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let labels = "label,prefix,local,region\n\
            a,192.0.0.0/23,1,west\nb,192.0.1.0/29,0,\nc,2001:db8::/47,1,east\n\
            d,2001:db8:1:40::/58,0,west\n";
        let origins = "192.0.0.0\t22\t64496\n192.0.2.1\t32\t64497_64498\n\
            2001:db8::\t32\t64500\n2001:db8:2::3\t128\t64501\n";
        let [labels, origins] = [("labels", labels), ("origins", origins)].map(|(name, text)| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).expect("room for a table");
            Source::at(path)
        });
        let inputs = NetworkInputs { networks: Some(labels), tables: vec![origins], threads: 1 };
        read_networks(&inputs, &Control::default()).expect("sound tables").resolver
    });
    Arc::clone(&NETWORKS)
}

fn address() -> impl Strategy<Value = Option<IpAddress>> {
    prop_oneof![
        8 => (0_u8..4, 0_u8..12).prop_map(|(third, low)| {
            Some(IpAddress::from_v4([192, 0, third, low]))
        }),
        8 => (0_u16..4, 0_u16..2, 0_u8..4).prop_map(|(third, fourth, low)| {
            let high = 0x2001_0db8 << 96 | u128::from(third) << 80 | u128::from(fourth) << 70;
            Some(IpAddress::from_bits(high | u128::from(low)))
        }),
        1 => Just(Some(IpAddress::from_bits(0x0064_ff9b << 96 | 7))),
        1 => Just(None),
    ]
}

/// An instant, of which a bin of five minutes has one to four.
fn time(number: i64) -> Timestamp {
    Timestamp::from_nanoseconds(number * 97_000_000_000)
}

fn amount() -> impl Strategy<Value = u64> {
    prop_oneof![
        8 => 0_u64..5000,
        1 => u64::from(u32::MAX) - 1..=u64::from(u32::MAX) + 1,
        1 => any::<u64>(),
    ]
}

prop_compose! {
    fn record()(
        family in prop::option::weighted(0.9, prop_oneof![Just(IpVersion::V4), Just(IpVersion::V6)]),
        ends in (address(), address()),
        protocol in prop::option::weighted(
            0.9,
            prop_oneof![Just(6_u8), Just(17), Just(41), Just(4), any::<u8>()],
        ),
        amounts in (amount(), amount(), prop_oneof![8 => Just(0_u64), 1 => 0..2000_u64]),
        ports in prop::option::of((
            prop::sample::select(vec![53_u16, 443, 50_000, 50_001]),
            prop::sample::select(vec![80_u16, 443, 179, 50_002]),
        )),
        times in prop_oneof![
            4 => (0..9_i64, 0..2_i64).prop_map(|(start, more)| (Some(start), Some(start + more))),
            1 => (prop::option::of(0..9_i64), prop::option::of(0..9_i64)),
        ],
        sampling in prop_oneof![
            Just(Sampling::Every), Just(Sampling::Unknown), Just(Sampling::Scaled),
            Just(Sampling::one_in(10)), Just(Sampling::of(3, 2)),
        ],
        (exporter, input) in (prop::option::of(0..3_u32), prop::option::of(0..3_u32)),
        egress: bool,
        odd: bool,
    ) -> (FlowRecord, Anomalies) {
        let mut anomalies = Anomalies::NONE;
        if odd {
            anomalies.insert(Anomaly::NoTimestamp);
        }
        let record = FlowRecord {
            family,
            source: ends.0,
            destination: ends.1,
            protocol: protocol.map(IpProtocol),
            packets: amounts.0,
            octets: amounts.1,
            wire_octets: amounts.2,
            start: times.0.map(time),
            end: times.1.map(time),
            ports,
            input,
            sampling,
            exporter: exporter.map(|domain| Exporter { address: None, domain }),
            direction: Some(if egress { FlowDirection::Egress } else { FlowDirection::Ingress }),
            ..FlowRecord::default()
        };
        (record, anomalies)
    }
}

proptest! {
    #[test]
    fn the_short_way_counts_as_the_general_one(
        records in prop::collection::vec(record(), 0..300),
        sampled: bool,
        dedup_direction: bool,
        v6_len in prop_oneof![Just(48_u8), Just(64), Just(56), Just(96)],
    ) {
        let options = FlowOptions {
            sampling: if sampled { Sampling::one_in(100) } else { Sampling::Unknown },
            dedup_direction,
            ..FlowOptions::default()
        };
        let wide = PrefixLens::new(24, v6_len).unwrap();
        let sides = [EndSide::Both, EndSide::Source, EndSide::Destination];
        let mut prefixes: Vec<_> = sides.map(|side| (PrefixLens::default(), side)).into();
        prefixes.push((wide, EndSide::Both));
        for prefixes in [prefixes, Vec::new()] {
            let plan = Plan { prefixes, ..Plan::default() };
            let short = counted(&records, &plan, &options, false);
            prop_assert_eq!(short, counted(&records, &plan, &options, true));
        }
    }
}

/// A breakdown, most often one that can be counted quickly.
fn breakdown() -> impl Strategy<Value = Vec<Dimension>> {
    let one = prop::sample::select(vec![
        "time",
        "port",
        "service",
        "asn",
        "source-asn",
        "destination-label",
        "label",
        "label.region",
        "direction",
        "packet-size",
        "traffic-class",
        "input",
        "exporter",
        "interface",
        "vlan",
        "mac",
        "encapsulation",
        "protocol",
        "source-prefix=20/44",
    ]);
    let other = prop::sample::select(vec!["encapsulation-path", "prefix=24/128"]);
    prop_oneof![
        9 => one.clone().prop_map(|one| vec![one]),
        4 => (one.clone(), one.clone()).prop_map(|(one, other)| vec![one, other]),
        1 => other.clone().prop_map(|other| vec![other]),
        1 => (one, other).prop_map(|(one, other)| vec![one, other]),
    ]
    .prop_map(|words| words.iter().map(|word| word.parse().expect("a dimension")).collect())
}

prop_compose! {
    /// A plan that asks for more than every run counts, most often.
    fn asking()(
        keyed in prop::collection::vec(breakdown(), 0..4),
        profile in prop::sample::select(Profile::ALL.to_vec()),
        (control, knows) in any::<(bool, bool)>(),
        side in prop::sample::select(vec![EndSide::Both, EndSide::Source, EndSide::Destination]),
        distinct: bool,
        has_prefixes in prop::bool::weighted(0.7),
        window in prop::option::weighted(0.3, (0..8_i64, 1..5_i64)),
    ) -> Plan {
        let window = window.and_then(|(from, len)| {
            TimeWindow::new(Some(time(from)), Some(time(from + len))).ok()
        });
        let by_both = (PrefixLens::default(), EndSide::Both);
        Plan {
            prefixes: if has_prefixes { vec![by_both, (by_both.0, side)] } else { Vec::new() },
            keyed,
            profile,
            control,
            distinct: distinct.then_some(side),
            resolver: knows.then(networks),
            bins: TimeBins::new("5m".parse().expect("a width"), "UTC").expect("a zone"),
            window: window.unwrap_or_default(),
            ..Plan::default()
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn more_is_counted_quickly_as_in_the_general_way(
        records in prop::collection::vec(record(), 0..400),
        plan in asking(),
        sampled: bool,
    ) {
        let sampling = if sampled { Sampling::one_in(100) } else { Sampling::Unknown };
        let options = FlowOptions { sampling, ..FlowOptions::default() };
        let quick = counted(&records, &plan, &options, false);
        prop_assert_eq!(quick, counted(&records, &plan, &options, true));
    }
}

#[test]
fn most_records_take_the_short_way() {
    let plan = Plan { prefixes: vec![(PrefixLens::default(), EndSide::Both)], ..Plan::default() };
    let (control, decoder, options) = Default::default();
    let rules =
        Rules { control: &control, decoder: &decoder, plan: &plan, options: &options, input: 0 };
    let (mut tables, mut totals) = (FlowTables::new(&plan), Totals::new(&plan));
    let mut counter = FlowCounter::new(rules, &mut tables, &mut totals, Directions::default());
    let record = FlowRecord {
        family: Some(IpVersion::V4),
        source: Some(IpAddress::from_v4([192, 0, 2, 1])),
        destination: Some(IpAddress::from_v4([198, 51, 100, 1])),
        protocol: Some(IpProtocol::TCP),
        packets: 3,
        octets: 300,
        ..FlowRecord::default()
    };
    let sampled = FlowRecord { sampling: Sampling::one_in(100), ..record };
    for record in [&record, &sampled] {
        assert!(counter.flow(record, Anomalies::NONE).is_continue());
    }
    drop(counter);
    assert!(totals.same.protocols.is_empty(), "it is still in the tables");
    tables.drain_into(&mut totals);
    assert_eq!(totals.same.protocols[&Some(IpProtocol::TCP)].v4.octets, 30_300);
    assert_eq!(totals.flows.exported.v4.octets, 600);
    assert_eq!(totals.flows.variance.transport[0].packets, 3 * 9900);
    assert_eq!(totals.same.prefixes[0].rows().count(), 2);
}
