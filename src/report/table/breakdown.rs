//! The largest rows of each breakdown, and what remains of it in one line.

use super::grid::{Cell, Column, Grid};
use super::number::counted;
use super::page::{Ink, Page};
use crate::model::{Measure, PrefixSide, Tally};
use crate::report::breakdown::{Breakdown, By, Key, breakdowns};
use crate::report::share::{Whole, both, of_cell};
use crate::summary::{Settings, Summary};
use std::io;

/// Writes all breakdowns that have rows.
pub(super) fn write(summary: &Summary, page: &mut Page) -> io::Result<()> {
    for table in breakdowns(summary).filter(|table| !table.rows.is_empty()) {
        page.title(&title(&table, &summary.settings))?;
        if table.by != By::Protocol && summary.settings.prefix_side == PrefixSide::Both {
            page.text(
                "A packet is in the row of each of its two ends: parts may add up to 200 %.",
            )?;
        }
        page.grid(&grid(&table, summary.settings.measure, page.top), 1)?;
    }
    Ok(())
}

fn title(table: &Breakdown, settings: &Settings) -> String {
    let view = table.view.name();
    match table.by {
        By::Protocol => format!("By protocol ({view} view)"),
        By::Prefix(lens) => {
            let side = match settings.prefix_side {
                PrefixSide::Both => "source or destination",
                one => one.key(),
            };
            format!("By prefix, {lens} ({view} view, {side})")
        }
    }
}

fn grid(table: &Breakdown, measure: Measure, top: usize) -> Grid {
    let name = measure.name();
    // By octets, packets are worth a column too.
    let packets = measure != Measure::Packets;
    let columns = [
        Some(Column::words(table.by.key())),
        packets.then(|| Column::numbers("packets").optional(1)),
        Some(Column::numbers(&format!("IPv4 {name}"))),
        Some(Column::numbers(&format!("IPv6 {name}")).ink(Ink::V6)),
        Some(Column::numbers("IPv6 share").ink(Ink::Strong).optional(2)),
        Some(Column::numbers("part").optional(3)),
    ];
    let mut grid = Grid::new(columns.into_iter().flatten());
    let mut row = |key: String, tally: &Tally| grid.row(cells(key, tally, &table.whole, measure));
    let shown = table.rows.len().min(top);
    for each in &table.rows[..shown] {
        row(key(each.key), each.tally);
    }
    let rest = &table.rows[shown..];
    if let [_, ..] = rest {
        let mut sum = Tally::default();
        for each in rest {
            sum += each.tally;
        }
        row(counted(rest.len() as u128, "other"), &sum);
    }
    grid
}

fn cells(
    key: String,
    tally: &Tally,
    whole: &Whole,
    measure: Measure,
) -> impl Iterator<Item = Cell> + use<> {
    let packets =
        (measure != Measure::Packets).then(|| Cell::Number(both(tally, Measure::Packets)));
    let figures = [
        Cell::Number(tally.v4.get(measure)),
        Cell::Number(tally.v6.get(measure)),
        Cell::Share(of_cell(tally, measure)),
        Cell::Share(whole.part(tally, measure)),
    ];
    [Cell::Words(key)].into_iter().chain(packets).chain(figures)
}

fn key(key: Key) -> String {
    match key {
        Key::Protocol(_) | Key::Prefix(_) => key.to_string(),
        Key::UnknownProtocol => "unknown (cut away)".to_owned(),
        Key::NoAddress => "address not captured".to_owned(),
    }
}
