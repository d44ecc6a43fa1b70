//! `registry pace` as a document: the bins of a snapshot, or the intervals of a
//! series.

use super::document::{Document, Shown, Table, Value, columns};
use super::figures::{in_units, registry_name, row_words, share, slash24, slash32, unit};
use super::sources::{Sources, day, rows};
use crate::registry::{
    Bin, ChangeKind, Collection, DiffFigures, Kind, Lists, Pace, RowKey, Selection, Series,
};

/// What a date means, as far as the RIR Statistics Exchange Format (version 2,
/// `date`) says it.
const DATES: &str = "Dates are the registries': by the RIR statistics exchange format the day of \
    the delegation, and of a block that came from another registry the day of the first delegation \
    there. Of transfers between holders of one registry the format says nothing: a date may \
    be that of the first delegation or that of the transfer. A block that was returned and given out \
    again has the date of the last time.";

const SNAPSHOT: &str = "This is the pace by the dates of one day's files. What was returned is \
    gone from them, and what was transferred stands with its new holder and country, so earlier \
    years look smaller than they were (survivor bias). Files of several days of a registry, given \
    together, show the true pace; registry diff compares two.";

const SERIES: &str = "This is the true pace: each registry's files of several days, compared \
    from one to the next. Blocks that came and went between two days are in neither.";

/// The pace by the dates of records, of each row.
#[must_use]
pub fn pace(
    paces: &[(RowKey, Pace)],
    bin: Bin,
    sources: &Sources<'_>,
    lists: &Lists,
    top: usize,
) -> Document {
    let mut notes = vec![SNAPSHOT.to_owned(), DATES.to_owned()];
    notes.extend(sources.notes());
    let mut headline = Vec::new();
    for (key, pace) in paces.iter().take(5) {
        headline.push(sentence(&row_words(key, lists)[1], pace));
    }
    Document {
        report: "registry-pace",
        headline,
        facts: vec![
            ("kind", "snapshot".into()),
            ("date", Value::Date(sources.day())),
            ("bin", bin.key().into()),
        ],
        tables: vec![bins(paces, lists, top), growth(paces, lists)],
        notes,
        sources: sources.rows(),
    }
}

fn sentence(name: &str, pace: &Pace) -> String {
    let Some(first) = pace.first[Kind::Ipv6 as usize] else {
        return format!("{name}: no IPv6 delegation.");
    };
    let lag = match pace.lag_days() {
        None => String::new(),
        Some(days) => {
            let (years, after) =
                (super::text::years(days), if days < 0 { "before" } else { "after" });
            format!(", {years} years {after} the first one of IPv4")
        }
    };
    let grown = pace.growth(Kind::Ipv6, 5).and_then(|growth| {
        let rate = super::text::show(&Value::Rate(Some(growth.records?)));
        Some(format!("; {rate} more delegations a year from {} to {}", growth.from, growth.to))
    });
    format!("{name}: first IPv6 delegation on {first}{lag}{}.", grown.unwrap_or_default())
}

fn bins(paces: &[(RowKey, Pace)], lists: &Lists, top: usize) -> Table {
    let keys = columns("", &[("row", ""), ("name", ""), ("bin", "")]);
    let new = columns(
        "New delegations by date",
        &[
            ("ipv6_new", "IPv6"),
            ("ipv6_new_slash32", "/32s"),
            ("ipv4_new", "IPv4"),
            ("ipv4_new_slash24", "/24s"),
            ("asns_new", "AS numbers"),
            ("ipv6_part_of_new", "IPv6 of both"),
            ("ipv6_until", "IPv6 until then"),
            ("ipv6_until_slash32", "/32s"),
            ("ipv4_until", ""),
            ("ipv4_until_slash24", ""),
            ("asns_until", ""),
        ],
    );
    let (mut rows, mut skipped) = (Vec::new(), Vec::new());
    for (key, pace) in paces {
        let [code, name] = row_words(key, lists);
        for bin in &pace.bins {
            // The years before IPv6 are for other formats.
            if bin.until[Kind::Ipv6 as usize].records == 0 {
                skipped.push(rows.len());
            }
            let [ipv4, ipv6, asn] = bin.new;
            let [ipv4_all, ipv6_all, asn_all] = bin.until;
            rows.push(vec![
                code.clone().into(),
                name.clone().into(),
                bin.period.to_string().into(),
                ipv6.records.into(),
                slash32(ipv6.space),
                ipv4.records.into(),
                slash24(ipv4.space),
                asn.space.into(),
                share(ipv6.records, ipv6.records + ipv4.records),
                ipv6_all.records.into(),
                slash32(ipv6_all.space),
                ipv4_all.records.into(),
                slash24(ipv4_all.space),
                asn_all.space.into(),
            ]);
        }
    }
    Table {
        key: "bins",
        title: "Pace".into(),
        keys: 3,
        columns: keys.chain(new).collect(),
        rows,
        shown: (top > 0 && paces.len() == 1).then_some(Shown::Last(top)),
        skipped,
    }
}

