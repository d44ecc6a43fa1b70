//! A comparison as JSON, version 1.
//!
//! | field | what it is |
//! | --- | --- |
//! | `schema_version` | 1 |
//! | `measure`, `profile` | what rows are ordered by and contribute to; the denominator of the shares |
//! | `old`, `new` | `time` (`first`, `last`), `inputs`, `incomplete_inputs` |
//! | `totals` | for `transport` and `end_to_end`: by each measure `share_old`, `share_new`, `points` (percentage points, after less before), and for `ipv4`, `ipv6` and `both` the amounts `old`, `new` and `growth_percent` |
//! | `breakdowns` | those of both: `by`, `view`, `detail` (prefix lengths and side), `overlaps` (true where a packet may be in two rows), `rows` |
//! | `breakdowns[].rows` | what moved the share of the whole most comes first: `key`, `share_old`, `share_new`, `points`, `contribution` (percentage points by which the row moved the share of the whole), and `ipv4`, `ipv6` as in the totals, by the measure |
//! | `only_in_one` | breakdowns that one of the two has alone |
//!
//! What has no denominator is null.

use super::{Change, Growth, moved};
use crate::compare::{Compared, ComparedBreakdown, Comparison, Document};
use crate::model::{IpVersion, Measure};
use crate::report::share::Ratio;
use serde_json::{Map, Value, json};
use std::io::{self, Write};

/// Writes the document.
pub(super) fn write(comparison: &Comparison, out: &mut dyn Write) -> io::Result<()> {
    let breakdowns = comparison.breakdowns.iter().map(|table| breakdown(comparison, table));
    let document = json!({
        "schema_version": 1,
        "measure": comparison.measure.key(),
        "profile": comparison.profile,
        "old": side(&comparison.old),
        "new": side(&comparison.new),
        "totals": {
            "transport": total(comparison, "transport", &comparison.totals().transport),
            "end_to_end": total(comparison, "end_to_end", &comparison.totals().end_to_end),
        },
        "breakdowns": breakdowns.collect::<Vec<_>>(),
        "only_in_one": comparison.only_in_one,
    });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn side(document: &Document) -> Value {
    let time = document.time.as_ref().map(|(first, last)| json!({"first": first, "last": last}));
    json!({"time": time, "inputs": document.inputs, "incomplete_inputs": document.incomplete})
}

fn total(comparison: &Comparison, view: &str, traffic: &Compared) -> Value {
    let mut by_measure = Map::new();
    for measure in Measure::ALL {
        let mut fields = change(Change::whole(comparison, view, measure));
        for family in IpVersion::ALL {
            let growth = growth(Growth::of(traffic, family, measure));
            fields.insert(family.key().to_owned(), growth);
        }
        fields.insert("both".to_owned(), growth(Growth::both(traffic, measure)));
        by_measure.insert(measure.key().to_owned(), Value::Object(fields));
    }
    Value::Object(by_measure)
}

fn breakdown(comparison: &Comparison, table: &ComparedBreakdown) -> Value {
    let rows = moved(comparison, table).into_iter().map(|moved| {
        let mut fields = Map::new();
        fields.insert("key".to_owned(), json!(moved.row.key));
        fields.extend(change(moved.share));
        fields.insert("contribution".to_owned(), json!(moved.contribution));
        for family in IpVersion::ALL {
            let growth = growth(Growth::of(&moved.row.traffic, family, comparison.measure));
            fields.insert(family.key().to_owned(), growth);
        }
        Value::Object(fields)
    });
    json!({
        "by": table.name.by,
        "view": table.name.view,
        "detail": table.name.detail,
        "overlaps": table.overlaps,
        "rows": rows.collect::<Vec<_>>(),
    })
}

fn change(change: Change) -> Map<String, Value> {
    let share = |ratio: Option<Ratio>| json!(ratio.map(Ratio::value));
    Map::from_iter([
        ("share_old".to_owned(), share(change.old)),
        ("share_new".to_owned(), share(change.new)),
        ("points".to_owned(), json!(change.points())),
    ])
}

/// Amounts beyond 64 bits lose their last digits: JSON values have no more.
#[expect(clippy::cast_precision_loss, reason = "beyond 64 bits alone")]
fn growth(growth: Growth) -> Value {
    let amount = |n: u128| u64::try_from(n).map_or_else(|_| json!(n as f64), |n| json!(n));
    json!({
        "old": amount(growth.old),
        "new": amount(growth.new),
        "growth_percent": growth.percent(),
    })
}
