//! The breakdowns of a summary with their rows in the order of a report: what
//! every format walks over. Shares are not made here.

use super::auto_prefixes::{Automatic, Enough, evaluate};
use super::share::{Whole, both};
use super::time::{self, Curve};
use super::tunnel::{TunnelBreakdown, TunnelBy};
use crate::model::{Dimension, Key, PrefixCut, PrefixLens, Side, Tally, TimeBins, Value, View};
use crate::summary::{self, Settings, Summary};
use serde::Serialize;
use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Which rows of a breakdown are walked over.
#[derive(Clone, Copy, Debug)]
pub(super) enum Wanted {
    /// All of them.
    All,
    /// So many from the first, but for breakdowns by time alone: to sort the rest,
    /// of which there may be millions, would cost more than to count them.
    Largest(usize),
}

/// One table in one view, its rows largest first; by time alone in the order of
/// time, with a row for each bin without traffic.
#[derive(Debug)]
pub(super) struct Breakdown<'a> {
    table: Cow<'a, summary::Breakdown>,
    /// How its automatic prefixes were found, where it has any.
    pub(super) automatic: Option<Automatic>,
    /// What the parts of the rows are parts of.
    pub(super) whole: Whole,
    /// What the bins of a breakdown by time alone hold.
    pub(super) curve: Option<Curve>,
    /// Places of the table's rows that are wanted, and of the keys in `gaps` behind
    /// them. There may be millions: they are not copied.
    order: Vec<usize>,
    gaps: Vec<Key>,
}

/// Rows by the families that they have traffic of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Active {
    pub(super) ipv4_only: u64,
    pub(super) ipv6_only: u64,
    pub(super) both: u64,
}

impl<'a> Breakdown<'a> {
    fn new(summary: &Summary, table: &'a summary::Breakdown, wanted: Wanted) -> Self {
        let settings = &summary.settings;
        let whole = Whole::of(summary, table.view);
        let automatic = Automatic::of(table, settings.auto.share);
        let table = match automatic {
            None => Cow::Borrowed(table),
            Some(Automatic { share, .. }) => {
                let measure = settings.measure;
                let enough = Enough { share, measure, whole: both(&whole.kept, measure) };
                Cow::Owned(evaluate(table, enough))
            }
        };
        if *table.dimensions == [Dimension::Time] {
            let gaps: Vec<Key> = (time::gaps(&table, &settings.bins).into_iter())
                .map(|start| Value::Time(start).into())
                .collect();
            let mut order: Vec<_> = (0..table.len() + gaps.len()).collect();
            let curve = Curve::of(&table, gaps.len(), settings);
            let mut all = Self { table, automatic, whole, curve, order: Vec::new(), gaps };
            order.sort_by(|a, b| all.row(*a).0.cmp(&all.row(*b).0));
            all.order = order;
            return all;
        }
        // By the measure, both families together; then by key, in whose order the
        // rows are.
        let measures = table.tallies().map(|tally| both(&tally, settings.measure));
        let order = match wanted {
            Wanted::Largest(rows) if rows < table.len() => largest(measures, rows),
            _ => sorted(measures),
        };
        Self { table, automatic, whole, curve: None, order, gaps: Vec::new() }
    }

    /// What the rows stand for.
    pub(super) fn dimensions(&self) -> &[Dimension] {
        &self.table.dimensions
    }

    /// Whose header they are of.
    pub(super) fn view(&self) -> View {
        self.table.view
    }

    /// How many rows there are, those that are not wanted too.
    pub(super) fn len(&self) -> usize {
        self.table.len() + self.gaps.len()
    }

