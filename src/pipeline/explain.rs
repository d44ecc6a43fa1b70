//! Some packets of one input, explained.

use super::flows::FlowFormat;
use super::input_run::{InputRun, cause_of};
use super::outcome::Outcome;
use super::streamed::not_a_capture;
use crate::aggregate::Plan;
use crate::capture::{self, Capture, Chain, FIRST_BYTES, Sink, Stop, StreamReader};
use crate::decode::Decoder;
use crate::error::{Cause, Error};
use crate::flowlog::text::TextOptions;
use crate::input::{self, Content, Map, Source, Stream};
use crate::model::{
    Explanation, Frame, Observation, PacketNumbers, PerView, Profile, TunnelOptions, Verdict,
};
use std::ops::ControlFlow;
use std::sync::Arc;

/// What was found of the packets that were asked for.
#[derive(Debug)]
pub struct Explained {
    /// The packets, in their order.
    pub packets: Vec<Explanation>,
    /// Records read: up to the last one asked for, or all there are.
    pub records: u64,
    /// True where the input ended before the last packet that was asked for.
    pub ended: bool,
    /// Why it was read no further, where that is an error.
    pub error: Option<Error>,
}

/// Reads an input as far as the last packet that is wanted, and explains each
/// of them by the code that counts them.
#[must_use]
pub fn explain(source: &Source, wanted: &PacketNumbers, tunnels: TunnelOptions) -> Explained {
    let mut explainer = Explainer {
        decoder: Decoder::new(tunnels),
        wanted,
        base: None,
        records: 0,
        packets: Vec::new(),
    };
    let error = match input::open(source, &Arc::default(), &Arc::default()) {
        Err(error) => Some(error),
        Ok(opened) => {
            let mut run = InputRun::new(source.name.clone(), opened.compression);
            match opened.content {
                Content::Mapped(map) => explainer.map(&mut run, &map),
                Content::Stream(stream) => explainer.stream(&mut run, stream),
            }
        }
    };
    let Explainer { records, packets, .. } = explainer;
    Explained { packets, records, ended: error.is_none() && records < wanted.last(), error }
}

/// Why an input is no capture: flow logs are, but not of packets.
fn no_packets(
    run: &mut InputRun,
    header: Option<(&'static str, Stop)>,
    first: &[u8],
    whole: bool,
) -> Cause {
    let flows = || FlowFormat::detect(first, whole, &TextOptions::default());
    if header.is_none() && flows().is_some() {
        return Cause::NoPackets;
    }
    not_a_capture(run, header, first)
}

/// Counts records, and explains those that are wanted.
struct Explainer<'w> {
    decoder: Decoder,
    wanted: &'w PacketNumbers,
    /// Where the input's bytes lie, where they lie all at once.
    base: Option<usize>,
    records: u64,
    packets: Vec<Explanation>,
}

impl Sink for Explainer<'_> {
    fn frame(&mut self, frame: Frame<'_>) -> ControlFlow<()> {
        if self.records >= self.wanted.last() {
            return ControlFlow::Break(());
        }
        self.records += 1;
        if self.wanted.contains(self.records) {
            self.packets.push(self.explanation(&frame));
        }
        ControlFlow::Continue(())
    }
}

impl Explainer<'_> {
    fn map(&mut self, run: &mut InputRun, map: &Map) -> Option<Error> {
        let bytes = map.bytes();
        self.base = Some(bytes.as_ptr() as usize);
        let first = &bytes[..bytes.len().min(FIRST_BYTES)];
        match capture::detect(first, first.len() == bytes.len()) {
            Ok(Some((Capture::Pcap(chain), at))) => self.chain(run, bytes, chain, at),
            Ok(Some((Capture::PcapNg(chain), at))) => self.chain(run, bytes, chain, at),
            Ok(Some((Capture::Erf(chain), at))) => self.chain(run, bytes, chain, at),
            Ok(Some((Capture::Snoop(chain), at))) => self.chain(run, bytes, chain, at),
            unknown => {
                let whole = first.len() == bytes.len();
                let cause = no_packets(run, unknown.err(), first, whole);
                run.done(Outcome::default(), 0, Some((0, cause))).error
            }
        }
    }

    fn chain<C: Chain>(
        &mut self,
        run: &InputRun,
        bytes: &[u8],
        mut chain: C,
        at: usize,
    ) -> Option<Error> {
        let walk = chain.read(bytes, at, bytes.len(), self);
        self.ended(run, walk.stop, walk.end as u64, (bytes.len() - walk.end) as u64)
    }

    fn stream(&mut self, run: &mut InputRun, stream: Stream) -> Option<Error> {
        let mut reader = StreamReader::new(stream);
        reader.fill(FIRST_BYTES);
        match capture::detect(reader.data(), reader.ended()) {
            Ok(Some((Capture::Pcap(chain), at))) => self.read_chain(run, reader, chain, at),
            Ok(Some((Capture::PcapNg(chain), at))) => self.read_chain(run, reader, chain, at),
            Ok(Some((Capture::Erf(chain), at))) => self.read_chain(run, reader, chain, at),
            Ok(Some((Capture::Snoop(chain), at))) => self.read_chain(run, reader, chain, at),
            unknown => {
                if let Some(error) = reader.take_error() {
                    return Some(reader.inner().error(&run.name, error));
                }
                let cause = no_packets(run, unknown.err(), reader.data(), reader.ended());
                run.done(Outcome::default(), 0, Some((0, cause))).error
            }
        }
    }

    fn read_chain<C: Chain>(
        &mut self,
        run: &InputRun,
        mut reader: StreamReader<Stream>,
        chain: C,
        at: usize,
    ) -> Option<Error> {
        let end = reader.read_chain(chain, at, self, |_| ControlFlow::Continue(()));
        match end.error {
            Some(error) => Some(reader.inner().error(&run.name, error)),
            None => self.ended(run, end.stop, end.offset, end.left as u64),
        }
    }

    /// What is wrong where reading ended; nothing where all that was wanted was
    /// read before.
    fn ended(&self, run: &InputRun, stop: Stop, at: u64, left: u64) -> Option<Error> {
        if self.records >= self.wanted.last() {
            return None;
        }
        let cause = cause_of(stop, left)?;
        run.done(Outcome::default(), at, Some((at, cause))).error
    }

    fn explanation(&self, frame: &Frame<'_>) -> Explanation {
        let (decoded, layers) = self.decoder.explain(frame);
        let at_byte =
            self.base.and_then(|base| (frame.captured.as_ptr() as usize).checked_sub(base));
        let profiles = match &decoded.verdict {
            Verdict::Ip(observation) => profiles(observation),
            Verdict::NotIp(_) | Verdict::Undecodable(_) => {
                let frames = || vec![Profile::AllFrames];
                PerView { transport: frames(), end_to_end: frames() }
            }
        };
        Explanation {
            packet: self.records,
            at_byte: at_byte.map(|at| at as u64),
            link_type: frame.link_type,
            interface: frame.interface,
            timestamp: frame.timestamp,
            captured_len: frame.captured.len(),
            original_len: frame.original_len,
            layers,
            decoded,
            profiles,
        }
    }
}

/// The profiles that keep an IP packet, by the rule of the tables.
fn profiles(observation: &Observation) -> PerView<Vec<Profile>> {
    let kept = |header| {
        let keeps = |profile: &Profile| {
            let plan = Plan { profile: *profile, ..Plan::default() };
            plan.keeps(observation, header)
        };
        Profile::ALL.into_iter().filter(keeps).collect()
    };
    PerView { transport: kept(&observation.outer), end_to_end: kept(observation.innermost()) }
}
