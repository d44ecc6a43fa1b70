//! A run over captures, as the program does it.

use std::path::Path;
use v6share::input::{self, Request};
use v6share::model::{Account, Measure};
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

/// The law, in the words of MEASURE section 6.
pub fn assert_law(summary: &Summary, what: &str) {
    let Account { records, ipv4, ipv6, not_ip, undecodable, .. } = &summary.account;
    let others: u64 = not_ip.values().chain(undecodable.values()).sum();
    assert_eq!(*records, ipv4 + ipv6 + others, "{what}");
    let by_input: u64 = summary.inputs.iter().map(|input| input.account.records).sum();
    assert_eq!(*records, by_input, "{what}");
    // A frame is one packet; a flow record is one flow, and stands for any number.
    let measure = if summary.has_flows() { Measure::Flows } else { Measure::Packets };
    for view in [&summary.totals.transport, &summary.totals.end_to_end] {
        let counted = view.v4.get(measure) + view.v6.get(measure);
        assert_eq!(counted, u128::from(ipv4 + ipv6), "{what}");
    }
    let protocols = summary.protocols.transport.values();
    let in_rows: u128 = protocols.map(|tally| tally.both().get(measure)).sum();
    assert_eq!(in_rows, u128::from(ipv4 + ipv6), "{what}");
    assert!(summary.closed(), "{what}");
    assert!(json(summary).contains(r#""closed": true"#), "{what}");
}
