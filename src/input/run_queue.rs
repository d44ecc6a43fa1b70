//! The runs of members of one file that are being decoded, in their order: what
//! its reader and the threads beside it share.
//!
//! The first run begins where a member truly begins; each other one where a
//! member seems to begin, a run's length behind the run before, which is found by
//! looking a bounded way ahead. The reader takes the blocks of the first run, and
//! from its end goes on with the run that begins exactly there, if there is one:
//! those that a member passed over were wrong guesses.

use super::compression::{Compression, DECISIVE};
use super::member_run::{Decoded, End, MemberRun};
use super::members::{Engine, Members};
use super::stored::StoredFile;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// How the work is cut, and what bounds its memory.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sizes {
    /// Stored bytes of a run, at least; it ends with a member.
    pub(super) run: u64,
    /// Decoded bytes handed over at a time.
    pub(super) block: usize,
    /// Blocks that may wait, for each of those who decode.
    pub(super) waiting: usize,
    /// Stored bytes that are searched at a time for the start of a member.
    pub(super) step: usize,
    /// Stored bytes behind the start of the last run in which is searched.
    pub(super) ahead: u64,
}

impl Sizes {
    /// A run takes some milliseconds, so that handing it out costs nothing, also
    /// where its members are as small as those of BGZF. Blocks as in `beside.rs`;
    /// 16 MiB of them wait for each thread, so that large members are decoded side
    /// by side for a good part. Where no member begins within 32 MiB they are too
    /// large for that, and a search for the next would be for nothing.
    pub(super) const DEFAULT: Self =
        Self { run: 1 << 20, block: 256 << 10, waiting: 64, step: 64 << 10, ahead: 32 << 20 };
}

/// Blocks of the first run that may wait whatever others keep waiting: they wait
/// for this run.
const FIRST_WAITING: usize = 4;

/// Runs in the queue for each of those who decode: a bound also where they decode
/// to nothing.
const RUNS: usize = 16;

/// Blocks that are kept to be filled again.
const SPARE: usize = 32;

/// What reads and decodes the members of a file.
pub(super) struct Making<E> {
    pub(super) file: StoredFile,
    pub(super) compression: Compression,
    pub(super) engine: fn() -> E,
}

/// The runs, shared by the reader and its threads.
pub(super) struct RunQueue<E> {
    making: Making<E>,
    sizes: Sizes,
    /// Where the first member of the file begins.
    first_member: u64,
    /// Those who decode: the threads and the reader.
    decoders: usize,
    /// The reader has gone.
    gone: Arc<AtomicBool>,
    state: Mutex<State<E>>,
    /// Told when there is something of the first run.
    ready: Condvar,
    /// Told when there may be work, or room for what was decoded.
    work: Condvar,
}

struct State<E> {
    /// By their starts. There is always a first one, until the reader goes.
    runs: VecDeque<Run>,
    /// Where the search for a member goes on.
    frontier: u64,
    /// A member seems to begin at the frontier.
    found: bool,
    searching: bool,
    /// Blocks in all runs.
    waiting: usize,
    spare: Vec<Box<[u8]>>,
    /// Threads without a run.
    idle: usize,
    /// A run for the next of them.
    handed: Option<MemberRun<E>>,
    panicked: bool,
}

struct Run {
    start: u64,
    blocks: VecDeque<Decoded>,
    end: Option<End>,
}

/// What comes next of the first run.
pub(super) enum Next {
    Decoded(Decoded),
    End(End),
    /// A thread panicked: what it had to do is not done.
    Failed,
}

/// What an attempt to find work came to.
pub(super) enum Claim<E> {
    Run(MemberRun<E>),
    /// Nothing yet, but it may go on.
    Searched,
    Nothing,
}

/// Whether another block of a run may be made.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Room {
    Free,
    Full,
    /// The run is not wanted any more.
    Dropped,
}

enum Work {
    Begin(u64),
    Search(u64),
    Nothing,
}

impl<E: Engine> RunQueue<E> {
    /// With no run yet: the reader begins with [`RunQueue::go_on`], at the first
    /// member.
    pub(super) fn new(making: Making<E>, sizes: Sizes, first_member: u64, threads: usize) -> Self {
        let state = State {
            runs: VecDeque::new(),
            frontier: 0,
            found: false,
            searching: false,
            waiting: 0,
            spare: Vec::new(),
            idle: 0,
            handed: None,
            panicked: false,
        };
        Self {
            making,
            sizes,
            first_member,
            decoders: threads + 1,
            gone: Arc::default(),
            state: Mutex::new(state),
            ready: Condvar::new(),
            work: Condvar::new(),
        }
    }

