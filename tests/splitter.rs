//! The splitter alone: pieces that are read in any order, by readers that come
//! and go as a seeded scheduler has it, join to what a plain walk reads.

mod support;

use support::captures;
use support::walk::{self, Keep, Seen};
use support::{PcapFile, Random};
use v6share::capture::{
    Capture, Chain, Finished, Merge, Next, Part, Pcap, Place, Splitter, Start, Stop, Work, detect,
};

/// The frames of some records, in the order in which they were read.
#[derive(Debug, Default)]
struct Frames(Vec<Seen>);

impl Merge for Frames {
    fn merge(&mut self, later: Self) {
        self.0.extend(later.0);
    }
}

/// A capture that is read by several workers in turns.
struct Bench<'a, C> {
    data: &'a [u8],
    splitter: Splitter<C, Frames>,
    random: Random,
    /// What was claimed and not read yet.
    claimed: Vec<Work<C>>,
    /// What was read and not given back.
    read: Vec<Part<C, Frames>>,
    /// Pieces that were read twice.
    repaired: usize,
}

impl<'a, C: Chain> Bench<'a, C> {
    fn new(data: &'a [u8], first: Place<C>, piece: usize, seed: u64) -> Self {
        let splitter = Splitter::new(first, data.len(), piece);
        let random = Random::new(seed);
        Self { data, splitter, random, claimed: Vec::new(), read: Vec::new(), repaired: 0 }
    }

    fn from(&self, from: &Place<C>, until: usize) -> (Place<C>, Stop, Frames) {
        let mut place = from.clone();
        let mut keep = Keep::default();
        let walk = place.chain.read(self.data, place.at, until, &mut keep);
        place.at = walk.end;
        (place, walk.stop, Frames(keep.frames))
    }

    fn piece(&self, work: &Work<C>) -> Part<C, Frames> {
        let assumed = match &work.start {
            Start::Proven(place) => Some(place.clone()),
            Start::Guess(chain) => chain
                .guess(self.data, work.range.start)
                .map(|at| Place { at, chain: chain.clone() }),
        };
        match assumed {
            None => work.part(None, None, Stop::Limit, Frames::default()),
            Some(from) => {
                let (reached, stop, frames) = self.from(&from, work.range.end);
                work.part(Some(from), Some(reached), stop, frames)
            }
        }
    }

    /// Follows what the splitter asks for; the end, if it came.
    fn follow(&mut self, mut next: Next<C, Frames>) -> Option<Finished<Frames>> {
        loop {
            next = match next {
                Next::Nothing => return None,
                Next::Finished(finished) => return Some(finished),
                Next::Repair { part, truth: None } => {
                    self.repaired += 1;
                    self.splitter.repaired(part.nothing())
                }
                Next::Repair { part, truth: Some((from, until)) } => {
                    self.repaired += 1;
                    let (reached, stop, frames) = self.from(&from, until);
                    self.splitter.repaired(part.again(reached, stop, frames))
                }
            }
        }
    }

    /// One worker does one thing: claims, reads or gives back.
    fn step(&mut self, workers: usize) -> Option<Finished<Frames>> {
        let busy = self.claimed.len() + self.read.len();
        if busy < workers && self.random.below(3) > 0 {
            self.claimed.extend(self.splitter.claim(self.data));
        } else if !self.claimed.is_empty() && self.random.below(2) == 0 {
            let which = self.random.below(self.claimed.len());
            let work = self.claimed.swap_remove(which);
            let part = self.piece(&work);
            self.read.push(part);
        } else if !self.read.is_empty() {
            let which = self.random.below(self.read.len());
            let part = self.read.swap_remove(which);
            let next = self.splitter.deposit(part);
            return self.follow(next);
        }
        None
    }

    /// Reads to the end; the frames, and how many pieces were read twice.
    fn run(mut self, workers: usize) -> (Finished<Frames>, usize) {
        // No capture here has as many pieces as a tenth of this.
        for _ in 0..2_000_000 {
            if let Some(finished) = self.step(workers) {
                assert!(self.claimed.is_empty() && self.read.is_empty(), "work is left over");
                return (finished, self.repaired);
            }
        }
        panic!("no end: {} claimed, {} read", self.claimed.len(), self.read.len());
    }
}

