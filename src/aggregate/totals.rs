//! The tables of a whole run, in full width.

use super::facts::Facts;
use super::keyed::KeyedTotals;
use super::{DistinctAddresses, FlowTotals, Plan, PrefixTotals, TunnelCount, TunnelKey};
use crate::model::{Count, IpProtocol, IpVersion, Tally};
use std::collections::BTreeMap;

/// Why taking away cannot fail.
const ADDED_BEFORE: &str = "what is taken back was added before";

/// What all workers counted.
#[derive(Clone, Debug)]
pub struct Totals {
    /// Packets that are the same in both views.
    pub same: ViewTotals,
    /// The outer headers of the others.
    pub transport: ViewTotals,
    /// The inner headers of those in tunnels.
    pub end_to_end: ViewTotals,
    /// The headers of translated packets, counted as IPv4 under IPv6 keys.
    pub translated: ViewTotals,
    /// All that is not native, by mechanism and path.
    pub tunnels: BTreeMap<TunnelKey, TunnelCount>,
    /// What is asked of tables for flow records.
    pub(super) facts: Facts,
    /// What only flow records have.
    pub flows: FlowTotals,
}

/// One set of tables.
#[derive(Clone, Debug)]
pub struct ViewTotals {
    /// By protocol; `None` where it is cut away.
    pub protocols: BTreeMap<Option<IpProtocol>, Tally>,
    /// By prefix, in the order of the plan.
    pub prefixes: Vec<PrefixTotals>,
    /// Packets by family and octets.
    pub sizes: [BTreeMap<u64, u64>; 2],
    /// By the other keys, in the order of the plan.
    pub keyed: Vec<KeyedTotals>,
    /// The distinct addresses, where they are asked for.
    pub distinct: Option<Box<DistinctAddresses>>,
    /// What the profile leaves out of all of them.
    pub left_out: Tally,
    /// Control traffic, where it is counted; it is in the other tables too.
    pub control: Tally,
}

impl Totals {
    /// Empty tables.
    #[must_use]
    pub fn new(plan: &Plan) -> Self {
        let [same, transport, end_to_end, translated] =
            std::array::from_fn(|_| ViewTotals::new(plan));
        Self {
            same,
            transport,
            end_to_end,
            translated,
            tunnels: BTreeMap::new(),
            facts: Facts::new(plan),
            flows: FlowTotals::default(),
        }
    }

    /// Adds other totals of the same plan.
    pub fn merge(&mut self, other: Self) {
        self.same.merge(other.same);
        self.transport.merge(other.transport);
        self.end_to_end.merge(other.end_to_end);
        self.translated.merge(other.translated);
        for (key, count) in other.tunnels {
            self.tunnels.entry(key).or_default().add(&count);
        }
        self.flows.merge(&other.flows);
    }

    /// Brings the prefixes into their order, by so many threads at most: to be called
    /// once, before they are read.
    pub fn settle(&mut self, threads: usize) {
        for set in [&mut self.same, &mut self.transport, &mut self.end_to_end, &mut self.translated]
        {
            set.prefixes.iter_mut().for_each(|prefixes| prefixes.settle(threads));
        }
    }

    /// Takes away what was read from a wrong place of a capture: no flow record, and
    /// nothing under a plan that [is final](Plan::is_final).
    ///
    /// # Panics
    /// When it was not added before.
    pub fn retract(&mut self, wrong: &Self) {
        self.same.retract(&wrong.same);
        self.transport.retract(&wrong.transport);
        self.end_to_end.retract(&wrong.end_to_end);
        self.translated.retract(&wrong.translated);
        for (key, count) in &wrong.tunnels {
            let kept = self.tunnels.get_mut(key).expect(ADDED_BEFORE);
            kept.retract(count);
            if kept.packets == 0 {
                self.tunnels.remove(key);
            }
        }
    }
}

impl ViewTotals {
    fn new(plan: &Plan) -> Self {
        Self {
            protocols: BTreeMap::new(),
            prefixes: plan.prefixes.iter().map(|_| PrefixTotals::default()).collect(),
            sizes: Default::default(),
            keyed: plan.keyed.iter().map(|by| KeyedTotals::new(by, plan)).collect(),
            distinct: plan.distinct.map(|_| Box::default()),
            left_out: Tally::default(),
            control: Tally::default(),
        }
    }

    pub(super) fn protocol(
        &mut self,
        protocol: Option<IpProtocol>,
        version: IpVersion,
        count: &Count,
    ) {
        self.protocols.entry(protocol).or_default()[version] += count;
    }

    pub(super) fn left_out(&mut self, version: IpVersion, count: &Count) {
        self.left_out[version] += count;
    }

    pub(super) fn size(&mut self, version: IpVersion, octets: u64, packets: u64) {
        *self.sizes[version.index()].entry(octets).or_default() += packets;
    }

    fn merge(&mut self, other: Self) {
        merge_tallies(&mut self.protocols, other.protocols);
        for (mine, theirs) in self.keyed.iter_mut().zip(other.keyed) {
            mine.merge(theirs);
        }
        for (mine, theirs) in self.prefixes.iter_mut().zip(other.prefixes) {
            mine.merge(theirs);
        }
        for (mine, theirs) in self.sizes.iter_mut().zip(other.sizes) {
            for (octets, packets) in theirs {
                *mine.entry(octets).or_default() += packets;
            }
        }
        if let (Some(mine), Some(theirs)) = (&mut self.distinct, &other.distinct) {
            mine.merge(theirs);
        }
        self.left_out += &other.left_out;
        self.control += &other.control;
    }

    fn retract(&mut self, wrong: &Self) {
        retract_tallies(&mut self.protocols, &wrong.protocols);
        for (mine, wrong) in self.keyed.iter_mut().zip(&wrong.keyed) {
            mine.retract(wrong);
        }
        for (mine, wrong) in self.prefixes.iter_mut().zip(&wrong.prefixes) {
            mine.retract(wrong);
        }
        for (mine, wrong) in self.sizes.iter_mut().zip(&wrong.sizes) {
            for (octets, packets) in wrong {
                let kept = mine.get_mut(octets).expect(ADDED_BEFORE);
                *kept = kept.checked_sub(*packets).expect(ADDED_BEFORE);
                if *kept == 0 {
                    mine.remove(octets);
                }
            }
        }
        self.left_out.retract(&wrong.left_out);
        self.control.retract(&wrong.control);
    }
}

fn merge_tallies<K: Ord>(mine: &mut BTreeMap<K, Tally>, theirs: BTreeMap<K, Tally>) {
    for (key, tally) in theirs {
        *mine.entry(key).or_default() += &tally;
    }
}

fn retract_tallies<K: Ord>(mine: &mut BTreeMap<K, Tally>, wrong: &BTreeMap<K, Tally>) {
    for (key, tally) in wrong {
        let kept = mine.get_mut(key).expect(ADDED_BEFORE);
        kept.retract(tally);
        if kept.is_zero() {
            mine.remove(key);
        }
    }
}
