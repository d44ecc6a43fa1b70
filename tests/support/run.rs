//! A run over captures, as the program does it.

use std::path::Path;
use v6share::input::{self, Request};
use v6share::pipeline::{self, Options};
use v6share::report::{self, Format};
use v6share::summary::{Settings, Summary};

/// How a run is carried out, which must not show in its result.
#[derive(Clone, Copy, Debug)]
pub struct Manner {
    pub threads: usize,
    /// Bytes.
    pub piece: usize,
}

impl Manner {
    /// One worker, one piece: the plain walk that all others are held against.
    pub const PLAIN: Self = Self { threads: 1, piece: usize::MAX / 4 };
}

/// Analyzes these inputs in this order.
pub fn analyze<P: AsRef<Path>>(inputs: &[P], settings: &Settings, manner: Manner) -> Summary {
    let arguments = inputs.iter().map(|path| path.as_ref().as_os_str().to_owned()).collect();
    let found = input::discover(&Request { arguments, lists: Vec::new() });
    let options = Options { threads: manner.threads, piece: manner.piece, ..Options::default() };
    pipeline::analyze(&found.sources, found.errors, settings.clone(), &options, &|_| {})
}

/// Analyzes these inputs plainly.
pub fn plainly<P: AsRef<Path>>(inputs: &[P]) -> Summary {
    analyze(inputs, &Settings::default(), Manner::PLAIN)
}

/// The JSON report.
pub fn json(summary: &Summary) -> String {
    let mut bytes = Vec::new();
    let options = report::Options { format: Format::Json, ..report::Options::default() };
    report::write(summary, &options, &mut bytes).expect("a vector takes everything");
    String::from_utf8(bytes).expect("JSON is UTF-8")
}
