//! Counts what a reader of flow records hands on.

use super::directions::{Directions, Side};
use super::gathered::Gathered;
use super::seen::{Amounts, Seen};
use crate::aggregate::{FlowTables, PlainFlow, Plan, Totals};
use crate::decode::Decoder;
use crate::error::Position;
use crate::flowlog::FlowSink;
use crate::model::{
    Anomalies, BriefFlow, Details, Excluded, Exporter, ExporterFacts, FlowDetails, FlowKeys,
    FlowOptions, FlowRecord, Frame, NotIp, Sampling, Undecodable, Variance, Verdict,
};
use crate::pipeline::Control;
use crate::pipeline::outcome::Outcome;
use std::ops::ControlFlow;
use std::sync::atomic::Ordering;

/// Records after which the watcher is told, and asked whether to go on.
const TELL_EVERY: u64 = 4096;

/// What flow records are counted by.
#[derive(Clone, Copy)]
pub(in crate::pipeline) struct Rules<'t> {
    pub(in crate::pipeline) control: &'t Control,
    pub(in crate::pipeline) decoder: &'t Decoder,
    pub(in crate::pipeline) plan: &'t Plan,
    pub(in crate::pipeline) options: &'t FlowOptions,
    /// The input that is read, by its number.
    pub(in crate::pipeline) input: u32,
}

/// What most records need.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Their keys and amounts in the tables of plain flows.
    Plain,
    /// These, and what else is asked of a plain flow.
    Quick,
    /// More than that.
    General,
}

/// Decodes and counts flow records and sampled packets of one input.
pub(in crate::pipeline) struct FlowCounter<'t> {
    rules: Rules<'t>,
    tables: &'t mut FlowTables,
    way: Way,
    totals: &'t mut Totals,
    gathered: Gathered,
    directions: Directions,
    told: u64,
}

impl<'t> FlowCounter<'t> {
    /// A counter into `tables`, which are drained into `totals` where they are full,
    /// and into `totals`; it goes on from what is known of directions.
    pub(in crate::pipeline) fn new(
        rules: Rules<'t>,
        tables: &'t mut FlowTables,
        totals: &'t mut Totals,
        directions: Directions,
    ) -> Self {
        let FlowOptions { dedup_direction, observation_points, .. } = rules.options;
        let counts_all = !dedup_direction && observation_points.is_empty();
        let way = match counts_all {
            true if tables.takes_plain() => Way::Plain,
            true if tables.takes_quick() => Way::Quick,
            _ => Way::General,
        };
        let gathered = Gathered::default();
        Self { rules, tables, way, totals, gathered, directions, told: 0 }
    }

    /// Ends a unit of records: what was kept apart is decided about.
    pub(in crate::pipeline) fn end_unit(&mut self) {
        self.directions.settle(self.totals, &mut self.gathered);
    }

    /// What the records yielded, and what is known of their directions.
    pub(in crate::pipeline) fn finish(mut self) -> (Outcome, Directions) {
        self.tell();
        (self.gathered.finish(), self.directions)
    }

    /// True where the user interrupted the run.
    pub(super) fn is_interrupted(&self) -> bool {
        self.rules.control.interrupted()
    }

