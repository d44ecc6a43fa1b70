//! sFlow version 5 datagrams (sflow.org, "sFlow Version 5", 2004).
//!
//! ```text
//! 0 version 5   4 address type 1 or 2   8 agent address, 4 or 16 octets; then
//! sub-agent, sequence, uptime in ms, count of samples, four octets each; then
//! samples: 0 format (enterprise 20 bits, number 12)   4 length   8 body
//! ```
//! What is lost is told by the sequence numbers of each source's samples, which a
//! lost datagram takes with it.

use super::bytes::{be32, chunk};
use super::sequence::Sequence;
use super::sflow_sample::{self, Agent, SampleKind};
use super::stream::StreamKey;
use super::{ExportFormat, ExportSession, Received};
use crate::flowlog::FlowSink;
use crate::model::{Excluded, IpAddress, IpVersion, Undecodable};
use hashbrown::HashMap;
use std::ops::ControlFlow;

/// Sources that are remembered of one agent; of more no loss is told.
const MOST_SOURCES: usize = 65_536;

/// Octets of the header.
pub(super) fn header_len(bytes: &[u8]) -> usize {
    if be32(bytes, 4) == Some(2) { 40 } else { 28 }
}

/// What the samplers of one agent have counted.
#[derive(Debug, Default)]
pub(super) struct SFlowSources {
    sources: HashMap<u64, (Sequence, u32), foldhash::fast::RandomState>,
    lost_before: u64,
    dropped: u64,
}

impl SFlowSources {
    /// Takes the sequence number of a source's sample and its count of samples that
    /// it had to leave out so far.
    pub(super) fn observe(&mut self, source: u64, number: u32, drops: u32, uptime: u32) {
        if self.sources.len() >= MOST_SOURCES && !self.sources.contains_key(&source) {
            return;
        }
        let new = !self.sources.contains_key(&source);
        let (sequence, dropped) = self.sources.entry(source).or_default();
        let before = sequence.lost;
        sequence.observe(number, Some(1), 0, Some(uptime));
        self.lost_before = (self.lost_before + sequence.lost).saturating_sub(before);
        let more = drops.wrapping_sub(*dropped).cast_signed();
        if !new && more > 0 {
            self.dropped += u64::from(more.cast_unsigned());
        }
        *dropped = drops;
    }

    /// Samples that were lost on the way.
    pub(super) fn lost(&self) -> u64 {
        self.lost_before
    }

    /// Samples that the agent left out.
    pub(super) fn dropped(&self) -> u64 {
        self.dropped
    }
}

/// Reads a datagram.
pub(super) fn read<S: FlowSink>(
    session: &mut ExportSession,
    bytes: &[u8],
    about: &Received,
    sink: &mut S,
) -> ControlFlow<()> {
    let header = header_len(bytes);
    let Some([sub_agent, _, uptime, count]) = words(bytes, header - 16) else {
        sink.undecodable(Undecodable::MalformedRecord, 1);
        sink.remark(about.at, "an sFlow datagram is cut within its header");
        return ControlFlow::Continue(());
    };
    let key = StreamKey {
        address: agent(bytes, header),
        port: about.port,
        format: ExportFormat::SFlow5,
        domain: sub_agent,
    };
    session.make_room(&key, about.at, sink);
    let stream = session.streams.hear(key);
    stream.ipv6_observable = true;
    let agent = Agent { exporter: key.exporter(), received: about.time, uptime };
    let mut rest = &bytes[header..];
    for _ in 0..count {
        let (Some(format), Some(length)) = (be32(rest, 0), be32(rest, 4)) else {
            return cut(about, sink);
        };
        let body = &rest[8..];
        let Some(whole) = body.get(..length as usize) else {
            return cut(about, sink);
        };
        sample(format, whole, &agent, &mut stream.sources, sink)?;
        rest = &body[whole.len()..];
    }
    ControlFlow::Continue(())
}

/// What follows of a datagram is not there: at least one sample.
fn cut<S: FlowSink>(about: &Received, sink: &mut S) -> ControlFlow<()> {
    sink.undecodable(Undecodable::MalformedRecord, 1);
    sink.remark(about.at, "an sFlow datagram is shorter than its samples say");
    ControlFlow::Continue(())
}

fn sample<S: FlowSink>(
    format: u32,
    body: &[u8],
    agent: &Agent,
    sources: &mut SFlowSources,
    sink: &mut S,
) -> ControlFlow<()> {
    match format {
        1 => sflow_sample::read(SampleKind::Compact, body, agent, sources, sink)?,
        3 => sflow_sample::read(SampleKind::Expanded, body, agent, sources, sink)?,
        2 | 4 => sink.exclude(Excluded::CounterRecord, 1),
        5 => sink.exclude(Excluded::DiscardedPacket, 1),
        _ => sink.exclude(Excluded::OtherRecord, 1),
    }
    ControlFlow::Continue(())
}

/// The agent's address.
fn agent(bytes: &[u8], header: usize) -> Option<(IpVersion, IpAddress)> {
    if header == 40 {
        chunk(bytes, 8).map(|octets| (IpVersion::V6, IpAddress::from_v6(octets)))
    } else {
        chunk(bytes, 8).map(|octets| (IpVersion::V4, IpAddress::from_v4(octets)))
    }
}

/// `N` numbers of four octets from `at` on.
pub(super) fn words<const N: usize>(bytes: &[u8], at: usize) -> Option<[u32; N]> {
    let mut words = [0; N];
    for (index, word) in words.iter_mut().enumerate() {
        *word = be32(bytes, at + 4 * index)?;
    }
    Some(words)
}
