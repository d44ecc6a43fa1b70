//! The records of one block, each to the place where it is counted.

use super::elements::listed;
use super::exporters::{Exporters, Origin, SFLOW};
use super::extension_map::ExtensionMaps;
use super::field::{short, word};
use super::parts::{NoFlow, Parts};
use super::usual::usual;
use crate::cache;
use crate::error::Position;
use crate::flowlog::FlowSink;
use crate::model::{Excluded, FlowRecord, Sampling, Undecodable};
use std::ops::ControlFlow;

/// A flow record of layout 1 with a small exporter number.
const FLOW_1: u16 = 1;
const EXTENSION_MAP: u16 = 2;
/// Exporter and sampler records of early versions of nfdump 1.6.
const EXPORTER_OLD: u16 = 5;
const SAMPLER_OLD: u16 = 6;
const EXPORTER: u16 = 7;
const EXPORTER_TOTALS: u16 = 8;
const SAMPLER_9: u16 = 9;
/// A flow record of layout 1.
const FLOW_10: u16 = 10;
/// A flow record of layout 2.
const FLOW_11: u16 = 11;
/// Names of applications, interfaces and VRFs.
const NAMES: std::ops::RangeInclusive<u16> = 12..=14;
const SAMPLER_15: u16 = 15;
/// Identity and totals of the file, in its appendix.
const APPENDIX: std::ops::RangeInclusive<u16> = 0x8001..=0x8002;

/// Bits of a record's version: from sFlow, and from packets that nfpcapd counted.
const OF_FRAMES: u8 = 0x80;
const OF_PACKETS: u8 = 0x40;

/// How most records are handed on: as brief flows, as brief flows with details, whole.
const BRIEF: u8 = 0;
const DETAILED: u8 = 1;
const WHOLE: u8 = 2;

/// What records depend on that came before them.
#[derive(Default)]
pub(super) struct Records {
    maps: ExtensionMaps,
    /// Who exported.
    pub(super) exporters: Exporters,
    /// True where nfpcapd counted every packet itself.
    pub(super) from_packets: bool,
    /// True when it was told that sFlow octets are those of frames.
    told_of_frames: bool,
    /// True when it was told that second counters are left out.
    told_of_second: bool,
    /// What the record at hand tells.
    parts: Parts,
    /// The flow that it is. The exporter stays from record to record.
    flow: FlowRecord,
    /// Where the last record came from, as long as nothing new was told of exporters.
    origin: Origin,
    /// The sampling of records from there that do not tell their own.
    announced: Sampling,
}

impl Records {
    /// Hands on the `count` records of a block whose (decompressed) content is
    /// `bytes` and whose header lies at `place`.
    pub(super) fn walk<S: FlowSink>(
        &mut self,
        bytes: &[u8],
        count: u32,
        place: Position,
        sink: &mut S,
    ) -> ControlFlow<()> {
        match (sink.takes_brief(), sink.takes_detailed()) {
            (true, _) => self.walk_as::<S, BRIEF>(bytes, count, place, sink),
            (false, true) => self.walk_as::<S, DETAILED>(bytes, count, place, sink),
            (false, false) => self.walk_as::<S, WHOLE>(bytes, count, place, sink),
        }
    }

    /// The same, where most are handed on so: a loop for each, of which none has the code
    /// of the others.
    #[inline(never)]
    fn walk_as<S: FlowSink, const AS: u8>(
        &mut self,
        bytes: &[u8],
        count: u32,
        place: Position,
        sink: &mut S,
    ) -> ControlFlow<()> {
        let mut rest = bytes;
        for done in 0..count {
            cache::fetch_ahead(bytes, bytes.len() - rest.len());
            let kind = short(rest, 0);
            let size = short(rest, 2).map_or(0, usize::from);
            let (Some(kind), Some((record, after))) =
                (kind, if size < 4 { None } else { rest.split_at_checked(size) })
            else {
                let left = u64::from(count - done).min(1 + rest.len() as u64 / 4);
                sink.undecodable(Undecodable::MalformedRecord, left);
                sink.remark(
                    place,
                    &format!("record {} of this block does not fit it; {left} left", done + 1),
                );
                return ControlFlow::Continue(());
            };
            rest = after;
            if kind == FLOW_11
                && let Some(goes_on) = self.usual::<S, AS>(record, sink)
            {
                goes_on?;
                continue;
            }
            self.record(kind, record, place, sink)?;
        }
        if !rest.is_empty() {
            let left = rest.len();
            sink.remark(place, &format!("{left} bytes follow the {count} records of this block"));
        }
        ControlFlow::Continue(())
    }

    #[inline]
    fn record<S: FlowSink>(
        &mut self,
        kind: u16,
        record: &[u8],
        place: Position,
        sink: &mut S,
    ) -> ControlFlow<()> {
        match kind {
            FLOW_11 => {
                let Some(origin) = listed(record, &mut self.parts) else { return malformed(sink) };
                let version = origin.version();
                if version & OF_FRAMES != 0 {
                    self.tell_of_frames(place, sink);
                }
                let every = self.from_packets || version & OF_PACKETS != 0;
                self.flow(origin.every(every), place, sink)
            }
            FLOW_1 | FLOW_10 => {
                let read = self.maps.parts(record, kind == FLOW_10, &mut self.parts);
                let Some(exporter) = read else { return malformed(sink) };
                self.flow(Origin::new(exporter, 0, 0), place, sink)
            }
            _ => {
                self.about(kind, record, place, sink);
                ControlFlow::Continue(())
            }
        }
    }

