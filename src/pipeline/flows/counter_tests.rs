//! The short way of flow records against the general one.

use super::*;
use crate::model::{
    Anomaly, Count, FlowDirection, IpAddress, IpProtocol, IpVersion, PrefixLens, Side as EndSide,
    Tally, Timestamp,
};
use crate::pipeline::outcome::Outcome;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// What can be told apart of some totals.
type Told = (
    BTreeMap<Option<IpProtocol>, Tally>,
    Vec<Vec<(IpVersion, IpAddress, Count)>>,
    crate::aggregate::FlowTotals,
    Vec<Tally>,
);

fn told(totals: &Totals) -> Told {
    let prefixes = &totals.same.prefixes;
    let rows = |prefix: &crate::aggregate::PrefixTotals| prefix.rows().collect();
    (
        totals.same.protocols.clone(),
        prefixes.iter().map(rows).collect(),
        totals.flows,
        prefixes.iter().map(|prefix| prefix.without_address).collect(),
    )
}

/// Counts records, by the short way where it takes them, or each by the general one.
fn counted(
    records: &[(FlowRecord, Anomalies)],
    plan: &Plan,
    options: &FlowOptions,
    general: bool,
) -> (Told, Outcome) {
    let (control, decoder) = (Control::default(), Decoder::default());
    let rules = Rules { control: &control, decoder: &decoder, plan, options, input: 0 };
    let (mut tables, mut totals) = (FlowTables::new(plan), Totals::new(plan));
    let mut counter = FlowCounter::new(rules, &mut tables, &mut totals, Directions::default());
    for (record, odd) in records {
        let go_on =
            if general { counter.any_flow(record, *odd) } else { counter.flow(record, *odd) };
        assert!(go_on.is_continue());
    }
    counter.end_unit();
    let (outcome, _) = counter.finish();
    tables.drain_into(&mut totals);
    (told(&totals), outcome)
}

fn address() -> impl Strategy<Value = Option<IpAddress>> {
    prop_oneof![
        8 => (0_u8..4).prop_map(|low| Some(IpAddress::from_v4([192, 0, low, 1]))),
        8 => (0_u16..4).prop_map(|low| Some(IpAddress::from_bits(
            0x2001_0db8 << 96 | u128::from(low) << 80 | 1
        ))),
        1 => Just(Some(IpAddress::from_bits(0x0064_ff9b << 96 | 7))),
        1 => Just(None),
    ]
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
        times in (prop::option::of(0..9_i64), prop::option::of(0..9_i64)),
        sampling in prop_oneof![
            Just(Sampling::Every), Just(Sampling::Unknown), Just(Sampling::Scaled),
            Just(Sampling::one_in(10)), Just(Sampling::of(3, 2)),
        ],
        exporter in prop::option::of(0..3_u32),
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
            start: times.0.map(Timestamp::from_nanoseconds),
            end: times.1.map(Timestamp::from_nanoseconds),
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
