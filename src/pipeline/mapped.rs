//! A capture in a memory map, read in pieces by as many workers as come.

use super::input_run::{Done, InputRun, cause_of};
use super::lane::Lane;
use super::outcome::Outcome;
use crate::capture::{Chain, Finished, Next, Part, Place, Splitter, Start, Stop, Work};
use crate::error::Cause;
use crate::input::Map;
use std::sync::atomic::Ordering;

/// What a worker's turn came to.
#[derive(Debug)]
pub(super) enum Turn {
    /// A piece was read.
    Worked,
    /// There is no piece to be had now.
    Idle,
    /// The input is done: told to one worker alone.
    Done(Box<Done>),
}

/// An input that several workers can read at once.
pub(super) trait Job: Send + Sync {
    /// Reads one piece, if there is one.
    fn turn(&self, lane: &mut Lane<'_>) -> Turn;
    /// The input.
    fn input(&self) -> &InputRun;
}

/// A mapped capture of one format.
pub(super) struct Mapped<C> {
    input: InputRun,
    map: Map,
    splitter: Splitter<C, Outcome>,
}

impl<C: Chain + 'static> Mapped<C> {
    pub(super) fn new(input: InputRun, map: Map, chain: C, first: usize, piece: usize) -> Self {
        let splitter = Splitter::new(Place { at: first, chain }, map.bytes().len(), piece);
        Self { input, map, splitter }
    }

    /// Reads one piece from where it begins, or is guessed to.
    fn read(&self, lane: &mut Lane<'_>, work: &Work<C>) -> Part<C, Outcome> {
        let until = work.range.end;
        let assumed = match &work.start {
            Start::Proven(place) => Some(place.clone()),
            Start::Guess(chain) => chain
                .guess(self.map.bytes(), work.range.start)
                .map(|at| Place { at, chain: chain.clone() }),
        };
        match &assumed {
            None => work.part(None, None, Stop::Limit, Outcome::default()),
            Some(from) => {
                let (reached, stop, tally) = lane.read(&self.map, from, until);
                work.part(assumed, Some(reached), stop, tally)
            }
        }
    }

    /// Does what the joining asks for until it asks for nothing more.
    fn join(&self, lane: &mut Lane<'_>, mut next: Next<C, Outcome>) -> Turn {
        loop {
            next = match next {
                Next::Nothing => return Turn::Worked,
                Next::Finished(finished) => return Turn::Done(Box::new(self.done(finished))),
                Next::Repair { part, truth } => {
                    if !lane.take_back(&self.map, &part) {
                        self.splitter.unrepairable(part)
                    } else if let Some((from, until)) = truth {
                        let (reached, stop, tally) = lane.read(&self.map, &from, until);
                        self.splitter.repaired(part.again(reached, stop, tally))
                    } else {
                        self.splitter.repaired(part.nothing())
                    }
                }
            }
        }
    }

    fn done(&self, finished: Finished<Outcome>) -> Done {
        let Finished { at, stop, tally } = finished;
        let left = self.map.len().saturating_sub(at as u64);
        let cause = shrunk(&self.map)
            .or_else(|| stop.map_or(Some(Cause::Interrupted), |stop| cause_of(stop, left)));
        self.input.done(tally, at as u64, cause.map(|cause| (at as u64, cause)))
    }
}

/// The cause of whatever went wrong with a file that is shorter than its map:
/// the bytes that were read may have been zeros in place of what is gone.
pub(super) fn shrunk(map: &Map) -> Option<Cause> {
    let mapped = map.len();
    let now = map.current_len().unwrap_or(mapped);
    (!map.intact() || now < mapped).then_some(Cause::Shrunk { mapped, now })
}

impl<C: Chain + Sync + 'static> Job for Mapped<C> {
    fn turn(&self, lane: &mut Lane<'_>) -> Turn {
        if lane.control.interrupted() {
            return match self.join(lane, self.splitter.close()) {
                Turn::Worked => Turn::Idle,
                turn => turn,
            };
        }
        let Some(work) = self.splitter.claim(self.map.bytes()) else { return Turn::Idle };
        self.map.populate(work.range.clone());
        let part = self.read(lane, &work);
        let turn = self.join(lane, self.splitter.deposit(part));
        self.map.release(work.range.clone());
        lane.control.bytes.fetch_add(work.range.len() as u64, Ordering::Relaxed);
        turn
    }

    fn input(&self) -> &InputRun {
        &self.input
    }
}
