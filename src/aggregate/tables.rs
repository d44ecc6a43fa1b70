//! The tables of one worker.

use super::cell::Cell;
use super::facts::Facts;
use super::keyed::KeyedCells;
use super::keys::Shown;
use super::prefix::{Batch, PrefixCells, count_packets, count_prefixes, ends_of};
use super::protocol::ProtocolCells;
use super::quick::{Gathered, Quick};
use super::sift::Control;
use super::size::SizeCells;
use super::tunnel::TunnelCells;
use super::{DistinctAddresses, Plan, PrefixTotals, Totals, TunnelKey, ViewTotals};
use crate::model::{
    Context, Details, Encapsulation, Ends, IpHeader, IpVersion, Observation, Profile, Sums,
    WantedDetails,
};

/// Observations after which the tables must be drained; see [`Cell`].
const DRAIN_AFTER: u64 = 1 << 30;

/// What one worker has counted since it last drained.
#[derive(Clone, Debug)]
pub struct Tables {
    plan: Plan,
    /// True where the plan leaves no packet out, counts nothing beside and asks
    /// for short prefixes alone: what most runs want costs no questions.
    takes_plain: bool,
    /// True where [`Self::observe_plain_tunnel`] is all that a packet in a tunnel needs.
    takes_tunnels: bool,
    /// Where a plain packet needs more, which can be counted quickly: most keys, the time
    /// that is measured, another profile, distinct addresses.
    quick: Option<Quick>,
    observations: u64,
    /// Packets that are the same in both views.
    same: ViewTables,
    /// The outer headers of the others.
    transport: ViewTables,
    /// The inner headers of those in tunnels.
    end_to_end: ViewTables,
    /// The headers of translated packets, counted as IPv4 under IPv6 keys.
    translated: ViewTables,
    /// All that is not native.
    tunnels: TunnelCells,
    /// What is asked of tables.
    facts: Facts,
}

/// One set of tables.
#[derive(Clone, Debug)]
struct ViewTables {
    protocols: ProtocolCells,
    prefixes: Vec<PrefixCells>,
    sizes: [SizeCells; 2],
    /// Whether all prefixes are of up to 64 bits.
    is_short: bool,
    /// Packets that are still to be counted, by family.
    plain: [Box<Batch>; 2],
    /// Packets that were counted so.
    gathered: u64,
    /// By the other keys of the plan, in its order.
    keyed: Vec<KeyedCells>,
    /// The addresses, where they are asked for.
    distinct: Option<Box<DistinctAddresses>>,
    /// What the profile leaves out, by family.
    left_out: [Cell; 2],
    /// Control traffic, by family, where it is counted.
    control: [Cell; 2],
}

impl Tables {
    /// Empty tables.
    #[must_use]
    pub fn new(plan: &Plan) -> Self {
        let [same, transport, end_to_end, translated] =
            std::array::from_fn(|_| ViewTables::new(plan));
        let tunnels = TunnelCells::default();
        let takes_plain = plan.counts_everything() && same.is_short;
        let takes_tunnels = plan.takes_tunnels() && same.is_short;
        let is_general = takes_plain || !same.is_short;
        let quick = if is_general { None } else { Quick::new(plan) };
        Self {
            plan: plan.clone(),
            takes_plain,
            takes_tunnels,
            quick,
            observations: 0,
            same,
            transport,
            end_to_end,
            translated,
            tunnels,
            facts: Facts::new(plan),
        }
    }

    /// Counts one packet in its cell of each view.
    pub fn observe(&mut self, observation: &Observation, context: &Context) {
        self.observations += 1;
        let outer = &observation.outer;
        let counted = outer.version;
        let facts = self.facts.of(outer, observation.timestamp);
        let hosts = &self.plan.hosts;
        let shown = Shown { observation, header: outer, context, facts: &facts, hosts };
        if observation.encapsulation == Encapsulation::Native {
            self.same.observe(&self.plan, &shown, counted);
            return;
        }
        self.tunnels.observe(observation);
        if observation.encapsulation.is_translation() {
            self.transport.observe(&self.plan, &shown, counted);
            self.translated.observe(&self.plan, &shown, observation.end_to_end());
        } else if let Some(inner) = &observation.inner {
            self.transport.observe(&self.plan, &shown, counted);
            let facts = self.facts.of(inner, observation.timestamp);
            let inside = Shown { header: inner, facts: &facts, ..shown };
            self.end_to_end.observe(&self.plan, &inside, inner.version);
        } else {
            self.same.observe(&self.plan, &shown, counted);
        }
    }

    /// Whether [`Self::observe_plain`] is all that a plain packet needs.
    #[inline(always)]
    #[must_use]
    pub fn takes_plain(&self) -> bool {
        self.takes_plain
    }