    #[inline]
    fn flow<S: FlowSink>(
        &mut self,
        origin: Origin,
        place: Position,
        sink: &mut S,
    ) -> ControlFlow<()> {
        if self.parts.leaves_out() {
            self.tell_of_second(place, sink);
        }
        self.comes_from(origin);
        self.flow.sampling = match self.parts.sampling {
            Sampling::Unknown => self.announced,
            told => told,
        };
        match self.parts.settle(&mut self.flow) {
            Ok(odd) => sink.flow(&self.flow, odd),
            Err(NoFlow::Excluded(why)) => {
                sink.exclude(why, 1);
                ControlFlow::Continue(())
            }
            Err(NoFlow::Impossible) => malformed(sink),
        }
    }

    /// Hands on a usual record; `None` where that is not taken, or it is none.
    #[inline(always)]
    fn usual<S: FlowSink, const AS: u8>(
        &mut self,
        record: &[u8],
        sink: &mut S,
    ) -> Option<ControlFlow<()>> {
        let usual = match AS {
            BRIEF => usual::<false>(record)?,
            DETAILED => usual::<true>(record)?,
            _ => return None,
        };
        let version = usual.origin.version();
        if version & OF_FRAMES != 0 {
            return None;
        }
        self.comes_from(usual.origin.every(self.from_packets || version & OF_PACKETS != 0));
        let sampling = if usual.is_scaled { Sampling::Scaled } else { self.announced };
        let exporter = self.flow.exporter.as_ref();
        match AS {
            BRIEF => sink.brief(&usual.flow, exporter, sampling),
            _ => sink.detailed(&usual.flow, &usual.details, exporter, sampling),
        }
    }

    /// Looks up where records come from, where that is not where the last one did.
    #[inline(always)]
    fn comes_from(&mut self, origin: Origin) {
        if self.origin != origin {
            self.origin = origin;
            (self.flow.exporter, self.announced) = self.exporters.find(origin);
        }
    }

    /// Takes a record that is about the exporter, or about the file.
    #[cold]
    fn about<S: FlowSink>(&mut self, kind: u16, record: &[u8], place: Position, sink: &mut S) {
        self.origin = Origin::NOWHERE;
        let sound = match kind {
            EXTENSION_MAP => self.maps.learn(record),
            EXPORTER => {
                let version = self.exporters.describe(record);
                if version == Some(SFLOW) {
                    self.tell_of_frames(place, sink);
                }
                version.is_some()
            }
            SAMPLER_9 | SAMPLER_15 => self.exporters.sampler(record).is_some(),
            EXPORTER_TOTALS => {
                tell_gaps(record, place, sink);
                true
            }
            EXPORTER_OLD | SAMPLER_OLD => true,
            _ if NAMES.contains(&kind) || APPENDIX.contains(&kind) => true,
            _ => {
                sink.exclude(Excluded::OtherRecord, 1);
                return;
            }
        };
        if sound {
            sink.exclude(Excluded::OptionsRecord, 1);
        } else {
            sink.undecodable(Undecodable::MalformedRecord, 1);
        }
    }

    #[cold]
    fn tell_of_second<S: FlowSink>(&mut self, place: Position, sink: &mut S) {
        if !self.told_of_second {
            self.told_of_second = true;
            sink.remark(
                place,
                "records with `out` counters beside their own: nfdump keeps counters of the other \
                 direction and of the same packets at the egress in one place, so they are not added",
            );
        }
    }

    #[cold]
    fn tell_of_frames<S: FlowSink>(&mut self, place: Position, sink: &mut S) {
        if !self.told_of_frames {
            self.told_of_frames = true;
            sink.remark(
                place,
                "records of sFlow: the octets that sfcapd stored are those of frames (layer 2)",
            );
        }
    }
}

/// Tells of gaps in sequence numbers that the collector counted.
///
/// ```text
/// type 2, size 2, entries 4, each: number 4, gaps 4, packets 8, flows 8
/// ```
fn tell_gaps<S: FlowSink>(record: &[u8], place: Position, sink: &mut S) {
    let gaps: u64 = record
        .get(8..)
        .unwrap_or_default()
        .chunks_exact(24)
        .filter_map(|entry| word(entry, 4))
        .map(u64::from)
        .sum();
    if gaps > 0 {
        sink.remark(
            place,
            &format!("the collector met {gaps} gaps in the sequence numbers of its exporters"),
        );
    }
}

#[cold]
fn malformed<S: FlowSink>(sink: &mut S) -> ControlFlow<()> {
    sink.undecodable(Undecodable::MalformedRecord, 1);
    ControlFlow::Continue(())
}