fn growth(paces: &[(RowKey, Pace)], lists: &Lists) -> Table {
    let keys = columns("", &[("row", ""), ("name", "")]);
    let first = columns(
        "First delegations, and compound growth a year",
        &[
            ("ipv6_first", "first IPv6"),
            ("ipv4_first", "first IPv4"),
            ("lag_days", ""),
            ("lag_years", "years between"),
            ("growth_to", ""),
            ("ipv6_growth_1", "IPv6, 1 year"),
            ("ipv6_growth_5", "5 years"),
            ("ipv6_growth_10", "10 years"),
            ("ipv6_space_growth_1", ""),
            ("ipv6_space_growth_5", "/32s, 5 years"),
            ("ipv6_space_growth_10", ""),
            ("ipv4_growth_5", "IPv4, 5 years"),
            ("undated_ipv6", ""),
            ("undated_ipv4", ""),
        ],
    );
    let row = |(key, pace): &(RowKey, Pace)| {
        let of = |kind, years| pace.growth(kind, years);
        let records = |kind, years| Value::Rate(of(kind, years).and_then(|growth| growth.records));
        let space = |years| Value::Rate(of(Kind::Ipv6, years).and_then(|growth| growth.space));
        let first = |kind: Kind| Value::Date(pace.first[kind as usize]);
        let lag = pace.lag_days();
        let mut values: Vec<Value> = row_words(key, lists).map(Value::Text).into();
        values.extend([
            first(Kind::Ipv6),
            first(Kind::Ipv4),
            lag.map_or(Value::None, |days| Value::Signed(days.into())),
            lag.map_or(Value::None, |days| Value::Number(super::text::in_years(days))),
            of(Kind::Ipv6, 1).map_or(Value::None, |growth| u64::from(growth.to).into()),
            records(Kind::Ipv6, 1),
            records(Kind::Ipv6, 5),
            records(Kind::Ipv6, 10),
            space(1),
            space(5),
            space(10),
            records(Kind::Ipv4, 5),
            pace.undated[Kind::Ipv6 as usize].records.into(),
            pace.undated[Kind::Ipv4 as usize].records.into(),
        ]);
        values
    };
    Table {
        key: "growth",
        title: "Growth".into(),
        keys: 2,
        columns: keys.chain(first).collect(),
        rows: paces.iter().map(row).collect(),
        ..Table::default()
    }
}

/// The columns of sums between two days, behind the keys of a row.
pub(super) const FLOWS: [(&str, &str); 15] = [
    ("old_blocks", "before"),
    ("old", "size"),
    ("new", "new"),
    ("returned", "returned"),
    ("transferred", "transferred"),
    ("grown", "grown"),
    ("shrunk", "shrunk"),
    ("merged", ""),
    ("split", ""),
    ("unchanged", ""),
    ("space_added", "+ space"),
    ("space_returned", "- space"),
    ("space_moved", "moved in - out"),
    ("new_blocks", "after"),
    ("size_after", "size"),
];

