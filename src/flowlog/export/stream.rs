//! The streams of exports, and what is remembered of each.

use super::ExportFormat;
use super::sequence::Sequence;
use super::sflow::SFlowSources;
use super::templates::Templates;
use super::waiting::WaitingSets;
use crate::model::{Exporter, ExporterFacts, IpAddress, IpVersion};
use hashbrown::HashMap;

/// What tells one stream of datagrams from another: the transport session (as far
/// as it is known) and the observation domain (RFC 7011 section 3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct StreamKey {
    pub(super) address: Option<(IpVersion, IpAddress)>,
    pub(super) port: Option<u16>,
    pub(super) format: ExportFormat,
    pub(super) domain: u32,
}

impl StreamKey {
    pub(super) fn exporter(self) -> Exporter {
        Exporter { address: self.address, domain: self.domain }
    }
}

/// What is remembered of one stream.
#[derive(Debug, Default)]
pub(super) struct Stream {
    /// When it was last heard, in datagrams of the session.
    pub(super) heard: u64,
    pub(super) sequence: Sequence,
    pub(super) ipv6_observable: bool,
    pub(super) templates: Templates,
    pub(super) waiting: WaitingSets,
    /// When the device started, in milliseconds since 1970, by its options.
    pub(super) init: Option<u64>,
    /// What the samplers of an sFlow agent have counted.
    pub(super) sources: SFlowSources,
}

impl Stream {
    pub(super) fn facts(&self) -> ExporterFacts {
        ExporterFacts {
            ipv6_observable: self.ipv6_observable,
            lost: self.sequence.lost + self.sources.lost(),
            dropped: self.sources.dropped(),
        }
    }
}

/// All streams of a session.
#[derive(Debug, Default)]
pub(super) struct Streams {
    table: HashMap<StreamKey, Stream, foldhash::fast::RandomState>,
    clock: u64,
}

impl Streams {
    /// The stream of `key`, as just heard.
    pub(super) fn hear(&mut self, key: StreamKey) -> &mut Stream {
        self.clock += 1;
        let stream = self.table.entry(key).or_default();
        stream.heard = self.clock;
        stream
    }

    /// True where `key` would be one stream more than `most`.
    pub(super) fn overflow(&self, key: &StreamKey, most: usize) -> bool {
        self.table.len() >= most && !self.table.contains_key(key)
    }

    /// Takes out a quarter of the streams, those not heard for longest, in the
    /// order of their keys.
    pub(super) fn forget(&mut self) -> Vec<(StreamKey, Stream)> {
        let mut heard: Vec<u64> = self.table.values().map(|stream| stream.heard).collect();
        heard.sort_unstable();
        let until = heard.get(heard.len() / 4).copied().unwrap_or(u64::MAX);
        let mut out: Vec<_> = self.table.extract_if(|_, stream| stream.heard <= until).collect();
        out.sort_unstable_by_key(|(key, _)| *key);
        out
    }

    /// Takes out all streams, in the order of their keys.
    pub(super) fn drain(&mut self) -> Vec<(StreamKey, Stream)> {
        let mut out: Vec<_> = self.table.drain().collect();
        out.sort_unstable_by_key(|(key, _)| *key);
        out
    }
}
