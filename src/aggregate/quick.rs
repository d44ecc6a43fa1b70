//! What is asked of plain packets and plain flow records beside what every run counts:
//! breakdowns by time, by port, by what the tables of networks say of an address, by
//! several of them together; other profiles, distinct addresses.
//!
//! The general way reads headers whole, packs a key and searches a table for each packet
//! and each breakdown. Here packets are gathered, and a value of one dimension is a
//! number that is the place of its cell, or a prefix has it; with breakdowns by origin,
//! bin of time and port a packet costs a tenth of the general way. What is not plain goes
//! the general way; the keys are the same, and both meet in the totals.

use super::cell::Cell;
use super::exporters::Exporters;
use super::facts::{Facts, questions};
use super::owners::{Marks, Owners};
use super::prefix::{BATCH, PrefixCells, count_prefixes};
use super::protocol::ProtocolCells;
use super::quick_cells::QuickCells;
use super::several::Batch;
use super::sift::{Control, Sift};
use super::{DistinctAddresses, Plan, PrefixTotals, ViewTotals};
use crate::model::{
    Count, DetailColumns, Details, Dimension, Ends, IpAddress, IpProtocol, IpVersion, Side, Sums,
    WantedDetails,
};

/// Packets of one family that were gathered.
#[derive(Clone, Debug)]
pub struct Gathered {
    ends: [Ends; BATCH],
    pub(super) details: DetailColumns,
    /// Whose both ends of each are, where that is asked.
    pub(super) marks: [Marks; BATCH],
    len: usize,
    /// What they have together; the times may be those of packets that were taken out.
    pub(super) sums: Sums,
    others: Others,
}

/// The places of packets that are not of TCP.
#[derive(Clone, Debug)]
struct Others {
    places: [u8; BATCH],
    len: usize,
}

impl Others {
    const NONE: Self = Self { places: [0; BATCH], len: 0 };

    /// Keeps the place of a packet, if it is one. There are no more than places.
    #[inline(always)]
    fn push(&mut self, at: u8, ends: &Ends) {
        self.places[self.len % BATCH] = at;
        self.len += usize::from(ends.protocol() != IpProtocol::TCP);
    }

    fn places(&self) -> &[u8] {
        &self.places[..self.len]
    }
}

impl Default for Gathered {
    fn default() -> Self {
        Self {
            ends: [Ends::NONE; BATCH],
            details: DetailColumns::default(),
            marks: [Marks::default(); BATCH],
            len: 0,
            sums: Sums::NONE,
            others: Others::NONE,
        }
    }
}

impl Gathered {
    /// Keeps a packet; true when there is a batch of them.
    #[inline(always)]
    fn push(&mut self, ends: Ends, details: &Details) -> bool {
        let at = self.len % BATCH;
        self.ends[at] = ends;
        self.details.put(at, details);
        self.others.push(u8::try_from(at).unwrap_or(u8::MAX), &ends);
        self.sums.add(details.time.nanoseconds(), &ends);
        self.len += 1;
        self.len == BATCH
    }

    /// Room for a batch, where nothing is kept, and for what is told of its packets.
    #[inline(always)]
    pub fn room(&mut self) -> (&mut [Ends; BATCH], &mut DetailColumns) {
        (&mut self.ends, &mut self.details)
    }

    /// Keeps the first so many packets that were put into that room, with their sums and
    /// the places of those that are not of TCP.
    #[inline(always)]
    fn keep(&mut self, packets: usize, sums: &Sums, others: &[u8]) {
        (self.len, self.sums) = (packets, *sums);
        self.others.places[..others.len()].copy_from_slice(others);
        self.others.len = others.len();
    }

    /// Takes packets out: their places are given in ascending order.
    #[inline(never)]
    pub(super) fn take_out(&mut self, places: &mut [u8]) {
        places.reverse();
        let lasts = (0..self.len).rev();
        for (place, last) in places.iter().map(|place| usize::from(*place)).zip(lasts) {
            self.sums.octets -= self.ends[place].octets();
            self.sums.wire_octets -= self.ends[place].wire_octets();
            self.ends[place] = self.ends[last];
        }
        self.details.take_out(self.len, places);
        self.len -= places.len();
        self.others.len = 0;
        for (at, ends) in (0..).zip(&self.ends[..self.len]) {
            self.others.push(at, ends);
        }
    }

    /// Forgets all packets.
    fn clear(&mut self) {
        (self.len, self.sums, self.others.len) = (0, Sums::NONE, 0);
    }

    /// The packets of the batch.
    #[inline(always)]
    pub(super) fn packets(&self) -> &[Ends] {
        &self.ends[..self.len.min(BATCH)]
    }

    /// What they have together.
    #[inline(always)]
    pub(super) fn cell(&self) -> Cell {
        Cell::of(self.packets().len() as u64, self.sums.octets, self.sums.wire_octets)
    }

    /// An end of a packet: the source is 0.
    pub(super) fn address(&self, at: usize, end: usize) -> IpAddress {
        let ends = &self.ends[at];
        let high = [ends.source, ends.destination][end];
        IpAddress::from_bits(u128::from(high) << 64 | u128::from(self.details.low[at][end]))
    }
}

/// The keys of a plan, where all of them can be counted so, and the packets that
/// are still to be counted. There may be no keys, where it is the time that is measured
/// or the profile which asks for more than what every run counts.
#[derive(Clone, Debug)]
pub(super) struct Quick {
    /// In the order of the plan.
    cells: Vec<QuickCells>,
    /// What they ask of a packet.
    wanted: WantedDetails,
    /// Those that are counted with the tables of every run, by their place.
    beside: Option<usize>,
    /// By family.
    packets: [Box<Gathered>; 2],
    /// Whose addresses are, where that is asked.
    owners: Option<Box<Owners>>,
    /// What is done with control traffic.
    sift: Sift,
    /// The input that is read.
    input: u32,
    /// Who exported flow records, where that is asked.
    pub(super) exporters: Exporters,
}

