//! Members that are decoded side by side against members that are read in order.

use super::compression::{Compression, DECISIVE};
use super::consumed::Consumed;
use super::engines::{Bzip2, Gzip};
use super::members::{Engine, Members, Step};
use super::run_queue::{Claim, Making, RunQueue, Sizes};
use super::samples::{ahead, bzip2, drain, gzip, noise};
use super::side_by_side::SideBySide;
use super::stored::StoredFile;
use proptest::collection::vec;
use proptest::prelude::*;
use std::fs::File;
use std::io::{self, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// A compressed file, and what its reader shares with others.
struct Case {
    file: Arc<File>,
    stored: Vec<u8>,
    stop: Arc<AtomicBool>,
    all: Arc<AtomicU64>,
    consumed: Arc<Consumed>,
}

impl Case {
    fn new(stored: Vec<u8>) -> Self {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&stored).unwrap();
        let (all, stop) = (Arc::default(), Arc::default());
        let consumed = Consumed::among(&all);
        Self { file: Arc::new(file), stored, stop, all, consumed }
    }

    fn side_by_side<E: Engine + 'static>(
        &self,
        compression: Compression,
        engine: fn() -> E,
        sizes: Sizes,
        threads: usize,
    ) -> SideBySide<E> {
        let making = self.making(compression, engine);
        SideBySide::new(making, sizes, 0, threads).unwrap()
    }

    fn making<E>(&self, compression: Compression, engine: fn() -> E) -> Making<E> {
        let len = self.stored.len() as u64;
        let file = StoredFile::new(&self.file, len, &self.stop, &self.consumed);
        Making { file, compression, engine }
    }

    fn gzip(&self, sizes: Sizes, threads: usize) -> SideBySide<Gzip> {
        self.side_by_side(Compression::Gzip, Gzip::new, sizes, threads)
    }

    /// Until no thread has the file any more.
    fn is_let_go(&self) {
        let begun = Instant::now();
        while Arc::strong_count(&self.file) > 1 {
            assert!(begun.elapsed() < Duration::from_secs(20), "a thread goes on");
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// Reads both ways.
    fn is_the_same<E: Engine + 'static>(
        &self,
        compression: Compression,
        engine: fn() -> E,
        sizes: Sizes,
        threads: usize,
    ) {
        let (plain, end) = drain(Members::new(ahead(&self.stored), engine()));
        let reader = self.side_by_side(compression, engine, sizes, threads);
        let (decoded, found) = drain(reader);
        let told = |end: io::Result<()>| end.map_err(|error| (error.kind(), error.to_string()));
        let (end, found) = (told(end), told(found));
        assert_eq!(decoded.len(), plain.len(), "{end:?} {found:?}");
        assert!(decoded == plain);
        assert_eq!(found, end);
        let (consumed, stored) = (self.all.load(Ordering::SeqCst), self.stored.len() as u64);
        assert!(consumed <= stored);
        assert!(end.is_err() || consumed == stored, "{consumed} of {stored}");
        self.is_let_go();
    }
}

/// A part of a compressed file.
#[derive(Clone, Debug)]
enum Part {
    /// What it holds, and how well it is compressed: 0 stores it as it is.
    Member(Vec<u8>, u32),
    /// Members stored as they are within a member, so that their magic shows.
    Nested(Vec<usize>),
    /// With the extra field of BGZF (SAM specification section 4.1), and a name.
    Named(usize),
    Padding(usize),
    Garbage(Vec<u8>),
    /// What seems to begin a member and is none.
    FalseStart(usize),
}

