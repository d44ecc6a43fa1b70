//! Breakdowns by one dimension of few values, of plain packets: by time, by port,
//! by what the tables of networks say of an address.
//!
//! The general way packs a key and searches a table for each packet and each
//! breakdown. Here packets are gathered, and a value is a number that is the place
//! of its cell, or a prefix has it; with breakdowns by origin, bin of time and port a
//! packet costs a tenth of the general way. What is not plain goes the general
//! way; the keys are the same, and both meet in the totals.

use super::facts::{Facts, questions};
use super::owners::{Marks, Owners};
use super::prefix::{BATCH, PrefixCells, count_prefixes, count_small};
use super::protocol::ProtocolCells;
use super::quick_cells::QuickCells;
use super::{Plan, ViewTotals};
use crate::model::{Ends, IpAddress, IpVersion, Timestamp};

/// What a plain packet shows beside its [`Ends`].
#[derive(Clone, Copy, Debug)]
pub struct Details {
    /// When.
    pub time: Timestamp,
    /// Source and destination port, where it has any.
    pub ports: Option<(u16, u16)>,
    /// The lower 64 bits of the source and of the destination address.
    pub low: [u64; 2],
}

/// Packets of one family that were gathered.
#[derive(Clone, Debug)]
pub struct Gathered {
    pub(super) ends: [Ends; BATCH],
    pub(super) details: [Details; BATCH],
    /// Whose both ends of each are, where that is asked.
    pub(super) marks: [Marks; BATCH],
    pub(super) len: usize,
}

impl Default for Gathered {
    fn default() -> Self {
        let details = Details { time: Timestamp::from_nanoseconds(0), ports: None, low: [0; 2] };
        let marks = [Marks::default(); BATCH];
        Self { ends: [Ends::NONE; BATCH], details: [details; BATCH], marks, len: 0 }
    }
}

impl Gathered {
    /// Keeps a packet; true when there is a batch of them.
    #[inline(always)]
    pub(super) fn push(&mut self, ends: Ends, details: Details) -> bool {
        self.put(0, ends, details);
        self.keep(1);
        self.len == BATCH
    }

    /// Puts a packet at a place behind those that are kept.
    #[inline(always)]
    pub fn put(&mut self, place: usize, ends: Ends, details: Details) {
        let at = (self.len + place) % BATCH;
        self.ends[at] = ends;
        self.details[at] = details;
    }

    /// Keeps the first so many that were put there.
    #[inline(always)]
    pub(super) fn keep(&mut self, packets: usize) {
        self.len += packets;
    }

    /// The packets of the batch.
    #[inline(always)]
    pub(super) fn packets(&self) -> impl Iterator<Item = (&Ends, &Details)> {
        self.ends.iter().zip(&self.details).take(self.len)
    }

    /// An end of a packet: the source is 0.
    pub(super) fn address(&self, at: usize, end: usize) -> IpAddress {
        let (ends, details) = (&self.ends[at], &self.details[at]);
        let high = [ends.source, ends.destination][end];
        IpAddress::from_bits(u128::from(high) << 64 | u128::from(details.low[end]))
    }
}

/// The keys of a plan, where all of them can be counted so, and the packets that
/// are still to be counted.
#[derive(Clone, Debug)]
pub(super) struct Quick {
    /// In the order of the plan.
    cells: Vec<QuickCells>,
    /// Those that are counted with the tables of every run, by their place.
    beside: Option<usize>,
    /// By family.
    packets: [Box<Gathered>; 2],
    /// Whose addresses are, where that is asked.
    owners: Option<Box<Owners>>,
}

impl Quick {
    /// `None` where there is no key, or one that can be counted in the general way
    /// alone.
    pub(super) fn new(plan: &Plan) -> Option<Self> {
        let cells = plan.keyed.iter().map(|by| QuickCells::new(by, plan));
        let cells: Vec<_> = cells.collect::<Option<_>>()?;
        let owners = (questions(plan) > 0).then(|| Box::new(Owners::new(plan)));
        let beside = cells.iter().position(QuickCells::is_beside);
        (!cells.is_empty()).then(|| Self { cells, beside, packets: Default::default(), owners })
    }

    /// Keeps a packet; true when there is a batch of them.
    #[inline(always)]
    pub(super) fn push(&mut self, version: IpVersion, ends: Ends, details: Details) -> bool {
        self.packets[version.index()].push(ends, details)
    }

    /// The packets of a family that were gathered.
    #[inline(always)]
    pub(super) fn gathered(&mut self, version: IpVersion) -> &mut Gathered {
        &mut self.packets[version.index()]
    }

    /// Whether so many more can be gathered.
    #[inline(always)]
    pub(super) fn has_room(&self, version: IpVersion, packets: usize) -> bool {
        self.packets[version.index()].len + packets <= BATCH
    }

    /// Counts the packets of a family that were gathered, under the keys and in these
    /// tables of every run, and says how many there were; `each` is called with the
    /// octets of every one.
    #[inline(always)]
    pub(super) fn count(
        &mut self,
        version: IpVersion,
        facts: &mut Facts,
        (protocols, prefixes): (&mut ProtocolCells, &mut [PrefixCells]),
        each: impl FnMut(u64),
    ) -> u64 {
        let Self { cells, beside, packets, owners } = self;
        let gathered = &mut *packets[version.index()];
        gathered.len = gathered.len.min(BATCH);
        let mut ports = beside.and_then(|at| cells.get_mut(at)?.beside(version, gathered));
        let packets = &gathered.ends[..gathered.len];
        let mut count_small = count_small(protocols.of(version), each);
        let count_each = |ends: &Ends| {
            count_small(ends);
            if let Some(ports) = &mut ports {
                ports.add_next(ends);
            }
        };
        if let Some(owners) = owners {
            let are_known = owners.add(version, packets, &mut gathered.marks, count_each);
            let others = prefixes.iter_mut().enumerate();
            for (_, prefixes) in others.filter(|(at, _)| Some(*at) != owners.breakdown) {
                prefixes.add_batch(version, packets, |_| {});
            }
            if !are_known {
                owners.ask(version, packets, &mut gathered.marks, facts);
            }
        } else {
            count_prefixes(prefixes, version, packets, count_each);
        }
        let others = cells.iter_mut().enumerate().filter(|(at, _)| Some(*at) != *beside);
        for (_, cells) in others {
            cells.add(version, gathered, owners.as_deref(), facts);
        }
        std::mem::take(&mut gathered.len) as u64
    }

    /// Moves everything that was counted into the totals.
    pub(super) fn drain_into(&mut self, totals: &mut ViewTotals) {
        for (cells, totals) in self.cells.iter_mut().zip(&mut totals.keyed) {
            cells.drain_into(self.owners.as_deref(), totals);
        }
        let Some(owners) = &mut self.owners else { return };
        match owners.breakdown.and_then(|at| totals.prefixes.get_mut(at)) {
            Some(totals) => totals.take(&mut owners.prefixes),
            None => owners.prefixes.drain(|_, _, _| {}),
        }
    }
}
