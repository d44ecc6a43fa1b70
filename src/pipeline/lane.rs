//! One worker with its own tables.

use super::Control;
use super::copies::{Seen, WithoutCopies};
use super::flows::{Directions, FlowCounter, Rules};
use super::outcome::{Gathering, Outcome};
use crate::aggregate::{FlowTables, Plan, Tables, Totals, TunnelKey};
use crate::cache;
use crate::capture::{BATCH, Chain, Part, Place, Sink, Stop};
use crate::decode::{Decoder, Plain, PlainTunnel, Together, link};
use crate::input::Map;
use crate::model::{
    Context, Ends, FlowOptions, Frame, Head, HeadColumnsRef, IpVersion, TimeWindow, Verdict,
};
use std::ops::ControlFlow;
use std::sync::atomic::Ordering;

/// A worker's state. Nothing in it is shared.
pub(super) struct Lane<'r> {
    pub(super) control: &'r Control,
    decoder: &'r Decoder,
    plan: &'r Plan,
    flows: &'r FlowOptions,
    tables: Tables,
    /// Of flow records.
    flow_tables: FlowTables,
    totals: Totals,
    /// What was read from wrong places, to be taken away at the end.
    wrong: Option<Totals>,
    /// The input that is read, by its number.
    input: u32,
}

/// What a lane has counted.
pub(super) struct Counted {
    pub(super) totals: Totals,
    pub(super) wrong: Option<Totals>,
}

/// Decodes and counts frames. `intact` says whether the bytes that were just
/// read are those of the input.
pub(super) struct Counter<'t, I> {
    pub(super) decoder: &'t Decoder,
    pub(super) tables: &'t mut Tables,
    totals: &'t mut Totals,
    /// Boxed, so that a reader with several cursors changes it at the cost of a pointer.
    pub(super) gathering: Box<Gathering>,
    pub(super) intact: I,
    /// Whether the short path declined the head of the frame that comes next.
    declined: bool,
    /// Packets of one family that are counted together.
    pub(super) packets: Box<[Ends; BATCH]>,
    /// Reads them.
    pub(super) together: Box<Together>,
    /// The input that is read, by its number.
    input: u32,
    /// Whether the link layer's facts are wanted.
    wants_link: bool,
    /// The stretch of time that is measured, and whether it has an end.
    pub(super) window: TimeWindow,
    pub(super) has_window: bool,
}

impl<I: Fn() -> bool> Sink for Counter<'_, I> {
    #[inline]
    fn frame(&mut self, frame: Frame<'_>) -> ControlFlow<()> {
        if std::mem::take(&mut self.declined) {
            return self.any_frame(frame);
        }
        if self.has_window && self.is_excluded(&frame) {
            return ControlFlow::Continue(());
        }
        let Some(plain) = self.decoder.decode_plain(&frame) else {
            return self.any_frame(frame);
        };
        if !(self.intact)() {
            return ControlFlow::Break(());
        }
        self.gathering.observe_plain(frame.original_len, frame.timestamp, plain.version);
        if self.tables.takes_plain() {
            self.take_plain(&plain, frame.original_len);
        } else {
            self.plain_frame(frame, plain);
        }
        ControlFlow::Continue(())
    }

    #[inline(always)]
    fn takes_sorted(&self) -> bool {
        self.tables.takes_plain() || self.tables.takes_quick()
    }

    #[inline(always)]
    fn heads<'d, R: Copy>(
        &mut self,
        version: IpVersion,
        records: &mut [R],
        columns: HeadColumnsRef<'_>,
        head_of: impl Fn(R) -> Option<Head<'d>>,
    ) -> ControlFlow<(), usize> {
        match (version, self.tables.takes_plain()) {
            (IpVersion::V4, true) => self.plain_heads::<R, false>(records, columns, head_of),
            (IpVersion::V6, true) => self.plain_heads::<R, true>(records, columns, head_of),
            (IpVersion::V4, false) => self.quick_heads::<R, false>(records, columns, head_of),
            (IpVersion::V6, false) => self.quick_heads::<R, true>(records, columns, head_of),
        }
    }

    fn refused(&mut self, frame: Frame<'_>) -> ControlFlow<()> {
        if self.has_window && self.is_excluded(&frame) {
            return ControlFlow::Continue(());
        }
        self.any_frame(frame)
    }

    #[inline(always)]
    fn head(&mut self, head: &Head<'_>) -> bool {
        if !self.tables.takes_plain() {
            return self.tables.takes_quick() && self.quick_head(head);
        }
        let Some(plain) = self.decoder.decode_head(head) else {
            self.declined = true;
            return false;
        };
        if !(self.intact)() {
            return false;
        }
        self.gathering.observe_plain(head.original_len, Some(head.timestamp), plain.version);
        self.take_plain(&plain, head.original_len);
        true
    }
}

