//! Usual records, read the short way and the long one.

use super::build::*;
use super::sink::read;
use crate::error::Position;
use crate::flowlog::kept_tests::Kept;
use crate::flowlog::nfcapd::NfcapdReader;
use crate::flowlog::{FlowReader, FlowSink, Window};
use crate::model::{
    Anomalies, BriefFlow, Excluded, Exporter, ExporterFacts, FlowDetails, FlowRecord, Frame,
    IpAddress, NotIp, Sampling, Undecodable,
};
use proptest::prelude::*;
use std::ops::ControlFlow;

/// Keeps all as [`Kept`] does, brief flows as records, and counts them. Of three
/// it declines one.
#[derive(Default)]
struct Briefly {
    kept: Kept,
    offered: usize,
    taken: usize,
    /// Whether it asks for details.
    detailed: bool,
}

/// What a brief flow has of a record, or one with details.
fn cut(record: &FlowRecord, detailed: bool) -> FlowRecord {
    let record = FlowRecord { output: None, direction: None, ..*record };
    if detailed {
        return record;
    }
    let high = |address: IpAddress| IpAddress::from_bits(u128::from(address.high()) << 64);
    FlowRecord {
        source: record.source.map(high),
        destination: record.destination.map(high),
        ports: None,
        input: None,
        ..record
    }
}

impl Briefly {
    fn take(
        &mut self,
        flow: &BriefFlow,
        details: Option<&FlowDetails>,
        exporter: Option<&Exporter>,
        sampling: Sampling,
    ) -> Option<ControlFlow<()>> {
        self.offered += 1;
        if self.offered.is_multiple_of(3) {
            return None;
        }
        self.taken += 1;
        let keys = flow.keys;
        let low = details.map_or([0; 2], |details| details.low);
        let address = |high: u64, low: u64| {
            Some(IpAddress::from_bits(u128::from(high) << 64 | u128::from(low)))
        };
        let record = FlowRecord {
            family: Some(keys.version),
            source: address(keys.source, low[0]),
            destination: address(keys.destination, low[1]),
            ports: details.and_then(|details| details.ports),
            input: details.and_then(|details| details.input),
            protocol: Some(keys.protocol),
            packets: flow.packets,
            octets: flow.octets,
            start: Some(flow.start),
            end: Some(flow.end),
            sampling,
            exporter: exporter.copied(),
            ..FlowRecord::default()
        };
        Some(self.kept.flow(&record, Anomalies::NONE))
    }
}

impl FlowSink for Briefly {
    fn flow(&mut self, record: &FlowRecord, odd: Anomalies) -> ControlFlow<()> {
        self.kept.flow(&cut(record, self.detailed), odd)
    }

    fn takes_brief(&self) -> bool {
        !self.detailed
    }

    fn brief(
        &mut self,
        flow: &BriefFlow,
        exporter: Option<&Exporter>,
        sampling: Sampling,
    ) -> Option<ControlFlow<()>> {
        self.take(flow, None, exporter, sampling)
    }

    fn takes_detailed(&self) -> bool {
        self.detailed
    }

    fn detailed(
        &mut self,
        flow: &BriefFlow,
        details: &FlowDetails,
        exporter: Option<&Exporter>,
        sampling: Sampling,
    ) -> Option<ControlFlow<()>> {
        self.take(flow, Some(details), exporter, sampling)
    }

    fn sample(&mut self, frame: &Frame<'_>, about: &FlowRecord) -> ControlFlow<()> {
        self.kept.sample(frame, about)
    }

    fn not_ip(&mut self, what: NotIp) {
        self.kept.not_ip(what);
    }

    fn undecodable(&mut self, why: Undecodable, records: u64) {
        self.kept.undecodable(why, records);
    }

    fn exclude(&mut self, why: Excluded, records: u64) {
        self.kept.exclude(why, records);
    }

    fn remark(&mut self, at: Position, what: &str) {
        self.kept.remark(at, what);
    }

    fn exporter(&mut self, exporter: Exporter, facts: &ExporterFacts) {
        self.kept.exporter(exporter, facts);
    }
}

/// Reads a file of these records briefly, with and without details; gives the records
/// offered and taken.
fn compare(records: &[Vec<u8>]) -> [usize; 2] {
    let counts = [false, true].map(|detailed| compare_either(records, detailed));
    assert_eq!(counts[0], counts[1]);
    counts[0]
}