fn parts() -> impl Strategy<Value = Vec<Part>> {
    let member = (vec(0_u8..4, 0..3000), 0_u32..10);
    let part = prop_oneof![
        10 => member.prop_map(|(bytes, level)| Part::Member(bytes, level)),
        5 => (0..3000_usize).prop_map(|len| Part::Member(noise(len), 1)),
        3 => vec(0..400_usize, 1..6).prop_map(Part::Nested),
        3 => (0..2000_usize).prop_map(Part::Named),
        2 => (0..600_usize).prop_map(Part::Padding),
    ];
    let wrong = prop_oneof![
        vec(any::<u8>(), 0..40).prop_map(Part::Garbage),
        (0..200_usize).prop_map(Part::FalseStart),
    ];
    // Most files are sound to the last part but one.
    (vec(part.clone(), 0..20), prop::option::weighted(0.3, wrong), vec(part, 0..3)).prop_map(
        |(mut parts, wrong, behind)| {
            parts.insert(0, Part::Member(b"the first".to_vec(), 6));
            parts.extend(wrong);
            parts.extend(behind);
            parts
        },
    )
}

fn gzip_with(builder: flate2::GzBuilder, bytes: &[u8], level: u32) -> Vec<u8> {
    let mut out = builder.write(Vec::new(), flate2::Compression::new(level));
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

fn gzip_file(parts: &[Part]) -> Vec<u8> {
    let plain = flate2::GzBuilder::new;
    let part = |part: &Part| match part {
        Part::Member(bytes, level) => gzip_with(plain(), bytes, *level),
        Part::Nested(lens) => {
            let inner: Vec<u8> = lens.iter().flat_map(|len| gzip(&noise(*len))).collect();
            gzip_with(plain(), &inner, 0)
        }
        Part::Named(len) => {
            let named = plain().extra(b"BC\x02\0\x12\x34".to_vec()).filename("a name");
            gzip_with(named, &noise(*len), 1)
        }
        Part::Padding(len) => vec![0; *len],
        Part::Garbage(bytes) => bytes.clone(),
        Part::FalseStart(len) => [&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3][..], &noise(*len)].concat(),
    };
    parts.iter().flat_map(part).collect()
}

fn bzip2_file(parts: &[Part]) -> Vec<u8> {
    let part = |part: &Part| match part {
        Part::Member(bytes, _) => bzip2(bytes),
        Part::Nested(lens) => lens.iter().flat_map(|len| bzip2(&noise(*len))).collect(),
        Part::Named(len) => bzip2(&noise(*len)),
        Part::Padding(len) => vec![0; *len],
        Part::Garbage(bytes) => bytes.clone(),
        Part::FalseStart(len) => [&b"BZh91AY&SY"[..], &noise(*len)].concat(),
    };
    parts.iter().flat_map(part).collect()
}

/// Sizes so small that small files have many runs.
fn sizes() -> impl Strategy<Value = Sizes> {
    (1_u64..4000, 1_usize..700, 1_usize..8, 8_usize..300, 0_u64..6000)
        .prop_map(|(run, block, waiting, step, ahead)| Sizes { run, block, waiting, step, ahead })
}

/// What becomes of a file: octets that are flipped, and where it is cut.
fn damage() -> impl Strategy<Value = (Vec<(prop::sample::Index, u8)>, Option<prop::sample::Index>)>
{
    let flips = prop_oneof![
        2 => Just(Vec::new()),
        1 => vec((any::<prop::sample::Index>(), 1_u8..), 1..4),
    ];
    (flips, prop::option::weighted(0.3, any::<prop::sample::Index>()))
}

