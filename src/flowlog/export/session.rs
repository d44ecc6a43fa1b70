//! One session of exports: what many datagrams have in common.

use super::stream::{Stream, StreamKey, Streams};
use super::{ExportFormat, netflow5};
use crate::error::Position;
use crate::flowlog::FlowSink;
use crate::model::{Exporter, ExporterFacts, IpAddress, IpVersion, Timestamp};
use std::collections::BTreeMap;
use std::ops::ControlFlow;

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
/// the least recently used on, and that is told and counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Streams: transport sessions times observation domains.
    pub streams: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { streams: 65_536 }
    }
}

/// What exporters have said so far: templates, sampling, sequence numbers, data
/// that waits for its template. One session reads any number of inputs, one after
/// the other: it can be handed from one to the next.
#[derive(Debug, Default)]
pub struct ExportSession {
    limits: Limits,
    streams: Streams,
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
            // Not read yet: whoever asks is told that it is no export.
            _ => return ControlFlow::Continue(None),
        }
        ControlFlow::Continue(Some(format))
    }

    /// Ends the session: what still waits for its template is counted as
    /// undecodable, and what is known of each exporter is handed on, in their
    /// order. The session has then heard nothing.
    pub fn finish<S: FlowSink>(&mut self, sink: &mut S) {
        for (key, stream) in self.streams.drain() {
            self.close(key, &stream);
        }
        for (exporter, facts) in std::mem::take(&mut self.gone) {
            sink.exporter(exporter, &facts);
        }
    }

    /// The stream of a datagram, with room made for it where there is none.
    pub(super) fn stream<S: FlowSink>(
        &mut self,
        key: StreamKey,
        at: Position,
        sink: &mut S,
    ) -> &mut Stream {
        if self.streams.overflow(&key, self.limits.streams) {
            sink.remark(
                at,
                "more streams of exports than are remembered: the least recently heard are forgotten",
            );
            for (key, stream) in self.streams.forget() {
                self.close(key, &stream);
            }
        }
        self.streams.hear(key)
    }

    /// Keeps what remains of a stream that is over.
    fn close(&mut self, key: StreamKey, stream: &Stream) {
        self.gone.entry(key.exporter()).or_default().merge(&stream.facts());
    }
}