impl<I: Fn() -> bool> Counter<'_, I> {
    /// Whether the bytes that were just read are those of the input.
    pub(super) fn is_intact(&self) -> bool {
        (self.intact)()
    }

    #[inline(always)]
    fn take_plain(&mut self, plain: &Plain, wire_octets: u32) {
        self.tables.observe_plain(plain.version, ends(plain, wire_octets));
    }

    /// Counts a packet in a tunnel.
    #[inline]
    fn take_tunnel(&mut self, tunnel: &PlainTunnel, frame: &Frame<'_>) {
        let [outer, inner] = [&tunnel.outer, &tunnel.inner]
            .map(|plain| (plain.version, ends(plain, frame.original_len)));
        let key = TunnelKey {
            encapsulation: tunnel.encapsulation,
            path: tunnel.path,
            outer: outer.0,
            inner: Some(inner.0),
            counted: inner.0,
        };
        self.gathering.observe_plain(frame.original_len, frame.timestamp, outer.0);
        self.tables.observe_plain_tunnel(&key, outer, inner);
    }

    /// The head of a frame of which no more is asked than can be counted quickly.
    #[inline(always)]
    fn quick_head(&mut self, head: &Head<'_>) -> bool {
        let time = head.timestamp;
        if self.has_window && self.window.excludes(Some(time)).is_some() {
            return false;
        }
        let Some(plain) = self.decoder.decode_head(head) else {
            self.declined = true;
            return false;
        };
        if !(self.intact)() {
            return false;
        }
        self.gathering.observe_plain(head.original_len, Some(time), plain.version);
        let ends = ends(&plain, head.original_len);
        self.tables.observe_quick(plain.version, ends, &plain.details(head));
        true
    }

    /// A plain frame of which more is asked than every run asks.
    #[inline(never)]
    fn plain_frame(&mut self, frame: Frame<'_>, plain: Plain) {
        let context = self.context(&frame);
        self.tables.observe(&plain.observation(&frame), &context);
    }

    /// A frame that the short path declined.
    #[inline(never)]
    fn any_frame(&mut self, frame: Frame<'_>) -> ControlFlow<()> {
        if self.tables.takes_tunnels()
            && let Some(tunnel) = self.decoder.decode_plain_tunnel(&frame)
        {
            if !(self.intact)() {
                return ControlFlow::Break(());
            }
            self.take_tunnel(&tunnel, &frame);
            return ControlFlow::Continue(());
        }
        let decoded = self.decoder.decode_general(&frame);
        if !(self.intact)() {
            return ControlFlow::Break(());
        }
        self.gathering.observe(&frame, &decoded);
        if let Verdict::Ip(observation) = &decoded.verdict {
            let context = self.context(&frame);
            self.tables.observe(observation, &context);
        }
        ControlFlow::Continue(())
    }

    /// Whether a frame lies outside the time that is measured; if so, that is told.
    #[inline(never)]
    fn is_excluded(&mut self, frame: &Frame<'_>) -> bool {
        let why = self.window.excludes(frame.timestamp);
        why.inspect(|why| self.gathering.exclude(*why)).is_some()
    }

    /// What is known of a frame beside its packet.
    #[inline(always)]
    fn context(&self, frame: &Frame<'_>) -> Context {
        let interface = Some(frame.interface);
        let mut context = Context { input: self.input, interface, ..Context::default() };
        if self.wants_link
            && let Some(link_type) = frame.link_type
        {
            context.link = link::facts(link_type, frame.captured);
        }
        context
    }

    /// Makes room in the tables and sums where they need it, and tells the
    /// watcher how many records were read since: to be called after each
    /// stretch of a stream.
    pub(super) fn settle(&mut self, control: &Control, records: u64) {
        control.records.fetch_add(records, Ordering::Relaxed);
        self.gathering.settle();
        if self.tables.full() {
            self.tables.drain_into(self.totals);
        }
    }
}

