//! A capture whose bytes come in order, read by one worker.

use super::copies::{self, Seen, WithoutCopies};
use super::input_run::{Done, InputRun, cause_of};
use super::lane::{Counter, Lane};
use super::outcome::Outcome;
use crate::capture::{self, Capture, Chain, FIRST_BYTES, StreamReader};
use crate::error::Cause;
use crate::input::{Compression, Stream, looks_like};
use crate::model::DedupWindow;
use std::ops::ControlFlow;

/// Reads a stream to its end.
pub(super) fn read(
    lane: &mut Lane<'_>,
    name: String,
    compression: Option<Compression>,
    stream: Stream,
    dedup: Option<DedupWindow>,
) -> Done {
    let mut input = InputRun::new(name, compression);
    let mut reader = StreamReader::new(stream);
    reader.fill(FIRST_BYTES);
    match capture::detect(reader.data(), reader.ended()) {
        Ok(Some((capture, first))) => {
            input.format = Some(capture.format());
            match capture {
                Capture::Pcap(chain) => read_chain(lane, input, reader, chain, first, dedup),
                Capture::PcapNg(chain) => read_chain(lane, input, reader, chain, first, dedup),
                Capture::Erf(chain) => read_chain(lane, input, reader, chain, first, dedup),
                Capture::Snoop(chain) => read_chain(lane, input, reader, chain, first, dedup),
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
