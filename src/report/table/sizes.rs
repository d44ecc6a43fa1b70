//! How large the packets of each family are.

use super::grid::{Cell, Column, Grid};
use super::number::tenths;
use super::page::Page;
use crate::model::IpVersion;
use crate::summary::{SizeQuantiles, Summary};
use std::io;

/// The percentiles shown, with their headings.
const SHOWN: [(f64, &str); 5] =
    [(5.0, "p5"), (25.0, "p25"), (50.0, "median"), (75.0, "p75"), (95.0, "p95")];

/// Writes a grid for each view chosen that has packets.
pub(super) fn write(summary: &Summary, page: &mut Page) -> io::Result<()> {
    for view in summary.settings.views.list() {
        let families = IpVersion::ALL.map(|version| {
            let sizes = summary.sizes[*view][version.index()].quantiles();
            sizes.map(|sizes| (version, sizes))
        });
        if families.iter().all(Option::is_none) {
            continue;
        }
        page.title(&format!("Packet sizes in IP octets ({} view)", view.name()))?;
        let mut grid = grid();
        for (version, sizes) in families.iter().flatten() {
            grid.row(cells(*version, sizes));
        }
        page.grid(&grid, 1)?;
    }
    Ok(())
}

fn grid() -> Grid {
    let percentiles = SHOWN.map(|(percent, name)| match percent {
        25.0 | 75.0 => Column::numbers(name).optional(1),
        5.0 | 95.0 => Column::numbers(name).optional(2),
        _ => Column::numbers(name),
    });
    let first = [Column::words("family"), Column::numbers("packets"), Column::numbers("min")];
    let last = [Column::numbers("max"), Column::numbers("mean")];
    Grid::new(first.into_iter().chain(percentiles).chain(last))
}

fn cells(version: IpVersion, sizes: &SizeQuantiles) -> Vec<Cell> {
    let at = |percent: f64| sizes.percentiles.iter().find(|(p, _)| *p == percent);
    let percentiles = SHOWN.map(|(percent, _)| match at(percent) {
        Some((_, octets)) => Cell::from(*octets),
        None => Cell::from("n/a"),
    });
    let mut cells = vec![version.name().into(), sizes.packets.into(), sizes.min.into()];
    cells.extend(percentiles);
    cells.extend([sizes.max.into(), Cell::Words(tenths(sizes.mean))]);
    cells
}