fn compare_either(records: &[Vec<u8>], detailed: bool) -> [usize; 2] {
    let file = [header_2(0, 0, 1), block(3, 0, records)].concat();
    let mut brief = Briefly { detailed, ..Briefly::default() };
    let window = Window { data: &file, offset: 0, ended: true };
    let progress = NfcapdReader::new().read(window, &mut brief);
    let (mut whole, stop) = read(&file);
    whole.flows = whole.flows.iter().map(|flow| cut(flow, detailed)).collect();
    assert_eq!(progress.stop, stop);
    assert_eq!(brief.kept, whole);
    [brief.offered, brief.taken]
}

fn counter() -> impl Strategy<Value = u64> {
    prop_oneof![4 => 0..2_000_u64, 1 => any::<u64>()]
}

fn time() -> impl Strategy<Value = u64> {
    prop_oneof![6 => 1_700_000_000_000..1_700_000_100_000_u64, 1 => Just(0), 1 => any::<u64>()]
}

/// Fields of an element as they may be: none, too few, all zero or not.
fn fields(most: usize) -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        prop::collection::vec(prop_oneof![3 => Just(0_u8), 1 => any::<u8>()], 0..most),
        (0..most).prop_map(|len| vec![0; len]),
    ]
}

fn element() -> impl Strategy<Value = Vec<u8>> {
    let part = || prop_oneof![Just([0; 4]), Just([192, 0, 2, 7]), any::<[u8; 4]>()];
    let six =
        || prop_oneof![Just("::"), Just("2001:db8::7"), Just("::ffff:192.0.2.1"), Just("::1")];
    let generic = (time(), time(), counter(), counter(), any::<u8>()).prop_map(
        |(first, last, packets, octets, protocol)| {
            generic([first, last], [packets, octets], [443, 50_000], protocol)
        },
    );
    prop_oneof![
        4 => generic,
        3 => (part(), part()).prop_map(|(source, destination)| v4(source, destination)),
        3 => (six(), six()).prop_map(|(source, destination)| v6(source, destination)),
        2 => fields(17).prop_map(|fields| record(4, &fields)),
        2 => (prop::sample::select(vec![1, 2, 3, 5, 12, 13, 19, 25, 38, 99]), fields(40))
            .prop_map(|(kind, fields)| record(kind, &fields)),
    ]
}

/// A flow, most often a usual one with elements behind it.
fn flow() -> impl Strategy<Value = Vec<u8>> {
    let usual = any::<bool>().prop_map(|is_six| {
        let ends =
            if is_six { v6("2001:db8::1", "2001:db8::2") } else { v4([192, 0, 2, 1], [10; 4]) };
        vec![generic([1_700_000_000_000; 2], [3, 400], [443, 50_000], 6), ends]
    });
    let first = prop_oneof![3 => usual, 1 => Just(Vec::new())];
    let version = prop::sample::select(vec![0, 5, 9, 10, 0x40, 0x80, 0x85]);
    let flags = prop_oneof![4 => Just(0), 1 => 0..8_u8];
    (first, prop::collection::vec(element(), 0..5), 0..4_u16, flags, version).prop_map(
        |(mut all, more, exporter, flags, version)| {
            all.extend(more);
            listed(&all, exporter, flags, version)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_brief_flow_is_what_the_whole_record_is(
        flows in prop::collection::vec(flow(), 1..12),
        known in 0..3_u16,
    ) {
        let mut records = vec![exporter(9, [192, 0, 2, 1], known, 5), sampler(1, known)];
        records.extend(flows);
        compare(&records);
    }
}

#[test]
fn usual_records_are_read_briefly() {
    let flow = |ends: Vec<u8>, flags| {
        let misc = record(4, &[0; 16]);
        let generic = generic([1_700_000_000_000; 2], [3, 400], [443, 50_000], 6);
        listed(&[generic, ends, misc, record(7, &[0; 8])], 1, flags, 9)
    };
    let records =
        [flow(v4([192, 0, 2, 1], [198, 51, 100, 7]), 0), flow(v6("2001:db8::1", "2001:db8::2"), 2)];
    assert_eq!(compare(&records), [2, 2]);
    // An event, and addresses that are mapped.
    let others = [
        flow(v4([192, 0, 2, 1], [198, 51, 100, 7]), 1),
        flow(v6("::ffff:192.0.2.1", "::ffff:192.0.2.2"), 0),
    ];
    assert_eq!(compare(&others), [0, 0]);
}