    /// The rows that are wanted, in their order.
    pub(super) fn rows(&self) -> impl ExactSizeIterator<Item = (Cow<'_, Key>, Tally)> + '_ {
        self.order.iter().map(|at| self.row(*at))
    }

    /// How many of the rows have traffic of one family and of both, where a row is a
    /// host or a customer that may have addresses of both.
    pub(super) fn active(&self) -> Option<Active> {
        let [
            Dimension::Label(_)
            | Dimension::Attribute(..)
            | Dimension::Mac(_)
            | Dimension::Holder(_)
            | Dimension::Host(_),
        ] = self.table.dimensions[..]
        else {
            return None;
        };
        let mut active = Active::default();
        for (key, tally) in self.table.rows() {
            if matches!(key.values(), [Value::Unknown | Value::Others]) {
                continue;
            }
            match (tally.v4.is_zero(), tally.v6.is_zero()) {
                (false, false) => active.both += 1,
                (false, true) => active.ipv4_only += 1,
                (true, false) => active.ipv6_only += 1,
                (true, true) => {}
            }
        }
        Some(active)
    }

    /// All rows together. Packets may be in two of them.
    pub(super) fn sum(&self) -> Tally {
        self.table.sum()
    }

    fn row(&self, at: usize) -> (Cow<'_, Key>, Tally) {
        let gap = || (Cow::Borrowed(&self.gaps[at - self.table.len()]), Tally::default());
        self.table.row(at).unwrap_or_else(gap)
    }
}

/// The places of measures, the largest first, and the first of equal ones first.
///
/// The measures lie beside the places while they are sorted: to look each up in its
/// row costs millions of rows ten times as much.
fn sorted(measures: impl Iterator<Item = u128>) -> Vec<usize> {
    let mut order = Vec::with_capacity(measures.size_hint().0);
    placed(measures).for_each(|measure| order.push(measure));
    order.sort_unstable();
    order.into_iter().map(|(_, at)| at).collect()
}

/// Measures with their places, as they are sorted. Counted as they come, not zipped: so
/// `for_each` goes through the rows in one loop, and no tally is moved.
fn placed(measures: impl Iterator<Item = u128>) -> impl Iterator<Item = (Reverse<u128>, usize)> {
    measures.enumerate().map(|(at, measure)| (Reverse(measure), at))
}

/// The first of these places, without a place kept for every measure.
fn largest(measures: impl Iterator<Item = u128>, rows: usize) -> Vec<usize> {
    // The last of those that are kept lies on top.
    let mut kept = BinaryHeap::new();
    placed(measures).for_each(|measure| {
        if kept.len() < rows {
            kept.push(measure);
        } else if let Some(mut last) = kept.peek_mut().filter(|last| measure.0 < last.0) {
            // Of equal ones the first are kept, and those that follow stand behind.
            *last = measure;
        }
    });
    kept.into_sorted_vec().into_iter().map(|(_, at)| at).collect()
}

/// Any breakdown.
#[derive(Debug)]
pub(super) enum Table<'a> {
    /// By family, within one view.
    Families(Box<Breakdown<'a>>),
    /// Of tunnels, which stand across the views.
    Tunnels(TunnelBreakdown),
}

/// All breakdowns of a summary, one at a time, in the order of the settings: for
/// each view chosen those by family, and those of tunnels once, at their place in
/// the first view.
pub(super) fn breakdowns(summary: &Summary, wanted: Wanted) -> impl Iterator<Item = Table<'_>> {
    let settings = &summary.settings;
    let parts = settings.views.list().iter().flat_map(move |view| {
        let first = *view == settings.views.first();
        settings.breakdowns.iter().map(move |by| (*view, first, by))
    });
    parts.filter_map(move |(view, first, by)| match by.as_slice() {
        [Dimension::Encapsulation] => {
            first.then(|| Table::Tunnels(TunnelBreakdown::of(summary, TunnelBy::Mechanism)))
        }
        [Dimension::EncapsulationPath] => {
            first.then(|| Table::Tunnels(TunnelBreakdown::of(summary, TunnelBy::Path)))
        }
        dimensions => {
            let table = summary.breakdown(dimensions, view)?;
            Some(Table::Families(Box::new(Breakdown::new(summary, table, wanted))))
        }
    })
}

/// The words of `--by` for one breakdown: `protocol,port`.
pub(super) fn words(dimensions: &[Dimension]) -> String {
    dimensions.iter().map(Dimension::word).collect::<Vec<_>>().join(",")
}

/// A key in the flat formats: its values with ` | ` between them, nothing for what
/// is not known but the word for a protocol that was cut away.
pub(super) fn flat_key(dimensions: &[Dimension], key: &Key, bins: &TimeBins) -> String {
    let values = dimensions.iter().zip(key.values()).map(|value| match value {
        (Dimension::Protocol, Value::Unknown) => "unknown".to_owned(),
        (_, Value::Time(start)) => bins.shown(*start),
        (_, value) => value.to_string(),
    });
    values.collect::<Vec<_>>().join(" | ")
}

/// The lengths of a breakdown in which prefixes are cut, where they are the same
/// for all of its prefixes.
pub(super) fn prefix_lens(dimensions: &[Dimension]) -> Option<PrefixLens> {
    let mut lens = dimensions.iter().filter_map(|dimension| match dimension {
        Dimension::Prefix(_, PrefixCut::Lens(lens)) => Some(*lens),
        _ => None,
    });
    let first = lens.next()?;
    lens.all(|other| other == first).then_some(first)
}

/// Whether a packet may be in two rows: one for each of its ends.
pub(super) fn has_both_ends(dimensions: &[Dimension], settings: &Settings) -> bool {
    let side = settings.prefix_side;
    dimensions.iter().any(|dimension| dimension.or_side(side).has_both_ends())
}

/// Whose addresses the rows go by, where that is not said by the words alone.
pub(super) fn side(dimensions: &[Dimension], settings: &Settings) -> Option<Side> {
    let by_end = dimensions
        .iter()
        .any(|dimension| dimension.has_both_ends() && !matches!(dimension, Dimension::Mac(_)));
    by_end.then_some(settings.prefix_side)
}

#[cfg(test)]
#[path = "breakdown_tests.rs"]
mod tests;
