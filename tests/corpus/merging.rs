//! Results of real captures, kept apart and added up: whatever the split and the
//! order, the sum is one run over all of them, byte for byte.

use crate::oracle::{captures, corpus};
use crate::support::Random;
use crate::support::parts::{parquet, read, rejoined, run};
use rayon::prelude::*;
use std::fs;
use std::path::Path;
use v6share::input::Source;
use v6share::model::{Dimension, Views};
use v6share::pipeline::{Options, analyze};
use v6share::summary::{Settings, Status, Summary};

/// A run over these captures, under many breakdowns.
fn run_over(sources: &[Source], threads: usize) -> Summary {
    let by = ["protocol", "prefix=24/48", "service,packet-size", "encapsulation", "time"];
    let by = by.map(|words| words.split(',').map(|word| word.parse::<Dimension>().unwrap()));
    let breakdowns = by.into_iter().map(Iterator::collect).collect();
    let settings = Settings { views: Views::Both, breakdowns, ..Settings::default() };
    let options = Options { threads, ..Options::default() };
    analyze(sources, Vec::new(), settings, &options, &|_| ())
}

#[test]
fn any_split_of_all_captures_added_up_in_any_order_equals_one_run() {
    let Some(corpus) = corpus() else { return };
    let all = captures(&corpus).into_iter().map(|row| Source::at(corpus.join(row.file())));
    let all: Vec<_> = all.collect();
    assert!(all.len() > 900, "{}", all.len());
    let whole = parquet(&run_over(&all, 2));
    for (seed, number) in [(1, 2), (2, 40)] {
        let mut random = Random::new(seed);
        let mut split: Vec<Vec<Source>> = vec![Vec::new(); number];
        all.iter().for_each(|source| split[random.below(number)].push(source.clone()));
        let mut parts: Vec<Summary> =
            split.par_iter().map(|part| read(parquet(&run_over(part, 1)))).collect();
        while parts.len() > 1 {
            let other = parts.swap_remove(random.below(parts.len()));
            let into = random.below(parts.len());
            parts[into].merge(other).unwrap();
        }
        assert!(parquet(&parts[0]) == whole, "split into {number}");
    }
}

/// Whether a capture can be cut: it is one, and not compressed.
fn is_plain(path: &Path) -> bool {
    let input = run(path, None, 0).inputs.remove(0);
    input.compression.is_none() && input.format.is_some() && input.status != Status::Failed
}

#[test]
fn captures_cut_anywhere_join_to_the_whole() {
    let Some(corpus) = corpus() else { return };
    let rows = captures(&corpus);
    let all = rows.par_iter().enumerate();
    let turns: usize = all
        .map(|(seed, row)| {
            let path = corpus.join(row.file());
            let len = fs::metadata(&path).unwrap().len();
            if len == 0 || len > 300_000 || !is_plain(&path) {
                return 0;
            }
            let mut random = Random::new(u64::try_from(seed).unwrap());
            let mut cuts: Vec<u64> = (0..3).map(|_| random.next() % (len + 1)).collect();
            cuts.sort_unstable();
            let (sum, turns) = rejoined(&path, &cuts, &mut random);
            assert!(parquet(&sum) == parquet(&run(&path, None, 0)), "{} at {cuts:?}", row.file());
            turns
        })
        .sum();
    println!("{turns} parts of {} captures were read again", rows.len());
}
