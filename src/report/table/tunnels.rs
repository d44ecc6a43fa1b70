//! By which mechanisms packets are carried and translated: why the two views
//! differ.

use super::grid::{Cell, Column, Grid};
use super::number::counted;
use super::page::Page;
use crate::model::{Dimension, IpVersion};
use crate::report::share::{of_all_ip, of_overhead};
use crate::report::tunnel::{TunnelBreakdown, TunnelBy, TunnelMeasure, TunnelRow};
use crate::summary::{Summary, TunnelCount};
use std::io;

/// Rows of the overview, at most.
const OVERVIEW: usize = 8;

/// Writes the overview, where there is anything but native traffic and no
/// breakdown tells more of it.
pub(super) fn overview(summary: &Summary, page: &mut Page) -> io::Result<()> {
    let measure = TunnelMeasure::Packets;
    let table = TunnelBreakdown::not_native(summary, measure);
    let asked = summary.settings.breakdowns.iter().any(|by| **by == [Dimension::Encapsulation]);
    if table.rows.is_empty() || asked {
        return Ok(());
    }
    page.title("Tunnels and translation (by packets)")?;
    let top = if page.top == usize::MAX { page.top } else { page.top.min(OVERVIEW) };
    page.grid(&grid(summary, &table, measure, top), 1)
}

/// Writes a breakdown of all IP traffic, native packets too.
pub(super) fn breakdown(
    summary: &Summary,
    table: &TunnelBreakdown,
    page: &mut Page,
) -> io::Result<()> {
    if table.rows.is_empty() {
        return Ok(());
    }
    page.title(match table.by {
        TunnelBy::Mechanism => "By encapsulation (all IP traffic, both views)",
        TunnelBy::Path => "By encapsulation path (all IP traffic, both views)",
    })?;
    let measure = summary.settings.measure.into();
    page.grid(&grid(summary, table, measure, page.top), 1)
}

/// A mechanism leads its row; a path, which may be long, ends it. An inner family
/// that cannot be seen is `?`.
fn grid(summary: &Summary, table: &TunnelBreakdown, measure: TunnelMeasure, top: usize) -> Grid {
    let path = table.by == TunnelBy::Path;
    let wire = (measure == TunnelMeasure::WireOctets).then(|| Column::numbers("wire octets"));
    let mechanism = (!path).then(|| Column::words("class"));
    let families = [Column::words("outer"), Column::words("inner")];
    let counts = [
        Column::numbers("packets"),
        Column::numbers("outer octets"),
        Column::numbers("inner octets").optional(2),
    ];
    let parts = [Column::numbers("overhead").optional(3), Column::numbers("part").optional(1)];
    let columns = mechanism.into_iter().chain(families).chain(counts).chain(wire).chain(parts);
    let mut grid = Grid::new(columns.chain(path.then(|| Column::text("path"))));
    let shown = table.rows.len().min(top);
    for row in &table.rows[..shown] {
        let inner = row.key.inner.map_or("?", IpVersion::name);
        let figures = figures(summary, &row.count, Cell::Share(of_overhead(row)), measure);
        let names = [row.key.outer.name().into(), inner.into()];
        grid.row(cells(path, row.key.to_string(), names, figures));
    }
    let rest = &table.rows[shown..];
    if let [_, ..] = rest {
        let figures = figures(summary, &sum(rest), Cell::from(""), measure);
        let others = counted(rest.len() as u128, "other");
        grid.row(cells(path, others, ["".into(), "".into()], figures));
    }
    grid
}

fn cells(
    path: bool,
    way: String,
    families: [Cell; 2],
    figures: impl Iterator<Item = Cell>,
) -> impl Iterator<Item = Cell> {
    let (first, last) = if path { (None, Some(way)) } else { (Some(way), None) };
    let first = first.map(Cell::Words).into_iter().chain(families);
    first.chain(figures).chain(last.map(Cell::Words))
}

/// The figures of a row: what its overhead is of its outer octets, and what it
/// is of all IP traffic.
fn figures(
    summary: &Summary,
    count: &TunnelCount,
    overhead: Cell,
    measure: TunnelMeasure,
) -> impl Iterator<Item = Cell> + use<> {
    use TunnelMeasure as M;
    let wire = (measure == M::WireOctets).then_some(M::WireOctets);
    let shown = [M::Packets, M::OuterOctets, M::InnerOctets].into_iter().chain(wire);
    let counts: Vec<_> = shown.map(|measure| Cell::Number(measure.get(count))).collect();
    counts.into_iter().chain([overhead, Cell::Share(of_all_ip(summary, count, measure))])
}

fn sum(rows: &[TunnelRow]) -> TunnelCount {
    let mut all = TunnelCount::default();
    for row in rows {
        all.add(&row.count);
    }
    all
}
