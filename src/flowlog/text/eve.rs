//! Suricata's EVE log: its `flow` events, and its `netflow` events where there
//! are no others. <https://docs.suricata.io/en/latest/output/eve/eve-json-format.html>
//!
//! Both tell of the same packets, `flow` once a flow with both directions,
//! `netflow` once a direction. Their byte counts are those of whole packets as
//! captured, link layer and all, so they are layer-2 octets and no others.

use super::super::{Column, FlowSink, FlowStop, Window};
use super::json::{Place, Slots, Tree};
use super::recent::Waiting;
use super::record::{Outcome, outcome};
use super::told::Told;
use crate::model::{Excluded, FlowRecord};
use std::ops::ControlFlow;

/// The name of the format in the report.
pub(super) const FORMAT: &str = "suricata_eve";

/// `netflow` events that wait for a `flow` event at most, where the rest of the
/// input cannot be looked at.
const WAITING: usize = 65_536;

const EVENT: usize = 0;

/// What is counted of an input.
#[derive(Clone, Debug)]
enum Counted {
    /// Not known yet: `netflow` events wait.
    Undecided(Waiting<()>),
    /// `flow` events.
    Flows,
    /// `netflow` events: there are no others.
    Netflows,
}

/// Knows which events count.
#[derive(Clone, Debug)]
pub(super) struct Eve {
    counted: Counted,
    /// True where each event is a line, so that the rest of the input can be looked
    /// at without reading it.
    lines: bool,
}

impl Eve {
    pub(super) fn new(lines: bool) -> Self {
        Self { counted: Counted::Undecided(Waiting::new(WAITING)), lines }
    }

    /// The keys of an event.
    pub(super) fn tree() -> Tree {
        let columns = [
            ("src_ip", Column::Source),
            ("dest_ip", Column::Destination),
            ("src_port", Column::SourcePort),
            ("dest_port", Column::DestinationPort),
            ("proto", Column::Protocol),
            ("flow.pkts_toserver", Column::Packets),
            ("flow.pkts_toclient", Column::ReversePackets),
            ("flow.bytes_toserver", Column::Octets),
            ("flow.bytes_toclient", Column::ReverseOctets),
            ("flow.start", Column::Start),
            ("flow.end", Column::End),
            ("netflow.pkts", Column::Packets),
            ("netflow.bytes", Column::Octets),
            ("netflow.start", Column::Start),
            ("netflow.end", Column::End),
        ];
        let mut paths: Vec<(&str, Place)> =
            columns.iter().map(|(name, column)| (*name, Place::Column(*column))).collect();
        paths.push(("event_type", Place::Extra(EVENT)));
        Tree::of(&paths)
    }

    /// The same for a stretch of the lines, where the rest of the input tells
    /// what counts.
    pub(super) fn split(&self, window: Window<'_>) -> Option<Self> {
        let counted = match &self.counted {
            Counted::Undecided(_) if !window.ended => return None,
            // What waits is with this reader, which goes on until its own end.
            Counted::Undecided(_) if has_flows(window.data) => Counted::Flows,
            Counted::Undecided(_) | Counted::Netflows => Counted::Netflows,
            Counted::Flows => Counted::Flows,
        };
        Some(Self { counted, lines: self.lines })
    }

    /// Hands on one event, which lies at `at`, in the window.
    pub(super) fn record<S: FlowSink>(
        &mut self,
        slots: &Slots<'_>,
        at: u64,
        window: Window<'_>,
        sink: &mut S,
        told: &mut Told,
    ) -> ControlFlow<FlowStop> {
        let is_flow = match slots.extra[EVENT].text() {
            Some(b"flow") => true,
            Some(b"netflow") => false,
            _ => return exclude(sink, Excluded::OtherRecord),
        };
        if is_flow && !matches!(self.counted, Counted::Netflows) {
            self.counted_flows(sink);
        } else if let Counted::Undecided(_) = self.counted
            && self.lines
            && window.ended
        {
            self.look_ahead(at, window, sink, told)?;
        }
        // What is no flow goes its own way, whether such events count or not.
        let record = match outcome(&slots.row, told.rules).in_layer_2() {
            Outcome::Flow(record) => record,
            other => return told.outcome(sink, other, &slots.row, at),
        };
        match (&mut self.counted, is_flow) {
            (Counted::Flows, true) | (Counted::Netflows, false) => told.flow(sink, &record),
            (Counted::Flows, false) | (Counted::Netflows, true) => {
                exclude(sink, Excluded::OtherRecord)
            }
            (Counted::Undecided(_), _) => self.wait(record, sink, told),
        }
    }

    /// A `flow` event was seen: what waits does not count.
    fn counted_flows<S: FlowSink>(&mut self, sink: &mut S) {
        if let Counted::Undecided(waiting) = &mut self.counted {
            while waiting.pop().is_some() {
                sink.exclude(Excluded::OtherRecord, 1);
            }
            self.counted = Counted::Flows;
        }
    }

    /// Decides by the rest of the input, which is all in the window.
    fn look_ahead<S: FlowSink>(
        &mut self,
        at: u64,
        window: Window<'_>,
        sink: &mut S,
        told: &mut Told,
    ) -> ControlFlow<FlowStop> {
        let ahead = usize::try_from(at.saturating_sub(window.offset)).unwrap_or(usize::MAX);
        if has_flows(window.data.get(ahead..).unwrap_or_default()) {
            self.counted_flows(sink);
            return ControlFlow::Continue(());
        }
        self.finish(sink, told)
    }

    /// Lets a `netflow` event wait. When too many do, there are no `flow` events.
    fn wait<S: FlowSink>(
        &mut self,
        record: FlowRecord,
        sink: &mut S,
        told: &mut Told,
    ) -> ControlFlow<FlowStop> {
        let Counted::Undecided(waiting) = &mut self.counted else {
            return ControlFlow::Continue(());
        };
        match waiting.push((), record) {
            None => ControlFlow::Continue(()),
            Some(((), first)) => {
                told.flow(sink, &first)?;
                self.finish(sink, told)
            }
        }
    }

    /// There are no `flow` events: what waits counts.
    pub(super) fn finish<S: FlowSink>(
        &mut self,
        sink: &mut S,
        told: &mut Told,
    ) -> ControlFlow<FlowStop> {
        if let Counted::Undecided(waiting) = &mut self.counted {
            while let Some(((), record)) = waiting.pop() {
                told.flow(sink, &record)?;
            }
            self.counted = Counted::Netflows;
        }
        ControlFlow::Continue(())
    }
}

fn exclude<S: FlowSink>(sink: &mut S, why: Excluded) -> ControlFlow<FlowStop> {
    sink.exclude(why, 1);
    ControlFlow::Continue(())
}

/// True where one of the lines is a `flow` event that can be read. Within a value
/// of JSON the quotes would be escaped.
fn has_flows(text: &[u8]) -> bool {
    let tree = Eve::tree();
    let is_event = |at: usize| {
        let start = memchr::memrchr(b'\n', &text[..at]).map_or(0, |end| end + 1);
        let end = memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |end| at + end);
        let line = text[start..end].trim_ascii();
        let line = line.strip_suffix(b",").unwrap_or(line);
        let parsed = || Slots::parse(&tree, line);
        parsed().is_ok_and(|slots| slots.extra[EVENT].text() == Some(b"flow"))
    };
    [&b"\"event_type\":\"flow\""[..], b"\"event_type\": \"flow\""]
        .iter()
        .any(|words| memchr::memmem::find_iter(text, words).any(is_event))
}

#[cfg(test)]
#[path = "eve_tests.rs"]
mod eve_tests;