fn damaged(
    mut stored: Vec<u8>,
    (flips, cut): (Vec<(prop::sample::Index, u8)>, Option<prop::sample::Index>),
) -> Vec<u8> {
    for (at, by) in flips {
        let at = at.index(stored.len());
        stored[at] ^= by;
    }
    if let Some(cut) = cut {
        stored.truncate(cut.index(stored.len()) + 1);
    }
    stored
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn gzip_side_by_side_is_gzip_in_order(
        parts in parts(), damage in damage(), sizes in sizes(), threads in 1_usize..4
    ) {
        let case = Case::new(damaged(gzip_file(&parts), damage));
        case.is_the_same(Compression::Gzip, Gzip::new, sizes, threads);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn bzip2_side_by_side_is_bzip2_in_order(
        parts in parts(), damage in damage(), sizes in sizes(), threads in 1_usize..4
    ) {
        let case = Case::new(damaged(bzip2_file(&parts), damage));
        case.is_the_same(Compression::Bzip2, Bzip2::new, sizes, threads);
    }
}

/// With the sizes of the program, and members as BGZF has them, large ones, and
/// one alone.
#[test]
fn members_of_all_sizes_with_the_sizes_of_the_program() {
    let plain = noise(9 << 20);
    for member in [65_280, 1 << 20, 5 << 20, 9 << 20] {
        let stored: Vec<u8> = plain.chunks(member).flat_map(gzip).collect();
        let mut flipped = stored.clone();
        flipped[stored.len() / 2] ^= 0x55;
        for stored in [stored, flipped] {
            for threads in [1, 3] {
                let case = Case::new(stored.clone());
                case.is_the_same(Compression::Gzip, Gzip::new, Sizes::DEFAULT, threads);
            }
        }
    }
}

/// What was counted when the file was opened is not counted twice.
#[test]
fn each_stored_byte_counts_once() {
    let case = Case::new([gzip(&noise(5000)), gzip(b""), vec![0; 700]].concat());
    let len = case.stored.len() as u64;
    case.consumed.reached(3000);
    assert!(drain(case.gzip(Sizes::DEFAULT, 1)).1.is_ok());
    assert_eq!(case.all.load(Ordering::SeqCst), len);
}

#[test]
fn an_end_stays_an_end() {
    let case = Case::new(gzip(b"abc"));
    let mut reader = case.gzip(Sizes::DEFAULT, 1);
    let mut out = [0; 8];
    assert_eq!(reader.read(&mut []).unwrap(), 0);
    assert_eq!(reader.read(&mut out[..2]).unwrap(), 2);
    assert_eq!(reader.read(&mut out).unwrap(), 1);
    assert_eq!(reader.read(&mut out).unwrap(), 0);
    assert_eq!(reader.read(&mut out).unwrap(), 0);
}

#[test]
fn the_stop_flag_ends_it_as_that() {
    let stored: Vec<u8> = (0..200).flat_map(|_| gzip(&noise(65_280))).collect();
    let case = Case::new(stored);
    // So few blocks may wait that not all is decoded before the stop.
    let mut reader = case.gzip(Sizes { waiting: 2, ..Sizes::DEFAULT }, 2);
    assert!(reader.read(&mut [0; 10]).unwrap() > 0);
    case.stop.store(true, Ordering::SeqCst);
    let begun = Instant::now();
    let (_, end) = drain(&mut reader);
    assert!(begun.elapsed() < Duration::from_secs(5));
    assert_eq!(end.unwrap_err().to_string(), "stopped by the user");
    drop(reader);
    case.is_let_go();
}

/// A decompressor that fails a test of its own: by a panic at the second block.
struct Panics(Gzip, usize);

impl Engine for Panics {
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        let named = thread::current().name() == Some("decompress");
        self.1 += usize::from(named);
        assert!(self.1 < 3, "a defect");
        self.0.step(input, output)
    }

    fn restart(&mut self) -> io::Result<()> {
        self.0.restart()
    }
}

#[test]
fn a_thread_that_panics_is_no_end_of_the_stream() {
    let case = Case::new(gzip(&noise(20 << 20)));
    let engine = || Panics(Gzip::new(), 0);
    let reader = case.side_by_side(Compression::Gzip, engine, Sizes::DEFAULT, 1);
    let (decoded, end) = drain(reader);
    assert!(decoded.len() < 20 << 20);
    assert!(end.unwrap_err().to_string().contains("has failed"));
    case.is_let_go();
}

/// Counts what is decoded.
struct Counts(Gzip, &'static AtomicUsize);

impl Engine for Counts {
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        let step = self.0.step(input, output);
        self.1.fetch_add(step.produced, Ordering::SeqCst);
        step
    }

    fn restart(&mut self) -> io::Result<()> {
        self.0.restart()
    }
}

