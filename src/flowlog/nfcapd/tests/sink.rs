//! A sink that keeps what it is given.

use super::super::NfcapdReader;
use crate::error::Position;
use crate::flowlog::{FlowReader, FlowSink, FlowStop, Window};
use crate::model::{
    Anomalies, Excluded, Exporter, ExporterFacts, FlowRecord, Frame, NotIp, Undecodable,
};
use std::ops::ControlFlow;

#[derive(Default, Debug, PartialEq)]
pub(super) struct Kept {
    pub(super) flows: Vec<FlowRecord>,
    pub(super) excluded: Vec<(Excluded, u64)>,
    pub(super) undecodable: Vec<(Undecodable, u64)>,
    pub(super) remarks: Vec<String>,
    pub(super) exporters: Vec<(Exporter, ExporterFacts)>,
    /// Flows after which it asks to stop.
    pub(super) enough: Option<usize>,
}

impl Kept {
    /// Records of every kind.
    pub(super) fn records(&self) -> u64 {
        let excluded: u64 = self.excluded.iter().map(|(_, records)| records).sum();
        let undecodable: u64 = self.undecodable.iter().map(|(_, records)| records).sum();
        self.flows.len() as u64 + excluded + undecodable
    }
}

impl FlowSink for Kept {
    fn flow(&mut self, record: &FlowRecord, _odd: Anomalies) -> ControlFlow<()> {
        self.flows.push(*record);
        if self.enough == Some(self.flows.len()) {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }

    fn sample(&mut self, _frame: &Frame<'_>, _about: &FlowRecord) -> ControlFlow<()> {
        panic!("nfcapd files hold no frames");
    }

    fn not_ip(&mut self, _what: NotIp) {
        panic!("nothing in an nfcapd file tells what is not IP");
    }

    fn undecodable(&mut self, why: Undecodable, records: u64) {
        self.undecodable.push((why, records));
    }

    fn exclude(&mut self, why: Excluded, records: u64) {
        self.excluded.push((why, records));
    }

    fn remark(&mut self, _at: Position, what: &str) {
        self.remarks.push(what.to_owned());
    }

    fn exporter(&mut self, exporter: Exporter, facts: &ExporterFacts) {
        self.exporters.push((exporter, *facts));
    }
}

/// Reads a whole file at once.
pub(super) fn read(data: &[u8]) -> (Kept, Option<FlowStop>) {
    let mut kept = Kept::default();
    let progress = NfcapdReader::new().read(Window { data, offset: 0, ended: true }, &mut kept);
    assert!(progress.consumed <= data.len());
    (kept, progress.stop)
}

/// Reads a file of which `step` more octets come each time.
pub(super) fn read_in_steps(data: &[u8], step: usize) -> (Kept, Option<FlowStop>) {
    let (mut kept, mut reader) = (Kept::default(), NfcapdReader::new());
    let (mut from, mut to) = (0, 0);
    loop {
        to = (to + step).min(data.len());
        let window = Window { data: &data[from..to], offset: from as u64, ended: to == data.len() };
        let progress = reader.read(window, &mut kept);
        from += progress.consumed;
        if progress.stop.is_some() || window.ended {
            return (kept, progress.stop);
        }
    }
}
