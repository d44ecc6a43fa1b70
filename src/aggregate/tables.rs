//! The tables of one worker.

use super::cell::Cell;
use super::prefix::PrefixCells;
use super::protocol::ProtocolCells;
use super::size::SizeCells;
use super::{Plan, Totals, ViewTotals};
use crate::model::{IpHeader, IpVersion, Observation};

/// Observations after which the tables must be drained; see [`Cell`].
const DRAIN_AFTER: u64 = 1 << 30;

/// What one worker has counted since it last drained.
#[derive(Clone, Debug)]
pub struct Tables {
    plan: Plan,
    observations: u64,
    /// Packets that are the same in both views.
    same: ViewTables,
    /// The outer headers of the others.
    transport: ViewTables,
    /// The inner headers of the others.
    end_to_end: ViewTables,
}

/// One set of tables.
#[derive(Clone, Debug)]
struct ViewTables {
    protocols: ProtocolCells,
    prefixes: Vec<PrefixCells>,
    sizes: [SizeCells; 2],
    /// What the profile leaves out, by family.
    left_out: [Cell; 2],
}

impl Tables {
    /// Empty tables.
    #[must_use]
    pub fn new(plan: &Plan) -> Self {
        let [same, transport, end_to_end] = std::array::from_fn(|_| ViewTables::new(plan));
        Self { plan: plan.clone(), observations: 0, same, transport, end_to_end }
    }

    /// Counts one packet in its cell of each view.
    pub fn observe(&mut self, observation: &Observation) {
        match &observation.inner {
            None => self.observe_same(observation),
            Some(inner) => {
                self.observations += 1;
                self.transport.observe(&self.plan, observation, &observation.outer);
                self.end_to_end.observe(&self.plan, observation, inner);
            }
        }
    }

    /// Counts one packet that is known to have no inner header. Inlined into
    /// the loop that reads the records; see `decode_plain`.
    #[inline(always)]
    pub fn observe_same(&mut self, observation: &Observation) {
        self.observations += 1;
        self.same.observe(&self.plan, observation, &observation.outer);
    }

    /// True when the tables must be drained before more is observed.
    #[inline]
    #[must_use]
    pub fn full(&self) -> bool {
        self.observations >= DRAIN_AFTER
    }

    /// Moves everything into `totals`.
    pub fn drain_into(&mut self, totals: &mut Totals) {
        self.observations = 0;
        self.same.drain_into(&mut totals.same);
        self.transport.drain_into(&mut totals.transport);
        self.end_to_end.drain_into(&mut totals.end_to_end);
    }
}

impl ViewTables {
    fn new(plan: &Plan) -> Self {
        let prefixes =
            plan.prefix_lens.iter().map(|lens| PrefixCells::new(*lens, plan.prefix_side));
        Self {
            protocols: ProtocolCells::default(),
            prefixes: prefixes.collect(),
            sizes: Default::default(),
            left_out: [Cell::default(); 2],
        }
    }

    #[inline(always)]
    fn observe(&mut self, plan: &Plan, observation: &Observation, header: &IpHeader) {
        let (version, wire_octets) = (header.version, observation.wire_octets);
        if !plan.keeps(observation, header) {
            self.left_out[version.index()].add(header.octets, wire_octets);
            return;
        }
        self.protocols.add(version, header.protocol, header.octets, wire_octets);
        self.sizes[version.index()].add(header.octets);
        for prefixes in &mut self.prefixes {
            prefixes.add(header, wire_octets);
        }
    }

    fn drain_into(&mut self, totals: &mut ViewTotals) {
        for (version, protocol, cell) in self.protocols.cells() {
            totals.protocol(protocol, version, &cell.count());
        }
        self.protocols.clear();
        for version in IpVersion::ALL {
            let left_out = std::mem::take(&mut self.left_out[version.index()]);
            totals.left_out(version, &left_out.count());
            self.sizes[version.index()].drain(|octets, packets| {
                totals.size(version, octets, packets);
            });
        }
        for (prefixes, totals) in self.prefixes.iter_mut().zip(&mut totals.prefixes) {
            prefixes.drain(|version, prefix, cell| {
                totals.add(version, prefix, &cell.count());
            });
        }
    }
}
