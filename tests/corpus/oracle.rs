//! The corpus: where it is, what its tables say, and how a file of it is run.

use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use v6share::error::Error;
use v6share::input::Source;
use v6share::model::{Dimension, PrefixCut, PrefixLens, Side};
use v6share::pipeline::{Options, analyze};
use v6share::summary::{Settings, Summary};

/// The folder of the corpus; `None`, and a word about it, where there is none.
pub(crate) fn corpus() -> Option<PathBuf> {
    let Some(folder) = std::env::var_os("V6SHARE_CORPUS") else {
        println!("did not run: V6SHARE_CORPUS does not name the corpus");
        return None;
    };
    let folder = PathBuf::from(folder);
    assert!(folder.join("oracle.tsv").is_file(), "{} is no corpus", folder.display());
    Some(folder)
}

/// A row of a table: its fields by the names in the header.
#[derive(Clone, Debug)]
pub(crate) struct Row(BTreeMap<String, String>);

impl Row {
    /// A field as text.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.0.get(name).unwrap_or_else(|| panic!("no column {name}"))
    }

    /// A field as a number; nothing at all is 0.
    pub(crate) fn number(&self, name: &str) -> u64 {
        match self.text(name) {
            "" => 0,
            text => text.parse().unwrap_or_else(|_| panic!("{name} is {text}")),
        }
    }

    /// The path in the corpus.
    pub(crate) fn file(&self) -> &str {
        self.text("file")
    }
}

/// The rows of a table with tabs between the fields and no quotes.
pub(crate) fn rows(text: &str) -> Vec<Row> {
    let mut lines = text.lines();
    let names: Vec<_> = lines.next().unwrap().split('\t').collect();
    let row = |line: &str| {
        let fields = line.split('\t').map(str::to_owned);
        Row(names.iter().map(|name| (*name).to_owned()).zip(fields).collect())
    };
    lines.map(row).collect()
}

/// The captures of the oracle.
pub(crate) fn captures(corpus: &Path) -> Vec<Row> {
    rows(&fs::read_to_string(corpus.join("oracle.tsv")).unwrap())
}

/// Reads one file by one thread; gives the summary and the error, if any.
pub(crate) fn read(path: &Path, side: Side) -> (Summary, Option<String>) {
    read_with(path, side, &Options { threads: 1, ..Options::default() })
}

/// As [`read`], in another way.
pub(crate) fn read_with(path: &Path, side: Side, options: &Options) -> (Summary, Option<String>) {
    let addresses = Dimension::Prefix(side, PrefixCut::Lens(PrefixLens::new(32, 128).unwrap()));
    let breakdowns = vec![vec![Dimension::Protocol], vec![addresses]];
    read_by(path, breakdowns, options)
}

/// As [`read_with`], broken down by anything.
pub(crate) fn read_by(
    path: &Path,
    breakdowns: Vec<Vec<Dimension>>,
    options: &Options,
) -> (Summary, Option<String>) {
    read_under(path, Settings { breakdowns, ..Settings::default() }, options)
}

/// As [`read_by`], under any settings.
pub(crate) fn read_under(
    path: &Path,
    settings: Settings,
    options: &Options,
) -> (Summary, Option<String>) {
    let told = std::sync::Mutex::new(Vec::new());
    let tell = |error: &Error| told.lock().unwrap().push(error.to_string());
    let sources = [Source::at(path.to_owned())];
    let summary = analyze(&sources, Vec::new(), settings, options, &tell);
    let mut told = told.into_inner().unwrap();
    assert!(told.len() <= 1, "one input has one error: {told:?}");
    (summary, told.pop())
}

/// What was compared: by kind of figure, how many files and which differ, how.
#[derive(Debug, Default)]
pub(crate) struct Comparison {
    pub(crate) compared: BTreeMap<&'static str, u64>,
    pub(crate) differ: BTreeMap<(&'static str, String), String>,
}

impl Comparison {
    /// Compares all rows in parallel. `compare` gives the kinds of figure that
    /// it compared, each with how it differs where it does.
    pub(crate) fn of(
        rows: &[Row],
        compare: impl Fn(&Row) -> Vec<(&'static str, Option<String>)> + Sync,
    ) -> Self {
        let all: Vec<_> = rows.par_iter().map(|row| (row.file(), compare(row))).collect();
        let mut comparison = Self::default();
        for (file, outcome) in all {
            for (kind, difference) in outcome {
                *comparison.compared.entry(kind).or_default() += 1;
                if let Some(difference) = difference {
                    comparison.differ.insert((kind, file.to_owned()), difference);
                }
            }
        }
        comparison
    }

    /// Fails on a difference that is not known, or where a kind holds for fewer
    /// files than `least` says.
    pub(crate) fn holds(&self, known: &[(&str, &str, &str)], least: &[(&str, u64)]) {
        let expected: BTreeSet<(&str, &str)> =
            known.iter().map(|(kind, file, _)| (*kind, *file)).collect();
        assert_eq!(expected.len(), known.len(), "each known difference stands once");
        let unknown: Vec<_> = self
            .differ
            .iter()
            .filter(|((kind, file), _)| !expected.contains(&(*kind, file.as_str())))
            .map(|((kind, file), difference)| format!("{kind} {file}: {difference}"))
            .collect();
        assert!(unknown.is_empty(), "{} differ:\n{}", unknown.len(), unknown.join("\n"));
        for (kind, file) in expected {
            let kind_of = self.compared.get_key_value(kind).map(|(kind, _)| *kind);
            let known = kind_of.unwrap_or_else(|| panic!("{kind} is never compared"));
            if !self.differ.contains_key(&(known, file.to_owned())) {
                println!("no longer different: {kind} {file}");
            }
        }
        for (kind, least) in least {
            let compared = self.compared.get(kind).copied().unwrap_or_default();
            let differ = self.differ.keys().filter(|(of, _)| of == kind).count() as u64;
            let holds = compared - differ;
            println!("{kind}: {holds} of {compared}");
            assert!(holds >= *least, "{kind} holds for {holds} captures, and did for {least}");
        }
        let listed: BTreeSet<_> = least.iter().map(|(kind, _)| *kind).collect();
        let kinds: BTreeSet<_> = self.compared.keys().copied().collect();
        assert_eq!(kinds, listed, "every kind has its least number");
    }
}

/// `Some` text where two figures differ.
pub(crate) fn unless_equal<T: PartialEq + std::fmt::Debug>(got: &T, want: &T) -> Option<String> {
    (got != want).then(|| format!("got {got:?}, want {want:?}"))
}
