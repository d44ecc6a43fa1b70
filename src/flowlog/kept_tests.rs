//! A sink that keeps what it is given, for the tests of this room.

use super::FlowSink;
use crate::error::Position;
use crate::model::{
    Anomalies, Excluded, Exporter, ExporterFacts, FlowRecord, Frame, NotIp, Undecodable,
};
use std::ops::ControlFlow;

#[derive(Default, Debug, PartialEq)]
pub(in crate::flowlog) struct Kept {
    pub(in crate::flowlog) flows: Vec<FlowRecord>,
    pub(in crate::flowlog) not_ip: Vec<NotIp>,
    pub(in crate::flowlog) excluded: Vec<(Excluded, u64)>,
    pub(in crate::flowlog) undecodable: Vec<(Undecodable, u64)>,
    pub(in crate::flowlog) remarks: Vec<String>,
    pub(in crate::flowlog) exporters: Vec<(Exporter, ExporterFacts)>,
    /// Flows after which it asks to stop.
    pub(in crate::flowlog) enough: Option<usize>,
}

impl Kept {
    /// Records of every kind.
    pub(in crate::flowlog) fn records(&self) -> u64 {
        let excluded: u64 = self.excluded.iter().map(|(_, records)| records).sum();
        let undecodable: u64 = self.undecodable.iter().map(|(_, records)| records).sum();
        (self.flows.len() + self.not_ip.len()) as u64 + excluded + undecodable
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
        panic!("no format of these tests holds frames");
    }

    fn not_ip(&mut self, what: NotIp) {
        self.not_ip.push(what);
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