/// What the tables count of a plain packet.
#[inline(always)]
pub(super) fn ends(plain: &Plain, wire_octets: u32) -> Ends {
    Ends::new([plain.source, plain.destination], (plain.octets, wire_octets), plain.protocol)
}

/// How far a stretch was read.
pub(super) struct Cursor<C> {
    place: Place<C>,
    until: usize,
    stop: Option<Stop>,
    gathering: Box<Gathering>,
}

impl<C: Chain> Cursor<C> {
    /// A cursor at the start of a stretch.
    pub(super) fn new(place: Place<C>, until: usize) -> Self {
        Self { place, until, stop: None, gathering: Box::default() }
    }

    /// Reads one record, and asks for the one that follows.
    #[inline(always)]
    fn turn<I: Fn() -> bool>(&mut self, data: &[u8], counter: &mut Counter<'_, I>) {
        let place = &mut self.place;
        if place.at >= self.until.min(data.len()) {
            self.stop = Some(Stop::Limit);
            return;
        }
        std::mem::swap(&mut counter.gathering, &mut self.gathering);
        match place.chain.step(data, place.at, counter) {
            Ok(next) => place.at = next,
            Err(stop) => self.stop = Some(stop),
        }
        std::mem::swap(&mut counter.gathering, &mut self.gathering);
        cache::fetch_record(data, place.at);
    }

    /// Reads all records.
    fn run<I: Fn() -> bool>(&mut self, data: &[u8], counter: &mut Counter<'_, I>) {
        let place = &mut self.place;
        std::mem::swap(&mut counter.gathering, &mut self.gathering);
        let walk = place.chain.read(data, place.at, self.until, counter);
        std::mem::swap(&mut counter.gathering, &mut self.gathering);
        place.at = walk.end;
        self.stop = Some(walk.stop);
    }

    /// Where it ended, why, and what the records yielded.
    pub(super) fn finish(self) -> (Place<C>, Stop, Outcome) {
        (self.place, self.stop.unwrap_or(Stop::Limit), self.gathering.finish())
    }
}

impl<'r> Lane<'r> {
    pub(super) fn new(
        decoder: &'r Decoder,
        plan: &'r Plan,
        flows: &'r FlowOptions,
        control: &'r Control,
    ) -> Self {
        let (tables, totals) = (Tables::new(plan), Totals::new(plan));
        let flow_tables = FlowTables::new(plan);
        Self { control, decoder, plan, flows, tables, flow_tables, totals, wrong: None, input: 0 }
    }

