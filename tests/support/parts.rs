//! A capture read in parts, and the parts joined again as the program says.

use super::Random;
use std::path::Path;
use v6share::input::Source;
use v6share::model::{ByteRange, Cut, CutStart, Dimension, Views};
use v6share::pipeline::{Options, analyze};
use v6share::summary::store::{self, Reader};
use v6share::summary::{Settings, Summary, Tolerance, Unjoined};

fn settings() -> Settings {
    let by = |words: &str| {
        let words = words.split(',').map(str::parse::<Dimension>);
        words.collect::<Result<Vec<_>, _>>().expect("dimensions")
    };
    let breakdowns =
        ["protocol", "prefix=32/128", "encapsulation", "interface,packet-size", "input"];
    let breakdowns = breakdowns.map(by).to_vec();
    Settings { views: Views::Both, all_profiles: true, breakdowns, ..Settings::default() }
}

/// A run over a capture, or over a part of it, kept and read back.
pub fn run(path: &Path, cut: Option<Cut>, manner: usize) -> Summary {
    let source = Source { name: "capture".into(), cut, ..Source::at(path.to_owned()) };
    let (threads, piece) = [(1, 1 << 22), (2, 700), (3, 4096)][manner % 3];
    let options = Options { threads, piece, ..Options::default() };
    let summary = analyze(&[source], Vec::new(), settings(), &options, &|_| ());
    assert!(summary.closed());
    let again = read(parquet(&summary));
    assert_eq!(again, summary);
    again
}

/// The summary of a kept result.
pub fn read(bytes: Vec<u8>) -> Summary {
    let mut reader = Reader::default();
    store::read(bytes, |number, row| reader.take(number, &row)).expect("its rows are read");
    reader.finish().expect("it is a summary")
}

/// A result as it is kept.
pub fn parquet(summary: &Summary) -> Vec<u8> {
    let rows = summary.rows().expect("its counts fit 64 bits");
    store::to_parquet(&rows).expect("memory takes everything")
}

fn cut(start: u64, end: Option<u64>, start_is: CutStart) -> Cut {
    Cut { range: ByteRange { start, end }, start: start_is }
}

/// The parts added up in any order, and joined.
fn joined(parts: &[Summary], random: &mut Random) -> Result<Summary, Unjoined> {
    let mut parts = parts.to_vec();
    while parts.len() > 1 {
        let other = parts.swap_remove(random.below(parts.len()));
        let into = random.below(parts.len());
        parts[into].merge(other).expect("the settings are the same");
    }
    let mut sum = parts.remove(0);
    sum.join_parts(Tolerance::default()).map(|()| sum)
}

fn from(summary: &Summary) -> u64 {
    summary.inputs[0].part.as_ref().expect("it is a part").from
}

/// Cuts a capture, and does what each refusal says until the parts join; how often
/// that was.
pub fn rejoined(path: &Path, cuts: &[u64], random: &mut Random) -> (Summary, usize) {
    let (starts, ends) = ([&[0], cuts].concat(), cuts.iter().copied().map(Some));
    let ranges = starts.into_iter().zip(ends.chain([None]));
    let mut manner = 0;
    let mut read = |cut| {
        manner += 1;
        run(path, Some(cut), manner)
    };
    let mut parts: Vec<_> =
        ranges.map(|(start, end)| read(cut(start, end, CutStart::Anywhere))).collect();
    for turn in 0..200 {
        match joined(&parts, random) {
            Ok(whole) => return (whole, turn),
            Err(Unjoined::WrongGuess { ended, began, asked_end, .. }) => {
                let is_wrong = |part: &&mut Summary| {
                    let range = part.inputs[0].part.as_ref().expect("it is a part");
                    range.from == began && range.reached > began
                };
                let wrong = parts.iter_mut().find(is_wrong).expect("the part that is named");
                *wrong = read(cut(ended, asked_end, CutStart::Record));
            }
            Err(Unjoined::Gap { from, to, .. }) => {
                parts.push(read(cut(from, Some(to), CutStart::Record)));
            }
            Err(Unjoined::BehindTheEnd { began, .. }) => {
                parts.retain(|part| from(part) != began);
            }
            Err(other) => panic!("{other}"),
        }
    }
    let last = joined(&parts, random).map(drop);
    panic!("{} cut at {cuts:?}: what is said to do does not help: {last:?}", path.display());
}
