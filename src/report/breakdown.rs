//! The tables of a summary as sorted rows: what every format walks over. Shares
//! are not made here.

use super::share::{Whole, both};
use crate::model::{IpProtocol, Prefix, PrefixLens, Tally, View};
use crate::summary::Summary;
use std::cmp::Reverse;
use std::fmt;

/// What the rows of a breakdown stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    /// The protocol of the view's header.
    Protocol,
    /// The prefix of an address, cut to these lengths.
    Prefix(PrefixLens),
}

impl By {
    /// The word in JSON and CSV.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Protocol => "protocol",
            Self::Prefix(_) => "prefix",
        }
    }

    /// The lengths, of a breakdown by prefix.
    pub(super) fn prefix_lens(self) -> Option<PrefixLens> {
        match self {
            Self::Protocol => None,
            Self::Prefix(lens) => Some(lens),
        }
    }
}

/// What one row stands for; the order is the tie-break of equal rows. What is
/// not known comes last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    /// A protocol number.
    Protocol(IpProtocol),
    /// A chain of headers that is cut before it names the protocol.
    UnknownProtocol,
    /// A prefix.
    Prefix(Prefix),
    /// What has no row because the address was not captured.
    NoAddress,
}

impl Key {
    /// The protocol number, where it is one and known.
    pub(super) fn protocol_number(self) -> Option<u8> {
        match self {
            Self::Protocol(protocol) => Some(protocol.0),
            Self::UnknownProtocol | Self::Prefix(_) | Self::NoAddress => None,
        }
    }
}

impl fmt::Display for Key {
    /// The key in the flat formats; nothing where there is no address.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Protocol(protocol) => protocol.fmt(f),
            Self::UnknownProtocol => f.write_str("unknown"),
            Self::Prefix(prefix) => prefix.fmt(f),
            Self::NoAddress => Ok(()),
        }
    }
}

/// One row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row<'a> {
    pub(super) key: Key,
    pub(super) tally: &'a Tally,
}

/// The rows of one table in one view, largest first.
#[derive(Debug)]
pub(super) struct Breakdown<'a> {
    pub(super) by: By,
    pub(super) view: View,
    /// What the parts of the rows are parts of.
    pub(super) whole: Whole,
    pub(super) rows: Vec<Row<'a>>,
}

/// All breakdowns of a summary, one at a time: for each view chosen the one by
/// protocol, then one by prefix for each pair of lengths.
pub(super) fn breakdowns(summary: &Summary) -> impl Iterator<Item = Breakdown<'_>> {
    summary.settings.views.list().iter().flat_map(move |view| {
        let protocol = std::iter::once_with(move || by_protocol(summary, *view));
        protocol.chain((0..summary.prefixes.len()).map(move |at| by_prefix(summary, at, *view)))
    })
}

fn by_protocol(summary: &Summary, view: View) -> Breakdown<'_> {
    let rows = summary.protocols[view]
        .iter()
        .map(|(protocol, tally)| Row {
            key: protocol.map_or(Key::UnknownProtocol, Key::Protocol),
            tally,
        })
        .collect();
    sorted(summary, view, By::Protocol, rows)
}

fn by_prefix(summary: &Summary, table: usize, view: View) -> Breakdown<'_> {
    let table = &summary.prefixes[table];
    let mut rows: Vec<_> = table.rows[view]
        .iter()
        .map(|(prefix, tally)| Row { key: Key::Prefix(*prefix), tally })
        .collect();
    let rest = &table.without_address[view];
    if !rest.is_zero() {
        rows.push(Row { key: Key::NoAddress, tally: rest });
    }
    sorted(summary, view, By::Prefix(table.lens), rows)
}

/// Largest first by the measure, both families together; then by key.
fn sorted<'a>(summary: &Summary, view: View, by: By, mut rows: Vec<Row<'a>>) -> Breakdown<'a> {
    let measure = summary.settings.measure;
    rows.sort_unstable_by_key(|row| (Reverse(both(row.tally, measure)), row.key));
    Breakdown { by, view, whole: Whole::of(summary, view), rows }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Measure, Views};
    use crate::report::tests_support::example;

    fn keys(breakdown: &Breakdown) -> Vec<String> {
        breakdown.rows.iter().map(|row| row.key.to_string()).collect()
    }

    #[test]
    fn rows_are_sorted_by_the_measure_then_by_key() {
        let mut summary = example();
        let all: Vec<_> = breakdowns(&summary).collect();
        assert_eq!(keys(&all[0]), ["tcp", "udp", "icmpv6", "unknown"]);
        assert_eq!(
            keys(&all[1]),
            ["192.0.2.0/24", "2001:db8::/48", "198.51.100.0/24", "2001:db8:1::/48", ""]
        );
        summary.settings.measure = Measure::Flows;
        let all: Vec<_> = breakdowns(&summary).collect();
        assert_eq!(keys(&all[0]), ["tcp", "udp", "icmpv6", "unknown"]);
        assert_eq!(
            keys(&all[1]),
            ["192.0.2.0/24", "198.51.100.0/24", "2001:db8::/48", "2001:db8:1::/48", ""]
        );
    }

    #[test]
    fn each_view_chosen_has_all_breakdowns() {
        let mut summary = example();
        summary.settings.views = Views::Both;
        let all: Vec<_> = breakdowns(&summary).map(|b| (b.view, b.by.key())).collect();
        assert_eq!(
            all,
            [
                (View::Transport, "protocol"),
                (View::Transport, "prefix"),
                (View::EndToEnd, "protocol"),
                (View::EndToEnd, "prefix"),
            ]
        );
    }
}
