//! The largest rows of each breakdown, and what remains of it in one line.

use super::grid::{Cell, Column, Grid};
use super::number::counted;
use super::page::{Ink, Page};
use super::tunnels;
use crate::model::{Measure, PrefixSide, Tally};
use crate::report::breakdown::{Breakdown, By, Key, Table, breakdowns};
use crate::report::share::{Whole, both, of_cell};
use crate::summary::{Settings, Summary};
use std::io;

/// Writes all breakdowns that have rows.
pub(super) fn write(summary: &Summary, page: &mut Page) -> io::Result<()> {
    for table in breakdowns(summary) {
        match table {
            Table::Families(table) => families(summary, &table, page)?,
            Table::Tunnels(table) => tunnels::breakdown(summary, &table, page)?,
        }
    }
    Ok(())
}

fn families(summary: &Summary, table: &Breakdown, page: &mut Page) -> io::Result<()> {
    if table.rows.is_empty() {
        return Ok(());
    }
    page.title(&title(table, &summary.settings))?;
    let both = summary.settings.prefix_side == PrefixSide::Both;
    if both && matches!(table.by, By::Prefix(_)) {
        page.text("A packet is in the row of each of its two ends: parts may add up to 200 %.")?;
    }
    page.grid(&grid(table, summary.settings.measure, page.top), 1)
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
        By::Port => format!("By port ({view} view, the well-known one of the two)"),
        By::Service => format!("By service ({view} view)"),
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
        row(key(each.key), &each.tally);
    }
    let rest = &table.rows[shown..];
    if let [_, ..] = rest {
        let mut sum = Tally::default();
        for each in rest {
            sum += &each.tally;
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
        Key::Protocol(_) | Key::Prefix(_) | Key::Service(_) | Key::UnnamedService(_) => {
            key.to_string()
        }
        Key::Port(port) => match port.service() {
            Some(service) => format!("{port} ({service})"),
            None => port.to_string(),
        },
        Key::UnknownProtocol => "unknown (cut away)".to_owned(),
        Key::NoAddress => "address not captured".to_owned(),
        Key::NoPort | Key::NoService => "no TCP or UDP port".to_owned(),
    }
}
