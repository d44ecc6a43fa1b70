//! What a reader of text tells the sink: each record in its one way.

use super::super::{Column, FlowSink, FlowStop};
use super::lines::{BadLines, shown};
use super::record::{Outcome, Rules, other_than_flow};
use super::row::{Row, Value};
use crate::model::{Anomalies, Anomaly, Exporter, ExporterFacts, FlowRecord};
use std::collections::BTreeSet;
use std::ops::ControlFlow;

/// Exporters that are told of at most by one reader.
const MAX_EXPORTERS: usize = 65_536;

/// Hands records on, and says of each exporter, once, that its share of IPv6
/// can be seen: a text can carry any address.
#[derive(Clone, Debug, Default)]
pub(in crate::flowlog) struct Told {
    /// What the format adds to the meaning of its columns.
    pub(super) rules: Rules,
    /// Records that cannot be read.
    pub(super) bad: BadLines,
    last: Option<Exporter>,
    exporters: BTreeSet<Exporter>,
}

impl Told {
    pub(super) fn new(rules: Rules) -> Self {
        Self { rules, ..Self::default() }
    }

    /// Reads a row and hands on what it is; `at` is where it begins.
    #[inline]
    pub(super) fn row<S: FlowSink>(
        &mut self,
        sink: &mut S,
        row: &Row<'_>,
        at: u64,
    ) -> ControlFlow<FlowStop> {
        let mut record = FlowRecord::default();
        match other_than_flow(row, self.rules, &mut record) {
            None => self.flow(sink, &record),
            Some(other) => self.outcome(sink, other, row, at),
        }
    }

    /// Hands on what a row is.
    pub(super) fn outcome<S: FlowSink>(
        &mut self,
        sink: &mut S,
        outcome: Outcome,
        row: &Row<'_>,
        at: u64,
    ) -> ControlFlow<FlowStop> {
        match outcome {
            Outcome::Flow(record) => return self.flow(sink, &record),
            Outcome::NotIp(what) => sink.not_ip(what),
            Outcome::Excluded(why) => sink.exclude(why, 1),
            Outcome::Unreadable(column) => self.unreadable(sink, at, column, row),
        }
        ControlFlow::Continue(())
    }

    /// Hands on a record.
    #[inline]
    pub(in crate::flowlog) fn flow<S: FlowSink>(
        &mut self,
        sink: &mut S,
        record: &FlowRecord,
    ) -> ControlFlow<FlowStop> {
        if record.exporter != self.last {
            self.exporter(sink, record.exporter);
        }
        let mut odd = Anomalies::NONE;
        if record.start.is_none() {
            odd.insert(Anomaly::NoTimestamp);
        }
        sink.flow(record, odd).map_break(|()| FlowStop::Sink)
    }

    #[cold]
    fn exporter<S: FlowSink>(&mut self, sink: &mut S, exporter: Option<Exporter>) {
        self.last = exporter;
        if let Some(exporter) = exporter
            && self.exporters.len() < MAX_EXPORTERS
            && self.exporters.insert(exporter)
        {
            sink.exporter(
                exporter,
                &ExporterFacts { ipv6_observable: true, ..ExporterFacts::default() },
            );
        }
    }

    /// Counts a record in which `column` holds what it cannot.
    #[cold]
    fn unreadable<S: FlowSink>(&mut self, sink: &mut S, at: u64, column: Column, row: &Row<'_>) {
        self.bad.tell(sink, at, || unreadable(row[column as usize], column));
    }
}

/// That a value is not what its column holds, in words.
pub(in crate::flowlog) fn unreadable(value: Value<'_>, column: Column) -> String {
    match value {
        Value::Text(text) => format!("`{}` is no {}", shown(text), held(column)),
        Value::Number(number) => format!("{number} is no {}", held(column)),
        Value::Double(number) => format!("{number} is no {}", held(column)),
        Value::Absent | Value::Odd | Value::Time(_) | Value::Address(..) => {
            format!("what is there is no {}", held(column))
        }
    }
}

/// What a column must hold, as a message says it.
fn held(column: Column) -> &'static str {
    match column {
        Column::Source | Column::Source6 => "source address",
        Column::Destination | Column::Destination6 => "destination address",
        Column::Protocol => "protocol",
        Column::Packets => "number of packets",
        Column::Octets => "number of octets",
        Column::ReversePackets => "number of packets of the other direction",
        Column::ReverseOctets => "number of octets of the other direction",
        Column::WireOctets => "number of layer-2 octets",
        Column::Sampling => "sampling interval",
        Column::Family => "IP version (4 or 6)",
        Column::EtherType => "EtherType",
        other => other.key(),
    }
}
