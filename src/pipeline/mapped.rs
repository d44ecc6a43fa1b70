//! A capture in a memory map, read in pieces by as many workers as come.

use super::input_run::{Done, InputRun, cause_of};
use super::lane::{Cursor, Lane};
use super::outcome::Outcome;
use crate::capture::{Chain, Finished, Next, Part, Place, Splitter, Start, Stop, Work};
use crate::error::Cause;
use crate::input::Map;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Pieces that a worker reads by turns where records are large.
const CURSORS: usize = 16;
/// Bytes of a record, on average, from which that is worth it: of smaller ones
/// nearly every line of the file is needed, and the next page is asked for.
const LARGE: u64 = 256;

/// Bytes that are brought in and let go of together where pieces are smaller: each
/// asks the system, and what is let go of every other core has to forget at once.
const WINDOW: usize = 1 << 20;

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
    /// Pieces that are read by turns: as many as suit the records read last.
    cursors: AtomicUsize,
}

impl<C: Chain + 'static> Mapped<C> {
    /// The records that begin in `within`, from the one at `first` on.
    pub(super) fn new(
        input: InputRun,
        map: Map,
        first: Place<C>,
        within: Range<usize>,
        piece: usize,
    ) -> Self {
        let splitter = Splitter::within(first, within, piece);
        Self { input, map, splitter, cursors: AtomicUsize::new(1) }
    }

    /// The same where nothing that is counted can be taken back, if `is_final`.
    pub(super) fn without_guesses(self, is_final: bool) -> Self {
        let splitter = self.splitter;
        let splitter = if is_final { splitter.without_guesses() } else { splitter };
        Self { splitter, ..self }
    }

    /// Reads pieces from where they begin, or are guessed to.
    fn read(&self, lane: &mut Lane<'_>, pieces: &[Work<C>]) -> Vec<Part<C, Outcome>> {
        let assumed: Vec<_> = pieces.iter().map(|work| self.start(work)).collect();
        let cursors = assumed
            .iter()
            .zip(pieces)
            .filter_map(|(assumed, work)| Some(Cursor::new(assumed.clone()?, work.range.end)));
        let mut cursors: Vec<_> = cursors.collect();
        lane.read_by_turns(&self.map, &mut cursors);
        let mut read = cursors.into_iter();
        let parts = pieces.iter().zip(assumed).map(|(work, assumed)| {
            // There is a cursor for each piece with a start, in their order.
            match assumed.is_some().then(|| read.next()).flatten().map(Cursor::finish) {
                None => work.part(None, None, Stop::Limit, Outcome::default()),
                Some((reached, stop, tally)) => work.part(assumed, Some(reached), stop, tally),
            }
        });
        parts.collect()
    }

    /// Where reading a piece begins.
    fn start(&self, work: &Work<C>) -> Option<Place<C>> {
        match &work.start {
            Start::Proven(place) => Some(place.clone()),
            Start::Guess(chain) => chain
                .guess(self.map.bytes(), work.range.start)
                .map(|at| Place { at, chain: chain.clone() }),
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
        let Finished { at, stop, state, tally } = finished;
        let at_end = at as u64 == self.map.len();
        let ended = at_end || matches!(stop, Some(Stop::Incomplete { .. } | Stop::Malformed(_)));
        let left = self.map.len().saturating_sub(at as u64);
        let cause = shrunk(&self.map)
            .or_else(|| stop.map_or(Some(Cause::Interrupted), |stop| cause_of(stop, left)));
        let intact = !matches!(cause, Some(Cause::Shrunk { .. }));
        let mut done = self.input.done(tally, at as u64, cause.map(|cause| (at as u64, cause)));
        done.end_part(&self.input, ended && intact, state);
        done
    }
}

/// The bytes to bring in before a range is read, and those to let go of behind it: the
/// range itself, or of a small one the windows that begin in it and those that end in it.
fn windows(range: &Range<usize>, len: usize) -> (Range<usize>, Range<usize>) {
    if range.len() >= WINDOW {
        return (range.clone(), range.clone());
    }
    let last = |at: usize| at - at % WINDOW;
    let next = |at: usize| at.next_multiple_of(WINDOW);
    match range.end < len {
        true => (next(range.start)..next(range.end), last(range.start)..last(range.end)),
        false => (range.clone(), last(range.start)..range.end),
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
        let pieces =
            self.splitter.claim_some(self.map.bytes(), self.cursors.load(Ordering::Relaxed));
        let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else { return Turn::Idle };
        let range = first.range.start..last.range.end;
        let (begun, ended) = windows(&range, self.map.bytes().len());
        self.map.populate(begun);
        let parts = self.read(lane, &pieces);
        let records: u64 = parts.iter().map(|part| part.tally.account.records).sum();
        let large = range.len() as u64 > LARGE.saturating_mul(records);
        self.cursors.store(if large { CURSORS } else { 1 }, Ordering::Relaxed);
        let mut turn = Turn::Worked;
        for part in parts {
            match self.join(lane, self.splitter.deposit(part)) {
                Turn::Done(done) => turn = Turn::Done(done),
                Turn::Worked | Turn::Idle => {}
            }
        }
        self.map.release(ended);
        lane.control.bytes.fetch_add(range.len() as u64, Ordering::Relaxed);
        turn
    }

    fn input(&self) -> &InputRun {
        &self.input
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_pieces_bring_in_and_let_go_of_each_window_once() {
        for piece in [64, 4096, WINDOW - 1, WINDOW, 3 * WINDOW] {
            let len = 4 * WINDOW + 5;
            let (mut brought, mut gone, mut asked) = (0, 0, 0);
            for start in (0..len).step_by(piece) {
                let range = start..(start + piece).min(len);
                let (begun, ended) = windows(&range, len);
                for (range, until) in [(begun, &mut brought), (ended, &mut gone)] {
                    if !range.is_empty() {
                        assert!(range.start <= *until, "{piece}: {range:?} leaves some out");
                        *until = range.end;
                        asked += 1;
                    }
                }
            }
            assert!(brought >= len && gone == len, "{piece}: {brought}, {gone}");
            assert!(asked <= 12, "{piece}: {asked} times");
        }
    }
}
