//! What limits a headline that rests on flow records.

use super::number::counted;
use crate::model::{ExporterTally, Measure};
use crate::summary::Summary;

/// What the reader must know of sampling, and of exporters that cannot show IPv6.
pub(super) fn notes(summary: &Summary, measure: Measure) -> Vec<String> {
    let exporters = summary.exporters();
    let mut notes = Vec::new();
    let unknown: u64 = exporters.values().map(ExporterTally::unknown_sampling).sum();
    if unknown > 0 {
        let records = counted(unknown.into(), "flow record");
        notes.push(format!(
            "Sampling unknown: {records} do not say whether packets were sampled, and count as \
             exported (--sampling N says it)."
        ));
    }
    let blind = summary.unobservable_records();
    if blind > 0 && summary.ipv6_observable() {
        let records = counted(blind.into(), "flow record");
        notes.push(format!(
            "IPv6 was not observable in {records}: their exporters cannot show it, and the share \
             is too low by what they left out."
        ));
    }
    let view = summary.settings.views.first();
    if let Some((low, high)) = summary.interval(view, measure) {
        let bound = if measure == Measure::Octets { " at least" } else { "" };
        let (low, high) = (percent(low), percent(high));
        notes.push(format!(
            "Sampled: with 95 % confidence the share lies between {low} and {high} (the interval is{bound} this wide)."
        ));
    }
    notes
}

/// A bound of an interval, to a hundredth of a percent.
fn percent(bound: f64) -> String {
    format!("{:.2}\u{a0}%", bound * 100.0)
}
