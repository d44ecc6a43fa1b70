//! A run: workers take inputs, and pieces of inputs, until all are read.

use super::Control;
use super::Networks;
use super::copies::{self, Sequential};
use super::input_run::{Done, InputRun};
use super::lane::{Counted, Lane};
use super::mapped::{Job, Mapped, Turn, shrunk};
use super::outcome::Outcome;
use super::streamed;
use crate::aggregate::{Names, Plan, Totals};
use crate::capture::{self, Capture, Chain, FIRST_BYTES, Place};
use crate::decode::Decoder;
use crate::error::{Cause, Error};
use crate::input::{self, Content, Map, Source};
use crate::model::DedupWindow;
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
    /// Bytes of a piece of a mapped capture.
    pub piece: usize,
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
        Self { threads, piece: Self::PIECE, control: Control::default(), networks: None }
    }
}

/// Workers at the most: those without work look for some every [`WAIT`].
const MAX_THREADS: usize = 256;

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
    let run = Run::new(sources, options, settings.dedup, on_error);
    for error in missing {
        run.end(InputRun::failed(error));
    }
    let threads = options.threads.clamp(1, MAX_THREADS);
    let counted = side_by_side(threads, &|| run.work(&decoder, &plan));
    let totals = sum(&plan, counted);
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
    dedup: Option<DedupWindow>,
    on_error: &'r (dyn Fn(&Error) + Sync),
    next: AtomicUsize,
    state: Mutex<State>,
    /// Told when a job comes or an input ends.
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// Inputs taken by a worker and not ended.
    busy: usize,
    jobs: Vec<Arc<dyn Job>>,
    inputs: Vec<InputSummary>,
}

impl<'r> Run<'r> {
    fn new(
        sources: &'r [Source],
        options: &'r Options,
        dedup: Option<DedupWindow>,
        on_error: &'r (dyn Fn(&Error) + Sync),
    ) -> Self {
        let state = Mutex::new(State::default());
        let next = AtomicUsize::new(0);
        Self { sources, options, dedup, on_error, next, state, changed: Condvar::new() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn into_inputs(self) -> Vec<InputSummary> {
        self.state.into_inner().unwrap_or_else(PoisonError::into_inner).inputs
    }

    /// One worker: inputs of its own first, then pieces of those of others.
    fn work(&self, decoder: &Decoder, plan: &Plan) -> Counted {
        let mut lane = Lane::new(decoder, plan, &self.options.control);
        while let Some((number, source)) = self.take() {
            self.read(&mut lane, number, source);
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
        lane.finish()
    }

    /// The next input that nobody has taken.
    fn take(&self) -> Option<(u32, &'r Source)> {
        if self.options.control.interrupted() {
            return None;
        }
        let next = self.next.fetch_add(1, Ordering::Relaxed);
        let source = self.sources.get(next)?;
        self.lock().busy += 1;
        Some((u32::try_from(next).unwrap_or(u32::MAX), source))
    }

    /// The jobs that others may help with; `None` when no input is being read.
    fn open_jobs(&self) -> Option<Vec<Arc<dyn Job>>> {
        let state = self.lock();
        (state.busy > 0).then(|| state.jobs.clone())
    }

    /// Ends an input that was taken.
    fn end_taken(&self, done: Done) {
        self.lock().busy -= 1;
        self.end(done);
    }

    fn end(&self, done: Done) {
        if let Some(error) = &done.error {
            (self.on_error)(error);
        }
        self.lock().inputs.push(done.summary);
        self.changed.notify_all();
    }

    /// Reads one input, as far as it can be read by this worker alone.
    fn read(&self, lane: &mut Lane<'_>, number: u32, source: &Source) {
        let opened = catch_unwind(AssertUnwindSafe(|| self.open(lane, number, source)));
        match opened {
            Ok(Ok(job)) => {
                self.lock().jobs.push(Arc::clone(&job));
                self.changed.notify_all();
                self.turns(lane, &job);
            }
            Ok(Err(done)) => self.end_taken(*done),
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
    ) -> Result<Arc<dyn Job>, Box<Done>> {
        let control = &self.options.control;
        let opened = input::open(source, &control.stop, &control.bytes)
            .map_err(|error| Box::new(InputRun::failed(error)))?;
        let name = source.name.clone();
        lane.enter(number);
        match opened.content {
            Content::Stream(stream) => {
                Err(Box::new(streamed::read(lane, name, opened.compression, stream, self.dedup)))
            }
            Content::Mapped(map) => {
                let input = InputRun { number, ..InputRun::new(name, None) };
                self.job(input, map)
            }
        }
    }

    fn job(&self, mut input: InputRun, map: Map) -> Result<Arc<dyn Job>, Box<Done>> {
        let bytes = map.bytes();
        let first = &bytes[..bytes.len().min(FIRST_BYTES)];
        let (capture, at) = match capture::detect(first, first.len() == bytes.len()) {
            Ok(Some(found)) => found,
            unknown => {
                let cause = shrunk(&map)
                    .unwrap_or_else(|| streamed::not_a_capture(&mut input, unknown.err(), first));
                return Err(Box::new(input.done(Outcome::default(), 0, Some((0, cause)))));
            }
        };
        input.format = Some(capture.format());
        Ok(match capture {
            Capture::Pcap(chain) => self.chain(input, map, chain, at),
            Capture::PcapNg(chain) => self.chain(input, map, chain, at),
            Capture::Erf(chain) => self.chain(input, map, chain, at),
            Capture::Snoop(chain) => self.chain(input, map, chain, at),
        })
    }

    /// A capture in pieces that are read side by side, or in order where copies
    /// are left out.
    fn chain<C: Chain + Sync + 'static>(
        &self,
        mut input: InputRun,
        map: Map,
        chain: C,
        at: usize,
    ) -> Arc<dyn Job> {
        let piece = self.options.piece.max(1);
        if let Some(window) = self.dedup {
            return Arc::new(Sequential::new(input, map, Place { at, chain }, piece, window));
        }
        let bytes = map.bytes();
        input.copies = copies::probe(&chain, &bytes[..bytes.len().min(FIRST_BYTES)], at);
        Arc::new(Mapped::new(input, map, chain, at, piece))
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
        let run = Run::new(&[], &options, None, &|_| ());
        let input = InputRun::new(source.name.clone(), None);
        let done = run.job(input, map).map(|_| ()).unwrap_err();
        let cause = done.error.unwrap().cause;
        assert!(matches!(cause, Cause::Shrunk { mapped: 0x10_0000, now: 0 }), "{cause}");
    }
}
