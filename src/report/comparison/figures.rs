//! What changed between two results: the one place where differences are made.

use crate::compare::{Compared, ComparedBreakdown, ComparedRow, Comparison};
use crate::model::{IpVersion, Measure};
use crate::report::share::{Ratio, of_cell};
use std::cmp::Reverse;

/// A share before and after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::report) struct Change {
    pub(in crate::report) old: Option<Ratio>,
    pub(in crate::report) new: Option<Ratio>,
}

impl Change {
    /// The share of IPv6 within something.
    pub(in crate::report) fn within(traffic: &Compared, measure: Measure) -> Self {
        Self { old: of_cell(&traffic.old, measure), new: of_cell(&traffic.new, measure) }
    }

    /// The share of the whole, in the view that is named so.
    pub(in crate::report) fn whole(comparison: &Comparison, view: &str, measure: Measure) -> Self {
        let (old, new) = comparison.wholes(view);
        let totals = comparison.totals();
        let traffic = if view == "end_to_end" { totals.end_to_end } else { totals.transport };
        let share = |v6: u128, whole: Option<u128>| Ratio::new(v6, whole?);
        Self {
            old: share(traffic.old.v6.get(measure), old.get(measure)),
            new: share(traffic.new.v6.get(measure), new.get(measure)),
        }
    }

    /// After less before, in percentage points; `None` where one has no
    /// denominator.
    pub(in crate::report) fn points(self) -> Option<f64> {
        Some((self.new?.value() - self.old?.value()) * 100.0)
    }
}

/// Traffic before and after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::report) struct Growth {
    pub(in crate::report) old: u128,
    pub(in crate::report) new: u128,
}

impl Growth {
    /// Of one family.
    pub(in crate::report) fn of(traffic: &Compared, family: IpVersion, measure: Measure) -> Self {
        Self { old: traffic.old[family].get(measure), new: traffic.new[family].get(measure) }
    }

    /// Of both together.
    pub(in crate::report) fn both(traffic: &Compared, measure: Measure) -> Self {
        Self { old: traffic.old.both().get(measure), new: traffic.new.both().get(measure) }
    }

    /// By how many percent it grew; `None` from nothing.
    #[expect(clippy::cast_precision_loss, reason = "a growth for people")]
    pub(in crate::report) fn percent(self) -> Option<f64> {
        (self.old > 0).then(|| (self.new as f64 / self.old as f64 - 1.0) * 100.0)
    }
}

/// A row, and how it moved the whole.
#[derive(Clone, Copy, Debug)]
pub(in crate::report) struct Moved<'a> {
    pub(in crate::report) row: &'a ComparedRow,
    pub(in crate::report) share: Change,
    /// Percentage points by which the row moved the share of the whole: its IPv6
    /// traffic over the whole, after less before. `None` where one whole is
    /// empty.
    pub(in crate::report) contribution: Option<f64>,
}

/// The rows of a breakdown, what moved the whole most first; then the largest,
/// then by key.
pub(in crate::report) fn moved<'a>(
    comparison: &Comparison,
    breakdown: &'a ComparedBreakdown,
) -> Vec<Moved<'a>> {
    let measure = comparison.measure;
    let (old, new) = comparison.wholes(&breakdown.name.view);
    let (old, new) = (old.get(measure), new.get(measure));
    let of = |row: &'a ComparedRow| {
        let v6 = Growth::of(&row.traffic, IpVersion::V6, measure);
        let part = |part: u128, whole: Option<u128>| Ratio::new(part, whole?);
        let change = Change { old: part(v6.old, old), new: part(v6.new, new) };
        Moved { row, share: Change::within(&row.traffic, measure), contribution: change.points() }
    };
    let mut rows: Vec<_> = breakdown.rows.iter().map(of).collect();
    rows.sort_by(|a, b| {
        let size = |moved: &Moved<'_>| Reverse(moved.contribution.unwrap_or_default().abs());
        let traffic = |moved: &Moved<'_>| {
            let both = Growth::both(&moved.row.traffic, measure);
            Reverse(both.old.max(both.new))
        };
        (size(a).0.total_cmp(&size(b).0).reverse())
            .then_with(|| traffic(a).cmp(&traffic(b)))
            .then_with(|| a.row.key.cmp(&b.row.key))
    });
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::Document;

    fn report(rows: &[(&str, u64, u64)]) -> Document {
        let count = |n: u64| {
            format!(r#"{{"packets": {n}, "octets": {n}, "wire_octets": {n}, "flows": 0}}"#)
        };
        let cell = |v4, v6| format!(r#""ipv4": {}, "ipv6": {}"#, count(v4), count(v6));
        let sum = rows.iter().fold((0, 0), |sum, row| (sum.0 + row.1, sum.1 + row.2));
        let listed: Vec<_> = rows
            .iter()
            .map(|(key, v4, v6)| format!(r#"{{"key": {{"label": "{key}"}}, {}}}"#, cell(*v4, *v6)))
            .collect();
        let total = cell(sum.0, sum.1);
        let text = format!(
            r#"{{"schema_version": 1, "measure": "octets", "profile": "ip-only",
            "totals": {{"transport": {{{total}}}, "end_to_end": {{{total}}}}},
            "breakdowns": [{{"by": ["label"], "view": "transport", "rows": [{}]}}]}}"#,
            listed.join(",")
        );
        Document::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn contributions_add_up_to_the_change_of_the_share() {
        let old = report(&[("a", 60, 20), ("b", 15, 5)]);
        let new = report(&[("a", 40, 40), ("b", 15, 5), ("c", 50, 50)]);
        let comparison = Comparison::new(old, new, None).unwrap();
        let change = Change::whole(&comparison, "transport", Measure::Octets);
        let points = change.points().unwrap();
        assert!((points - (47.5 - 25.0)).abs() < 1e-9, "{points}");
        let rows = moved(&comparison, &comparison.breakdowns[0]);
        let sum: f64 = rows.iter().filter_map(|row| row.contribution).sum();
        assert!((sum - points).abs() < 1e-9, "{sum}");
        assert_eq!(rows[0].row.key, "c");
        assert_eq!(rows[0].share.points(), None, "it was not there before");
    }
}
