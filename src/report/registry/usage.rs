//! `registry usage` as a document: delegated, announced, used.

use super::document::{Document, Shown, Table, Value, columns};
use super::figures::{block, counted, registry_name, row_words, share, slash32, slash48};
use super::sources::Sources;
use crate::registry::{
    BlockUse, CountryCode, Grouping, Holding, Lists, Observed, Portion, Record, RowKey, Usage,
    UsageFigures,
};

/// What is asked of a usage.
#[derive(Clone, Copy)]
pub struct UsageView<'a> {
    /// The lists that groups and names are from.
    pub lists: &'a Lists,
    /// What rows are made by.
    pub grouping: &'a Grouping,
    /// Only the blocks of these countries; empty for all.
    pub countries: &'a [CountryCode],
    /// Rows of the text, 0 for all.
    pub top: usize,
    /// The names of the routing tables, and what is in them.
    pub announced: Option<(&'a [String], &'a Observed)>,
    /// The names of what holds the traffic, and what is in it.
    pub seen: Option<(&'a [String], &'a Observed)>,
}

/// The document of a usage. `None` where the lists have no such scheme.
#[must_use]
pub fn usage(usage: &Usage<'_>, sources: &Sources<'_>, view: &UsageView<'_>) -> Option<Document> {
    let rows: Vec<(RowKey, UsageFigures)> = usage
        .rows(view.grouping, view.lists)?
        .into_iter()
        .filter(|(key, _)| {
            view.countries.is_empty()
                || !matches!(key, RowKey::Country(c) if !view.countries.contains(c))
        })
        .collect();
    let shown: Vec<&BlockUse> = usage
        .blocks
        .iter()
        .filter(|block| {
            let country = usage.record(block).country;
            view.countries.is_empty() || country.is_some_and(|c| view.countries.contains(&c))
        })
        .collect();
    let unused: Vec<&BlockUse> = shown.iter().copied().filter(|block| block.is_unused()).collect();
    let headline = rows.iter().take(5).map(|(key, figures)| sentence(key, figures, view)).collect();
    let of_text = (view.top > 0).then_some(Shown::First(view.top));
    let names = |of: Option<(&[String], &Observed)>| -> Value {
        of.map(|(names, _)| names.join(", ")).into()
    };
    Some(Document {
        report: "registry-usage",
        headline,
        facts: vec![
            ("date", Value::Date(sources.day())),
            ("announced_by", names(view.announced)),
            ("announced_prefixes", view.announced.map(|(_, of)| of.len() as u64).into()),
            ("seen_in", names(view.seen)),
            ("seen_prefixes", view.seen.map(|(_, of)| of.len() as u64).into()),
        ],
        tables: vec![
            sums(&rows, view),
            blocks("unused", "Blocks of which nothing was observed", &unused, usage, of_text),
            blocks("blocks", "Each block", &shown, usage, Some(Shown::First(0))),
        ],
        notes: notes(sources, view),
        sources: sources.rows(),
    })
}

fn sentence(key: &RowKey, figures: &UsageFigures, view: &UsageView<'_>) -> String {
    let show = super::text::show;
    let of = |holding: Holding| {
        format!(
            "{} ({} /32, {} of the space)",
            counted(holding.records, "block"),
            show(&slash32(holding.space)),
            show(&share(holding.space, figures.delegated.space)),
        )
    };
    let delegated = counted(figures.delegated.records, "IPv6 block");
    let mut text = format!(
        "{}: {delegated} delegated ({} /32)",
        row_words(key, view.lists)[1],
        show(&slash32(figures.delegated.space))
    );
    if let Some(announced) = figures.announced {
        text += &format!("; announced: {}", of(announced));
    }
    if let Some(seen) = figures.seen {
        text += &format!("; seen in traffic: {}", of(seen));
    }
    text + "."
}

fn notes(sources: &Sources<'_>, view: &UsageView<'_>) -> Vec<String> {
    let mut notes = vec![
        "A block is announced where a prefix of the routing table lies in it or holds it, and used where a \
         prefix seen in traffic does. What is not announced may be used inside a network, and what was not \
         seen in this traffic may be used elsewhere."
            .to_owned(),
    ];
    for (what, of) in [("routing table", view.announced), ("traffic", view.seen)] {
        if let Some((names, observed)) = of {
            let prefixes = counted(observed.len() as u64, "distinct IPv6 prefix")
                .replace("prefixs", "prefixes");
            notes.push(format!("The {what}: {} ({prefixes}).", names.join(", ")));
            if observed.too_short > 0 {
                let routes = counted(observed.too_short, "prefix").replace("prefixs", "prefixes");
                notes.push(format!(
                    "Left out: {routes} shorter than /16, which say nothing of a block."
                ));
            }
        }
    }
    notes.extend(sources.notes());
    notes
}