    /// Counts one plain packet, where that is all it needs. Inlined into the loop
    /// that reads the records; see `Decoder::decode_plain`.
    #[inline(always)]
    pub fn observe_plain(&mut self, version: IpVersion, ends: Ends) {
        self.same.gather(version, ends);
    }

    /// Counts plain packets of one family, where that is all they need.
    /// `others` are the places of those that are not of TCP.
    #[inline]
    pub fn observe_batch(
        &mut self,
        version: IpVersion,
        packets: &[Ends],
        sums: &Sums,
        others: &[u8],
    ) {
        let same = &mut self.same;
        same.gathered += packets.len() as u64;
        same.protocols.add_batch(version, packets, sums, others);
        let sizes = &mut same.sizes[version.index()];
        count_prefixes(&mut same.prefixes, version, packets, |ends| sizes.add(ends.octets()));
    }

    /// Whether [`Self::observe_plain_tunnel`] is all that a packet in a tunnel needs.
    #[inline(always)]
    #[must_use]
    pub fn takes_tunnels(&self) -> bool {
        self.takes_tunnels
    }

    /// Counts one packet in a tunnel, where each of its headers needs no more than
    /// a plain packet does: the outer one in the transport view, the inner one in
    /// the end-to-end view.
    #[inline]
    pub fn observe_plain_tunnel(
        &mut self,
        key: &TunnelKey,
        outer: (IpVersion, Ends),
        inner: (IpVersion, Ends),
    ) {
        self.observations += 1;
        let octets = [outer.1, inner.1].map(|ends| ends.octets());
        self.tunnels.add(key, octets, outer.1.wire_octets());
        if self.plan.profile == Profile::NativeOnly {
            self.transport.leave_out(outer.0, &outer.1);
            self.end_to_end.leave_out(inner.0, &inner.1);
            return;
        }
        self.transport.gather(outer.0, outer.1);
        self.end_to_end.gather(inner.0, inner.1);
    }

    /// Says which input is read from now on.
    pub fn enter(&mut self, input: u32) {
        IpVersion::ALL.into_iter().for_each(|version| self.count_quick(version));
        if let Some(quick) = &mut self.quick {
            quick.enter(input);
        }
    }

    /// Whether [`Self::observe_quick`] is all that a plain packet needs.
    #[inline(always)]
    #[must_use]
    pub fn takes_quick(&self) -> bool {
        self.quick.is_some()
    }

    /// Counts one plain packet, where that is all it needs.
    #[inline]
    pub fn observe_quick(&mut self, version: IpVersion, ends: Ends, details: &Details) {
        let Some(quick) = &mut self.quick else { return };
        if quick.push(version, ends, details) {
            self.count_quick(version);
        }
    }

    /// Room for a batch of plain packets of which quick keys are counted, and what is
    /// wanted of them; `None` where there are no such keys.
    #[inline(always)]
    pub fn quick_room(&mut self, version: IpVersion) -> Option<(&mut Gathered, WantedDetails)> {
        if self.quick.as_ref()?.has_gathered(version) {
            self.count_quick(version);
        }
        self.quick.as_mut().map(|quick| quick.gathered(version))
    }

    /// Counts the first so many packets that were put into that room; `others` are the
    /// places of those that are not of TCP.
    #[inline]
    pub fn observe_quick_batch(
        &mut self,
        version: IpVersion,
        packets: usize,
        sums: &Sums,
        others: &[u8],
    ) {
        let Some(quick) = &mut self.quick else { return };
        quick.keep(version, packets, sums, others);
        self.count_quick(version);
    }

    /// Counts the packets that were gathered for the quick keys, in the other tables
    /// too.
    #[inline(never)]
    fn count_quick(&mut self, version: IpVersion) {
        let Some(quick) = &mut self.quick else { return };
        let same = &mut self.same;
        let sizes = &mut same.sizes[version.index()];
        let tables = (&mut same.protocols, &mut *same.prefixes);
        let control = Control {
            beside: &mut same.control[version.index()],
            left_out: &mut same.left_out[version.index()],
        };
        let each = |octets| sizes.add(octets);
        let distinct = same.distinct.as_deref_mut().zip(self.plan.distinct);
        same.gathered += quick.count(version, &mut self.facts, tables, (control, distinct), each);
    }

    /// True when the tables must be drained before more is observed.
    #[inline]
    #[must_use]
    pub fn full(&self) -> bool {
        self.observations + self.same.gathered >= DRAIN_AFTER
    }

    /// Moves everything into `totals`.
    pub fn drain_into(&mut self, totals: &mut Totals) {
        self.observations = 0;
        IpVersion::ALL.into_iter().for_each(|version| self.count_quick(version));
        self.same.drain_into(&mut totals.same);
        if let Some(quick) = &mut self.quick {
            quick.drain_into(&mut totals.same, Cell::count, PrefixTotals::take);
        }
        self.transport.drain_into(&mut totals.transport);
        self.end_to_end.drain_into(&mut totals.end_to_end);
        self.translated.drain_into(&mut totals.translated);
        for (key, count) in self.tunnels.drain() {
            totals.tunnels.entry(key).or_default().add(&count);
        }
    }
}

