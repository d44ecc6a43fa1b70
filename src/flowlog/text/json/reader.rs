//! The reader of logs that are JSON: finds the records, and gives them to the
//! dialect that knows what they mean.

use super::super::super::{FlowSink, FlowStop, Mapping, Progress, Window};
use super::super::azure;
use super::super::eve::Eve;
use super::super::gcp::Reporters;
use super::super::lines::{MAX_LINE, each_line, near, shown};
use super::super::record::{Rules, outcome};
use super::super::row::Value;
use super::super::told::Told;
use super::super::vpc::Messages;
use super::super::zeek::Outsides;
use super::bounds::{Envelope, closing, envelope, spaces, value_end};
use super::shape::Shapes;
use super::trail::Trail;
use super::tree::{CAME_BY, Tree};
use super::walk::Slots;
use crate::error::Position;
use std::ops::ControlFlow;

/// How the records stand in the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Shape {
    /// One a line.
    Lines,
    /// One after the other, in an array or not, or in the list of an object that
    /// goes by one of these names.
    Values(&'static [&'static str]),
}

/// What the values of a record mean beyond their columns.
#[derive(Clone, Debug)]
pub(in super::super) enum Dialect {
    /// Nothing.
    Plain,
    /// Zeek's conn.log.
    Zeek(Box<Outsides>),
    /// Suricata's EVE.
    Eve(Box<Eve>),
    /// VPC flow logs of Google Cloud.
    Gcp(Box<Reporters>),
    /// Flow logs of Azure, whose records hold flows as text.
    Azure,
    /// Events whose message is a line of a VPC flow log of AWS.
    Messages(Box<Messages>),
}

/// Reads a log that is JSON.
#[derive(Clone, Debug)]
pub(in super::super) struct Json {
    format: &'static str,
    tree: Tree,
    trail: Trail,
    shapes: Shapes,
    shape: Shape,
    dialect: Dialect,
    used: Option<Mapping>,
    told: Told,
    within: Within,
}

/// Where the next byte stands in a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Within {
    /// Between records, or in an array of them.
    Records,
    /// In the list of an object.
    Envelope,
    /// In that object, after the list.
    Tail,
}

impl Json {
    pub(in super::super) fn new(
        format: &'static str,
        shape: Shape,
        dialect: Dialect,
        tree: Tree,
        rules: Rules,
    ) -> Self {
        let (used, told) = (None, Told::new(rules));
        let (trail, shapes, within) = (Trail::default(), Shapes::default(), Within::Records);
        Self { format, tree, trail, shapes, shape, dialect, used, told, within }
    }

    /// The same, with the mapping that the tree was made of.
    pub(in super::super) fn mapped(mut self, used: Mapping) -> Self {
        self.used = Some(used);
        self
    }

