//! The inputs that hold datagrams of exporters: one session, read in the order in
//! which they were given, for a template may stand in one and its data in the next.

use super::captured::{CaptureEnd, Captured};
use super::directions::Directions;
use super::drive::{done, read_map, read_stream};
use crate::capture::{self, Capture, FIRST_BYTES, StreamReader};
use crate::error::{Cause, Error};
use crate::flowlog::{ExportFormat, ExportReader, ExportSession, detect_export};
use crate::input::{Consumed, Map, Stream};
use crate::pipeline::input_run::{Done, InputRun, cause_of};
use crate::pipeline::lane::Lane;
use crate::pipeline::mapped::shrunk;
use std::sync::Arc;

/// An input that waits for its turn in the session.
pub(in crate::pipeline) struct Pending {
    /// Its place among the sources.
    pub(in crate::pipeline) source: usize,
    /// What was counted of it when it was recognised.
    pub(in crate::pipeline) consumed: Arc<Consumed>,
    /// What was read of it already, where it cannot be opened again.
    pub(in crate::pipeline) stream: Option<Box<StreamReader<Stream>>>,
}

/// The bytes of an input of the session.
pub(in crate::pipeline) enum Bytes {
    Mapped(Map),
    Streamed(StreamReader<Stream>),
}

/// What the inputs of the session have in common.
#[derive(Debug, Default)]
pub(in crate::pipeline) struct Session {
    exports: ExportSession,
    directions: Directions,
    piece: usize,
}

/// What an input of the session is.
enum Kind {
    Export(ExportFormat),
    Capture(Capture, usize),
}

impl Kind {
    /// What it was recognised as before.
    fn of(first: &[u8], ended: bool) -> Option<Self> {
        if let Ok(Some((capture, at))) = capture::detect(first, ended) {
            return Some(Self::Capture(capture, at));
        }
        detect_export(first).map(Self::Export)
    }

    fn format(&self) -> &'static str {
        match self {
            Self::Export(format) => format.key(),
            Self::Capture(capture, _) => capture.format(),
        }
    }
}

impl Session {
    /// A session that reads maps in stretches of `piece` bytes.
    pub(in crate::pipeline) fn new(piece: usize) -> Self {
        Self { piece: piece.max(1), ..Self::default() }
    }

    /// Reads the next input.
    pub(in crate::pipeline) fn read(
        &mut self,
        lane: &mut Lane<'_>,
        mut input: InputRun,
        bytes: Bytes,
    ) -> Done {
        let first = match &bytes {
            Bytes::Mapped(map) => &map.bytes()[..map.bytes().len().min(FIRST_BYTES)],
            Bytes::Streamed(stream) => stream.data(),
        };
        let ended = match &bytes {
            Bytes::Mapped(map) => first.len() == map.bytes().len(),
            Bytes::Streamed(stream) => stream.ended(),
        };
        let Some(kind) = Kind::of(first, ended) else {
            // It was recognised when it was opened first.
            let cause = Cause::Unrecognised { looks_like: None };
            return input.done(Default::default(), 0, Some((0, cause)));
        };
        input.format = Some(kind.format());
        match kind {
            Kind::Export(format) => self.read_export(lane, &input, format, bytes),
            Kind::Capture(capture, at) => match capture {
                Capture::Pcap(chain) => self.read_capture(lane, &input, bytes, chain, at),
                Capture::PcapNg(chain) => self.read_capture(lane, &input, bytes, chain, at),
                Capture::Erf(chain) => self.read_capture(lane, &input, bytes, chain, at),
                Capture::Snoop(chain) => self.read_capture(lane, &input, bytes, chain, at),
            },
        }
    }

    /// Ends the session: what waits for templates that never came is counted, with
    /// the last input.
    pub(in crate::pipeline) fn finish(mut self, lane: &mut Lane<'_>, last: &mut Done) {
        let mut counter = lane.flow_counter(self.directions);
        self.exports.finish(&mut counter);
        counter.end_unit();
        last.add(counter.finish().0);
    }

    fn read_export(
        &mut self,
        lane: &mut Lane<'_>,
        input: &InputRun,
        format: ExportFormat,
        bytes: Bytes,
    ) -> Done {
        let session = std::mem::take(&mut self.exports);
        let compressed = input.compression.is_some();
        let mut reader = ExportReader::new(session, format, None).compressed(compressed);
        let mut counter = lane.flow_counter(std::mem::take(&mut self.directions));
        let done = match bytes {
            Bytes::Mapped(map) => {
                let all = 0..map.bytes().len();
                let end = read_map(&mut reader, &map, all, self.piece, &mut counter);
                let (outcome, directions) = counter.finish();
                self.directions = directions;
                done(input, &map, outcome, end)
            }
            Bytes::Streamed(mut stream) => {
                let (at, error) = read_stream(input, &mut reader, &mut stream, &mut counter);
                let (outcome, directions) = counter.finish();
                self.directions = directions;
                input.end(outcome, at, error)
            }
        };
        self.exports = reader.into_session();
        done
    }

    fn read_capture<C: capture::Chain>(
        &mut self,
        lane: &mut Lane<'_>,
        input: &InputRun,
        bytes: Bytes,
        chain: C,
        at: usize,
    ) -> Done {
        let ports = lane.flows().exports.clone().unwrap_or_default();
        let decoder = lane.decoder();
        let mut counter = lane.flow_counter(std::mem::take(&mut self.directions));
        let session = &mut self.exports;
        let mut captured =
            Captured { counter: &mut counter, session, decoder, ports: &ports, frames: 0 };
        let (end, failed) = match bytes {
            Bytes::Mapped(map) => {
                let end = captured.read_map(&map, chain, at, self.piece);
                let cause = shrunk(&map);
                (end, cause.map(|cause| Error { input: input.name.clone(), position: None, cause }))
            }
            Bytes::Streamed(mut stream) => {
                let mut end = captured.read_stream(&mut stream, chain, at);
                let failed = end.error.take();
                let failed = failed.map(|error| stream.inner().error(&input.name, error));
                (end, failed)
            }
        };
        let (outcome, directions) = counter.finish();
        self.directions = directions;
        let CaptureEnd { offset, left, stop, .. } = end;
        match failed {
            Some(error) => input.end(outcome, offset, Some(error)),
            None => input.done(outcome, offset, cause_of(stop, left).map(|cause| (offset, cause))),
        }
    }
}
