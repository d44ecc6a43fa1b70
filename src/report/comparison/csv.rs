//! A comparison as CSV (RFC 4180, LF line ends): one line for each view's total
//! and each row, by the measure of the comparison.
//!
//! | column | what it is |
//! | --- | --- |
//! | `by`, `view`, `detail`, `key` | `total`, or the breakdown and the row |
//! | `ipv4_old`, `ipv4_new`, `ipv6_old`, `ipv6_new` | the amounts |
//! | `share_old`, `share_new` | the share of IPv6; of a row within the row |
//! | `points` | their difference in percentage points |
//! | `contribution` | percentage points by which the row moved the share of the whole |
//!
//! Rows that moved the whole most come first.

use super::{Change, Growth, moved};
use crate::compare::{Compared, Comparison};
use crate::model::IpVersion;
use crate::report::csv::quoted;
use crate::report::share::Ratio;
use std::io::{self, Write};

/// Writes the header and the lines.
pub(super) fn write(comparison: &Comparison, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "by,view,detail,key,ipv4_old,ipv4_new,ipv6_old,ipv6_new,share_old,share_new,points,contribution"
    )?;
    let totals = comparison.totals();
    for (view, traffic) in [("transport", totals.transport), ("end_to_end", totals.end_to_end)] {
        let change = Change::whole(comparison, view, comparison.measure);
        write!(out, "total,{view},,")?;
        figures(comparison, &traffic, change, change.points(), out)?;
    }
    for table in &comparison.breakdowns {
        let by = table.name.by.join(",");
        let detail = table.name.detail.as_deref().unwrap_or_default();
        for moved in moved(comparison, table) {
            write!(out, "{},{},{},", quoted(&by), table.name.view, quoted(detail))?;
            write!(out, "{}", quoted(&moved.row.key))?;
            figures(comparison, &moved.row.traffic, moved.share, moved.contribution, out)?;
        }
    }
    Ok(())
}

fn figures(
    comparison: &Comparison,
    traffic: &Compared,
    change: Change,
    contribution: Option<f64>,
    out: &mut dyn Write,
) -> io::Result<()> {
    for family in IpVersion::ALL {
        let growth = Growth::of(traffic, family, comparison.measure);
        write!(out, ",{},{}", growth.old, growth.new)?;
    }
    let shares = [change.old, change.new].map(|ratio| ratio.map(Ratio::value));
    for value in shares.into_iter().chain([change.points(), contribution]) {
        match value {
            Some(value) => write!(out, ",{value}")?,
            None => write!(out, ",")?,
        }
    }
    writeln!(out)
}
