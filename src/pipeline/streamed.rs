//! A capture whose bytes come in order, read by one worker.

use super::copies::{self, Seen, WithoutCopies};
use super::flows::{self, Directions, FlowFormat, FlowLog};
use super::input_run::{Done, InputRun, cause_of};
use super::lane::{Counter, Lane};
use super::outcome::Outcome;
use super::run::Reading;
use crate::capture::{self, Capture, Chain, FIRST_BYTES, StreamReader};
use crate::error::Cause;
use crate::flowlog::FlowReader;
use crate::input::{Compression, Stream, looks_like};
use crate::model::DedupWindow;
use std::ops::ControlFlow;

/// What became of a stream.
#[expect(clippy::large_enum_variant, reason = "there is one an input")]
pub(super) enum Streamed {
    /// It was read to its end, or as far as it goes.
    Done(Done),
    /// It is part of the session of exports: not a record of it was read.
    Export(StreamReader<Stream>),
}

/// Reads a stream to its end, unless it is an export.
pub(super) fn read(
    lane: &mut Lane<'_>,
    name: String,
    compression: Option<Compression>,
    stream: Stream,
    options: &Reading,
) -> Streamed {
    let mut input = InputRun::new(name, compression);
    let mut reader = StreamReader::new(stream);
    reader.fill(FIRST_BYTES);
    match capture::detect(reader.data(), reader.ended()) {
        Ok(Some(_)) if options.exports => Streamed::Export(reader),
        Ok(None) => match FlowFormat::detect(reader.data(), reader.ended(), &options.text) {
            Some(FlowFormat::Export) => Streamed::Export(reader),
            Some(FlowFormat::Log(log)) => Streamed::Done(read_log(lane, input, reader, log)),
            None => Streamed::Done(unrecognised(&mut input, reader, None)),
        },
        Ok(Some((capture, first))) => {
            input.format = Some(capture.format());
            let dedup = options.dedup;
            Streamed::Done(match capture {
                Capture::Pcap(chain) => read_chain(lane, input, reader, chain, first, dedup),
                Capture::PcapNg(chain) => read_chain(lane, input, reader, chain, first, dedup),
                Capture::Erf(chain) => read_chain(lane, input, reader, chain, first, dedup),
                Capture::Snoop(chain) => read_chain(lane, input, reader, chain, first, dedup),
            })
        }
        Err(header) => Streamed::Done(unrecognised(&mut input, reader, Some(header))),
    }
}

/// The end of a stream that is nothing known, or failed before that showed.
fn unrecognised(
    input: &mut InputRun,
    mut reader: StreamReader<Stream>,
    header: Option<(&'static str, capture::Stop)>,
) -> Done {
    if let Some(error) = reader.take_error() {
        let error = reader.inner().error(&input.name, error);
        return input.end(Outcome::default(), 0, Some(error));
    }
    let cause = not_a_capture(input, header, reader.data());
    input.done(Outcome::default(), 0, Some((0, cause)))
}

fn read_log(
    lane: &mut Lane<'_>,
    mut input: InputRun,
    mut reader: StreamReader<Stream>,
    mut log: FlowLog,
) -> Done {
    let mut counter = lane.flow_counter(Directions::default());
    let (at, error) = flows::read_stream(&input, &mut log, &mut reader, &mut counter);
    counter.end_unit();
    // Some formats are known in full only once their header was read.
    input.format = Some(log.format());
    input.end(counter.finish().0, at, error)
}

/// Why the bytes at the start of an input are no capture.
pub(super) fn not_a_capture(
    input: &mut InputRun,
    header: Option<(&'static str, capture::Stop)>,
    first: &[u8],
) -> Cause {
    match header {
        Some((format, stop)) => {
            input.format = Some(format);
            cause_of(stop, first.len() as u64).unwrap_or(Cause::Empty)
        }
        None if first.is_empty() => Cause::Empty,
        None => Cause::Unrecognised { looks_like: looks_like(first) },
    }
}

fn read_chain<C: Chain>(
    lane: &mut Lane<'_>,
    mut input: InputRun,
    mut reader: StreamReader<Stream>,
    chain: C,
    first: usize,
    dedup: Option<DedupWindow>,
) -> Done {
    let control = lane.control.clone();
    let mut counter = lane.counter(|| true);
    let mut told = 0;
    let mut tick = |counter: &mut Counter<'_, _>| {
        let records = counter.gathering.records();
        counter.settle(&control, records - told);
        told = records;
        if control.interrupted() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let (end, outcome) = match dedup {
        None => {
            let window = reader.data();
            input.copies = copies::probe(&chain, &window[..window.len().min(FIRST_BYTES)], first);
            let end = reader.read_chain(chain, first, &mut counter, tick);
            (end, counter.gathering.finish())
        }
        Some(window) => {
            let seen = &mut Seen::new(window);
            let mut sink = WithoutCopies { seen, counter };
            let end = reader.read_chain(chain, first, &mut sink, |sink| tick(&mut sink.counter));
            (end, sink.counter.gathering.finish())
        }
    };
    let interrupted = lane.control.interrupted();
    let error = match end.error {
        _ if interrupted => Some((end.offset, Cause::Interrupted)),
        Some(error) => {
            let error = reader.inner().error(&input.name, error);
            return input.end(outcome, end.offset, Some(error));
        }
        None => cause_of(end.stop, end.left as u64).map(|cause| (end.offset, cause)),
    };
    input.done(outcome, end.offset, error)
}