    /// Tells the watcher that bytes of a map were read.
    pub(super) fn read_bytes(&self, bytes: u64) {
        self.rules.control.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Tells the watcher how many records were read since.
    fn tell(&mut self) {
        let records = self.gathered.records();
        self.rules.control.records.fetch_add(records - self.told, Ordering::Relaxed);
        self.told = records;
        if self.tables.full() {
            self.tables.drain_into(self.totals);
        }
    }

    /// Whether to go on; tells the watcher now and then.
    #[inline]
    fn go_on(&mut self) -> ControlFlow<()> {
        if self.gathered.records() - self.told < TELL_EVERY {
            return ControlFlow::Continue(());
        }
        self.tell();
        let interrupted = self.rules.control.interrupted();
        if interrupted { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    /// Whether records of an exporter count. Logs without exporters do.
    #[inline]
    fn is_wanted(&self, exporter: Option<Exporter>) -> bool {
        let points = &self.rules.options.observation_points;
        points.is_empty()
            || exporter.is_none_or(|exporter| {
                exporter.address.is_some_and(|address| points.contains(&address))
            })
    }

    /// The sampling of a record: its own, or what the user says of those that do
    /// not tell.
    #[inline]
    fn sampling(&self, told: Sampling) -> Sampling {
        match told {
            Sampling::Unknown => self.rules.options.sampling,
            told => told,
        }
    }

    /// Counts a record whose keys and amounts are all that the tables need, and says
    /// whether that is so of this one.
    #[inline(always)]
    fn take_plain(
        &mut self,
        keys: &FlowKeys,
        (packets, octets): (u64, u64),
        exporter: Option<Exporter>,
        sampling: Sampling,
    ) -> bool {
        let Some(plain) = plain(keys, [packets, octets], sampling) else { return false };
        self.tables.observe(&plain);
        if matches!(sampling, Sampling::Interval { .. }) {
            let variance = Variance::of(sampling, packets, octets);
            self.tables.vary(keys.version, &variance);
        }
        self.gathered.record(keys.version, exporter, sampling);
        true
    }

    /// Counts a flow of which more is asked, where that can be done quickly, or leaves it
    /// out for its time; `None` where neither is so.
    #[inline(never)]
    fn take_quick(
        &mut self,
        flow: &BriefFlow,
        details: &FlowDetails,
        exporter: Option<Exporter>,
        sampling: Sampling,
    ) -> Option<ControlFlow<()>> {
        let Rules { decoder, plan, .. } = self.rules;
        if let Some(why) = plan.window.excludes(Some(flow.start)) {
            self.exclude(why, 1);
            return Some(self.go_on());
        }
        let BriefFlow { keys, packets, octets, start, end } = *flow;
        let FlowDetails { ports, input, low } = *details;
        let details = Details { ports, low, interface: input, ..Details::at(start) };
        let is_taken = decoder.is_native(&keys)
            && plain(&keys, [packets, octets], sampling)
                .is_some_and(|plain| self.tables.observe_quick(&plain, details, (end, exporter)));
        if !is_taken {
            return None;
        }
        if matches!(sampling, Sampling::Interval { .. }) && plan.keeps_native(keys.protocol, ports)
        {
            self.tables.vary(keys.version, &Variance::of(sampling, packets, octets));
        }
        self.gathered.record(keys.version, exporter, sampling);
        self.gathered.span(start, end);
        Some(self.go_on())
    }

    /// Counts a record where its direction says.
    #[inline]
    fn count(&mut self, record: &FlowRecord, seen: &Seen<'_>) {
        let rules = self.rules;
        let side = if self.rules.options.dedup_direction {
            self.directions.side(record, rules.plan)
        } else {
            Side::Counts
        };
        match side {
            Side::Counts => seen.count(record, rules, self.totals, &mut self.gathered),
            Side::Held(held) => seen.count(record, rules, &mut held.totals, &mut held.gathered),
            Side::Copy => self.exclude(Excluded::DuplicateDirection, 1),
        }
    }
}

/// A plain flow of these keys; `None` where its amounts are not small.
#[inline(always)]
fn plain(keys: &FlowKeys, amounts: [u64; 2], sampling: Sampling) -> Option<PlainFlow> {
    let exported = [u32::try_from(amounts[0]).ok()?, u32::try_from(amounts[1]).ok()?];
    let scaled = |counted: u64| u32::try_from(sampling.scale(counted)).ok();
    let [packets, octets] = match sampling {
        Sampling::Interval { .. } => [scaled(amounts[0])?, scaled(amounts[1])?],
        Sampling::Unknown | Sampling::Every | Sampling::Scaled => exported,
    };
    let [exported_packets, exported_octets] = exported;
    Some(PlainFlow { keys: *keys, packets, octets, exported_packets, exported_octets })
}

impl FlowCounter<'_> {
    /// Counts a record of any kind.
    #[inline(never)]
    fn any_flow(&mut self, record: &FlowRecord, odd: Anomalies) -> ControlFlow<()> {
        if !self.is_wanted(record.exporter) {
            self.exclude(Excluded::DuplicateObservationPoint, 1);
            return ControlFlow::Continue(());
        }
        if let Some(why) = self.rules.plan.window.excludes(record.start.or(record.end)) {
            self.exclude(why, 1);
            return self.go_on();
        }
        let Some(observation) = self.rules.decoder.flow(record) else {
            self.undecodable(Undecodable::UnknownFamily, 1);
            self.gathered.odd(odd, 0);
            return self.go_on();
        };
        let sampling = self.sampling(record.sampling);
        let amounts = Amounts::of_flow(record, &observation, sampling);
        let seen = Seen { observation: &observation, amounts, sampling, odd, excess_octets: 0 };
        self.count(record, &seen);
        self.go_on()
    }
}

impl FlowSink for FlowCounter<'_> {
    #[inline]
    fn flow(&mut self, record: &FlowRecord, odd: Anomalies) -> ControlFlow<()> {
        let sampling = self.sampling(record.sampling);
        if record.wire_octets > 0 {
            return self.any_flow(record, odd);
        }
        if self.way == Way::Plain
            && let Some(keys) = self.rules.decoder.native_flow(record)
        {
            let amounts = (record.packets, record.octets);
            if self.take_plain(&keys, amounts, record.exporter, sampling) {
                self.gathered.odd(odd, 0);
                self.gathered.time(record.start, record.end);
                return self.go_on();
            }
        } else if self.way == Way::Quick
            && odd == Anomalies::NONE
            && let (Some(flow), Some(details)) = (record.brief(), record.details())
            && let Some(goes_on) = self.take_quick(&flow, &details, record.exporter, sampling)
        {
            return goes_on;
        }
        self.any_flow(record, odd)
    }

    fn takes_brief(&self) -> bool {
        self.way == Way::Plain
    }

    /// Into each of the few loops that read such flows: a call would hand all on through
    /// memory.
    #[inline(always)]
    fn brief(
        &mut self,
        flow: &BriefFlow,
        exporter: Option<&Exporter>,
        sampling: Sampling,
    ) -> Option<ControlFlow<()>> {
        let sampling = self.sampling(sampling);
        let amounts = (flow.packets, flow.octets);
        let is_taken = self.way == Way::Plain
            && self.rules.decoder.is_native(&flow.keys)
            && self.take_plain(&flow.keys, amounts, exporter.copied(), sampling);
        is_taken.then(|| {
            self.gathered.span(flow.start, flow.end);
            self.go_on()
        })
    }

    fn takes_detailed(&self) -> bool {
        self.way == Way::Quick
    }

    fn detailed(
        &mut self,
        flow: &BriefFlow,
        details: &FlowDetails,
        exporter: Option<&Exporter>,
        sampling: Sampling,
    ) -> Option<ControlFlow<()>> {
        if self.way != Way::Quick {
            return None;
        }
        let sampling = self.sampling(sampling);
        self.take_quick(flow, details, exporter.copied(), sampling)
    }

    fn sample(&mut self, frame: &Frame<'_>, about: &FlowRecord) -> ControlFlow<()> {
        if !self.is_wanted(about.exporter) {
            self.exclude(Excluded::DuplicateObservationPoint, 1);
            return ControlFlow::Continue(());
        }
        if let Some(why) =
            self.rules.plan.window.excludes(about.start.or(about.end).or(frame.timestamp))
        {
            self.exclude(why, 1);
            return self.go_on();
        }
        let decoded = self.rules.decoder.decode(frame);
        let (odd, excess_octets) = (decoded.anomalies, decoded.excess_octets);
        match decoded.verdict {
            Verdict::Ip(observation) => {
                let sampling = self.sampling(about.sampling);
                let amounts = Amounts::of_sample(frame, &observation, sampling);
                let observation = &observation;
                self.count(about, &Seen { observation, amounts, sampling, odd, excess_octets });
                return self.go_on();
            }
            Verdict::NotIp(what) => self.not_ip(what),
            Verdict::Undecodable(why) => self.undecodable(why, 1),
        }
        self.gathered.outcome.account.wire_octets += u128::from(frame.original_len);
        self.gathered.odd(odd, excess_octets);
        self.go_on()
    }

    fn not_ip(&mut self, what: NotIp) {
        self.gathered.outcome.account.records += 1;
        self.gathered.outcome.account.not_ip(what);
    }

    fn undecodable(&mut self, why: Undecodable, records: u64) {
        if records > 0 {
            let account = &mut self.gathered.outcome.account;
            account.records += records;
            *account.undecodable.entry(why).or_default() += records;
        }
    }

    fn exclude(&mut self, why: Excluded, records: u64) {
        if records > 0 {
            *self.gathered.outcome.account.excluded.entry(why).or_default() += records;
        }
    }

    fn remark(&mut self, at: Position, what: &str) {
        self.gathered.flows.remark(|| format!("{at}: {what}"));
    }

    fn wants_ports(&self) -> bool {
        self.rules.plan.wants_ports()
    }

    fn exporter(&mut self, exporter: Exporter, facts: &ExporterFacts) {
        if self.is_wanted(Some(exporter)) {
            self.gathered.facts(exporter, facts);
        }
    }
}

#[cfg(test)]
#[path = "counter_tests.rs"]
mod counter_tests;
