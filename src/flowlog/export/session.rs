//! One session of exports: what many datagrams have in common.

use super::plan::Field;
use super::record::Template;
use super::sampling::SamplerTable;
use super::stream::{Stream, StreamKey, Streams};
use super::{ExportFormat, ipfix, netflow5, netflow9, sets, sflow};
use crate::error::Position;
use crate::flowlog::FlowSink;
use crate::model::{Exporter, ExporterFacts, IpAddress, IpVersion, Timestamp, Undecodable};
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;

/// How a datagram came in.
#[derive(Clone, Copy, Debug)]
pub struct Received {
    /// Where it came from; `None` where nobody wrote that down (a file of bare
    /// datagrams).
    pub address: Option<(IpVersion, IpAddress)>,
    /// The UDP port it came from: with the address it names the transport session.
    pub port: Option<u16>,
    /// When it came in; `None` where nobody wrote that down.
    pub time: Option<Timestamp>,
    /// Where its first byte lies in the input.
    pub at: Position,
}

/// How much a session remembers at most. What is over a limit is forgotten from
/// the least recently used on (data that waits: from the newest on), and that is
/// told and counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Streams: transport sessions times observation domains.
    pub streams: usize,
    /// Templates of one stream.
    pub templates: usize,
    /// Fields of the templates of one stream; of all streams 16 times as many.
    pub weight: usize,
    /// Octets of data of one stream that waits for its templates.
    pub waiting_each: usize,
    /// Octets of all data that waits for its templates.
    pub waiting: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            streams: 65_536,
            templates: 4096,
            weight: 1 << 18,
            waiting_each: 16 << 20,
            waiting: 64 << 20,
        }
    }
}

/// What exporters have said so far: templates, sampling, sequence numbers, data
/// that waits for its template. One session reads any number of inputs, one after
/// the other: it can be handed from one to the next.
#[derive(Debug, Default)]
pub struct ExportSession {
    pub(super) limits: Limits,
    pub(super) streams: Streams,
    pub(super) samplers: SamplerTable,
    /// Octets of all data that waits.
    pub(super) waiting: usize,
    /// What the templates of all streams weigh.
    pub(super) weight: usize,
    /// The fields of the template that is being read.
    pub(super) fields: Vec<Field>,
    gone: BTreeMap<Exporter, ExporterFacts>,
}

impl ExportSession {
    /// A session that has heard nothing.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// Reads one datagram and hands on what is in it, and what waited for it.
    ///
    /// `Continue(None)` says that the bytes are no export: nothing was handed on,
    /// nothing was changed, and what they are is for the caller to say. `Break`
    /// says that the sink wants no more.
    pub fn datagram<S: FlowSink>(
        &mut self,
        bytes: &[u8],
        about: &Received,
        sink: &mut S,
    ) -> ControlFlow<(), Option<ExportFormat>> {
        let Some(format) = ExportFormat::of(bytes) else { return ControlFlow::Continue(None) };
        match format {
            ExportFormat::NetFlow5 | ExportFormat::NetFlow7 => {
                netflow5::read(self, format, bytes, about, sink)?;
            }
            ExportFormat::NetFlow9 => netflow9::read(self, bytes, about, sink)?,
            ExportFormat::Ipfix => ipfix::read(self, bytes, about, sink)?,
            ExportFormat::SFlow5 => sflow::read(self, bytes, about, sink)?,
        }
        ControlFlow::Continue(Some(format))
    }

    /// Ends the session: what still waits is read with the template that another
    /// transport session of the same exporter gave, where there is one (an exporter
    /// that starts anew sends from another port), and is else counted as
    /// undecodable. Then what is known of each exporter is handed on, in their
    /// order. The session has then heard nothing.
    pub fn finish<S: FlowSink>(&mut self, sink: &mut S) {
        let mut streams = self.streams.drain();
        self.adopt(&mut streams, sink);
        for (key, stream) in streams {
            self.close(key, &stream, sink);
        }
        for (exporter, facts) in std::mem::take(&mut self.gone) {
            sink.exporter(exporter, &facts);
        }
        *self = Self::new(self.limits);
    }

    /// Makes room for the stream of `key`, where there is none.
    pub(super) fn make_room<S: FlowSink>(&mut self, key: &StreamKey, at: Position, sink: &mut S) {
        let heavy = self.weight > self.limits.weight.saturating_mul(16);
        if !heavy && !self.streams.overflow(key, self.limits.streams) {
            return;
        }
        sink.remark(
            at,
            "more exporters than are remembered: the least recently heard are forgotten",
        );
        for (key, stream) in self.streams.forget() {
            self.close(key, &stream, sink);
            self.samplers.forget(&key);
        }
    }

    /// Takes the sequence number of a datagram: see [`super::sequence::Sequence`].
    pub(super) fn number(
        &mut self,
        key: StreamKey,
        number: u32,
        step: Option<u32>,
        other: u32,
        uptime: Option<u32>,
    ) {
        self.streams.hear(key).sequence.observe(number, step, other, uptime);
    }

    /// Keeps what remains of a stream that is over.
    fn close<S: FlowSink>(&mut self, key: StreamKey, stream: &Stream, sink: &mut S) {
        let waiting = stream.waiting.count();
        if waiting > 0 {
            sink.undecodable(Undecodable::MissingTemplate, waiting);
        }
        self.waiting = self.waiting.saturating_sub(stream.waiting.octets);
        self.weight = self.weight.saturating_sub(stream.templates.weight);
        self.gone.entry(key.exporter()).or_default().merge(&stream.facts());
    }

    /// Reads what waits with the templates of other transport sessions.
    fn adopt<S: FlowSink>(&mut self, streams: &mut [(StreamKey, Stream)], sink: &mut S) {
        if streams.iter().all(|(_, stream)| stream.waiting.count() == 0) {
            return;
        }
        let mut known: BTreeMap<(StreamKey, u16), (u64, Arc<Template>)> = BTreeMap::new();
        for (key, stream) in streams.iter() {
            for (id, template) in stream.templates.iter() {
                let any_port = (StreamKey { port: None, ..*key }, id);
                let told = (stream.heard, Arc::clone(template));
                match known.get(&any_port) {
                    Some((heard, _)) if *heard > stream.heard => {}
                    _ => drop(known.insert(any_port, told)),
                }
            }
        }
        for (key, stream) in streams.iter_mut() {
            for id in stream.waiting.ids() {
                let Some((_, template)) = known.get(&(StreamKey { port: None, ..*key }, id)) else {
                    continue;
                };
                stream.ipv6_observable |= template.tells_ipv6();
                let mut sets = stream.waiting.take(id);
                sink.remark(
                    sets[0].at,
                    "data was read with a template that came from another port",
                );
                for set in &mut sets {
                    let body = std::mem::take(&mut set.body);
                    let learned = (&mut self.samplers, &mut stream.init, self.limits.streams);
                    if sets::decode(template, key, set, &body, learned, sink).is_break() {
                        return;
                    }
                }
            }
        }
    }
}
