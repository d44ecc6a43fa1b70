//! The tables of plain flow records: what a worker has counted of them since it
//! last drained, in the same cells as packets.

use super::cell::Cell;
use super::prefix::{Batch, PrefixCells, count_packets};
use super::protocol::ProtocolCells;
use super::quick_flows::QuickFlows;
use super::{Plan, PrefixTotals, Totals};
use crate::model::{
    Count, Details, Ends, Exporter, FlowKeys, IpVersion, PerView, Timestamp, Variance,
};

/// Records after which the tables must be drained: each adds less than 2^32 to any
/// sum of a cell.
const DRAIN_AFTER: u64 = 1 << 30;

/// A flow record of which a run that asks for nothing special needs no more: its
/// amounts are small, also where they are scaled, and it is the same in both views.
/// [`Totals::observe_flow`] counts it just so.
#[derive(Clone, Copy, Debug)]
pub struct PlainFlow {
    /// Who and what.
    pub keys: FlowKeys,
    /// What its packets stand for.
    pub packets: u32,
    /// What its IP-layer octets stand for.
    pub octets: u32,
    /// Packets as exported.
    pub exported_packets: u32,
    /// IP-layer octets as exported.
    pub exported_octets: u32,
}

impl PlainFlow {
    /// What tables of packets count: packets stand in the place of the wire octets.
    #[inline(always)]
    fn ends(&self) -> Ends {
        let ends = [self.keys.source, self.keys.destination];
        Ends::new(ends, (self.octets, self.packets), self.keys.protocol)
    }
}

/// What one worker has counted of plain flow records since it last drained.
///
/// A cell that counts packets with two sums counts flows with two sums as well:
/// here each flow is one, and its packets stand in the place of the wire octets,
/// of which a plain flow has none.
#[derive(Clone, Debug)]
pub struct FlowTables {
    takes_plain: bool,
    /// Where a plain flow needs more, which can be counted quickly.
    quick: Option<QuickFlows>,
    protocols: ProtocolCells,
    prefixes: Vec<PrefixCells>,
    /// Records that are still to be counted, by family.
    batches: [Box<Batch>; 2],
    /// All records as they were exported, by family.
    exported: [Cell; 2],
    /// By how much their sampling varies, by family.
    variance: [Variance; 2],
    /// Records that were counted.
    counted: u64,
}

impl FlowTables {
    /// Empty tables.
    #[must_use]
    pub fn new(plan: &Plan) -> Self {
        let prefixes = plan.prefixes.iter().map(|(lens, side)| PrefixCells::new(*lens, *side));
        let prefixes: Vec<_> = prefixes.collect();
        let is_short = prefixes.iter().all(PrefixCells::is_short);
        let takes_plain = plan.counts_everything() && is_short;
        let is_general = takes_plain || !is_short;
        Self {
            takes_plain,
            quick: if is_general { None } else { QuickFlows::new(plan) },
            protocols: ProtocolCells::default(),
            prefixes,
            batches: Default::default(),
            exported: Default::default(),
            variance: Default::default(),
            counted: 0,
        }
    }

    /// Whether [`Self::observe`] is all that a plain flow needs.
    #[must_use]
    pub fn takes_plain(&self) -> bool {
        self.takes_plain
    }

    /// Counts one plain flow, where that is all it needs.
    #[inline(always)]
    pub fn observe(&mut self, flow: &PlainFlow) {
        self.export(flow);
        if self.batches[flow.keys.version.index()].push(flow.ends()) {
            self.count_batch(flow.keys.version);
        }
    }

    /// Adds what was exported.
    #[inline(always)]
    fn export(&mut self, flow: &PlainFlow) {
        let (octets, packets) = (flow.exported_octets, flow.exported_packets);
        self.exported[flow.keys.version.index()].add(octets.into(), packets.into());
    }

    /// Says which input is read from now on.
    pub fn enter(&mut self, input: u32) {
        IpVersion::ALL.into_iter().for_each(|version| self.count_batch(version));
        if let Some(quick) = &mut self.quick {
            quick.enter(input);
        }
    }

    /// Whether [`Self::observe_quick`] is all that most plain flows need.
    #[must_use]
    pub fn takes_quick(&self) -> bool {
        self.quick.is_some()
    }

    /// Counts one plain flow from one instant to another, where that is all it needs, and
    /// says whether that is so of this one. Its size and its traffic class are not known.
    #[inline]
    pub fn observe_quick(
        &mut self,
        flow: &PlainFlow,
        mut details: Details,
        (last, exporter): (Timestamp, Option<Exporter>),
    ) -> bool {
        let Some(quick) = &mut self.quick else { return false };
        if !quick.takes(details.time, last) {
            return false;
        }
        details.exporter = quick.number(exporter);
        let is_full = quick.push(flow.keys.version, flow.ends(), &details);
        self.export(flow);
        if is_full {
            self.count_batch(flow.keys.version);
        }
        true
    }

    /// Adds the variance of a plain flow that was sampled.
    #[inline]
    pub fn vary(&mut self, version: IpVersion, variance: &Variance) {
        self.variance[version.index()].add(variance);
    }

    /// True when the tables must be drained before more is observed.
    #[must_use]
    pub fn full(&self) -> bool {
        self.counted >= DRAIN_AFTER
    }

    /// Counts the flows that were gathered.
    #[inline(never)]
    fn count_batch(&mut self, version: IpVersion) {
        if let Some(quick) = &mut self.quick {
            self.counted += quick.count(version, (&mut self.protocols, &mut self.prefixes));
            return;
        }
        let flows = self.batches[version.index()].take();
        self.counted += flows.len() as u64;
        count_packets(&mut self.protocols, &mut self.prefixes, version, flows, |_| {});
    }

    /// Moves everything into `totals`.
    pub fn drain_into(&mut self, totals: &mut Totals) {
        IpVersion::ALL.into_iter().for_each(|version| self.count_batch(version));
        if std::mem::take(&mut self.counted) == 0 {
            return;
        }
        for (version, protocol, cell) in self.protocols.cells() {
            let count = of_flows(cell);
            totals.same.protocol(protocol, version, &count);
            totals.flows.scaled[version] += &count;
        }
        self.protocols.clear();
        for version in IpVersion::ALL {
            let family = version.index();
            totals.flows.exported[version] +=
                &of_flows(&std::mem::take(&mut self.exported[family]));
            let variance = std::mem::take(&mut self.variance[family]);
            let PerView { transport, end_to_end } = &mut totals.flows.variance;
            transport[family].add(&variance);
            end_to_end[family].add(&variance);
        }
        for (prefixes, totals) in self.prefixes.iter_mut().zip(&mut totals.same.prefixes) {
            take_flows(totals, prefixes);
        }
        if let Some(quick) = &mut self.quick {
            quick.drain_into(totals);
        }
    }
}

/// Moves the prefixes of flows into their totals.
pub(super) fn take_flows(totals: &mut PrefixTotals, prefixes: &mut PrefixCells) {
    prefixes.drain(|version, prefix, cell| totals.add(version, prefix, &of_flows(cell)));
}

/// What a cell counts where the records are flows.
pub(super) fn of_flows(cell: &Cell) -> Count {
    let Count { packets: flows, octets, wire_octets: packets, .. } = cell.count();
    let flows = u64::try_from(flows).expect("a cell counts its records in 64 bits");
    Count { packets, octets, wire_octets: 0, flows }
}
