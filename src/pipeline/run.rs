//! A run: workers take inputs, and pieces of inputs, until all are read.

mod exports;

use super::Control;
use super::Networks;
use super::copies::{self, Sequential};
use super::flows::{self, FlowFormat, Pending};
use super::input_run::{Done, InputRun};
use super::lane::{Counted, Lane};
use super::mapped::{Job, Mapped, Turn, shrunk};
use super::outcome::Outcome;
use super::streamed::{self, Streamed};
use super::stretch::{Stretch, locate, preamble};
use crate::aggregate::{Names, Plan, Totals};
use crate::capture::{self, Capture, Chain, FIRST_BYTES, Place, StreamReader};
use crate::decode::Decoder;
use crate::error::{Cause, Error};
use crate::flowlog::Mapping;
use crate::flowlog::text::TextOptions;
use crate::input::{self, Consumed, Content, Map, Source, Stream};
use crate::model::{Cut, DedupWindow, FlowOptions};
use crate::summary::{InputSummary, Settings, Summary};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// How a run is carried out. None of it changes the result but the tables of
/// networks.
#[derive(Clone, Debug)]
pub struct Options {
    /// Workers; at least one, and no more than 256 are started.
    pub threads: usize,
    /// Bytes of a piece of a mapped input; up to 4 KiB where it would have more than
    /// 16,384 smaller ones.
    pub piece: usize,
    /// Which column of a flow log is which, where the user says so.
    pub mapping: Option<Mapping>,
    /// To watch and to interrupt the run.
    pub control: Control,
    /// Who says whose an address is.
    pub networks: Option<Networks>,
}

impl Options {
    /// Pieces of 4 MiB: large enough that guessing a boundary costs nothing,
    /// small enough that a worker's piece stays in the cache of the page table.
    pub const PIECE: usize = 4 << 20;
}

impl Default for Options {
    fn default() -> Self {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let control = Control::default();
        Self { threads, piece: Self::PIECE, mapping: None, control, networks: None }
    }
}

/// Workers at the most: those without work look for some every [`WAIT`].
pub(super) const MAX_THREADS: usize = 256;

/// Bytes of a piece at the least, of inputs that have many: to guess where one begins
/// costs as much as to read some hundred.
const LEAST_PIECE: usize = 4 << 10;
/// Pieces that are as many.
const MANY_PIECES: usize = 1 << 14;

/// Stored bytes from which on a compressed input is worth a thread for the
/// decompression alone: beneath, it is read before the thread runs.
const WORTH_A_THREAD: u64 = 1 << 20;

/// How long a worker without work waits before it looks again: at first, and at
/// most. A piece takes about a millisecond.
const WAIT: Duration = Duration::from_micros(200);
const MAX_WAIT: Duration = Duration::from_millis(20);

/// Reads all sources and sums them up. Errors are told to `on_error` as they
/// come; each also stands in the summary, beside the inputs in `missing`, which
/// could not be found.
///
/// # Panics
/// Never on account of an input: a worker that panics marks its input as failed.
#[must_use]
pub fn analyze(
    sources: &[Source],
    missing: Vec<Error>,
    settings: Settings,
    options: &Options,
    on_error: &(dyn Fn(&Error) + Sync),
) -> Summary {
    let resolver = options.networks.as_ref().map(|networks| Arc::clone(&networks.resolver));
    let plan = Plan { resolver, ..settings.plan() };
    let decoder = Decoder::new(settings.tunnels.clone());
    let run = Run::new(sources, options, &settings, on_error);
    for error in missing {
        run.end(InputRun::failed(error));
    }
    let threads = options.threads.clamp(1, MAX_THREADS);
    let counted = side_by_side(threads, &|| run.work(&decoder, &plan, &settings.flows));
    let mut totals = sum(&plan, counted);
    totals.settle(threads);
    let names: Vec<_> = sources.iter().map(|source| source.name.as_str().into()).collect();
    let names = Names { inputs: &names, resolver: plan.resolver.as_deref() };
    let mut summary = Summary::new(settings, &totals, &names, run.into_inputs());
    summary.networks = options.networks.as_ref().map_or_else(Vec::new, |all| all.tables.clone());
    summary.networks.sort();
    summary.interrupted = options.control.interrupted();
    summary
}

