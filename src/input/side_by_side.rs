//! Decodes the members of a file side by side, and reads them in their order.
//!
//! Where a member begins is guessed from its first bytes, and believed only when
//! the member before it ends exactly there: a wrong guess costs work, never
//! correctness. Bytes and errors are those of
//! [`Members`](super::members::Members), which reads in order: the tests hold the two
//! against each other.

use super::block::{BlockReader, failed};
use super::consumed::Consumed;
use super::member_run::{Decoded, End, MemberRun};
use super::members::Engine;
use super::run_queue::{Claim, Making, Next, Room, RunQueue, Sizes};
use std::io::{self, Read};
use std::sync::Arc;
use std::thread;

/// Threads at the most: beyond, who reads what they decode is what takes longest.
const MOST_THREADS: usize = 16;

/// Reads what its threads and itself decode.
pub(super) struct SideBySide<E: Engine> {
    queue: Arc<RunQueue<E>>,
    consumed: Arc<Consumed>,
    /// Runs that the reader decodes itself while it would wait otherwise: the first
    /// one, or one behind it, or both.
    own: Vec<MemberRun<E>>,
    reader: BlockReader,
    stage: Stage,
}

#[derive(Clone, Copy)]
enum Stage {
    Runs,
    Ended,
    Failed,
}

impl<E: Engine + 'static> SideBySide<E> {
    /// Of a file whose first member begins at `first`, with so many threads; `None`
    /// where the system refuses even one.
    pub(super) fn new(making: Making<E>, sizes: Sizes, first: u64, threads: usize) -> Option<Self> {
        // No more than there are runs beside the reader's own.
        let runs = usize::try_from(making.file.len() / sizes.run).unwrap_or(MOST_THREADS);
        let threads = threads.min(MOST_THREADS).min(runs.max(1));
        let consumed = Arc::clone(making.file.consumed());
        let queue = Arc::new(RunQueue::new(making, sizes, first, threads));
        let own = queue.go_on(first).into_iter().collect();
        let (reader, stage) = (BlockReader::default(), Stage::Runs);
        let members = Self { queue, consumed, own, reader, stage };
        let start = |_| {
            let queue = Arc::clone(&members.queue);
            thread::Builder::new().name("decompress".to_owned()).spawn(move || decode(&queue)).ok()
        };
        let started = (0..threads).map_while(start).count();
        (started > 0).then_some(members)
    }
}

impl<E: Engine> SideBySide<E> {
    /// Takes the next block, or what comes instead.
    fn next(&mut self) -> io::Result<()> {
        match self.wait() {
            Next::Decoded(Decoded { block, stored }) => {
                self.consumed.reached(stored);
                self.queue.give_back(self.reader.go_on(block));
            }
            Next::End(End::Member(at)) => {
                self.consumed.reached(at);
                self.own.extend(self.queue.go_on(at));
            }
            Next::End(End::File(at)) => {
                self.consumed.reached(at);
                self.end(Stage::Ended);
            }
            Next::End(End::Broken(error)) => {
                self.end(Stage::Failed);
                return Err(error);
            }
            Next::Failed => self.end(Stage::Failed),
        }
        Ok(())
    }

    fn wait(&mut self) -> Next {
        loop {
            if let Some(next) = self.queue.next() {
                return next;
            }
            if !self.help() {
                self.queue.wait();
            }
        }
    }

    /// Does some of the work there is, rather than wait; false when there is none.
    fn help(&mut self) -> bool {
        if let Some(run) = self.first_of_own() {
            // With a thread for it, it is read while it is decoded.
            if let Some(run) = self.queue.hand_over(run) {
                self.advance(run);
            }
            return true;
        }
        let Some(run) = self.own.pop() else {
            return match self.queue.claim() {
                Claim::Run(run) => {
                    self.own.push(run);
                    true
                }
                Claim::Searched => true,
                Claim::Nothing => false,
            };
        };
        match self.queue.room(&run) {
            Room::Free => self.advance(run),
            Room::Full => {
                self.own.push(run);
                return false;
            }
            Room::Dropped => {}
        }
        true
    }

    /// The reader's own run, if it is the first in the queue.
    fn first_of_own(&mut self) -> Option<MemberRun<E>> {
        let first = self.queue.first()?;
        let at = self.own.iter().position(|run| run.start() == first)?;
        Some(self.own.swap_remove(at))
    }

    fn advance(&mut self, mut run: MemberRun<E>) {
        if self.queue.advance(&mut run) {
            self.own.push(run);
        }
    }

    fn end(&mut self, stage: Stage) {
        self.queue.close();
        self.own.clear();
        self.stage = stage;
    }
}

impl<E: Engine> Read for SideBySide<E> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.reader.is_at_end() && !out.is_empty() {
            match self.stage {
                Stage::Runs => self.next()?,
                Stage::Ended => return Ok(0),
                Stage::Failed => return Err(failed()),
            }
        }
        Ok(self.reader.read(out))
    }
}

impl<E: Engine> Drop for SideBySide<E> {
    fn drop(&mut self) {
        self.queue.close();
    }
}

/// Decodes run after run until nobody wants one.
fn decode<E: Engine>(queue: &RunQueue<E>) {
    let _alarm = Alarm(queue);
    while let Some(mut run) = queue.take() {
        while queue.wait_for_room(&run) && queue.advance(&mut run) {}
    }
}

/// Tells the reader of a thread that panics: that is no end of the stream.
struct Alarm<'q, E: Engine>(&'q RunQueue<E>);

impl<E: Engine> Drop for Alarm<'_, E> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.panicked();
        }
    }
}
