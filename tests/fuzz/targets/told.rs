//! What readers of flow records hand on, to be compared.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use v6share::decode::{decode, decode_general};
use v6share::error::Position;
use v6share::flowlog::{FlowReader, FlowSink, FlowStop, Window};
use v6share::model::{
    Anomalies, Excluded, Exporter, ExporterFacts, FlowRecord, Frame, LinkType, NotIp, Timestamp,
    Undecodable,
};

/// All of it: records and remarks in their order, the others counted by what they are.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Told {
    flows: Vec<(FlowRecord, Anomalies)>,
    samples: Vec<Sample>,
    not_ip: BTreeMap<NotIp, u64>,
    undecodable: BTreeMap<Undecodable, u64>,
    excluded: BTreeMap<Excluded, u64>,
    remarks: Vec<(Position, String)>,
    exporters: Vec<(Exporter, ExporterFacts)>,
}

/// A sampled packet: its frame and what is said about it.
#[derive(Debug, PartialEq)]
struct Sample {
    link_type: Option<LinkType>,
    timestamp: Option<Timestamp>,
    captured: Vec<u8>,
    original_len: u32,
    fcs_len: u8,
    interface: u32,
    about: FlowRecord,
}

impl FlowSink for Told {
    fn flow(&mut self, record: &FlowRecord, odd: Anomalies) -> ControlFlow<()> {
        self.flows.push((*record, odd));
        ControlFlow::Continue(())
    }

    fn sample(&mut self, frame: &Frame<'_>, about: &FlowRecord) -> ControlFlow<()> {
        assert_eq!(decode(frame), decode_general(frame));
        self.samples.push(Sample {
            link_type: frame.link_type,
            timestamp: frame.timestamp,
            captured: frame.captured.to_vec(),
            original_len: frame.original_len,
            fcs_len: frame.fcs_len,
            interface: frame.interface,
            about: *about,
        });
        ControlFlow::Continue(())
    }

    fn not_ip(&mut self, what: NotIp) {
        *self.not_ip.entry(what).or_default() += 1;
    }

    fn undecodable(&mut self, why: Undecodable, records: u64) {
        *self.undecodable.entry(why).or_default() += records;
    }

    fn exclude(&mut self, why: Excluded, records: u64) {
        *self.excluded.entry(why).or_default() += records;
    }

    fn remark(&mut self, at: Position, what: &str) {
        self.remarks.push((at, what.to_owned()));
    }

    fn exporter(&mut self, exporter: Exporter, facts: &ExporterFacts) {
        self.exporters.push((exporter, *facts));
    }
}

/// How reading ended: where, and why it was a stop where it was one.
type End = (usize, Option<FlowStop>);

/// Reads all at once.
pub(crate) fn whole<R: FlowReader>(reader: &mut R, data: &[u8]) -> (Told, End) {
    let mut told = Told::default();
    let window = Window { data, offset: 0, ended: true };
    let progress = reader.read(window, &mut told);
    assert!(progress.consumed <= data.len());
    (told, (progress.consumed, progress.stop))
}

/// Reads with windows that grow by `step` bytes.
pub(crate) fn in_steps<R: FlowReader>(reader: &mut R, data: &[u8], step: usize) -> (Told, End) {
    let mut told = Told::default();
    let (mut from, mut to) = (0, 0);
    loop {
        to = data.len().min(to + step);
        let ended = to == data.len();
        let window = Window { data: &data[from..to], offset: from as u64, ended };
        let progress = reader.read(window, &mut told);
        from += progress.consumed;
        assert!(from <= to);
        if ended || progress.stop.is_some() {
            return (told, (from, progress.stop));
        }
    }
}
