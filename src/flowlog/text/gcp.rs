//! VPC flow logs of Google Cloud: entries of Cloud Logging, as lines or in an
//! array, or their payloads alone.
//! <https://cloud.google.com/vpc/docs/about-flow-logs-records>
//!
//! A record is one direction of a flow between two ends. Where both ends are
//! machines of networks that log, both report it. It is then counted once: of two
//! reports with the same ends, ports and protocol in one input the source's
//! counts, and the other is excluded. A report of the destination alone counts.
//!
//! The service samples packets and scales its counts itself. What layer its
//! bytes are of it does not say.

use super::super::{Column, FlowSink, FlowStop};
use super::json::{Place, Slots, Tree};
use super::recent::{Recent, Waiting};
use super::record::{Outcome, outcome};
use super::row::Value;
use super::told::Told;
use crate::model::{Excluded, FlowRecord, IpAddress, IpProtocol, IpVersion};
use std::ops::ControlFlow;

/// The name of the format in the report.
pub(super) const FORMAT: &str = "gcp_vpc";

/// Flows whose source reported that are remembered, and reports of destinations
/// that wait for their source's, at most.
const REPORTED: usize = 262_144;
const WAITING: usize = 65_536;

const REPORTER: usize = 0;
const SOURCE_INSIDE: usize = 1;
const DESTINATION_INSIDE: usize = 2;

/// What two reports of one flow have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Flow {
    family: Option<IpVersion>,
    ends: [Option<IpAddress>; 2],
    protocol: Option<IpProtocol>,
    ports: Option<(u16, u16)>,
}

impl Flow {
    fn of(record: &FlowRecord) -> Self {
        Self {
            family: record.family,
            ends: [record.source, record.destination],
            protocol: record.protocol,
            ports: record.ports,
        }
    }
}

/// Tells the second report of a flow.
#[derive(Clone, Debug)]
pub(super) struct Reporters {
    reported: Recent<Flow>,
    waiting: Waiting<Flow>,
}

impl Default for Reporters {
    fn default() -> Self {
        Self { reported: Recent::new(REPORTED), waiting: Waiting::new(WAITING) }
    }
}

impl Reporters {
    /// The keys of a record, within its entry or alone.
    pub(super) fn tree() -> Tree {
        let keys = [
            ("connection.src_ip", Place::Column(Column::Source)),
            ("connection.dest_ip", Place::Column(Column::Destination)),
            ("connection.src_port", Place::Column(Column::SourcePort)),
            ("connection.dest_port", Place::Column(Column::DestinationPort)),
            ("connection.protocol", Place::Column(Column::Protocol)),
            ("bytes_sent", Place::Column(Column::Octets)),
            ("packets_sent", Place::Column(Column::Packets)),
            ("start_time", Place::Column(Column::Start)),
            ("end_time", Place::Column(Column::End)),
            ("reporter", Place::Extra(REPORTER)),
            ("src_instance", Place::Presence(SOURCE_INSIDE)),
            ("src_vpc", Place::Presence(SOURCE_INSIDE)),
            ("src_gke_details", Place::Presence(SOURCE_INSIDE)),
            ("dest_instance", Place::Presence(DESTINATION_INSIDE)),
            ("dest_vpc", Place::Presence(DESTINATION_INSIDE)),
            ("dest_gke_details", Place::Presence(DESTINATION_INSIDE)),
        ];
        let wrapped: Vec<String> =
            keys.iter().map(|(key, _)| format!("jsonPayload.{key}")).collect();
        let wrapped = wrapped.iter().zip(&keys).map(|(path, (_, place))| (path.as_str(), *place));
        let paths: Vec<(&str, Place)> = keys.iter().copied().chain(wrapped).collect();
        Tree::of(&paths)
    }

    /// Hands on one record.
    pub(super) fn record<S: FlowSink>(
        &mut self,
        slots: &Slots<'_>,
        at: u64,
        sink: &mut S,
        told: &mut Told,
    ) -> ControlFlow<FlowStop> {
        let row = &slots.row;
        let reporter = slots.extra[REPORTER].text();
        if reporter.is_none() && row[Column::Source as usize] == Value::Absent {
            sink.exclude(Excluded::OtherRecord, 1);
            return ControlFlow::Continue(());
        }
        let read = outcome(row, told.rules);
        let Outcome::Flow(record) = read else { return told.outcome(sink, read, row, at) };
        let inside = |at: usize| slots.extra[at] != Value::Absent;
        // Only what has both ends inside can be reported twice.
        if !inside(SOURCE_INSIDE) || !inside(DESTINATION_INSIDE) {
            return told.flow(sink, &record);
        }
        let flow = Flow::of(&record);
        if reporter == Some(b"SRC") {
            self.reported.insert(flow);
            return told.flow(sink, &record);
        }
        match self.waiting.push(flow, record) {
            Some((flow, record)) => self.release(flow, &record, sink, told),
            None => ControlFlow::Continue(()),
        }
    }

    fn release<S: FlowSink>(
        &self,
        flow: Flow,
        record: &FlowRecord,
        sink: &mut S,
        told: &mut Told,
    ) -> ControlFlow<FlowStop> {
        if self.reported.contains(&flow) {
            sink.exclude(Excluded::DuplicateReporter, 1);
            return ControlFlow::Continue(());
        }
        told.flow(sink, record)
    }

    /// Decides about all that wait, at the end of the input.
    pub(super) fn finish<S: FlowSink>(
        &mut self,
        sink: &mut S,
        told: &mut Told,
    ) -> ControlFlow<FlowStop> {
        while let Some((flow, record)) = self.waiting.pop() {
            self.release(flow, &record, sink, told)?;
        }
        ControlFlow::Continue(())
    }
}

#[cfg(test)]
#[path = "gcp_tests.rs"]
mod gcp_tests;