fn sorted(mut frames: Vec<Seen>) -> Vec<Seen> {
    frames.sort_by(|a, b| {
        let key = |seen: &Seen| (seen.time, seen.interface, seen.original, seen.link_type);
        key(a).cmp(&key(b)).then_with(|| a.captured.cmp(&b.captured))
    });
    frames
}

fn check<C: Chain>(name: &str, data: &[u8], first: &Place<C>) {
    let plain = walk::slice(data).expect("it is a capture");
    let all = sorted(plain.frames);
    for (seed, piece) in [(1, 40), (2, 97), (3, 500), (4, 3_000), (5, data.len() + 1)] {
        for workers in [1, 2, 9] {
            let bench = Bench::new(data, first.clone(), piece, seed);
            let (finished, _) = bench.run(workers);
            let what = format!("{name}, {workers} workers, pieces of {piece}");
            assert_eq!(
                (finished.at, finished.stop),
                (plain.end, Some(plain.stop.clone())),
                "{what}"
            );
            // Pieces with proven starts may be merged in any order.
            assert_eq!(sorted(finished.tally.0), all, "{what}");
        }
    }
}

#[test]
fn any_schedule_reads_what_a_plain_walk_reads() {
    for capture in captures::all() {
        let data = &capture.bytes;
        match detect(data, true).expect("its header is sound").expect("it is a capture") {
            (Capture::Pcap(chain), at) => check(&capture.name, data, &Place { at, chain }),
            (Capture::PcapNg(chain), at) => check(&capture.name, data, &Place { at, chain }),
            (other, _) => panic!("{}: {}", capture.name, other.format()),
        }
    }
}

fn pcap(bytes: &[u8]) -> Place<Pcap> {
    let (chain, at) = Pcap::open(bytes).expect("it is a pcap file");
    Place { at, chain }
}

#[test]
fn no_guess_in_an_ordinary_capture_is_wrong() {
    let bytes = PcapFile::new(1).add_all(captures::traffic(500)).bytes();
    let (finished, repaired) = Bench::new(&bytes, pcap(&bytes), 1_000, 7).run(4);
    assert_eq!((finished.tally.0.len(), repaired), (500, 0));
}

/// The file that fools every guess must not be read twice from end to end: the
/// guessing ends when too many were wrong.
#[test]
fn wrong_guesses_end_the_guessing() {
    let fooling = captures::all();
    let fooling = fooling.iter().find(|one| one.name == "pcap Little with a second chain");
    let bytes = &fooling.expect("it is there").bytes;
    let pieces = bytes.len().div_ceil(90);
    let (finished, repaired) = Bench::new(bytes, pcap(bytes), 90, 7).run(4);
    assert_eq!(finished.tally.0.len(), 150);
    assert!(repaired > 0, "no guess was wrong");
    assert!(repaired < pieces / 4, "{repaired} of {pieces} pieces were read twice");
}

#[test]
fn a_capture_that_is_closed_ends_with_what_was_read() {
    let bytes = PcapFile::new(1).add_all(captures::traffic(100)).bytes();
    let mut bench = Bench::new(&bytes, pcap(&bytes), 500, 3);
    let work: Vec<_> = (0..3).filter_map(|_| bench.splitter.claim(&bytes)).collect();
    assert_eq!(work.len(), 3);
    assert!(matches!(bench.splitter.close(), Next::Nothing), "three pieces are out");
    assert!(bench.splitter.claim(&bytes).is_none());
    let parts: Vec<_> = work.iter().map(|work| bench.piece(work)).collect();
    let mut ends = Vec::new();
    for part in parts {
        let next = bench.splitter.deposit(part);
        ends.extend(bench.follow(next));
    }
    let [end] = &ends[..] else { panic!("{} ends", ends.len()) };
    assert_eq!(end.stop, None);
    let read = walk::slice(&bytes[..end.at]).expect("it is a capture");
    assert_eq!((read.stop, read.frames), (Stop::Limit, ends.remove(0).tally.0));
    assert!(matches!(bench.splitter.close(), Next::Nothing), "the end is told once");
}
