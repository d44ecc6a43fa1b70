//! `registry diff` as a document.

use super::document::{Document, Shown, Table, Value, columns};
use super::figures::{block, registry_name, row_words};
use super::pace::{FLOWS, flow_values};
use super::sources::{day, rows};
use crate::registry::{
    Change, CountryCode, Diff, Grouping, IdHint, Kind, Lists, Record, RowKey, Selection,
};

/// How blocks of two days are matched.
pub(super) const MATCHED: &str = "Blocks are matched by their addresses. An opaque id is unique \
    within one file and no identity across dates; it is a hint only: where an id took the place of \
    another on every block of both, it is taken for a new name, and a transfer between holders is \
    told only where the blocks of an id went apart or came together.";

/// What is asked of a comparison.
#[derive(Clone, Copy)]
pub struct DiffView<'a> {
    /// The lists that groups and names are from.
    pub lists: &'a Lists,
    /// What rows are made by.
    pub grouping: &'a Grouping,
    /// Only what has to do with these countries; empty for all.
    pub countries: &'a [CountryCode],
    /// Changes of the text, 0 for all.
    pub top: usize,
}

/// The document of a comparison. `None` where the lists have no such scheme.
#[must_use]
pub fn diff(diff: &Diff<'_>, selections: [&Selection; 2], view: &DiffView<'_>) -> Option<Document> {
    let collection = diff.days()[0].collection();
    let days = selections.map(|selection| day(collection, selection));
    let mut counting = selections[0].sections();
    counting.extend(selections[1].sections());
    let table = sums(diff, view)?;
    let names = ["old", "new"].iter().zip(days).map(|(name, day)| {
        let day = day.map_or("an unknown day".into(), |day| day.to_string());
        format!("{name} {day}")
    });
    let names: Vec<String> = names.collect();
    let mut headline =
        vec![format!("From the files of {} to those of {}:", &names[0][4..], &names[1][4..])];
    headline.extend([Kind::Ipv6, Kind::Ipv4, Kind::Asn].map(|kind| sentence(diff, kind, view)));
    let mut notes = vec![MATCHED.to_owned()];
    notes.extend(ids(diff.ids));
    notes.push(
        "Of every row: before + added + moved in = after + returned + moved out, in addresses and \
         in AS numbers."
            .into(),
    );
    Some(Document {
        report: "registry-diff",
        headline,
        facts: vec![
            ("old_date", Value::Date(days[0])),
            ("new_date", Value::Date(days[1])),
            ("ids_compared", diff.ids.compared.into()),
            ("ids_same", diff.ids.same.into()),
            ("ids_renamed", diff.ids.renamed.into()),
            ("ids_transferred", diff.ids.transferred.into()),
        ],
        tables: vec![table, changes(diff, view)],
        notes,
        sources: rows(collection, &counting),
    })
}

fn ids(ids: IdHint) -> Option<String> {
    (ids.compared > 0).then(|| {
        let exact = crate::report::table::exact;
        format!(
            "Of {} blocks that are the same on both days and have an id on both, {} have the same \
             id, {} a new name of it, {} another holder's.",
            exact(ids.compared.into()),
            exact(ids.same.into()),
            exact(ids.renamed.into()),
            exact(ids.transferred.into()),
        )
    })
}

fn sentence(diff: &Diff<'_>, kind: Kind, view: &DiffView<'_>) -> String {
    let of_kind = diff
        .changes
        .iter()
        .filter(|change| diff.kind(change) == kind && is_shown(diff, change, view));
    let mut counts = [0_u64; 7];
    for change in of_kind {
        counts[change.what as usize] += 1;
    }
    let told: Vec<String> = crate::registry::ChangeKind::ALL
        .into_iter()
        .filter(|what| counts[*what as usize] > 0)
        .map(|what| {
            let count = crate::report::table::exact(counts[what as usize].into());
            format!("{count} {}", what.key())
        })
        .collect();
    let told = if told.is_empty() { "nothing changed".to_owned() } else { told.join(", ") };
    format!("{kind}: {told}.")
}

fn sums(diff: &Diff<'_>, view: &DiffView<'_>) -> Option<Table> {
    let keys = columns("", &[("type", ""), ("row", ""), ("name", "")]);
    let flows = columns("Blocks (size in /32 of IPv6, /24 of IPv4)", &FLOWS);
    let mut table = Table {
        key: "rows",
        title: "What changed".into(),
        keys: 3,
        columns: keys.chain(flows).collect(),
        ..Table::default()
    };
    for kind in [Kind::Ipv6, Kind::Ipv4, Kind::Asn] {
        for (key, figures) in diff.rows(kind, view.grouping, view.lists)? {
            let shown = view.countries.is_empty()
                || !matches!(&key, RowKey::Country(c) if !view.countries.contains(c))
                    && !matches!(key, RowKey::Nowhere);
            if shown {
                let [code, name] = row_words(&key, view.lists);
                let mut row: Vec<Value> = vec![kind.key().into(), code.into(), name.into()];
                row.extend(flow_values(kind, &figures));
                table.rows.push(row);
            }
        }
    }
    Some(table)
}

fn is_shown(diff: &Diff<'_>, change: &Change, view: &DiffView<'_>) -> bool {
    view.countries.is_empty() || diff.concerns(change, view.countries)
}

fn changes(diff: &Diff<'_>, view: &DiffView<'_>) -> Table {
    let keys = columns("", &[("type", ""), ("change", "")]);
    let of_change = columns(
        "Blocks",
        &[
            ("old_block", "before"),
            ("new_block", "after"),
            ("blocks", ""),
            ("old_country", "from"),
            ("new_country", "to"),
            ("old_registry", "registry"),
            ("new_registry", "now"),
            ("old_holder", ""),
            ("new_holder", ""),
            ("holder_changed", ""),
            ("date", "dated"),
        ],
    );
    let row = |change: &Change| {
        let (before, after) = (diff.before(change), diff.after(change));
        let collection = diff.days()[0].collection();
        let country = |record: Option<&Record>| -> Value {
            record.and_then(|r| r.country).map(|c| c.to_string()).into()
        };
        let registry = |record: Option<&Record>| -> Value {
            record.map(|record| registry_name(collection.registry(record.registry))).into()
        };
        let holder = |record: Option<&Record>| -> Value {
            record.and_then(|record| record.holder).map(|id| collection.holder(id)).into()
        };
        let moved = if change.moved.holder { "yes" } else { "no" };
        vec![
            diff.kind(change).key().into(),
            change.what.key().into(),
            before.map(block).into(),
            after.map(block).into(),
            change.blocks.into(),
            country(before),
            country(after),
            registry(before),
            registry(after),
            holder(before),
            holder(after),
            moved.into(),
            Value::Date(after.or(before).and_then(|record| record.date)),
        ]
    };
    let shown = diff.changes.iter().filter(|change| is_shown(diff, change, view));
    Table {
        key: "changes",
        title: "Each change".into(),
        keys: 2,
        columns: keys.chain(of_change).collect(),
        rows: shown.map(row).collect(),
        shown: (view.top > 0).then_some(Shown::First(view.top)),
        ..Table::default()
    }
}