impl ViewTables {
    fn new(plan: &Plan) -> Self {
        let prefixes = plan.prefixes.iter().map(|(lens, side)| PrefixCells::new(*lens, *side));
        let prefixes: Vec<_> = prefixes.collect();
        Self {
            protocols: ProtocolCells::default(),
            is_short: prefixes.iter().all(PrefixCells::is_short),
            prefixes,
            sizes: Default::default(),
            plain: Default::default(),
            gathered: 0,
            keyed: plan.keyed.iter().map(|by| KeyedCells::new(by, plan)).collect(),
            distinct: plan.distinct.map(|_| Box::default()),
            left_out: [Cell::default(); 2],
            control: [Cell::default(); 2],
        }
    }

    /// Counts one header under the family `counted`, as far as the plan wants it.
    #[inline(never)]
    fn observe(&mut self, plan: &Plan, shown: &Shown<'_>, counted: IpVersion) {
        let Shown { observation, header, .. } = *shown;
        let wire_octets = observation.wire_octets;
        if plan.counts_as_control(header) {
            self.control[counted.index()].add(header.octets, wire_octets);
        }
        if !plan.keeps(observation, header) {
            self.left_out[counted.index()].add(header.octets, wire_octets);
            return;
        }
        self.count(header, counted, wire_octets);
        for keyed in &mut self.keyed {
            keyed.add(shown, counted);
        }
        if let (Some(distinct), Some(side)) = (&mut self.distinct, plan.distinct) {
            distinct.observe(header, side);
        }
    }

    /// Counts a packet that the profile leaves out.
    fn leave_out(&mut self, version: IpVersion, ends: &Ends) {
        self.left_out[version.index()].add(ends.octets(), ends.wire_octets());
    }

    /// Keeps a packet until there is a batch of them.
    #[inline(always)]
    fn gather(&mut self, version: IpVersion, ends: Ends) {
        if self.plain[version.index()].push(ends) {
            self.count_batch(version);
        }
    }

    /// Counts the packets that were gathered.
    #[inline(never)]
    fn count_batch(&mut self, version: IpVersion) {
        let packets = self.plain[version.index()].take();
        self.gathered += packets.len() as u64;
        let tables = (&mut self.protocols, &mut *self.prefixes, &mut self.sizes);
        count_together(tables, version, packets);
    }

    /// Counts one header in the tables of every run.
    #[inline(always)]
    fn count(&mut self, header: &IpHeader, counted: IpVersion, wire_octets: u64) {
        if self.is_short
            && counted == header.version
            && let Some(ends) = ends_of(header, wire_octets)
        {
            self.gather(header.version, ends);
            return;
        }
        self.protocols.add(counted, header.protocol, header.octets, wire_octets);
        self.sizes[counted.index()].add(header.octets);
        for prefixes in &mut self.prefixes {
            prefixes.add(header, wire_octets);
        }
    }

    fn drain_into(&mut self, totals: &mut ViewTotals) {
        IpVersion::ALL.into_iter().for_each(|version| self.count_batch(version));
        self.gathered = 0;
        for (version, protocol, cell) in self.protocols.cells() {
            totals.protocol(protocol, version, &cell.count());
        }
        self.protocols.clear();
        for version in IpVersion::ALL {
            let left_out = std::mem::take(&mut self.left_out[version.index()]);
            totals.left_out(version, &left_out.count());
            let control = std::mem::take(&mut self.control[version.index()]);
            totals.control[version] += &control.count();
            self.sizes[version.index()].drain(|octets, packets| {
                totals.size(version, octets, packets);
            });
        }
        for (prefixes, totals) in self.prefixes.iter_mut().zip(&mut totals.prefixes) {
            totals.take(prefixes);
        }
        for (keyed, totals) in self.keyed.iter_mut().zip(&mut totals.keyed) {
            keyed.drain_into(totals);
        }
        if let (Some(mine), Some(all)) = (&mut self.distinct, &mut totals.distinct) {
            all.merge(&std::mem::take(&mut **mine));
        }
    }
}

/// Counts packets of one family in the tables of every run.
#[inline(always)]
fn count_together(
    (protocols, prefixes, sizes): (&mut ProtocolCells, &mut [PrefixCells], &mut [SizeCells; 2]),
    version: IpVersion,
    packets: &[Ends],
) {
    let sizes = &mut sizes[version.index()];
    count_packets(protocols, prefixes, version, packets, |octets| sizes.add(octets));
}
