//! What readers of flow records hand on, to be compared.

use std::ops::ControlFlow;
use v6share::decode::{decode, decode_general};
use v6share::error::Position;
use v6share::flowlog::{FlowReader, FlowSink, Window};
use v6share::model::{
    Anomalies, Excluded, Exporter, ExporterFacts, FlowRecord, Frame, NotIp, Undecodable,
};

/// All of it but the positions of remarks, which tell where a window was.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Told {
    flows: Vec<FlowRecord>,
    samples: u64,
    others: u64,
    excluded: u64,
}

impl FlowSink for Told {
    fn flow(&mut self, record: &FlowRecord, _: Anomalies) -> ControlFlow<()> {
        self.flows.push(*record);
        ControlFlow::Continue(())
    }

    fn sample(&mut self, frame: &Frame<'_>, _: &FlowRecord) -> ControlFlow<()> {
        assert_eq!(decode(frame), decode_general(frame));
        self.samples += 1;
        ControlFlow::Continue(())
    }

    fn not_ip(&mut self, _: NotIp) {
        self.others += 1;
    }

    fn undecodable(&mut self, _: Undecodable, records: u64) {
        self.others += records;
    }

    fn exclude(&mut self, _: Excluded, records: u64) {
        self.excluded += records;
    }

    fn remark(&mut self, _: Position, _: &str) {}

    fn exporter(&mut self, _: Exporter, _: &ExporterFacts) {}
}

/// How reading ended: where, and whether it was a stop that had a reason.
type End = (usize, bool);

/// Reads all at once.
#[allow(dead_code, reason = "each user needs a part of it")]
pub(crate) fn whole<R: FlowReader>(reader: &mut R, data: &[u8]) -> (Told, End) {
    let mut told = Told::default();
    let window = Window { data, offset: 0, ended: true };
    let progress = reader.read(window, &mut told);
    assert!(progress.consumed <= data.len());
    (told, (progress.consumed, progress.stop.is_some()))
}

/// Reads with windows that grow by `step` bytes.
#[allow(dead_code, reason = "each user needs a part of it")]
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
            return (told, (from, progress.stop.is_some()));
        }
    }
}
