//! Where the figures are from: the files that count, their days and digests, and
//! what was left out of them and why.

use super::figures::{counted, registry_name};
use crate::registry::{Collection, Date, Delegations, FileInfo, Selection};

/// What a report is made from.
#[derive(Clone, Copy)]
pub struct Sources<'c> {
    /// All that was read.
    pub collection: &'c Collection,
    /// What counts of it.
    pub selection: &'c Selection,
    /// What it says of every address.
    pub delegations: &'c Delegations<'c>,
}

/// One section of one file, as it is printed.
#[derive(Clone, Debug)]
pub(super) struct SourceRow {
    pub(super) file: FileInfo,
    pub(super) registry: String,
    pub(super) serial: String,
    pub(super) date: Option<Date>,
    pub(super) records: u64,
    /// Whether any of its records count.
    pub(super) counts: bool,
    /// Promises of its version and summary lines that its records do not keep.
    pub(super) differences: Vec<String>,
    /// Whether it has opaque ids.
    pub(super) extended: bool,
}

/// The five regional registries.
pub(super) const REGISTRIES: [&str; 5] = ["afrinic", "apnic", "arin", "lacnic", "ripencc"];

/// Every section that was read, and every file without one.
pub(super) fn rows(collection: &Collection, counting: &[usize]) -> Vec<SourceRow> {
    let sections = collection.sections.iter().enumerate().map(|(at, section)| SourceRow {
        file: collection.files[section.file].clone(),
        registry: collection.registry(section.registry).to_owned(),
        serial: section.serial.clone(),
        date: section.date,
        records: section.records.len() as u64,
        counts: counting.contains(&at),
        differences: collection.differences(section).iter().map(ToString::to_string).collect(),
        extended: section.with_id > 0,
    });
    let mut rows: Vec<_> = sections.collect();
    for (at, file) in collection.files.iter().enumerate() {
        if collection.sections.iter().all(|section| section.file != at) {
            rows.push(SourceRow {
                file: file.clone(),
                registry: String::new(),
                serial: String::new(),
                date: None,
                records: 0,
                counts: false,
                differences: Vec::new(),
                extended: false,
            });
        }
    }
    // The order of the arguments is no part of the result.
    rows.sort_by(|a, b| {
        (&a.file.name, &a.registry, a.date).cmp(&(&b.file.name, &b.registry, b.date))
    });
    rows
}

/// The newest day of the sections that count.
#[must_use]
pub(super) fn day(collection: &Collection, selection: &Selection) -> Option<Date> {
    selection.sections().into_iter().filter_map(|section| collection.sections[section].date).max()
}

/// The first and the last day of sections that lie more than a month apart.
#[must_use]
pub(super) fn days_apart(collection: &Collection, sections: &[usize]) -> Option<[Date; 2]> {
    let dates = || sections.iter().filter_map(|at| collection.sections[*at].date);
    let (first, last) = (dates().min()?, dates().max()?);
    (last.days() - first.days() > 31).then_some([first, last])
}

impl Sources<'_> {
    pub(super) fn rows(&self) -> Vec<SourceRow> {
        rows(self.collection, &self.selection.sections())
    }

    /// The day of the figures: the newest of the files'.
    pub(super) fn day(&self) -> Option<Date> {
        day(self.collection, self.selection)
    }

    /// What must be known of the files.
    pub(super) fn notes(&self) -> Vec<String> {
        let mut notes = vec![self.coverage()];
        notes.extend(self.apart());
        notes.extend(self.left_out());
        notes.extend(self.repeated());
        notes
    }

    /// Which registries the world is made of here.
    fn coverage(&self) -> String {
        let collection = self.collection;
        let mut there: Vec<&str> =
            self.selection.registries().map(|id| collection.registry(id)).collect();
        there.sort_unstable();
        let missing: Vec<&str> = REGISTRIES
            .iter()
            .filter(|name| !there.contains(name))
            .map(|n| registry_name(n))
            .collect();
        let there: Vec<&str> = there.into_iter().map(registry_name).collect();
        let world = if missing.is_empty() {
            String::new()
        } else {
            format!(
                "; the files of {} were not given, so the world here is less than the world",
                missing.join(", ")
            )
        };
        format!("The world is what these registries say: {}{world}.", there.join(", "))
    }

    /// Files of days far apart make no picture of one day.
    fn apart(&self) -> Option<String> {
        let [first, last] = days_apart(self.collection, &self.selection.sections())?;
        Some(format!(
            "The files are of days apart, from {first} to {last}: mind it where rows are compared."
        ))
    }

    fn left_out(&self) -> impl Iterator<Item = String> {
        self.selection.left_out.iter().map(|left| {
            let (section, instead) =
                (&self.collection.sections[left.section], &self.collection.sections[left.instead]);
            let why = match (section.date, instead.date) {
                (Some(old), Some(new)) if old < new => format!("of {old}; that of {new} counts"),
                (Some(new), Some(old)) if old < new => format!("of {new}; that of {old} counts"),
                _ if section.with_id == 0 && instead.with_id > 0 => {
                    "without ids; that with them counts".to_owned()
                }
                _ => "of the same day as one that counts".to_owned(),
            };
            format!(
                "Left out: {} of {} in {}, {why}.",
                counted(left.records, "record"),
                registry_name(self.collection.registry(left.registry)),
                self.collection.files[section.file].name,
            )
        })
    }

    /// Where records claim the same, and the rule.
    fn repeated(&self) -> Vec<String> {
        let mut notes: Vec<String> = self
            .delegations
            .repeated
            .iter()
            .map(|repeated| {
                let name = |id| registry_name(self.collection.registry(id));
                let what = match repeated.kind {
                    crate::registry::Kind::Asn => "AS numbers",
                    crate::registry::Kind::Ipv4 => "IPv4 addresses",
                    crate::registry::Kind::Ipv6 => "IPv6 addresses",
                };
                format!(
                    "Claimed twice and counted once: {} {what} in {}, for {} and not for {}.",
                    crate::report::table::exact(repeated.space),
                    counted(repeated.runs, "run"),
                    name(repeated.counted),
                    name(repeated.other),
                )
            })
            .collect();
        if !notes.is_empty() {
            notes.push(
                "Of records that overlap, that of the newer file speaks; then what is delegated, \
                 the later date, the one with an id, the smaller block, the first name."
                    .to_owned(),
            );
        }
        notes
    }
}
