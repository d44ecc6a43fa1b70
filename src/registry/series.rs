//! The true pace: what changed from file to file, where a registry's files of
//! several days are given.

use super::collection::Collection;
use super::date::Date;
use super::delegations::Delegations;
use super::diff::{Diff, DiffFigures};
use super::lists::Lists;
use super::record::{Kind, RegistryId};
use super::rows::{Grouping, RowKey};
use super::selection::Selection;
use std::collections::BTreeMap;

/// One registry from one of its files to the next.
#[derive(Clone, Debug)]
pub struct Interval {
    /// The registry.
    pub registry: String,
    /// The day of the first file.
    pub from: Date,
    /// The day of the second.
    pub to: Date,
    /// The sums of each row, by [`Kind`].
    pub rows: [BTreeMap<RowKey, DiffFigures>; 3],
}

/// All intervals, by registry and day.
#[derive(Clone, Debug)]
pub struct Series {
    /// In order.
    pub intervals: Vec<Interval>,
    /// Registries of which there is one day only, or none that is known.
    pub single: Vec<String>,
}

impl Series {
    /// Whether there are files of several days of some registry.
    #[must_use]
    pub fn is_there(collection: &Collection) -> bool {
        days(collection).values().any(|days| days.len() > 1)
    }

    /// Compares each registry's files, from day to day. `None` where the lists
    /// have no such scheme.
    #[must_use]
    pub fn new(collection: &Collection, grouping: &Grouping, lists: &Lists) -> Option<Self> {
        let mut series = Self { intervals: Vec::new(), single: Vec::new() };
        let mut by_name: Vec<_> = days(collection).into_iter().collect();
        by_name.sort_by_key(|(registry, _)| collection.registry(*registry).to_owned());
        for (registry, days) in by_name {
            let name = collection.registry(registry).to_owned();
            let files: Vec<(Date, usize)> = days.into_iter().collect();
            if files.len() < 2 {
                series.single.push(name);
                continue;
            }
            for pair in files.windows(2) {
                let [(from, old), (to, new)] = [pair[0], pair[1]];
                let of = |section| {
                    let selection = Selection::of_section(collection, section, registry);
                    Delegations::new(collection, &selection, None)
                };
                let (old, new) = (of(old), of(new));
                let diff = Diff::new(&old, &new);
                let [ipv4, ipv6, asn] = Kind::ALL.map(|kind| diff.rows(kind, grouping, lists));
                let rows = [ipv4?, ipv6?, asn?];
                series.intervals.push(Interval { registry: name.clone(), from, to, rows });
            }
        }
        Some(series)
    }
}

/// For each registry that records name, the sections of its days; of one day,
/// that with more records.
fn days(collection: &Collection) -> BTreeMap<RegistryId, BTreeMap<Date, usize>> {
    let mut days: BTreeMap<RegistryId, BTreeMap<Date, usize>> = BTreeMap::new();
    for (section, registry) in Selection::offered(collection) {
        let Some(date) = collection.sections[section].date else { continue };
        let size = |section: usize| {
            let section = &collection.sections[section];
            (section.with_id > 0, section.records.len())
        };
        let best = days.entry(registry).or_default().entry(date).or_insert(section);
        if size(*best) < size(section) {
            *best = section;
        }
    }
    days
}