/// Runs `work` in `threads` threads, or in this one alone where the system
/// refuses them.
fn side_by_side<T: Send>(threads: usize, work: &(dyn Fn() -> T + Sync)) -> Vec<T> {
    if threads == 1 {
        return vec![work()];
    }
    let Ok(pool) = rayon::ThreadPoolBuilder::new().num_threads(threads).build() else {
        return vec![work()];
    };
    let broadcast = || pool.broadcast(|_| work());
    if rayon::current_thread_index().is_none() {
        return broadcast();
    }
    // A thread of the caller's own pool would take up other work of that pool
    // while it waits, such as another run, and that one the next, without end.
    thread::scope(|scope| {
        scope.spawn(broadcast).join().unwrap_or_else(|panic| resume_unwind(panic))
    })
}

/// Adds up what the lanes counted, then takes away what was read from wrong
/// places: another lane may have counted it.
fn sum(plan: &Plan, counted: Vec<Counted>) -> Totals {
    let mut totals = Totals::new(plan);
    let mut all_wrong = Vec::new();
    for Counted { totals: more, wrong } in counted {
        totals.merge(more);
        all_wrong.extend(wrong);
    }
    for wrong in &all_wrong {
        totals.retract(wrong);
    }
    totals
}

/// What the workers of a run share.
struct Run<'r> {
    sources: &'r [Source],
    options: &'r Options,
    reading: Reading,
    on_error: &'r (dyn Fn(&Error) + Sync),
    next: AtomicUsize,
    state: Mutex<State>,
    /// Told when a job comes or an input ends.
    changed: Condvar,
}

/// How inputs are read, as far as their format leaves that open.
pub(super) struct Reading {
    pub(super) dedup: Option<DedupWindow>,
    pub(super) text: TextOptions,
    /// True where captures are read for the exports in them.
    pub(super) exports: bool,
    /// True where nothing that is counted can be taken back.
    is_final: bool,
}

impl Reading {
    fn new(settings: &Settings, mapping: Option<Mapping>) -> Self {
        let flows = &settings.flows;
        let is_final = settings.plan().is_final();
        let text = TextOptions { mapping, include_rejected: flows.include_rejected };
        Self { dedup: settings.dedup, text, exports: flows.exports.is_some(), is_final }
    }
}

/// What became of an input that was opened.
enum Opening {
    /// It can be read by all.
    Job(Arc<dyn Job>),
    Done(Box<Done>),
    /// It is part of the session, with what was read of it where it cannot be
    /// opened again.
    Export(Option<Box<StreamReader<Stream>>>),
}

#[derive(Default)]
struct State {
    /// Sources that were read to their end or wait for the session.
    settled: usize,
    pending: Vec<Pending>,
    /// Inputs taken by a worker and not ended.
    busy: usize,
    jobs: Vec<Arc<dyn Job>>,
    inputs: Vec<InputSummary>,
}

