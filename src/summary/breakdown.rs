//! One breakdown of a run in one view: a plain table.

use super::prefix_table::PrefixTable;
use crate::model::{Dimension, Key, Tally, View};
use std::borrow::Cow;
use std::ops::Range;

/// Tallies by key. A row's families are those that the packets count as in the
/// view: a translated packet counts as IPv4 end to end, under its IPv6 prefix.
#[derive(Clone, Debug)]
pub struct Breakdown {
    /// What the values of a key are.
    pub dimensions: Vec<Dimension>,
    /// Whose header they are of.
    pub view: View,
    /// The rows, sorted by key, each key once, none of them zero.
    rows: Form,
}

/// The same rows in one of two forms, which nobody can tell apart.
#[derive(Clone, Debug)]
enum Form {
    /// Any rows.
    Any(Vec<(Key, Tally)>),
    /// Those of a usual breakdown by one prefix.
    Prefixes(PrefixTable),
}

impl Breakdown {
    /// A table of these rows, in any order; rows of the same key are added.
    #[must_use]
    pub fn new(dimensions: Vec<Dimension>, view: View, rows: Vec<(Key, Tally)>) -> Self {
        let mut table = Self { dimensions, view, rows: Form::Any(rows) };
        table.settle();
        table
    }

    /// A usual breakdown by one prefix.
    pub(super) fn of_prefixes(dimensions: Vec<Dimension>, view: View, rows: PrefixTable) -> Self {
        Self { dimensions, view, rows: Form::Prefixes(rows) }
    }

    /// The rows, sorted by key.
    #[must_use]
    pub fn rows(&self) -> Rows<'_> {
        Rows { table: self, places: 0..self.len() }
    }

    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.rows {
            Form::Any(rows) => rows.len(),
            Form::Prefixes(table) => table.len(),
        }
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A row by its place among [`Self::rows`].
    #[must_use]
    #[inline]
    pub fn row(&self, at: usize) -> Option<(Cow<'_, Key>, Tally)> {
        match &self.rows {
            Form::Any(rows) => rows.get(at).map(|(key, tally)| (Cow::Borrowed(key), *tally)),
            Form::Prefixes(table) => table.row(at).map(|(key, tally)| (Cow::Owned(key), tally)),
        }
    }

    /// The tallies of the rows alone, in their order.
    pub fn tallies(&self) -> impl Iterator<Item = Tally> + '_ {
        // One after the other: to look millions of rows up by their places takes longer.
        let (any, prefixes) = match &self.rows {
            Form::Any(rows) => (&rows[..], None),
            Form::Prefixes(table) => (&[][..], Some(table)),
        };
        let any = any.iter().map(|(_, tally)| *tally);
        any.chain(prefixes.into_iter().flat_map(PrefixTable::tallies))
    }

    /// All rows together. Packets may be in two of them.
    #[must_use]
    pub fn sum(&self) -> Tally {
        match &self.rows {
            Form::Any(rows) => sum(rows.iter().map(|(_, tally)| tally)),
            Form::Prefixes(table) => table.sum(),
        }
    }

    /// The tally of a key.
    #[must_use]
    pub fn get(&self, key: &Key) -> Option<Tally> {
        match &self.rows {
            Form::Any(rows) => {
                let at = rows.binary_search_by(|(other, _)| other.cmp(key)).ok()?;
                Some(rows[at].1)
            }
            Form::Prefixes(table) => table.get(key),
        }
    }

    /// Adds the rows of another table of the same dimensions and view: in
    /// whatever order tables are merged, the result is the same.
    pub fn merge(&mut self, other: Self) {
        if let (Form::Prefixes(mine), Form::Prefixes(theirs)) = (&mut self.rows, &other.rows)
            && mine.merge(theirs)
        {
            return;
        }
        let mine = std::mem::replace(&mut self.rows, Form::Any(Vec::new()));
        let mut rows = mine.into_any();
        rows.extend(other.rows.into_any());
        // Two sorted runs: a stable sort only merges them.
        rows.sort_by(|a, b| a.0.cmp(&b.0));
        add_up(&mut rows);
        self.rows = Form::Any(rows);
    }

    /// Takes one of many rows in any order, which [`Self::settle`] brings into theirs.
    pub(super) fn push(&mut self, key: Key, tally: Tally) {
        match &mut self.rows {
            Form::Any(rows) => rows.push((key, tally)),
            Form::Prefixes(table) => {
                if !table.push(&key, &tally) {
                    self.rows = Form::Any(table.rows().chain([(key, tally)]).collect());
                }
            }
        }
    }

    /// Brings the rows into their order; those of the same key are added.
    pub(super) fn settle(&mut self) {
        let Form::Any(rows) = &mut self.rows else { return };
        let is_row = |row: &(Key, Tally)| !row.1.is_zero();
        if rows.is_sorted_by(|a, b| a.0 < b.0 && is_row(a)) && rows.last().is_none_or(is_row) {
            return;
        }
        rows.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        add_up(rows);
    }
}

impl Form {
    /// The rows in the form that has room for any.
    fn into_any(self) -> Vec<(Key, Tally)> {
        match self {
            Self::Any(rows) => rows,
            Self::Prefixes(table) => table.rows().collect(),
        }
    }
}

impl PartialEq for Breakdown {
    fn eq(&self, other: &Self) -> bool {
        self.view == other.view
            && self.dimensions == other.dimensions
            && self.rows().eq(other.rows())
    }
}

impl Eq for Breakdown {}

/// The rows of a breakdown, sorted by key.
#[derive(Clone, Debug)]
pub struct Rows<'a> {
    table: &'a Breakdown,
    places: Range<usize>,
}

impl<'a> Iterator for Rows<'a> {
    type Item = (Cow<'a, Key>, Tally);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.table.row(self.places.next()?)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.places.size_hint()
    }
}

impl ExactSizeIterator for Rows<'_> {}

fn sum<'t>(tallies: impl Iterator<Item = &'t Tally>) -> Tally {
    tallies.fold(Tally::default(), |mut sum, tally| {
        sum += tally;
        sum
    })
}

/// Makes one row of neighbours with the same key.
fn add_up(rows: &mut Vec<(Key, Tally)>) {
    rows.dedup_by(|later, kept| {
        let same = later.0 == kept.0;
        if same {
            kept.1 += &later.1;
        }
        same
    });
    rows.retain(|(_, tally)| !tally.is_zero());
}

#[cfg(test)]
#[path = "breakdown_tests.rs"]
mod tests;
