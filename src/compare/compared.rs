//! Two documents joined.

use super::Document;
use super::document::{Table, TableName, Whole};
use crate::model::{Measure, PerView, Tally};
use std::collections::BTreeSet;

/// Two results of the same kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The measure of order and of what moved.
    pub measure: Measure,
    /// The denominator of the shares, by name.
    pub profile: String,
    /// The earlier result.
    pub old: Document,
    /// The later one.
    pub new: Document,
    /// The breakdowns that both have.
    pub breakdowns: Vec<ComparedBreakdown>,
    /// Those that one of them has alone, in words.
    pub only_in_one: Vec<String>,
}

/// The two results cannot be compared.
#[derive(Debug, thiserror::Error)]
pub enum Incomparable {
    /// Their shares are shares of different wholes.
    #[error(
        "the shares have different denominators: profile {old} and profile {new} (run one of them again with the other's --profile)"
    )]
    Profile {
        /// Of the earlier.
        old: String,
        /// Of the later.
        new: String,
    },
}

/// Something of both results: its traffic before and after.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// Before.
    pub old: Tally,
    /// After.
    pub new: Tally,
}

/// A breakdown of both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComparedBreakdown {
    /// What it is by.
    pub name: TableName,
    /// True where a packet may stand in two rows: then the rows' contributions
    /// do not add up to the change of the whole.
    pub overlaps: bool,
    /// Every row of either, by key.
    pub rows: Vec<ComparedRow>,
}

/// A row of either; what it lacks on one side is zero there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComparedRow {
    /// The key.
    pub key: String,
    /// The traffic.
    pub traffic: Compared,
}

impl Comparison {
    /// Joins two results; `measure` is that of the earlier one where none is
    /// given.
    ///
    /// # Errors
    /// When their shares do not mean the same.
    pub fn new(
        old: Document,
        new: Document,
        measure: Option<Measure>,
    ) -> Result<Self, Incomparable> {
        if old.profile != new.profile {
            return Err(Incomparable::Profile { old: old.profile, new: new.profile });
        }
        let mut breakdowns = Vec::new();
        let mut only_in_one = Vec::new();
        for before in &old.breakdowns {
            match new.breakdowns.iter().find(|after| after.name == before.name) {
                Some(after) => breakdowns.push(join(before, after)),
                None => only_in_one.push(format!("{} (only before)", before.name)),
            }
        }
        let known: BTreeSet<_> = old.breakdowns.iter().map(|table| &table.name).collect();
        let fresh = new.breakdowns.iter().filter(|table| !known.contains(&table.name));
        only_in_one.extend(fresh.map(|table| format!("{} (only after)", table.name)));
        Ok(Self {
            measure: measure.unwrap_or(old.measure),
            profile: old.profile.clone(),
            breakdowns,
            only_in_one,
            old,
            new,
        })
    }

    /// The traffic of the profile before and after, by view.
    #[must_use]
    pub fn totals(&self) -> PerView<Compared> {
        let (old, new) = (self.old.totals, self.new.totals);
        PerView {
            transport: Compared { old: old.transport, new: new.transport },
            end_to_end: Compared { old: old.end_to_end, new: new.end_to_end },
        }
    }

    /// The denominators before and after, of the view that is named so.
    #[must_use]
    pub fn wholes(&self, view: &str) -> (Whole, Whole) {
        match view {
            "end_to_end" => (self.old.denominators.end_to_end, self.new.denominators.end_to_end),
            _ => (self.old.denominators.transport, self.new.denominators.transport),
        }
    }
}

fn join(before: &Table, after: &Table) -> ComparedBreakdown {
    let keys: BTreeSet<_> = before.rows.keys().chain(after.rows.keys()).collect();
    let of = |table: &Table, key: &String| table.rows.get(key).copied().unwrap_or_default();
    let rows = keys.into_iter().map(|key| ComparedRow {
        key: key.clone(),
        traffic: Compared { old: of(before, key), new: of(after, key) },
    });
    ComparedBreakdown { name: before.name.clone(), overlaps: before.overlaps, rows: rows.collect() }
}

impl std::fmt::Display for TableName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "by {}", self.by.join(", "))?;
        if let Some(detail) = &self.detail {
            write!(f, ", {detail}")?;
        }
        write!(f, " ({} view)", self.view.replace('_', "-"))
    }
}