    /// What is said of flow records.
    pub(super) fn flows(&self) -> &'r FlowOptions {
        self.flows
    }

    /// The decoder.
    pub(super) fn decoder(&self) -> &'r Decoder {
        self.decoder
    }

    /// A sink of flow records that counts into this lane.
    pub(super) fn flow_counter(&mut self, directions: Directions) -> FlowCounter<'_> {
        let Self { control, decoder, plan, flows: options, input, .. } = *self;
        let rules = Rules { control, decoder, plan, options, input };
        FlowCounter::new(rules, &mut self.flow_tables, &mut self.totals, directions)
    }

    /// Says which input is read from now on.
    pub(super) fn enter(&mut self, input: u32) {
        self.input = input;
        self.tables.enter(input);
        self.flow_tables.enter(input);
    }

    /// A sink that counts into this lane.
    pub(super) fn counter<I: Fn() -> bool>(&mut self, intact: I) -> Counter<'_, I> {
        Counter {
            decoder: self.decoder,
            tables: &mut self.tables,
            totals: &mut self.totals,
            gathering: Box::default(),
            intact,
            declined: false,
            packets: Box::new([Ends::NONE; BATCH]),
            together: Box::default(),
            input: self.input,
            wants_link: self.plan.wants_link(),
            window: self.plan.window,
            has_window: !self.plan.window.is_open(),
        }
    }

    /// Reads the records of a mapped capture that begin between `from` and
    /// `until`.
    pub(super) fn read<C: Chain>(
        &mut self,
        map: &Map,
        from: &Place<C>,
        until: usize,
    ) -> (Place<C>, Stop, Outcome) {
        let mut cursors = [Cursor::new(from.clone(), until)];
        self.read_by_turns(map, &mut cursors);
        let [cursor] = cursors;
        cursor.finish()
    }

    /// Reads the records of several stretches of a mapped capture, a few of each
    /// by turns: while those of one are read, those that come next in the others
    /// are on their way from memory.
    pub(super) fn read_by_turns<C: Chain>(&mut self, map: &Map, cursors: &mut [Cursor<C>]) {
        let control = self.control;
        let watch = map.watch();
        let mut counter = self.counter(|| watch.intact());
        if let [cursor] = cursors {
            // One alone has nobody to wait for.
            cursor.run(map.bytes(), &mut counter);
        }
        while cursors.iter().any(|cursor| cursor.stop.is_none()) {
            for cursor in cursors.iter_mut().filter(|cursor| cursor.stop.is_none()) {
                cursor.turn(map.bytes(), &mut counter);
            }
        }
        let mut records = 0;
        for cursor in cursors.iter_mut() {
            cursor.gathering.settle();
            records += cursor.gathering.records();
            // What contradicts the format in a file that shrank is the lack of it.
            if !map.intact() {
                cursor.stop = Some(Stop::Sink);
            }
        }
        counter.settle(control, records);
    }

    /// Reads on from `place` to `until`, and leaves out the copies of what was
    /// seen.
    pub(super) fn read_without_copies<C: Chain>(
        &mut self,
        map: &Map,
        place: &mut Place<C>,
        until: usize,
        seen: &mut Seen,
    ) -> (Stop, Outcome) {
        let control = self.control;
        let watch = map.watch();
        let mut sink = WithoutCopies { seen, counter: self.counter(|| watch.intact()) };
        let walk = place.chain.read(map.bytes(), place.at, until, &mut sink);
        let counter = &mut sink.counter;
        counter.settle(control, counter.gathering.records());
        place.at = walk.end;
        let stop = if map.intact() { walk.stop } else { Stop::Sink };
        (stop, sink.counter.gathering.finish())
    }

    /// Takes away what was read for a part; false when it cannot be read again.
    pub(super) fn take_back<C: Chain>(&mut self, map: &Map, part: &Part<C, Outcome>) -> bool {
        let (Some(from), Some(to)) = (&part.assumed, &part.reached) else { return true };
        let mut again = Lane::new(self.decoder, self.plan, self.flows, self.control);
        again.enter(self.input);
        let mut chain = from.chain.clone();
        let watch = map.watch();
        let mut counter = again.counter(|| watch.intact());
        chain.read(map.bytes(), from.at, to.at, &mut counter);
        if counter.gathering.finish() != part.tally || !map.intact() {
            return false;
        }
        let wrong = self.wrong.get_or_insert_with(|| Totals::new(self.plan));
        wrong.merge(again.finish().totals);
        true
    }

    /// The end of the lane.
    pub(super) fn finish(mut self) -> Counted {
        self.tables.drain_into(&mut self.totals);
        self.flow_tables.drain_into(&mut self.totals);
        Counted { totals: self.totals, wrong: self.wrong }
    }
}
