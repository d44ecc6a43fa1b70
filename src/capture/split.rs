//! One capture in pieces, read side by side and proven to join.
//!
//! The chain of records is sequential: where a record begins is known only from
//! the one before. A piece in the middle of the file therefore *guesses* its
//! first boundary and is read from there. Afterwards the pieces are joined in
//! order: if the place where one ended is the place where the next one assumed
//! its start (the same offset and the same state of the chain), the guess is
//! proven. If not, the piece is taken back and read again from the true place.
//! The result is that of a plain walk for every input, hostile ones too; a
//! wrong guess costs time alone. Where too many are wrong, the guessing ends:
//! the headers are walked first, and pieces are handed out with proven starts.
//!
//! This is bookkeeping alone: who reads the records, and what is made of them,
//! is the caller's.

use super::chain::{Chain, Stop, Walker};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Guesses proven or refuted before their quality is judged.
const JUDGED_AFTER: usize = 16;
/// One wrong guess in so many ends the guessing: at 5 % wrong, reading pieces
/// twice costs as much as the walk that it saves.
const WRONG_LIMIT: usize = 20;

/// What a piece yields beside what can be taken back: kept by the piece until
/// it is proven.
pub trait Merge: Default + Send {
    /// Adds what a later piece yielded.
    fn merge(&mut self, later: Self);
}

/// A boundary between two records: an offset and the state of the chain there.
#[derive(Clone, Debug, PartialEq)]
pub struct Place<C> {
    /// Offset into the capture.
    pub at: usize,
    /// What reading on depends on.
    pub chain: C,
}

/// A piece to be read.
#[derive(Debug)]
pub struct Work<C> {
    index: usize,
    /// The bytes in which the records to be read begin.
    pub range: Range<usize>,
    /// Where to begin.
    pub start: Start<C>,
}

/// Where to begin reading a piece.
#[derive(Debug)]
pub enum Start<C> {
    /// Here, for certain.
    Proven(Place<C>),
    /// Where [`Chain::guess`] says, with this state.
    Guess(C),
}

/// What became of a piece.
#[derive(Debug)]
pub struct Part<C, T> {
    index: usize,
    until: usize,
    /// Where reading began; `None` when there was no guess and nothing was read.
    pub assumed: Option<Place<C>>,
    /// Where it ended.
    pub reached: Option<Place<C>>,
    /// Why.
    pub stop: Stop,
    /// What the records yielded.
    pub tally: T,
}

impl<C> Work<C> {
    /// The part that belongs to this work.
    pub fn part<T>(
        &self,
        assumed: Option<Place<C>>,
        reached: Option<Place<C>>,
        stop: Stop,
        tally: T,
    ) -> Part<C, T> {
        Part { index: self.index, until: self.range.end, assumed, reached, stop, tally }
    }
}

/// What a worker must do before the joining can go on.
#[derive(Debug)]
pub enum Next<C, T> {
    /// Nothing.
    Nothing,
    /// Take this part back, and read it again from `truth` where there is one
    /// (there is none after the end of the chain); answer with
    /// [`Splitter::repaired`].
    Repair {
        /// What was read from a wrong place.
        part: Part<C, T>,
        /// The true start and the end of the piece.
        truth: Option<(Place<C>, usize)>,
    },
    /// The capture is done: told to one caller alone.
    Finished(Finished<T>),
}

/// The end of a capture.
#[derive(Debug)]
pub struct Finished<T> {
    /// Where the chain ended.
    pub at: usize,
    /// Why; `None` when reading was closed before.
    pub stop: Option<Stop>,
    /// The state of the chain there ([`Chain::state`]).
    pub state: String,
    /// What all records yielded.
    pub tally: T,
}

/// Hands out the pieces of one capture and joins what comes back.
#[derive(Debug)]
pub struct Splitter<C, T> {
    /// Where the first piece begins and the last one ends.
    within: Range<usize>,
    piece: usize,
    state: Mutex<State<C, T>>,
}

