//! What does counting one packet cost, with few prefixes and with many? The
//! observations lie in memory; decoding is not part of it.

mod support;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use support::{for_each_frame, shape};
use v6share::aggregate::{Plan, Tables, Totals};
use v6share::decode::decode;
use v6share::model::{Context, Observation, PrefixLens, Side, Verdict};
use v6share::synth::Recipe;

fn observations(prefixes: u32, flows: u32) -> Vec<Observation> {
    let packets = 500_000;
    let recipe = Recipe { packets, prefixes, flows, snap_len: 96, ..Recipe::default() };
    let shape = shape("aggregate", &recipe);
    let mut all = Vec::new();
    for_each_frame(&shape.bytes, |frame| {
        if let Verdict::Ip(observation) = decode(frame).verdict {
            all.push(observation);
        }
    });
    all
}

fn counting(criterion: &mut Criterion) {
    let lens = |v4, v6| PrefixLens::new(v4, v6).expect("lengths within range");
    let plan = |lens: Vec<PrefixLens>| Plan {
        prefixes: lens.into_iter().map(|lens| (lens, Side::Both)).collect(),
        ..Plan::default()
    };
    let context = Context::default();
    for prefixes in [200, 20_000, 200_000] {
        let observations = observations(prefixes, prefixes.max(100_000));
        let mut group = criterion.benchmark_group(format!("aggregate/{prefixes}_prefixes"));
        group.throughput(Throughput::Elements(observations.len() as u64));
        for (name, plan) in [
            ("no_prefixes", plan(vec![])),
            ("24_48", plan(vec![lens(24, 48)])),
            ("24_48_and_16_32", plan(vec![lens(24, 48), lens(16, 32)])),
            ("32_128", plan(vec![lens(32, 128)])),
        ] {
            let id = BenchmarkId::from_parameter(name);
            group.bench_with_input(id, &observations, |bench, observations| {
                let mut tables = Tables::new(&plan);
                bench.iter(|| observations.iter().for_each(|each| tables.observe(each, &context)));
                let mut totals = Totals::new(&plan);
                tables.drain_into(&mut totals);
                let packets: u128 =
                    totals.same.protocols.values().map(|tally| tally.both().packets).sum();
                assert!(packets > 0 && packets.is_multiple_of(observations.len() as u128));
            });
        }
        group.finish();
    }
}

criterion_group!(benches, counting);
criterion_main!(benches);
