//! One worker with its own tables.

use super::Control;
use super::copies::{Seen, WithoutCopies};
use super::outcome::{Gathering, Outcome};
use crate::aggregate::{Ends, Plan, Tables, Totals};
use crate::capture::{Chain, Part, Place, Sink, Stop};
use crate::decode::{Decoder, Plain};
use crate::input::Map;
use crate::model::{Frame, Verdict};
use std::ops::ControlFlow;
use std::sync::atomic::Ordering;

/// A worker's state. Nothing in it is shared.
pub(super) struct Lane<'r> {
    pub(super) control: &'r Control,
    decoder: &'r Decoder,
    plan: &'r Plan,
    tables: Tables,
    totals: Totals,
    /// What was read from wrong places, to be taken away at the end.
    wrong: Option<Totals>,
}

/// What a lane has counted.
pub(super) struct Counted {
    pub(super) totals: Totals,
    pub(super) wrong: Option<Totals>,
}

/// Decodes and counts frames. `intact` says whether the bytes that were just
/// read are those of the input.
pub(super) struct Counter<'t, I> {
    decoder: &'t Decoder,
    tables: &'t mut Tables,
    totals: &'t mut Totals,
    pub(super) gathering: Gathering,
    intact: I,
}

impl<I: Fn() -> bool> Sink for Counter<'_, I> {
    #[inline(always)]
    fn frame(&mut self, frame: Frame<'_>) -> ControlFlow<()> {
        let Some(plain) = self.decoder.decode_plain(&frame) else {
            return self.any_frame(frame);
        };
        if !(self.intact)() {
            return ControlFlow::Break(());
        }
        self.gathering.observe_plain(&frame, plain.version);
        if self.tables.takes_plain() {
            let ends = Ends {
                source: plain.source,
                destination: plain.destination,
                octets: plain.octets,
                wire_octets: frame.original_len,
            };
            self.tables.observe_plain(plain.version, plain.protocol, ends);
        } else {
            self.plain_frame(frame, plain);
        }
        ControlFlow::Continue(())
    }
}

impl<I: Fn() -> bool> Counter<'_, I> {
    /// Whether the bytes that were just read are those of the input.
    pub(super) fn is_intact(&self) -> bool {
        (self.intact)()
    }

    /// A plain frame of which more is asked than every run asks.
    #[inline(never)]
    fn plain_frame(&mut self, frame: Frame<'_>, plain: Plain<'_>) {
        self.tables.observe(&plain.observation(&frame));
    }

    /// A frame that the short path declined.
    #[inline(never)]
    fn any_frame(&mut self, frame: Frame<'_>) -> ControlFlow<()> {
        let decoded = self.decoder.decode_general(&frame);
        if !(self.intact)() {
            return ControlFlow::Break(());
        }
        self.gathering.observe(&frame, &decoded);
        if let Verdict::Ip(observation) = &decoded.verdict {
            self.tables.observe(observation);
        }
        ControlFlow::Continue(())
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

impl<'r> Lane<'r> {
    pub(super) fn new(decoder: &'r Decoder, plan: &'r Plan, control: &'r Control) -> Self {
        let (tables, totals) = (Tables::new(plan), Totals::new(plan));
        Self { control, decoder, plan, tables, totals, wrong: None }
    }

    /// A sink that counts into this lane.
    pub(super) fn counter<I: Fn() -> bool>(&mut self, intact: I) -> Counter<'_, I> {
        let (tables, totals) = (&mut self.tables, &mut self.totals);
        Counter { decoder: self.decoder, tables, totals, gathering: Gathering::default(), intact }
    }

    /// Reads the records of a mapped capture that begin between `from` and
    /// `until`.
    pub(super) fn read<C: Chain>(
        &mut self,
        map: &Map,
        from: &Place<C>,
        until: usize,
    ) -> (Place<C>, Stop, Outcome) {
        let mut place = from.clone();
        let control = self.control;
        let mut counter = self.counter(|| map.intact());
        let walk = place.chain.read(map.bytes(), place.at, until, &mut counter);
        counter.settle(control, counter.gathering.records());
        let outcome = counter.gathering.finish();
        place.at = walk.end;
        // What contradicts the format in a file that shrank is the lack of it.
        let stop = if map.intact() { walk.stop } else { Stop::Sink };
        (place, stop, outcome)
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
        let mut sink = WithoutCopies { seen, counter: self.counter(|| map.intact()) };
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
        let mut again = Lane::new(self.decoder, self.plan, self.control);
        let mut chain = from.chain.clone();
        let mut counter = again.counter(|| map.intact());
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
        Counted { totals: self.totals, wrong: self.wrong }
    }
}