#[derive(Debug)]
struct State<C, T> {
    /// Piece handed out next, and how many there are.
    next: usize,
    pieces: usize,
    /// Pieces joined: the frontier lies at the end of them.
    joined: usize,
    frontier: Place<C>,
    /// Pieces that came back before the one at the frontier did.
    waiting: BTreeMap<usize, Part<C, T>>,
    outstanding: usize,
    repairing: bool,
    /// Why the chain ended before the last piece.
    ended: Option<Stop>,
    /// The source failed under the readers: nothing can be read twice.
    broken: bool,
    closed: bool,
    finished: bool,
    wrong: usize,
    walking: bool,
    tally: T,
}

impl<C: Chain, T: Merge> Splitter<C, T> {
    /// A capture of `len` bytes whose first record begins at `first`, in pieces
    /// of `piece` bytes.
    ///
    /// # Panics
    /// When `piece` is 0.
    pub fn new(first: Place<C>, len: usize, piece: usize) -> Self {
        Self::within(first, 0..len, piece)
    }

    /// The same of a stretch of it, which begins no later than at `first`: the
    /// records that begin before its end are read.
    ///
    /// # Panics
    /// When `piece` is 0.
    pub fn within(first: Place<C>, within: Range<usize>, piece: usize) -> Self {
        assert!(piece > 0, "a piece has at least one byte");
        let state = State {
            next: 0,
            pieces: within.len().div_ceil(piece).max(1),
            joined: 0,
            frontier: first,
            waiting: BTreeMap::new(),
            outstanding: 0,
            repairing: false,
            ended: None,
            broken: false,
            closed: false,
            finished: false,
            wrong: 0,
            walking: !C::GUESSABLE,
            tally: T::default(),
        };
        Self { within, piece, state: Mutex::new(state) }
    }

    /// The same, read from proven places alone: the headers are walked first. For
    /// those who cannot take anything back.
    #[must_use]
    pub fn without_guesses(mut self) -> Self {
        let state = self.state.get_mut().unwrap_or_else(PoisonError::into_inner);
        state.walking = true;
        self
    }

    /// The bookkeeping. A panic in another worker leaves no half-made state behind, so a poisoned lock is taken as it is.
    fn lock(&self) -> MutexGuard<'_, State<C, T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// No further piece is handed out: the user interrupted the run.
    pub fn close(&self) -> Next<C, T> {
        let mut state = self.lock();
        state.closed = true;
        state.finish()
    }

    /// The next piece, if there is one to be had now; `data` is the capture.
    pub fn claim(&self, data: &[u8]) -> Option<Work<C>> {
        self.claim_next(&mut self.lock(), data)
    }

    /// The next pieces, up to `most`, one behind the other: one alone where
    /// nothing is guessed, because others wait for it.
    pub fn claim_some(&self, data: &[u8], most: usize) -> Vec<Work<C>> {
        let mut state = self.lock();
        let most = if state.walking { 1 } else { most };
        std::iter::from_fn(|| self.claim_next(&mut state, data)).take(most).collect()
    }

    fn claim_next(&self, state: &mut State<C, T>, data: &[u8]) -> Option<Work<C>> {
        if state.next == state.pieces || state.closed || state.ended.is_some() || state.repairing {
            return None;
        }
        let at_frontier = state.next == state.joined;
        if state.walking && !at_frontier {
            return None;
        }
        let index = state.next;
        let start = self.within.start + index * self.piece;
        let range = start..(start + self.piece).min(self.within.end);
        state.next += 1;
        state.outstanding += 1;
        let start = if at_frontier {
            Start::Proven(state.frontier.clone())
        } else {
            Start::Guess(state.frontier.chain.clone())
        };
        if state.walking {
            state.walk_to(data, range.end);
        }
        Some(Work { index, range, start })
    }