impl<'r> Run<'r> {
    fn new(
        sources: &'r [Source],
        options: &'r Options,
        settings: &Settings,
        on_error: &'r (dyn Fn(&Error) + Sync),
    ) -> Self {
        let reading = Reading::new(settings, options.mapping.clone());
        let state = Mutex::new(State::default());
        let next = AtomicUsize::new(0);
        Self { sources, options, reading, on_error, next, state, changed: Condvar::new() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn into_inputs(self) -> Vec<InputSummary> {
        self.state.into_inner().unwrap_or_else(PoisonError::into_inner).inputs
    }

    /// One worker: inputs of its own first, then pieces of those of others.
    fn work(&self, decoder: &Decoder, plan: &Plan, flows: &FlowOptions) -> Counted {
        let mut lane = Lane::new(decoder, plan, flows, &self.options.control);
        while let Some((at, source)) = self.take() {
            self.read(&mut lane, at, source);
        }
        let mut wait = WAIT;
        while let Some(jobs) = self.open_jobs() {
            let mut worked = false;
            for job in jobs {
                worked |= self.turns(&mut lane, &job);
            }
            if worked {
                wait = WAIT;
                continue;
            }
            let state = self.lock();
            // What is waited for shows on the next look.
            drop(self.changed.wait_timeout(state, wait));
            wait = (wait * 2).min(MAX_WAIT);
        }
        self.read_session(&mut lane);
        lane.finish()
    }

    /// The next input that nobody has taken.
    fn take(&self) -> Option<(usize, &'r Source)> {
        if self.options.control.interrupted() {
            return None;
        }
        let at = self.next.fetch_add(1, Ordering::Relaxed);
        let source = self.sources.get(at)?;
        self.lock().busy += 1;
        Some((at, source))
    }

    /// The jobs that others may help with; `None` when no input is being read.
    fn open_jobs(&self) -> Option<Vec<Arc<dyn Job>>> {
        let state = self.lock();
        (state.busy > 0).then(|| state.jobs.clone())
    }

    /// Workers for whom no input is left, for each input that is or will be read.
    fn left_over(&self) -> usize {
        let untaken = self.sources.len().saturating_sub(self.next.load(Ordering::Relaxed));
        let inputs = (self.lock().busy + untaken).max(1);
        self.options.threads.min(MAX_THREADS).saturating_sub(inputs).div_ceil(inputs)
    }

    /// The stream, decompressed beside its reader where that is worth it.
    fn beside(&self, stream: Stream, len: Option<u64>) -> Stream {
        let large = len.is_none_or(|len| len >= WORTH_A_THREAD);
        if large { stream.beside(self.left_over()) } else { stream }
    }

    /// Ends an input that was taken.
    fn end_taken(&self, done: Done) {
        self.release(None);
        self.end(done);
    }

    /// Lets go of an input that was taken: for good, or until the session.
    fn release(&self, pending: Option<Pending>) {
        let mut state = self.lock();
        state.busy -= 1;
        state.settled += 1;
        state.pending.extend(pending);
    }

    fn end(&self, done: Done) {
        if let Some(error) = &done.error {
            (self.on_error)(error);
        }
        self.lock().inputs.push(done.summary);
        self.changed.notify_all();
    }

    /// Reads one input, as far as it can be read by this worker alone.
    fn read(&self, lane: &mut Lane<'_>, at: usize, source: &Source) {
        let consumed = Consumed::among(&self.options.control.bytes);
        let open = || self.open(lane, numbered(at), source, &consumed);
        let opened = catch_unwind(AssertUnwindSafe(open));
        match opened {
            Ok(Opening::Job(job)) => {
                self.lock().jobs.push(Arc::clone(&job));
                self.changed.notify_all();
                self.turns(lane, &job);
            }
            Ok(Opening::Done(done)) => self.end_taken(*done),
            Ok(Opening::Export(stream)) => {
                self.release(Some(Pending { source: at, consumed, stream }));
            }
            Err(panic) => {
                let input = InputRun::new(source.name.clone(), None);
                self.end_taken(defect(&input, panic.as_ref()));
            }
        }
    }

    /// Reads pieces of a job while there are any; false when there was none.
    fn turns(&self, lane: &mut Lane<'_>, job: &Arc<dyn Job>) -> bool {
        let mut worked = false;
        lane.enter(job.input().number);
        loop {
            match catch_unwind(AssertUnwindSafe(|| job.turn(lane))) {
                Ok(Turn::Worked) => worked = true,
                Ok(Turn::Idle) => return worked,
                Ok(Turn::Done(done)) => {
                    self.close(job, *done);
                    return true;
                }
                Err(panic) => {
                    self.close(job, defect(job.input(), panic.as_ref()));
                    return true;
                }
            }
        }
    }

    /// Ends the input of a job, unless another worker has.
    fn close(&self, job: &Arc<dyn Job>, done: Done) {
        let mut state = self.lock();
        let before = state.jobs.len();
        state.jobs.retain(|open| !Arc::ptr_eq(open, job));
        let mine = state.jobs.len() < before;
        drop(state);
        if mine {
            self.end_taken(done);
        }
    }

    /// Opens an input: a stream is read to its end at once, a map becomes a job.
    fn open(
        &self,
        lane: &mut Lane<'_>,
        number: u32,
        source: &Source,
        consumed: &Arc<Consumed>,
    ) -> Opening {
        let opened = match input::open(source, &self.options.control.stop, consumed) {
            Ok(opened) => opened,
            Err(error) => return Opening::Done(Box::new(InputRun::failed(error))),
        };
        let name = source.name.clone();
        lane.enter(number);
        match opened.content {
            Content::Mapped(map) => {
                let input = InputRun { number, ..InputRun::new(name, None) };
                self.job(lane, input, map, source.cut.as_ref())
            }
            Content::Stream(_) if source.cut.is_some() => {
                let input = InputRun::new(name, opened.compression);
                let what = match opened.compression {
                    Some(compression) => format!("it is compressed ({})", compression.key()),
                    None => "its bytes come in order alone".to_owned(),
                };
                Opening::Done(Box::new(uncuttable(&input, what, "write it to a plain file first")))
            }
            Content::Stream(stream) => {
                let stream = self.beside(stream, opened.len);
                match streamed::read(lane, name, opened.compression, stream, &self.reading) {
                    Streamed::Done(done) => Opening::Done(Box::new(done)),
                    // A file is opened again when its turn comes, so that many of
                    // them do not stand open at once.
                    Streamed::Export(_) if is_file(source) => Opening::Export(None),
                    Streamed::Export(stream) => Opening::Export(Some(Box::new(stream))),
                }
            }
        }
    }

    fn job(
        &self,
        lane: &mut Lane<'_>,
        mut input: InputRun,
        map: Map,
        cut: Option<&Cut>,
    ) -> Opening {
        let bytes = map.bytes();
        let first = &bytes[..bytes.len().min(FIRST_BYTES)];
        let whole = first.len() == bytes.len();
        let found = capture::detect(first, whole);
        let is_capture = !matches!(found, Ok(None)) || first.is_empty();
        if let Some((what, advice)) = cut.and_then(|_| self.why_whole(is_capture)) {
            return Opening::Done(Box::new(uncuttable(&input, what.to_owned(), advice)));
        }
        let (capture, at) = match found {
            Ok(Some(_)) if self.reading.exports => return Opening::Export(None),
            Ok(Some(found)) => found,
            unknown => {
                let log =
                    unknown.is_ok().then(|| FlowFormat::detect(first, whole, &self.reading.text));
                let piece = self.piece(bytes);
                return match log.flatten() {
                    Some(FlowFormat::Export) => Opening::Export(None),
                    Some(FlowFormat::Log(log)) => match flows::job(lane, input, map, log, piece) {
                        Ok(job) => Opening::Job(job),
                        Err(done) => Opening::Done(done),
                    },
                    None => {
                        let cause = shrunk(&map).unwrap_or_else(|| {
                            streamed::not_a_capture(&mut input, unknown.err(), first)
                        });
                        Opening::Done(Box::new(input.done(Outcome::default(), 0, Some((0, cause)))))
                    }
                };
            }
        };
        input.format = Some(capture.format());
        match capture {
            Capture::Pcap(chain) => self.chain(input, map, Place { at, chain }, cut),
            Capture::PcapNg(chain) => self.chain(input, map, Place { at, chain }, cut),
            Capture::Erf(chain) => self.chain(input, map, Place { at, chain }, cut),
            Capture::Snoop(chain) => self.chain(input, map, Place { at, chain }, cut),
        }
    }

    /// Bytes of a piece of this input.
    fn piece(&self, bytes: &[u8]) -> usize {
        let least = bytes.len().div_ceil(MANY_PIECES).clamp(1, LEAST_PIECE);
        self.options.piece.max(least)
    }

    /// Why an input cannot be read in parts, and what to do.
    fn why_whole(&self, is_capture: bool) -> Option<(&'static str, &'static str)> {
        match () {
            () if !is_capture => Some((
                "it is no capture whose records can be found from the middle",
                "give a pcap, pcapng, ERF or snoop file",
            )),
            () if self.reading.exports => Some((
                "the exports in it follow one another",
                "leave --exports out, or give the whole capture",
            )),
            () if self.reading.dedup.is_some() => Some((
                "a copy may lie in another part than its frame",
                "leave --dedup out, or give the whole capture",
            )),
            () => None,
        }
    }

    /// A capture in pieces that are read side by side, or in order where copies
    /// are left out.
    fn chain<C: Chain + Sync + 'static>(
        &self,
        mut input: InputRun,
        map: Map,
        first: Place<C>,
        cut: Option<&Cut>,
    ) -> Opening {
        let piece = self.piece(map.bytes());
        if let Some(window) = self.reading.dedup {
            return Opening::Job(Arc::new(Sequential::new(input, map, first, piece, window)));
        }
        let bytes = map.bytes();
        if cut.is_none_or(|cut| cut.range.holds_first()) {
            let window = &bytes[..bytes.len().min(FIRST_BYTES)];
            input.copies = copies::probe(&first.chain, window, first.at);
        }
        let Some(cut) = cut else {
            let all = 0..bytes.len();
            // Where the interfaces were not known, no piece but the first could be read.
            let first = preamble(bytes, first, piece.min(bytes.len()));
            let job = Mapped::new(input, map, first, all, piece);
            return Opening::Job(Arc::new(job.without_guesses(self.reading.is_final)));
        };
        match locate(cut, first, &map, &self.options.control) {
            Ok(Stretch { place, within, part }) => {
                input.part = Some(Box::new(part));
                let job = Mapped::new(input, map, place, within, piece);
                Opening::Job(Arc::new(job.without_guesses(self.reading.is_final)))
            }
            Err(cause) => {
                Opening::Done(Box::new(input.done(Outcome::default(), 0, Some((0, cause)))))
            }
        }
    }
}

/// The end of an input of which a part was asked for that there cannot be.
fn uncuttable(input: &InputRun, what: String, advice: &'static str) -> Done {
    input.done(Outcome::default(), 0, Some((0, Cause::Range { what, advice })))
}

/// The number of a source.
fn numbered(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// True where a source can be opened again from its start.
fn is_file(source: &Source) -> bool {
    match &source.place {
        input::Place::Path(path) => {
            std::fs::metadata(path).is_ok_and(|metadata| metadata.is_file())
        }
        input::Place::Stdin => false,
    }
}

/// The end of an input over which a worker panicked. What it had counted can no
/// longer be told apart, so the account does not close, and the report says so.
fn defect(input: &InputRun, panic: &(dyn std::any::Any + Send)) -> Done {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    let cause = Cause::Defect(text.unwrap_or("a worker panicked").to_owned());
    input.done(Outcome::default(), 0, Some((0, cause)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn a_file_that_shrank_before_it_was_recognised_is_told_as_that() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(&vec![b'x'; 1 << 20]).unwrap();
        let (source, options) = (Source::at(file.path().to_owned()), Options::default());
        let opened = input::open(&source, &Arc::default(), &Arc::default()).unwrap();
        let Content::Mapped(map) = opened.content else { panic!("a large file is mapped") };
        file.as_file().set_len(0).unwrap();
        let settings = Settings::default();
        let run = Run::new(&[], &options, &settings, &|_| ());
        let input = InputRun::new(source.name.clone(), None);
        let (decoder, plan) = (Decoder::default(), settings.plan());
        let mut lane = Lane::new(&decoder, &plan, &settings.flows, &options.control);
        let Opening::Done(done) = run.job(&mut lane, input, map, None) else {
            panic!("it is done")
        };
        let cause = done.error.unwrap().cause;
        assert!(matches!(cause, Cause::Shrunk { mapped: 0x10_0000, now: 0 }), "{cause}");
    }
}
