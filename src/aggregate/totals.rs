//! The tables of a whole run, in full width.

use super::Plan;
use crate::model::{Count, IpAddress, IpProtocol, IpVersion, Tally};
use foldhash::fast::RandomState;
use hashbrown::HashMap;
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
    /// The inner headers of the others.
    pub end_to_end: ViewTotals,
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
    /// What the profile leaves out of all of them.
    pub left_out: Tally,
}

/// Counts by prefix. The family of a row is that of its address.
#[derive(Clone, Debug, Default)]
pub struct PrefixTotals {
    /// By left-aligned prefix, a table a family.
    rows: [HashMap<IpAddress, Count, RandomState>; 2],
    /// Packets whose address was cut away.
    pub without_address: Tally,
}

impl Totals {
    /// Empty tables.
    #[must_use]
    pub fn new(plan: &Plan) -> Self {
        let [same, transport, end_to_end] = std::array::from_fn(|_| ViewTotals::new(plan));
        Self { same, transport, end_to_end }
    }

    /// Adds other totals of the same plan.
    pub fn merge(&mut self, other: Self) {
        self.same.merge(other.same);
        self.transport.merge(other.transport);
        self.end_to_end.merge(other.end_to_end);
    }

    /// Takes away what was read from a wrong place.
    ///
    /// # Panics
    /// When it was not added before.
    pub fn retract(&mut self, wrong: &Self) {
        self.same.retract(&wrong.same);
        self.transport.retract(&wrong.transport);
        self.end_to_end.retract(&wrong.end_to_end);
    }
}

impl ViewTotals {
    fn new(plan: &Plan) -> Self {
        Self {
            protocols: BTreeMap::new(),
            prefixes: plan.prefix_lens.iter().map(|_| PrefixTotals::default()).collect(),
            sizes: Default::default(),
            left_out: Tally::default(),
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
        for (protocol, tally) in other.protocols {
            *self.protocols.entry(protocol).or_default() += &tally;
        }
        for (mine, theirs) in self.prefixes.iter_mut().zip(other.prefixes) {
            mine.merge(theirs);
        }
        for (mine, theirs) in self.sizes.iter_mut().zip(other.sizes) {
            for (octets, packets) in theirs {
                *mine.entry(octets).or_default() += packets;
            }
        }
        self.left_out += &other.left_out;
    }

    fn retract(&mut self, wrong: &Self) {
        for (protocol, tally) in &wrong.protocols {
            let kept = self.protocols.get_mut(protocol).expect(ADDED_BEFORE);
            kept.retract(tally);
            if kept.is_zero() {
                self.protocols.remove(protocol);
            }
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
    }
}

impl PrefixTotals {
    pub(super) fn add(&mut self, version: IpVersion, prefix: Option<IpAddress>, count: &Count) {
        let cell = match prefix {
            Some(prefix) => self.rows[version.index()].entry(prefix).or_default(),
            None => &mut self.without_address[version],
        };
        *cell += count;
    }

    /// The rows, in no order. None is zero.
    pub fn rows(&self) -> impl Iterator<Item = (IpVersion, IpAddress, &Count)> + '_ {
        IpVersion::ALL.into_iter().flat_map(move |version| {
            self.rows[version.index()].iter().map(move |(prefix, count)| (version, *prefix, count))
        })
    }

    fn merge(&mut self, other: Self) {
        for (mine, theirs) in self.rows.iter_mut().zip(other.rows) {
            if mine.is_empty() {
                *mine = theirs;
                continue;
            }
            for (prefix, count) in theirs {
                *mine.entry(prefix).or_default() += &count;
            }
        }
        self.without_address += &other.without_address;
    }

    fn retract(&mut self, wrong: &Self) {
        for (mine, wrong) in self.rows.iter_mut().zip(&wrong.rows) {
            for (prefix, count) in wrong {
                let kept = mine.get_mut(prefix).expect(ADDED_BEFORE);
                kept.retract(count);
                if kept.is_zero() {
                    mine.remove(prefix);
                }
            }
        }
        self.without_address.retract(&wrong.without_address);
    }
}