    /// Takes back a piece that was read.
    pub fn deposit(&self, part: Part<C, T>) -> Next<C, T> {
        let mut state = self.lock();
        state.outstanding -= 1;
        if part.index < state.joined {
            // Walked before it was handed out: there is nothing to prove.
            if part.stop == Stop::Sink {
                state.broken = true;
                state.ended = Some(Stop::Sink);
            }
            state.tally.merge(part.tally);
        } else {
            state.waiting.insert(part.index, part);
        }
        state.advance()
    }

    /// Takes back a piece that was read again from its true start.
    pub fn repaired(&self, part: Part<C, T>) -> Next<C, T> {
        let mut state = self.lock();
        state.repairing = false;
        state.accept(part);
        state.advance()
    }

    /// Takes a piece as it is, because it cannot be read again.
    pub fn unrepairable(&self, part: Part<C, T>) -> Next<C, T> {
        let mut state = self.lock();
        state.repairing = false;
        state.broken = true;
        state.accept(part);
        state.advance()
    }
}

impl<C, T> Part<C, T> {
    /// A part that reads the same piece again.
    pub fn again(&self, reached: Place<C>, stop: Stop, tally: T) -> Self {
        let (index, until) = (self.index, self.until);
        Self { index, until, assumed: None, reached: Some(reached), stop, tally }
    }

    /// The part that nothing is read for.
    pub fn nothing(&self) -> Self
    where
        T: Default,
    {
        let (index, until, stop) = (self.index, self.until, Stop::Limit);
        Self { index, until, assumed: None, reached: None, stop, tally: T::default() }
    }
}

impl<C: Chain, T: Merge> State<C, T> {
    /// Joins what can be joined.
    fn advance(&mut self) -> Next<C, T> {
        while !self.repairing {
            let Some(part) = self.waiting.remove(&self.joined) else { break };
            let proven = part.assumed.as_ref() == Some(&self.frontier);
            let empty = part.assumed.is_none();
            match &self.ended {
                _ if self.broken => self.accept(part),
                Some(_) if empty => self.accept(part),
                Some(_) => {
                    self.repairing = true;
                    return Next::Repair { part, truth: None };
                }
                None if proven => self.accept(part),
                None => {
                    self.wrong += 1;
                    let judged = self.joined >= JUDGED_AFTER;
                    self.walking |= judged && self.wrong * WRONG_LIMIT > self.joined;
                    self.repairing = true;
                    let truth = Some((self.frontier.clone(), part.until));
                    return Next::Repair { part, truth };
                }
            }
        }
        self.finish()
    }

    /// Adds a proven part and moves the frontier behind it.
    fn accept(&mut self, part: Part<C, T>) {
        self.joined += 1;
        self.tally.merge(part.tally);
        if self.ended.is_some() {
            return;
        }
        if let Some(reached) = part.reached {
            self.frontier = reached;
        }
        self.broken |= part.stop == Stop::Sink;
        if part.stop != Stop::Limit {
            self.ended = Some(part.stop);
        }
    }

    /// Moves the frontier by walking the headers alone.
    fn walk_to(&mut self, data: &[u8], until: usize) {
        let walk = self.frontier.chain.read(data, self.frontier.at, until, &mut Walker);
        self.frontier.at = walk.end;
        self.joined += 1;
        if walk.stop != Stop::Limit {
            self.ended = Some(walk.stop);
        }
    }

    fn finish(&mut self) -> Next<C, T> {
        let no_more = self.next == self.pieces || self.closed || self.ended.is_some();
        let idle = self.outstanding == 0 && self.waiting.is_empty() && !self.repairing;
        if !no_more || !idle || self.finished {
            return Next::Nothing;
        }
        self.finished = true;
        let all = self.next == self.pieces;
        let stop = self.ended.take().or(all.then_some(Stop::Limit));
        Next::Finished(Finished {
            at: self.frontier.at,
            stop,
            state: self.frontier.chain.state(),
            tally: std::mem::take(&mut self.tally),
        })
    }
}
