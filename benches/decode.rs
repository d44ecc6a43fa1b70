//! What does decoding one packet cost, by the short path and by the general one,
//! over traffic of different shapes? The capture lies in memory; nothing is
//! aggregated but the octets, which are held against the truth.

mod support;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use support::{for_each_frame, recipes, shape};
use v6share::decode::{decode, decode_general};
use v6share::model::{Decoded, Frame, IpVersion, Verdict};

fn octets(bytes: &[u8], decode: impl Fn(&Frame<'_>) -> Decoded) -> [u128; 2] {
    let mut sums = [0_u64; 2];
    for_each_frame(bytes, |frame| {
        if let Verdict::Ip(observation) = decode(frame).verdict {
            sums[observation.outer.version.index()] += observation.outer.octets;
        }
    });
    sums.map(u128::from)
}

fn decoding(criterion: &mut Criterion) {
    for (name, recipe) in recipes() {
        let shape = shape(name, &recipe);
        let truth = IpVersion::ALL.map(|version| shape.truth.totals.transport[version].octets);
        let mut group = criterion.benchmark_group(format!("decode/{name}"));
        group.throughput(Throughput::Elements(recipe.packets));
        group.bench_with_input(BenchmarkId::from_parameter("any_path"), &shape, |bench, shape| {
            bench.iter(|| assert_eq!(octets(&shape.bytes, decode), truth));
        });
        group.bench_with_input(BenchmarkId::from_parameter("general"), &shape, |bench, shape| {
            bench.iter(|| assert_eq!(octets(&shape.bytes, decode_general), truth));
        });
        group.finish();
    }
}

criterion_group!(benches, decoding);
criterion_main!(benches);