/// What is cut or damaged as well: the error is that of the run.
#[test]
fn each_member_is_decoded_once() {
    static PRODUCED: AtomicUsize = AtomicUsize::new(0);
    let whole = gzip(&noise(5 << 20));
    let cut = whole[..whole.len() - 3].to_vec();
    let mut flipped = whole.clone();
    flipped[whole.len() - 8] ^= 1;
    // Nothing is searched for, so that no wrong guess is decoded.
    let sizes = Sizes { ahead: 0, ..Sizes::DEFAULT };
    for (stored, fails) in [(whole, false), (cut, true), (flipped, true)] {
        PRODUCED.store(0, Ordering::SeqCst);
        let case = Case::new(stored);
        let engine = || Counts(Gzip::new(), &PRODUCED);
        let (decoded, end) = drain(case.side_by_side(Compression::Gzip, engine, sizes, 1));
        assert_eq!((decoded.len(), end.is_err()), (5 << 20, fails));
        assert_eq!(PRODUCED.load(Ordering::SeqCst), decoded.len());
    }
}

#[test]
fn what_waits_is_bounded_and_goes_with_its_reader() {
    static ENGINES: AtomicUsize = AtomicUsize::new(0);
    static PRODUCED: AtomicUsize = AtomicUsize::new(0);
    let stored: Vec<u8> = (0..300).flat_map(|_| gzip(&noise(65_280))).collect();
    let case = Case::new(stored);
    let engine = || {
        ENGINES.fetch_add(1, Ordering::SeqCst);
        Counts(Gzip::new(), &PRODUCED)
    };
    let sizes = Sizes { block: 1 << 16, waiting: 10, ..Sizes::DEFAULT };
    let mut reader = case.side_by_side(Compression::Gzip, engine, sizes, 2);
    assert_eq!(reader.read(&mut [0; 10]).unwrap(), 10);
    // Until the threads wait for the reader.
    let mut before = 0;
    while PRODUCED.load(Ordering::SeqCst) > before {
        before = PRODUCED.load(Ordering::SeqCst);
        thread::sleep(Duration::from_millis(100));
    }
    // Those that wait, one in the reader's hands, and one in those of each who
    // decodes.
    assert!(before <= (3 * 10 + 4) << 16, "{before}");
    assert!(ENGINES.load(Ordering::SeqCst) > 1, "no run but the first was begun");
    drop(reader);
    case.is_let_go();
}

/// Behind the last run is searched as far as the bound says and no further: a file
/// of one member is not read twice.
#[test]
fn the_search_goes_no_further_than_its_bound() {
    let first = gzip(&noise(3 << 20));
    let second = first.len() as u64;
    let case = Case::new([first, gzip(b"the second")].concat());
    // How often was searched, and the run that was found.
    let search = |sizes: Sizes| {
        let queue = RunQueue::new(case.making(Compression::Gzip, Gzip::new), sizes, 0, 1);
        assert!(queue.go_on(0).is_some());
        let mut searches = 0;
        loop {
            match queue.claim() {
                Claim::Searched => searches += 1,
                Claim::Run(run) => return (searches, Some(run.start())),
                Claim::Nothing => return (searches, None),
            }
        }
    };
    let sizes = |ahead| Sizes { ahead, run: 1 << 16, ..Sizes::DEFAULT };
    // From behind the run on; what begins at the end of a step is left to the next.
    let steps = |ahead: u64| {
        let step = (Sizes::DEFAULT.step - (DECISIVE - 1)) as u64;
        (ahead - (1 << 16)).div_ceil(step)
    };
    assert!(second > 2 << 20);
    assert_eq!(search(sizes(0)), (0, None));
    assert_eq!(search(sizes(1 << 20)), (steps(1 << 20), None));
    let short = second - Sizes::DEFAULT.step as u64;
    assert_eq!(search(sizes(short)), (steps(short), None));
    assert_eq!(search(sizes(second + 1)), (steps(second + 1), Some(second)));
    case.is_the_same(Compression::Gzip, Gzip::new, sizes(1 << 20), 1);
}