fn sums(rows: &[(RowKey, UsageFigures)], view: &UsageView<'_>) -> Table {
    let keys = columns("", &[("row", ""), ("name", "")]);
    let figures = columns(
        "from delegated to announced to used (sizes in /32)",
        &[
            ("delegated", "delegated"),
            ("delegated_slash32", "size"),
            ("announced", "announced"),
            ("announced_slash32", "size"),
            ("announced_share", "of the space"),
            ("announced_prefixes", "prefixes"),
            ("announced_covered_slash32", "cover"),
            ("seen", "seen"),
            ("seen_slash32", "size"),
            ("seen_share", "of the space"),
            ("seen_prefixes", "prefixes"),
            ("seen_covered_slash48", ""),
            ("seen_not_announced", "seen, not announced"),
            ("unused", "unused"),
            ("unused_slash32", "size"),
        ],
    );
    let row = |(key, figures): &(RowKey, UsageFigures)| {
        let whole = figures.delegated.space;
        let step = |of: Option<Holding>, portion: Portion| -> [Value; 4] {
            match of {
                None => [const { Value::None }; 4],
                Some(of) => [
                    of.records.into(),
                    slash32(of.space),
                    share(of.space, whole),
                    portion.prefixes.into(),
                ],
            }
        };
        let mut values: Vec<Value> = row_words(key, view.lists).map(Value::Text).into();
        values.extend([figures.delegated.records.into(), slash32(whole)]);
        values.extend(step(figures.announced, figures.announcements));
        values
            .push(figures.announced.map_or(Value::None, |_| slash32(figures.announcements.space)));
        values.extend(step(figures.seen, figures.sightings));
        values.push(figures.seen.map_or(Value::None, |_| slash48(figures.sightings.space)));
        let both = figures.seen.and(figures.announced);
        values.push(both.map_or(Value::None, |_| figures.seen_not_announced.into()));
        values.extend([figures.unused.records.into(), slash32(figures.unused.space)]);
        values
    };
    Table {
        key: "rows",
        title: "IPv6 blocks".into(),
        keys: 2,
        columns: keys.chain(figures).collect(),
        rows: rows.iter().map(row).collect(),
        ..Table::default()
    }
}

fn blocks(
    key: &'static str,
    title: &str,
    blocks: &[&BlockUse],
    usage: &Usage<'_>,
    shown: Option<Shown>,
) -> Table {
    let keys = columns("", &[("block", "")]);
    let figures = columns(
        "IPv6",
        &[
            ("country", "country"),
            ("registry", "registry"),
            ("holder", ""),
            ("date", "dated"),
            ("slash32", "/32s"),
            ("announced_prefixes", "prefixes announced"),
            ("announced_share", "covered"),
            ("seen_prefixes", "prefixes seen"),
            ("seen_slash48", "/48s"),
        ],
    );
    let collection = usage.collection();
    let row = |of: &&BlockUse| {
        let record = usage.record(of);
        let space = (of.piece.last - of.piece.first).saturating_add(1);
        let prefixes = |portion: Option<Portion>| Value::from(portion.map(|p| p.prefixes));
        let held = Record { first: of.piece.first, last: of.piece.last, ..*record };
        vec![
            block(&held).into(),
            record.country.map(|country| country.to_string()).into(),
            registry_name(collection.registry(record.registry)).into(),
            record.holder.map(|holder| collection.holder(holder)).into(),
            Value::Date(record.date),
            slash32(space),
            prefixes(of.announced),
            of.announced.map_or(Value::None, |portion| share(portion.space, space)),
            prefixes(of.seen),
            of.seen.map_or(Value::None, |portion| slash48(portion.space)),
        ]
    };
    Table {
        key,
        title: title.to_owned(),
        keys: 1,
        columns: keys.chain(figures).collect(),
        rows: blocks.iter().map(row).collect(),
        shown,
        ..Table::default()
    }
}