/// Their values. Space is in /32s, /24s or AS numbers.
pub(super) fn flow_values(kind: Kind, figures: &DiffFigures) -> Vec<Value> {
    let count = |what| Value::from(figures.count(what));
    vec![
        figures.old.records.into(),
        in_units(kind, figures.old.space),
        count(ChangeKind::New),
        count(ChangeKind::Returned),
        count(ChangeKind::Transferred),
        count(ChangeKind::Grown),
        count(ChangeKind::Shrunk),
        count(ChangeKind::Merged),
        count(ChangeKind::Split),
        figures.unchanged.into(),
        in_units(kind, figures.added),
        in_units(kind, figures.returned),
        net(kind, figures),
        figures.new.records.into(),
        in_units(kind, figures.new.space),
    ]
}

/// What moved in less what moved out.
#[expect(clippy::cast_precision_loss, reason = "units of two to the power of 8 or 96")]
fn net(kind: Kind, figures: &DiffFigures) -> Value {
    let (more, less) = (figures.moved_in, figures.moved_out);
    if less > more {
        match in_units(kind, less - more) {
            Value::Count(count) => {
                i128::try_from(count).map_or(Value::Number(-(count as f64)), |c| Value::Signed(-c))
            }
            Value::Number(number) => Value::Number(-number),
            other => other,
        }
    } else {
        in_units(kind, more - less)
    }
}

/// The true pace, from the files of several days.
#[must_use]
pub fn series(
    series: &Series,
    collection: &Collection,
    keep: &dyn Fn(&RowKey) -> bool,
    lists: &Lists,
) -> Document {
    let mut table =
        Table { key: "intervals", title: "From file to file".into(), keys: 5, ..Table::default() };
    let keys = [("registry", ""), ("from", ""), ("to", ""), ("row", ""), ("type", "")];
    table.columns = columns("", &keys)
        .chain(columns("Blocks (size in /32 of IPv6, /24 of IPv4)", &FLOWS))
        .collect();
    for interval in &series.intervals {
        for kind in [Kind::Ipv6, Kind::Ipv4, Kind::Asn] {
            for (key, figures) in interval.rows[kind as usize].iter().filter(|(key, _)| keep(key)) {
                let mut row: Vec<Value> = vec![
                    interval.registry.as_str().into(),
                    Value::Date(Some(interval.from)),
                    Value::Date(Some(interval.to)),
                    row_words(key, lists)[0].clone().into(),
                    kind.key().into(),
                ];
                row.extend(flow_values(kind, figures));
                table.rows.push(row);
            }
        }
    }
    let mut notes = vec![SERIES.to_owned(), super::diff::MATCHED.to_owned()];
    if !series.single.is_empty() {
        let names: Vec<_> = series.single.iter().map(|name| registry_name(name)).collect();
        notes.push(format!("Of one day only, and so not in it: {}.", names.join(", ")));
    }
    let all: Vec<usize> = (0..collection.sections.len()).collect();
    let selection = Selection::newest(collection);
    Document {
        report: "registry-pace",
        headline: headline(series, keep),
        facts: vec![("kind", "series".into()), ("date", Value::Date(day(collection, &selection)))],
        tables: vec![table],
        notes,
        sources: rows(collection, &all),
    }
}

fn headline(series: &Series, keep: &dyn Fn(&RowKey) -> bool) -> Vec<String> {
    let mut lines = Vec::new();
    for interval in &series.intervals {
        let kept = interval.rows[Kind::Ipv6 as usize].iter().filter(|(key, _)| keep(key));
        let (mut new, mut returned, mut added) = (0, 0, 0_u128);
        for (_, figures) in kept {
            new += figures.count(ChangeKind::New);
            returned += figures.count(ChangeKind::Returned);
            added = added.saturating_add(figures.added);
        }
        lines.push(format!(
            "{} from {} to {}: {} and {} of IPv6; {} {} that nobody held before.",
            registry_name(&interval.registry),
            interval.from,
            interval.to,
            super::figures::counted(new, "new block"),
            super::figures::counted(returned, "returned one"),
            super::text::show(&in_units(Kind::Ipv6, added)),
            unit(Kind::Ipv6),
        ));
    }
    lines
}
