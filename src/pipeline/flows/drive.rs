//! Shows the bytes of an input to a reader of flow records, window by window.

use super::counter::FlowCounter;
use crate::capture::StreamReader;
use crate::error::{Cause, Error, Position};
use crate::flowlog::{FlowReader, FlowStop, Window};
use crate::input::{Map, Stream};
use crate::pipeline::input_run::{Done, InputRun};
use crate::pipeline::mapped::shrunk;
use crate::pipeline::outcome::Outcome;
use std::ops::Range;

/// Bytes of a window on a stream, at least.
const FILL: usize = 256 << 10;
/// Bytes of a window on a stream, at most: what is longer than this has to be a
/// file, which is mapped.
const LONGEST: usize = 1 << 30;

/// How the reading of some bytes ended.
#[derive(Debug)]
pub(super) struct End {
    /// Offset of the first byte that was not consumed.
    pub(super) offset: u64,
    /// Why no more was read, where that was before their end.
    pub(super) stop: Option<FlowStop>,
}

/// Reads a range of a map, from its start to its end. A window grows until the
/// reader can use it; pages that were read are let go.
pub(super) fn read_map<R: FlowReader>(
    reader: &mut R,
    map: &Map,
    range: Range<usize>,
    piece: usize,
    sink: &mut FlowCounter<'_>,
) -> End {
    let mut at = range.start;
    let mut size = piece;
    loop {
        let until = at.saturating_add(size).min(range.end);
        let ended = until == range.end;
        map.populate(at..until);
        let window = Window { data: &map.bytes()[at..until], offset: at as u64, ended };
        let progress = reader.read(window, sink);
        let from = at;
        at += progress.consumed.min(until - at);
        map.release(from..at);
        sink.read_bytes((at - from) as u64);
        let stop = if map.intact() { progress.stop } else { Some(FlowStop::Sink) };
        let stop = stop.or_else(|| sink.is_interrupted().then_some(FlowStop::Sink));
        if stop.is_some() || ended {
            return End { offset: at as u64, stop };
        }
        size = if at == from { size.saturating_mul(2) } else { piece };
    }
}

/// Reads a stream to its end.
pub(in crate::pipeline) fn read_stream<R: FlowReader>(
    input: &InputRun,
    flows: &mut R,
    stream: &mut StreamReader<Stream>,
    sink: &mut FlowCounter<'_>,
) -> (u64, Option<Error>) {
    let mut needed = 1;
    loop {
        stream.fill(needed.max(FILL));
        let window = Window { data: stream.data(), offset: stream.offset(), ended: stream.ended() };
        let (len, ended) = (window.data.len(), window.ended);
        let progress = flows.read(window, sink);
        stream.consume(progress.consumed.min(len));
        let mut stop = progress.stop;
        if stop.is_none() && sink.is_interrupted() {
            stop = Some(FlowStop::Sink);
        }
        let offset = stream.offset();
        // What came before the stream failed is read; then that is the trouble.
        if (stop.is_some() || ended)
            && stop != Some(FlowStop::Sink)
            && let Some(error) = stream.take_error()
        {
            return (offset, Some(stream.inner().error(&input.name, error)));
        }
        if stop.is_some() || ended {
            return (offset, stop.map(|stop| error(input, offset, stop)));
        }
        needed = if progress.consumed == 0 { len.saturating_mul(2) } else { 1 };
        if len >= LONGEST && progress.consumed == 0 {
            let what = format!("nothing in the next {len} bytes can be used by itself");
            let at = Position::in_content(offset, input.compression.is_some());
            return (offset, Some(error(input, offset, FlowStop::Malformed { at, what })));
        }
    }
}

/// The last word on a mapped input.
pub(super) fn done(input: &InputRun, map: &Map, outcome: Outcome, end: End) -> Done {
    let error = match (shrunk(map), end.stop) {
        (Some(cause), _) => Some(Error { input: input.name.clone(), position: None, cause }),
        (None, stop) => stop.map(|stop| error(input, end.offset, stop)),
    };
    input.end(outcome, end.offset, error)
}

/// What is told of a stop.
fn error(input: &InputRun, offset: u64, stop: FlowStop) -> Error {
    let (position, cause) = match stop {
        FlowStop::Sink => {
            (Position::in_content(offset, input.compression.is_some()), Cause::Interrupted)
        }
        FlowStop::Malformed { at, what } => (at, Cause::Malformed(what)),
        FlowStop::CutShort { at, unit, needed, present } => {
            (at, Cause::CutShort { unit, needed, present })
        }
    };
    Error { input: input.name.clone(), position: Some(position), cause }
}
