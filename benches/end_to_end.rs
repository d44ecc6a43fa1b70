//! How fast is a whole run, from a file in the page cache to a summary: by
//! threads, by format, by compression?

mod support;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::io::Write;
use std::path::Path;
use support::shape;
use v6share::input::Source;
use v6share::model::Tally;
use v6share::pipeline::{Options, analyze};
use v6share::summary::{Settings, Summary};
use v6share::synth::{FlowFormat, Recipe, Sizes, write_flows};

fn run(path: &Path, threads: usize) -> Summary {
    let options = Options { threads, ..Options::default() };
    let sources = [Source::at(path.to_owned())];
    let summary = analyze(&sources, Vec::new(), Settings::default(), &options, &|error| {
        panic!("{error}");
    });
    assert!(summary.closed());
    summary
}

fn records(path: &Path, threads: usize) -> u64 {
    run(path, threads).account.records
}

/// Packets and octets of both families.
fn amounts(tally: &Tally) -> [u128; 4] {
    [tally.v4.packets, tally.v4.octets, tally.v6.packets, tally.v6.octets]
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

/// Flow logs of the same flows in several formats, with one thread: their records
/// are held against the generator's, and so is what they add up to.
fn flow_logs(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let recipe = Recipe { packets: 2_000_000, ..Recipe::default() };
    let mut group = criterion.benchmark_group("flow_logs");
    group.sample_size(10);
    for (name, format) in [
        ("nfcapd", FlowFormat::Nfcapd),
        ("ipfix", FlowFormat::Ipfix),
        ("netflow9", FlowFormat::NetFlow9),
        ("aws_vpc", FlowFormat::Vpc),
        ("zeek", FlowFormat::Zeek),
        ("csv", FlowFormat::Csv),
        ("json_lines", FlowFormat::JsonLines),
    ] {
        let mut bytes = Vec::new();
        let truth = write_flows(&recipe, format, 4, &mut bytes).expect("memory");
        let path = folder.path().join(name);
        std::fs::write(&path, &bytes).expect("room for the logs");
        let flows = truth.account.records;
        group.throughput(Throughput::ElementsAndBytes {
            elements: flows,
            bytes: bytes.len() as u64,
        });
        group.bench_function(name, |bench| {
            bench.iter(|| {
                let summary = run(&path, 1);
                let exported = summary.as_exported().expect("there are flows");
                assert_eq!(summary.account.records, flows);
                assert_eq!(amounts(&exported), amounts(&truth.totals.transport));
            });
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

criterion_group!(benches, runs, flow_logs);
criterion_main!(benches);
