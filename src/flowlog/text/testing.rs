//! A sink that counts, and ways to read a text: for the tests of this room.

use super::super::{FlowReader, FlowSink, FlowStop, Window};
use super::{TextOptions, TextReader, detect};
use crate::error::Position;
use crate::model::{
    Anomalies, Excluded, Exporter, ExporterFacts, FlowRecord, Frame, NotIp, Undecodable,
};
use std::collections::BTreeMap;
use std::ops::ControlFlow;

/// What a reader told, in sums that do not depend on the order.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Counting {
    pub flows: [u64; 2],
    pub packets: [u128; 2],
    pub octets: [u128; 2],
    pub wire_octets: [u128; 2],
    pub unknown: u64,
    pub not_ip: BTreeMap<NotIp, u64>,
    pub undecodable: u64,
    pub excluded: BTreeMap<&'static str, u64>,
    pub remarks: Vec<(u64, String)>,
    pub exporters: BTreeMap<Exporter, ExporterFacts>,
    pub protocols: BTreeMap<Option<u8>, u64>,
    pub last: Option<FlowRecord>,
}

impl Counting {
    /// Records that were told, whatever became of them.
    pub(super) fn records(&self) -> u64 {
        let not_ip: u64 = self.not_ip.values().sum();
        let excluded: u64 = self.excluded.values().sum();
        self.flows[0] + self.flows[1] + self.unknown + not_ip + self.undecodable + excluded
    }
}

impl FlowSink for Counting {
    fn flow(&mut self, record: &FlowRecord, _: Anomalies) -> ControlFlow<()> {
        self.last = Some(*record);
        *self.protocols.entry(record.protocol.map(|p| p.0)).or_default() += 1;
        let Some(family) = record.family else {
            self.unknown += 1;
            return ControlFlow::Continue(());
        };
        self.flows[family.index()] += 1;
        self.packets[family.index()] += u128::from(record.packets);
        self.octets[family.index()] += u128::from(record.octets);
        self.wire_octets[family.index()] += u128::from(record.wire_octets);
        ControlFlow::Continue(())
    }

    fn sample(&mut self, _: &Frame<'_>, _: &FlowRecord) -> ControlFlow<()> {
        panic!("no text holds frames")
    }

    fn not_ip(&mut self, what: NotIp) {
        *self.not_ip.entry(what).or_default() += 1;
    }

    fn undecodable(&mut self, why: Undecodable, records: u64) {
        assert_eq!(why, Undecodable::BadLine);
        self.undecodable += records;
    }

    fn exclude(&mut self, why: Excluded, records: u64) {
        *self.excluded.entry(why.key()).or_default() += records;
    }

    fn remark(&mut self, at: Position, what: &str) {
        let Position::Byte(at) = at else { panic!("{at:?}") };
        self.remarks.push((at, what.to_owned()));
    }

    fn exporter(&mut self, exporter: Exporter, facts: &ExporterFacts) {
        self.exporters.insert(exporter, *facts);
    }
}

/// True where `text` is claimed, whole or cut after any few bytes.
pub(super) fn detect_all(text: &[u8]) -> bool {
    let options = TextOptions::default();
    detect(text, true, &options).is_some() || detect(text, false, &options).is_some()
}

/// Reads all of `text` at once.
pub(super) fn read_all(text: &[u8], options: &TextOptions) -> (TextReader, Counting) {
    let mut reader = detect(text, true, options).expect("a flow log");
    let mut seen = Counting::default();
    let progress = reader.read(Window { data: text, offset: 0, ended: true }, &mut seen);
    assert_eq!(progress.stop, None);
    assert_eq!(progress.consumed, text.len());
    (reader, seen)
}

/// Reads `text` as a stream of which `size` bytes more come each time.
pub(super) fn read_in_windows(text: &[u8], size: usize, options: &TextOptions) -> Counting {
    let mut reader = detect(text, true, options).expect("a flow log");
    let mut seen = Counting::default();
    let (mut start, mut end) = (0, 0);
    loop {
        end = (end + size).min(text.len());
        let ended = end == text.len();
        let window = Window { data: &text[start..end], offset: start as u64, ended };
        let progress = reader.read(window, &mut seen);
        if let Some(stop) = progress.stop {
            assert_ne!(stop, FlowStop::Sink);
            return seen;
        }
        start += progress.consumed;
        if ended {
            assert_eq!(start, end);
            return seen;
        }
    }
}
