//! A capture in a memory map whose frames are wanted in order.

use super::super::input_run::{InputRun, cause_of};
use super::super::lane::Lane;
use super::super::mapped::{Job, Turn, shrunk};
use super::super::outcome::Outcome;
use super::window::Seen;
use crate::capture::{Chain, Merge, Place, Stop};
use crate::error::Cause;
use crate::input::Map;
use crate::model::DedupWindow;
use std::sync::atomic::Ordering;
use std::sync::{Mutex, MutexGuard};

/// Read by one worker at a time, piece after piece.
pub(in crate::pipeline) struct Sequential<C> {
    input: InputRun,
    map: Map,
    piece: usize,
    /// `None` after the end.
    state: Mutex<Option<State<C>>>,
}

struct State<C> {
    place: Place<C>,
    /// All bytes before this place are counted as read.
    told: usize,
    seen: Seen,
    outcome: Outcome,
}

impl<C: Chain> Sequential<C> {
    pub(in crate::pipeline) fn new(
        input: InputRun,
        map: Map,
        first: Place<C>,
        piece: usize,
        window: DedupWindow,
    ) -> Self {
        let outcome = Outcome::default();
        let state = State { place: first, told: 0, seen: Seen::new(window), outcome };
        Self { input, map, piece, state: Mutex::new(Some(state)) }
    }

    /// The state, where no other worker has it.
    fn claim(&self) -> Option<MutexGuard<'_, Option<State<C>>>> {
        // Poisoned where a worker panicked over this input: it is ended elsewhere.
        self.state.try_lock().ok()
    }

    fn done(&self, state: State<C>, cause: Option<Cause>) -> Turn {
        let at = state.place.at as u64;
        let cause = shrunk(&self.map).or(cause);
        Turn::Done(Box::new(self.input.done(state.outcome, at, cause.map(|cause| (at, cause)))))
    }

    /// The end of the chain, where `stop` is one.
    fn end(&self, place: &Place<C>, stop: Stop) -> Option<Option<Cause>> {
        let left = self.map.len().saturating_sub(place.at as u64);
        match stop {
            Stop::Limit if left > 0 => None,
            stop => Some(cause_of(stop, left)),
        }
    }
}

impl<C: Chain + Sync + 'static> Job for Sequential<C> {
    fn turn(&self, lane: &mut Lane<'_>) -> Turn {
        let Some(mut claimed) = self.claim() else { return Turn::Idle };
        let Some(mut state) = claimed.take() else { return Turn::Idle };
        if lane.control.interrupted() {
            return self.done(state, Some(Cause::Interrupted));
        }
        let from = state.place.at;
        let until = from.saturating_add(self.piece).min(self.map.bytes().len());
        self.map.populate(from..until);
        let (stop, outcome) =
            lane.read_without_copies(&self.map, &mut state.place, until, &mut state.seen);
        state.outcome.merge(outcome);
        self.map.release(from..until);
        let read = state.place.at.saturating_sub(state.told);
        lane.control.bytes.fetch_add(read as u64, Ordering::Relaxed);
        state.told = state.place.at;
        match self.end(&state.place, stop) {
            Some(cause) => self.done(state, cause),
            None => {
                *claimed = Some(state);
                Turn::Worked
            }
        }
    }

    fn input(&self) -> &InputRun {
        &self.input
    }
}