impl Quick {
    /// `None` where there is a key that can be counted in the general way alone.
    pub(super) fn new(plan: &Plan) -> Option<Self> {
        Self::by(plan, |by| QuickCells::new(by, plan))
    }

    /// The same for flow records.
    pub(super) fn of_flows(plan: &Plan) -> Option<Self> {
        Self::by(plan, |by| QuickCells::of_flows(by, plan))
    }

    fn by(plan: &Plan, cells: impl Fn(&[Dimension]) -> Option<QuickCells>) -> Option<Self> {
        let cells = plan.keyed.iter().map(|by| cells(by));
        let cells: Vec<_> = cells.collect::<Option<_>>()?;
        let owners = (questions(plan) > 0).then(|| Box::new(Owners::new(plan)));
        let sift = Sift::new(plan);
        let wanted = WantedDetails {
            times: plan.asks_for(|by| *by == Dimension::Time),
            ports: plan.wants_ports(),
            low: owners.is_some() || plan.distinct.is_some(),
            class: plan.asks_for(|by| *by == Dimension::TrafficClass),
            link: plan.wants_link(),
            interface: plan.asks_for(|by| *by == Dimension::Interface),
        };
        let beside = cells.iter().position(QuickCells::is_by_port);
        let packets = Default::default();
        let exporters = Exporters::new(plan.asks_for(|by| *by == Dimension::Exporter));
        Some(Self { cells, wanted, beside, packets, owners, sift, input: 0, exporters })
    }

    /// Keeps a packet; true when there is a batch of them.
    #[inline(always)]
    pub(super) fn push(&mut self, version: IpVersion, ends: Ends, details: &Details) -> bool {
        self.packets[version.index()].push(ends, details)
    }

    /// Says which input is read from now on. No packets of another are left.
    pub(super) fn enter(&mut self, input: u32) {
        self.input = input;
    }

    /// The packets of a family that were gathered, and what is wanted of them.
    #[inline(always)]
    pub(super) fn gathered(&mut self, version: IpVersion) -> (&mut Gathered, WantedDetails) {
        (&mut self.packets[version.index()], self.wanted)
    }

    /// Whether packets of a family are still to be counted.
    #[inline(always)]
    pub(super) fn has_gathered(&self, version: IpVersion) -> bool {
        self.packets[version.index()].len > 0
    }

    /// Keeps packets that were put into the room of a family.
    #[inline(always)]
    pub(super) fn keep(&mut self, version: IpVersion, packets: usize, sums: &Sums, others: &[u8]) {
        self.packets[version.index()].keep(packets, sums, others);
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
        (control, distinct): (Control<'_>, Option<(&mut DistinctAddresses, Side)>),
        mut each: impl FnMut(u64),
    ) -> u64 {
        let Self { cells, beside, packets, owners, sift, input, exporters, .. } = self;
        let gathered = &mut *packets[version.index()];
        if gathered.len == 0 {
            return 0;
        }
        let counted = gathered.packets().len() as u64;
        if sift.is_needed() {
            sift.take_control(gathered, control);
        }
        if let Some((distinct, side)) = distinct {
            for at in 0..gathered.packets().len() {
                let ends = [0, 1].map(|end| Some(gathered.address(at, end)));
                distinct.observe_ends(version, ends, side);
            }
        }
        let mut ports = beside.and_then(|at| cells.get_mut(at)?.beside(version, gathered));
        let Gathered { sums, others, marks, .. } = gathered;
        let packets = &gathered.ends[..gathered.len.min(BATCH)];
        protocols.add_batch(version, packets, sums, others.places());
        let count_each = |ends: &Ends| {
            each(ends.octets());
            if let Some(ports) = &mut ports {
                ports.add_next(ends);
            }
        };
        if let Some(owners) = owners {
            let are_known = owners.add(version, packets, marks, count_each);
            let others = prefixes.iter_mut().enumerate();
            for (_, prefixes) in others.filter(|(at, _)| Some(*at) != owners.breakdown) {
                prefixes.add_batch(version, packets, |_| {});
            }
            if !are_known {
                owners.ask(version, packets, marks, facts);
            }
        } else {
            count_prefixes(prefixes, version, packets, count_each);
        }
        let others = cells.iter_mut().enumerate().filter(|(at, _)| Some(*at) != *beside);
        for (_, cells) in others {
            let owners = owners.as_deref();
            let batch = Batch { version, gathered, input: *input, owners, exporters };
            cells.add(&batch, facts);
        }
        gathered.clear();
        counted
    }

    /// Moves everything that was counted into the totals: each cell is worth what `count`
    /// says, and `take` moves prefixes.
    pub(super) fn drain_into(
        &mut self,
        totals: &mut ViewTotals,
        count: impl Fn(&Cell) -> Count,
        take: impl FnOnce(&mut PrefixTotals, &mut PrefixCells),
    ) {
        for (cells, totals) in self.cells.iter_mut().zip(&mut totals.keyed) {
            cells.drain_into(self.owners.as_deref(), totals, &count);
        }
        let Some(owners) = &mut self.owners else { return };
        match owners.breakdown.and_then(|at| totals.prefixes.get_mut(at)) {
            Some(totals) => take(totals, &mut owners.prefixes),
            None => owners.prefixes.drain(|_, _, _| {}),
        }
    }
}