    /// For the reader: what comes next of the first run, if it is there.
    pub(super) fn next(&self) -> Option<Next> {
        let mut state = self.lock();
        let panicked = state.panicked;
        let first = state.runs.front_mut()?;
        if let Some(decoded) = first.blocks.pop_front() {
            // Only then somebody waits for room.
            if state.waiting >= self.most_waiting() {
                self.work.notify_all();
            }
            state.waiting -= 1;
            return Some(Next::Decoded(decoded));
        }
        first.end.take().map(Next::End).or(panicked.then_some(Next::Failed))
    }

    /// Where the first run begins.
    pub(super) fn first(&self) -> Option<u64> {
        self.lock().runs.front().map(|run| run.start)
    }

    /// For the reader: waits for what [`RunQueue::next`] gives.
    pub(super) fn wait(&self) {
        let nothing = |state: &mut State<E>| {
            let first = state.runs.front();
            let nothing = first.is_some_and(|run| run.blocks.is_empty() && run.end.is_none());
            nothing && !state.panicked
        };
        let waited = self.ready.wait_while(self.lock(), nothing);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }

    /// For the reader, where a member truly begins or something else follows the
    /// last: the run that begins there becomes the first. Where nobody has begun it,
    /// that is left to the reader.
    pub(super) fn go_on(&self, at: u64) -> Option<MemberRun<E>> {
        let mut state = self.lock();
        // What begins before has been read, or was a wrong guess.
        while state.runs.front().is_some_and(|run| run.start < at) {
            let passed = state.runs.pop_front();
            for decoded in passed.into_iter().flat_map(|run| run.blocks) {
                state.waiting -= 1;
                state.keep(decoded.block.bytes);
            }
        }
        let first = state.runs.front().map(|run| run.start);
        self.work.notify_all();
        if first == Some(at) {
            return None;
        }
        state.runs.push_front(Run::new(at));
        state.search_behind(at + self.sizes.run);
        drop(state);
        let limit = at + self.sizes.run;
        Some(self.begin(at, first.map_or(limit, |next| next.min(limit))))
    }

    /// For the reader: gives a run to a thread that has none, or back.
    pub(super) fn hand_over(&self, run: MemberRun<E>) -> Option<MemberRun<E>> {
        let mut state = self.lock();
        if state.idle == 0 || state.handed.is_some() {
            return Some(run);
        }
        // A thread looks for it whenever it would take up something else.
        state.handed = Some(run);
        self.work.notify_all();
        None
    }

    /// For the reader: a run that nobody has begun.
    pub(super) fn claim(&self) -> Claim<E> {
        let state = self.lock();
        match state.work(self) {
            Work::Begin(start) => {
                self.enter(state, start);
                Claim::Run(self.begin(start, start + self.sizes.run))
            }
            Work::Search(from) => {
                drop(self.search(state, from));
                Claim::Searched
            }
            Work::Nothing => Claim::Nothing,
        }
    }

    /// For a thread: waits for a run; `None` when the reader has gone.
    pub(super) fn take(&self) -> Option<MemberRun<E>> {
        let mut state = self.lock();
        state.idle += 1;
        while !self.gone.load(Ordering::Relaxed) {
            if let Some(run) = state.handed.take() {
                state.idle -= 1;
                return Some(run);
            }
            match state.work(self) {
                Work::Begin(start) => {
                    state.idle -= 1;
                    self.enter(state, start);
                    return Some(self.begin(start, start + self.sizes.run));
                }
                Work::Search(from) => state = self.search(state, from),
                Work::Nothing => {
                    state = self.work.wait(state).unwrap_or_else(PoisonError::into_inner);
                }
            }
        }
        None
    }

    /// Whether a block of this run may be made.
    pub(super) fn room(&self, run: &MemberRun<E>) -> Room {
        self.lock().room(self, run.start())
    }

    /// For a thread: waits for room; false when the run is not wanted any more.
    pub(super) fn wait_for_room(&self, run: &MemberRun<E>) -> bool {
        let full = |state: &mut State<E>| state.room(self, run.start()) == Room::Full;
        let waited = self.work.wait_while(self.lock(), full);
        let state = waited.unwrap_or_else(PoisonError::into_inner);
        state.room(self, run.start()) == Room::Free
    }

    /// Decodes one block of a run; false when the run has ended.
    pub(super) fn advance(&self, run: &mut MemberRun<E>) -> bool {
        let spare = self.lock().spare.pop();
        let bytes = spare.unwrap_or_else(|| vec![0; self.sizes.block].into());
        let (decoded, end) = run.fill(bytes);
        let goes_on = end.is_none();
        self.put(run.start(), decoded, end);
        goes_on
    }

