//! How many distinct addresses and prefixes there are.

use super::grid::{Cell, Column, Grid};
use super::number::exact;
use super::page::Page;
use crate::model::{Side, View};
use crate::summary::{DistinctWhat, EXACT_UP_TO, Summary};
use std::io;

/// Writes the counts of both views, where they were made.
pub(super) fn write(summary: &Summary, page: &mut Page) -> io::Result<()> {
    let Some(distinct) = &summary.distinct else { return Ok(()) };
    page.title(match summary.settings.prefix_side {
        Side::Both => "Distinct addresses and prefixes (source or destination)",
        Side::Source => "Distinct addresses and prefixes (source)",
        Side::Destination => "Distinct addresses and prefixes (destination)",
    })?;
    let columns = DistinctWhat::ALL
        .map(|what| Column::numbers(&format!("{} {}", what.version().name(), what.name())));
    let mut grid = Grid::new([Column::words("view")].into_iter().chain(columns));
    let mut error: f64 = 0.0;
    for view in View::ALL {
        let sets = DistinctWhat::ALL.map(|what| distinct[view].get(what));
        let counts = sets.map(|set| Cell::from(set.count()));
        error = sets.iter().fold(error, |error, set| error.max(set.standard_error()));
        grid.row([Cell::from(view.name())].into_iter().chain(counts));
    }
    page.grid(&grid, 1)?;
    match error {
        0.0 => Ok(()),
        _ => page.text(&format!(
            "Counts above {} are estimates with a standard error of {:.2}\u{a0}%; the others are exact.",
            exact(EXACT_UP_TO as u128),
            100.0 * error
        )),
    }
}
