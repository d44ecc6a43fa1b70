//! How fast is a whole run, from a file in the page cache to a summary: by
//! threads, by format, by compression?

mod support;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::io::Write;
use std::path::Path;
use support::shape;
use v6share::input::Source;
use v6share::pipeline::{Options, analyze};
use v6share::summary::Settings;
use v6share::synth::{Recipe, Sizes};

fn records(path: &Path, threads: usize) -> u64 {
    let options = Options { threads, ..Options::default() };
    let sources = [Source::at(path.to_owned())];
    let summary = analyze(&sources, Vec::new(), Settings::default(), &options, &|error| {
        panic!("{error}");
    });
    assert!(summary.closed());
    summary.account.records
}

fn runs(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let snap96 = Recipe { packets: 1_000_000, snap_len: 96, ..Recipe::default() };
    let full = Recipe { packets: 300_000, sizes: Sizes::Full, ..Recipe::default() };
    let mut group = criterion.benchmark_group("end_to_end");
    group.sample_size(10);
    for (name, recipe) in [
        ("snap96.pcap", snap96.clone()),
        ("snap96.pcapng", support::pcapng(&snap96)),
        ("full.pcap", full.clone()),
        ("full.pcapng", support::pcapng(&full)),
    ] {
        let path = folder.path().join(name);
        let shape = shape("file", &recipe);
        std::fs::write(&path, &shape.bytes).expect("room for the captures");
        group.throughput(Throughput::Elements(recipe.packets));
        for threads in [1, 2] {
            group.bench_function(format!("{name}/{threads}_threads"), |bench| {
                bench.iter(|| assert_eq!(records(&path, threads), recipe.packets));
            });
        }
    }
    for (name, compress) in [("snap96.gz", gzip as fn(&[u8]) -> Vec<u8>), ("snap96.zst", zstd)] {
        let path = folder.path().join(name);
        let bytes = compress(&shape("file", &snap96).bytes);
        std::fs::write(&path, bytes).expect("room for the captures");
        group.throughput(Throughput::Elements(snap96.packets));
        group.bench_function(name, |bench| {
            bench.iter(|| assert_eq!(records(&path, 1), snap96.packets));
        });
    }
    group.finish();
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(6));
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).expect("memory")
}

criterion_group!(benches, runs);
criterion_main!(benches);
