//! A capture whose bytes come in order, read by one worker.

use super::input_run::{Done, InputRun, cause_of};
use super::lane::Lane;
use super::outcome::Outcome;
use crate::capture::{self, Capture, Chain, FIRST_BYTES, StreamReader};
use crate::error::Cause;
use crate::input::{Compression, Stream, looks_like};
use std::ops::ControlFlow;

/// Reads a stream to its end.
pub(super) fn read(
    lane: &mut Lane<'_>,
    name: String,
    compression: Option<Compression>,
    stream: Stream,
) -> Done {
    let mut input = InputRun { name, format: None, compression };
    let mut reader = StreamReader::new(stream);
    reader.fill(FIRST_BYTES);
    match capture::detect(reader.data(), reader.ended()) {
        Ok(Some((capture, first))) => {
            input.format = Some(capture.format());
            match capture {
                Capture::Pcap(chain) => read_chain(lane, &input, reader, chain, first),
                Capture::PcapNg(chain) => read_chain(lane, &input, reader, chain, first),
                Capture::Erf(chain) => read_chain(lane, &input, reader, chain, first),
                Capture::Snoop(chain) => read_chain(lane, &input, reader, chain, first),
            }
        }
        unknown => {
            if let Some(error) = reader.take_error() {
                let error = reader.inner().error(&input.name, error);
                return input.end(Outcome::default(), 0, Some(error));
            }
            let cause = not_a_capture(&mut input, unknown.err(), reader.data());
            input.done(Outcome::default(), 0, Some((0, cause)))
        }
    }
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
    input: &InputRun,
    mut reader: StreamReader<Stream>,
    chain: C,
    first: usize,
) -> Done {
    let control = lane.control.clone();
    let mut counter = lane.counter(|| true);
    let mut told = 0;
    let end = reader.read_chain(chain, first, &mut counter, |counter| {
        let records = counter.gathering.records();
        counter.settle(&control, records - told);
        told = records;
        if control.interrupted() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    let outcome = counter.gathering.finish();
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
