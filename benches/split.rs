//! What does splitting a capture cost? Guessing the first record of a piece, on
//! an ordinary capture and on one whose packets are captures themselves.

mod support;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use support::{for_each_frame, shape};
use v6share::capture::{Chain, Pcap, PcapNg};
use v6share::synth::{Recipe, Sizes};

/// Distance of the offsets from which a boundary is guessed: prime, so that
/// every alignment within a record is met.
const STEP: usize = 65_537;

fn guesses<C: Chain>(chain: &C, bytes: &[u8]) -> usize {
    (STEP..bytes.len() - (1 << 18))
        .step_by(STEP)
        .filter(|from| chain.guess(bytes, *from).is_some_and(|at| at >= *from))
        .count()
}

fn guessing(criterion: &mut Criterion) {
    let base = Recipe { packets: 100_000, ..Recipe::default() };
    let mut group = criterion.benchmark_group("guess");
    let shapes = [
        ("pcap_snap96", Recipe { snap_len: 96, ..base.clone() }),
        ("pcap_full", Recipe { sizes: Sizes::Full, ..base.clone() }),
        ("pcapng_full", support::pcapng(&Recipe { sizes: Sizes::Full, ..base.clone() })),
    ];
    for (name, recipe) in shapes {
        let shape = shape(name, &recipe);
        let all = (shape.bytes.len() - (1 << 18) - STEP).div_ceil(STEP);
        group.throughput(Throughput::Elements(all as u64));
        if name.starts_with("pcapng") {
            let mut chain = PcapNg::open(&shape.bytes).expect("a pcapng file").0;
            // The section and its interface: what a piece assumes.
            chain.read(&shape.bytes, 0, 1_000, &mut Ignore);
            group.bench_function(name, |bench| {
                bench.iter(|| assert_eq!(guesses(&chain, &shape.bytes), all));
            });
        } else {
            let chain = Pcap::open(&shape.bytes).expect("a pcap file").0;
            group.bench_function(name, |bench| {
                bench.iter(|| assert_eq!(guesses(&chain, &shape.bytes), all));
            });
        }
    }
    group.finish();
}

struct Ignore;

impl v6share::capture::Sink for Ignore {
    fn frame(&mut self, _: v6share::model::Frame<'_>) -> std::ops::ControlFlow<()> {
        std::ops::ControlFlow::Continue(())
    }
}

fn walking(criterion: &mut Criterion) {
    let recipe = Recipe { packets: 200_000, snap_len: 96, ..Recipe::default() };
    let shape = shape("walk", &recipe);
    let mut group = criterion.benchmark_group("walk");
    group.throughput(Throughput::Elements(recipe.packets));
    group.bench_function("pcap_headers", |bench| {
        bench.iter(|| assert_eq!(for_each_frame(&shape.bytes, |_| ()), recipe.packets));
    });
    group.finish();
}

criterion_group!(benches, guessing, walking);
criterion_main!(benches);