    /// Takes back the bytes of a block that was read.
    pub(super) fn give_back(&self, bytes: Box<[u8]>) {
        self.lock().keep(bytes);
    }

    /// Lets the threads go.
    pub(super) fn close(&self) {
        let mut state = self.lock();
        self.gone.store(true, Ordering::Relaxed);
        state.runs.clear();
        state.waiting = 0;
        state.spare.clear();
        state.handed = None;
        self.work.notify_all();
    }

    /// A thread ends by a panic.
    pub(super) fn panicked(&self) {
        self.lock().panicked = true;
        self.ready.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State<E>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a run at the end of the queue.
    fn enter(&self, mut state: MutexGuard<'_, State<E>>, start: u64) {
        state.runs.push_back(Run::new(start));
        state.search_behind(start + self.sizes.run);
    }

    /// A run that is in the queue.
    fn begin(&self, start: u64, limit: u64) -> MemberRun<E> {
        let Making { file, engine, .. } = &self.making;
        let members = Members::new(file.from(start, &self.gone), engine());
        // A run that is read stands behind complete members, but for the first.
        let is_first = start == self.first_member;
        MemberRun::new(if is_first { members } else { members.behind_others() }, limit)
    }

    /// Adds what was decoded to its run, if it is wanted still.
    fn put(&self, start: u64, decoded: Decoded, end: Option<End>) {
        let mut state = self.lock();
        let is_first = state.runs.front().is_some_and(|run| run.start == start);
        let Some(run) = state.runs.iter_mut().find(|run| run.start == start) else { return };
        let ended = end.is_some();
        run.end = end;
        if decoded.block.len > 0 {
            run.blocks.push_back(decoded);
            state.waiting += 1;
        } else {
            state.keep(decoded.block.bytes);
        }
        if is_first {
            self.ready.notify_all();
        }
        if ended {
            self.work.notify_all();
        }
    }

    /// Searches one step without the lock, for the bytes may have to be waited for.
    fn search<'s>(
        &'s self,
        mut state: MutexGuard<'s, State<E>>,
        from: u64,
    ) -> MutexGuard<'s, State<E>> {
        state.searching = true;
        drop(state);
        let mut bytes = vec![0; self.sizes.step];
        // Whoever reads there in order tells what is wrong with the file.
        let read = self.making.file.read_at(&mut bytes, from).unwrap_or(0);
        let found = self.making.compression.member_in(&bytes[..read]);
        let mut state = self.lock();
        state.searching = false;
        if state.frontier == from {
            state.found = found.is_some();
            state.frontier = match found {
                Some(at) => from + at as u64,
                None if read < DECISIVE => u64::MAX,
                // What begins with the last bytes is seen in full next time.
                None => from + (read - DECISIVE + 1) as u64,
            };
        }
        self.work.notify_all();
        state
    }
}

impl Run {
    fn new(start: u64) -> Self {
        Self { start, blocks: VecDeque::new(), end: None }
    }
}

impl<E: Engine> State<E> {
    /// What somebody without a run can do.
    fn work(&self, queue: &RunQueue<E>) -> Work {
        let Some(last) = self.runs.back() else { return Work::Nothing };
        let full = self.waiting >= queue.most_waiting() || self.runs.len() >= queue.most_runs();
        match &last.end {
            _ if full => Work::Nothing,
            // As good as a guess, if not better.
            Some(End::Member(at)) => Work::Begin(*at),
            Some(End::File(_)) => Work::Nothing,
            _ if self.found => Work::Begin(self.frontier),
            _ if self.searching || self.frontier - last.start >= queue.sizes.ahead => Work::Nothing,
            _ => Work::Search(self.frontier),
        }
    }

    fn room(&self, queue: &RunQueue<E>, start: u64) -> Room {
        match self.runs.iter().position(|run| run.start == start) {
            None => Room::Dropped,
            Some(0) if self.runs[0].blocks.len() < FIRST_WAITING => Room::Free,
            Some(_) if self.waiting < queue.most_waiting() => Room::Free,
            Some(_) => Room::Full,
        }
    }

    /// Nothing before this place is searched from now on.
    fn search_behind(&mut self, place: u64) {
        if self.frontier < place {
            self.frontier = place;
            self.found = false;
        }
    }

    fn keep(&mut self, bytes: Box<[u8]>) {
        if !bytes.is_empty() && self.spare.len() < SPARE {
            self.spare.push(bytes);
        }
    }
}

impl<E> RunQueue<E> {
    fn most_waiting(&self) -> usize {
        self.sizes.waiting * self.decoders
    }

    fn most_runs(&self) -> usize {
        RUNS * self.decoders
    }
}