    pub(in super::super) fn format(&self) -> &'static str {
        self.format
    }

    pub(in super::super) fn mapping(&self) -> Option<&Mapping> {
        self.used.as_ref()
    }

    /// A reader for any stretch of the lines, where no record depends on another.
    pub(in super::super) fn split(&self, window: Window<'_>) -> Option<Self> {
        if self.shape != Shape::Lines {
            return None;
        }
        let dialect = match &self.dialect {
            Dialect::Plain => Dialect::Plain,
            Dialect::Messages(messages) => Dialect::Messages(messages.clone()),
            Dialect::Eve(eve) => Dialect::Eve(Box::new(eve.split(window)?)),
            Dialect::Zeek(_) | Dialect::Gcp(_) | Dialect::Azure => return None,
        };
        Some(Self { dialect, ..self.clone() })
    }

    pub(in super::super) fn read<S: FlowSink>(
        &mut self,
        window: Window<'_>,
        sink: &mut S,
    ) -> Progress {
        let progress = match self.shape {
            Shape::Lines => self.lines(window, sink),
            Shape::Values(names) => self.values(window, names, sink),
        };
        if window.ended && progress.stop.is_none() {
            return match self.finish(sink) {
                ControlFlow::Continue(()) => progress,
                ControlFlow::Break(stop) => Progress { stop: Some(stop), ..progress },
            };
        }
        progress
    }

    /// Hands on what waited for the end of the input.
    fn finish<S: FlowSink>(&mut self, sink: &mut S) -> ControlFlow<FlowStop> {
        match &mut self.dialect {
            Dialect::Zeek(outsides) => outsides.finish(sink, &mut self.told),
            Dialect::Eve(eve) => eve.finish(sink, &mut self.told),
            Dialect::Gcp(reporters) => reporters.finish(sink, &mut self.told),
            Dialect::Plain | Dialect::Azure | Dialect::Messages(_) => ControlFlow::Continue(()),
        }
    }

    fn lines<S: FlowSink>(&mut self, window: Window<'_>, sink: &mut S) -> Progress {
        let mut slots = Slots::default();
        let wants_ports = sink.wants_ports();
        each_line(window, |line, at| {
            if let b"" | b"[" | b"]" = line {
                return ControlFlow::Continue(());
            }
            let text = line.trim_ascii_start();
            let start = at + (line.len() - text.len()) as u64;
            let text = text.trim_ascii_end();
            let text = text.strip_suffix(b",").unwrap_or(text);
            if text.is_empty() {
                return ControlFlow::Continue(());
            }
            if let Dialect::Plain = self.dialect {
                let wanted = (self.told.rules, wants_ports);
                let near = near(window, start);
                if let Some(record) = self.shapes.follow(near, text.len(), wanted) {
                    return self.told.flow(sink, record);
                }
            }
            self.value(text, at, window, &mut slots, sink)
        })
    }

    fn values<S: FlowSink>(
        &mut self,
        window: Window<'_>,
        names: &[&str],
        sink: &mut S,
    ) -> Progress {
        let data = window.data;
        let mut slots = Slots::default();
        let mut at = 0;
        loop {
            at += spaces(&data[at..]);
            let rest = &data[at..];
            match self.step(rest, names, window.ended) {
                Step::Aside(length) => at += length,
                Step::Record(length) => {
                    let place = window.offset + at as u64;
                    at += length;
                    let flow = self.value(&rest[..length], place, window, &mut slots, sink);
                    if let ControlFlow::Break(stop) = flow {
                        return Progress { consumed: at, stop: Some(stop) };
                    }
                }
                Step::Short if rest.len() > MAX_LINE && !window.ended => {
                    let what = format!("a value of more than {MAX_LINE} bytes: this is no record");
                    let at_byte = Position::Byte(window.offset + at as u64);
                    let stop = FlowStop::Malformed { at: at_byte, what };
                    return Progress { consumed: at, stop: Some(stop) };
                }
                Step::Short => return Progress { consumed: at, stop: None },
            }
        }
    }

    /// What is at the front of `rest`, which begins with no space.
    fn step(&mut self, rest: &[u8], names: &[&str], ended: bool) -> Step {
        let Some(first) = rest.first() else { return Step::Short };
        let record = |end: Option<usize>| match end {
            Some(length) => Step::Record(length),
            None if ended => Step::Record(rest.len()),
            None => Step::Short,
        };
        match (self.within, first) {
            (Within::Tail, _) => match closing(rest, 1) {
                Some(length) => {
                    self.within = Within::Records;
                    Step::Aside(length)
                }
                None if ended => Step::Aside(rest.len()),
                None => Step::Short,
            },
            (Within::Envelope, b']') => {
                self.within = Within::Tail;
                Step::Aside(1)
            }
            (_, b',' | b'[' | b']' | b'}') => Step::Aside(1),
            (Within::Records, b'{') if !names.is_empty() => match envelope(rest, names) {
                Envelope::Opens(length) => {
                    self.within = Within::Envelope;
                    Step::Aside(length)
                }
                Envelope::Short if !ended => Step::Short,
                Envelope::Short | Envelope::No => record(value_end(rest)),
            },
            (_, b'{') => record(value_end(rest)),
            _ => record(memchr::memchr(b'\n', rest)),
        }
    }

    /// Hands on one record.
    #[inline]
    fn value<'w, S: FlowSink>(
        &mut self,
        text: &'w [u8],
        at: u64,
        window: Window<'w>,
        slots: &mut Slots<'w>,
        sink: &mut S,
    ) -> ControlFlow<FlowStop> {
        if let Dialect::Azure = self.dialect {
            return azure::record(text, at, sink, &mut self.told);
        }
        if let Err(error) = slots.fill(&self.tree, &mut self.trail, text) {
            self.told.bad.tell(sink, at, || format!("`{}` is no record: {error}", shown(text)));
            return ControlFlow::Continue(());
        }
        if let (Dialect::Plain, Shape::Lines) = (&self.dialect, self.shape) {
            self.shapes.learn(&self.tree, text, self.told.rules);
        }
        let told = &mut self.told;
        match &mut self.dialect {
            // sFlow counts frames, and its collectors hand their lengths on.
            Dialect::Plain if slots.extra[CAME_BY] == Value::Text(b"SFLOW_5") => {
                let read = outcome(&slots.row, told.rules).in_layer_2();
                told.outcome(sink, read, &slots.row, at)
            }
            Dialect::Plain | Dialect::Azure => told.row(sink, &slots.row, at),
            Dialect::Zeek(outsides) => outsides.json(slots, at, sink, told),
            Dialect::Eve(eve) => eve.record(slots, at, window, sink, told),
            Dialect::Gcp(reporters) => reporters.record(slots, at, sink, told),
            Dialect::Messages(messages) => messages.record(slots, at, sink, told),
        }
    }
}

/// What is next in a document.
enum Step {
    /// So many bytes that are no record.
    Aside(usize),
    /// So many bytes that must be one.
    Record(usize),
    /// Something that is not all there.
    Short,
}
