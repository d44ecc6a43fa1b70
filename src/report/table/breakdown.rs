//! The largest rows of each breakdown, and what remains of it in one line.

use super::grid::{Cell, Column, Grid};
use super::number::counted;
use super::page::{Ink, Page, safe};
use super::tunnels;
use crate::model::{
    Dimension, Encapsulation, IpVersion, Measure, PrefixCut, Side, Tally, Value, View,
};
use crate::report::breakdown::{Breakdown, Table, breakdowns, has_both_ends, side};
use crate::report::share::{Whole, both};
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

fn families(summary: &Summary, table: &Breakdown<'_>, page: &mut Page) -> io::Result<()> {
    if table.rows().len() == 0 {
        return Ok(());
    }
    let settings = &summary.settings;
    page.title(&title(table.dimensions(), table.view(), settings))?;
    if has_both_ends(table.dimensions(), settings) {
        page.text("A packet is in the row of each of its two ends: parts may add up to 200 %.")?;
    }
    page.grid(&grid(table, settings.measure, page.top), 1)
}

fn title(dimensions: &[Dimension], view: View, settings: &Settings) -> String {
    let names: Vec<_> = dimensions.iter().map(name).collect();
    let side = side(dimensions, settings).map(|side| match side {
        Side::Both => ", source or destination",
        Side::Source => ", source",
        Side::Destination => ", destination",
    });
    let port = dimensions.contains(&Dimension::Port).then_some(", the well-known one of the two");
    format!(
        "By {} ({} view{}{})",
        names.join(", "),
        view.name(),
        port.unwrap_or_default(),
        side.unwrap_or_default()
    )
}

/// A dimension in a title.
fn name(dimension: &Dimension) -> String {
    let word = dimension.word().replace('-', " ");
    match dimension {
        Dimension::Prefix(_, PrefixCut::Lens(lens)) => format!("{word}, {lens}"),
        _ => word,
    }
}

fn grid(table: &Breakdown, measure: Measure, top: usize) -> Grid {
    let name = measure.name();
    // By octets, packets are worth a column too.
    let packets = measure != Measure::Packets;
    let keys = table.dimensions().iter().map(|dimension| Column::words(&dimension.word()));
    let columns = [
        packets.then(|| Column::numbers("packets").optional(1)),
        Some(Column::numbers(&format!("IPv4 {name}"))),
        Some(Column::numbers(&format!("IPv6 {name}")).ink(Ink::V6)),
        Some(Column::numbers("IPv6 share").ink(Ink::Strong).optional(2)),
        Some(Column::numbers("part").optional(3)),
    ];
    let mut grid = Grid::new(keys.chain(columns.into_iter().flatten()));
    let mut row = |keys: Vec<String>, tally: &Tally| {
        let keys = keys.into_iter().map(Cell::Words);
        grid.row(keys.chain(cells(tally, &table.whole, measure)));
    };
    for (key, tally) in table.rows().take(top) {
        let values = table.dimensions().iter().zip(key.values());
        row(values.map(|(dimension, value)| shown(dimension, value)).collect(), tally);
    }
    let rest = table.rows().len().saturating_sub(top);
    if rest > 0 {
        let mut sum = Tally::default();
        table.rows().skip(top).for_each(|(_, tally)| sum += tally);
        let mut keys = vec![String::new(); table.dimensions().len()];
        keys[0] = counted(rest as u128, "other");
        row(keys, &sum);
    }
    grid
}

fn cells(tally: &Tally, whole: &Whole, measure: Measure) -> impl Iterator<Item = Cell> + use<> {
    let packets =
        (measure != Measure::Packets).then(|| Cell::Number(both(tally, Measure::Packets)));
    let figures = [
        Cell::Number(tally.v4.get(measure)),
        Cell::Number(tally.v6.get(measure)),
        Cell::Share(whole.cell(tally, measure)),
        Cell::Share(whole.part(tally, measure)),
    ];
    packets.into_iter().chain(figures)
}

/// A value as people read it, with a word for what is not known.
fn shown(dimension: &Dimension, value: &Value) -> String {
    let unknown = match dimension {
        Dimension::Protocol => "unknown (cut away)",
        Dimension::Prefix(..) => "address not captured",
        Dimension::Port | Dimension::Service => "no TCP or UDP port",
        Dimension::Label(_) => "no label",
        Dimension::Attribute(..) => "not said",
        Dimension::Asn(_) => "not announced",
        Dimension::Time => "no time",
        Dimension::Mac(_) => "no Ethernet header",
        Dimension::TrafficClass => "cut away",
        _ => "unknown",
    };
    match value {
        Value::Unknown => unknown.to_owned(),
        Value::Port(port) if *dimension == Dimension::Port => match port.service() {
            Some(service) => format!("{port} ({service})"),
            None => port.to_string(),
        },
        Value::Encapsulation(Encapsulation::Native, outer, _) => {
            format!("{value} ({})", outer.name())
        }
        Value::Encapsulation(_, outer, inner) | Value::Path(_, outer, inner) => {
            let inner = inner.map_or("?", IpVersion::name);
            format!("{value} ({} in {})", inner, outer.name())
        }
        Value::Text(text) => safe(text),
        known => known.to_string(),
    }
}
