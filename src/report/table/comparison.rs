//! Two results side by side, for people.

use super::grid::{Cell, Column, Grid};
use super::number::{exact, percent};
use super::page::{Ink, Page, safe};
use crate::compare::{ComparedBreakdown, Comparison, Document};
use crate::model::{IpVersion, Measure};
use crate::report::Options;
use crate::report::comparison::{Change, Growth, moved};
use std::io::{self, Write};

/// Writes the headline, the totals and what moved most.
pub(in crate::report) fn write(
    comparison: &Comparison,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut page = Page::new(out, options);
    headline(comparison, &mut page)?;
    totals(comparison, &mut page)?;
    for table in &comparison.breakdowns {
        breakdown(comparison, table, &mut page)?;
    }
    if !comparison.only_in_one.is_empty() {
        page.title("Not compared")?;
        for name in &comparison.only_in_one {
            page.text(&safe(name))?;
        }
    }
    Ok(())
}

fn headline(comparison: &Comparison, page: &mut Page<'_>) -> io::Result<()> {
    let change = Change::whole(comparison, "transport", comparison.measure);
    let strong = match change.points() {
        Some(points) => format!(
            "The share of IPv6 went from {} to {}: {}.",
            held(&percent(change.old)),
            held(&percent(change.new)),
            held(&signed(points, "percentage\u{a0}points")),
        ),
        None => {
            "There is no share to compare: one of the two has no traffic of its profile.".to_owned()
        }
    };
    let how = format!(
        "By {}, transport view, profile {}.",
        comparison.measure.name(),
        safe(&comparison.profile)
    );
    page.paragraph(&format!("{strong} {how}"), &strong, Ink::Strong)?;
    page.text(&side("Before", &comparison.old))?;
    page.text(&side("After", &comparison.new))
}

fn side(word: &str, document: &Document) -> String {
    let time = match &document.time {
        Some((first, last)) => format!("{} to {}", safe(first), safe(last)),
        None => "no time".to_owned(),
    };
    let inputs = if document.inputs == 1 { "input" } else { "inputs" };
    let incomplete = match document.incomplete {
        0 => String::new(),
        some => format!(", {some} of them not read to the end"),
    };
    format!("{word}: {time}; {} {inputs}{incomplete}", document.inputs)
}

fn totals(comparison: &Comparison, page: &mut Page<'_>) -> io::Result<()> {
    page.title("Totals")?;
    let columns = ["IPv4", "IPv6", "both", "share before", "share after", "difference"];
    let words = [Column::words("view"), Column::words("measure")];
    let mut grid = Grid::new(words.into_iter().chain(columns.map(Column::numbers)));
    let totals = comparison.totals();
    let views = [
        ("transport", "transport", totals.transport),
        ("end-to-end", "end_to_end", totals.end_to_end),
    ];
    for (name, view, traffic) in views {
        let mut first = true;
        for measure in Measure::ALL {
            if Growth::both(&traffic, measure) == (Growth { old: 0, new: 0 }) {
                continue;
            }
            let change = Change::whole(comparison, view, measure);
            let mut cells =
                vec![Cell::from(if first { name } else { "" }), Cell::from(measure.name())];
            cells.extend(IpVersion::ALL.map(|family| grown(Growth::of(&traffic, family, measure))));
            cells.push(grown(Growth::both(&traffic, measure)));
            cells.extend(shares(change));
            grid.row(cells);
            first = false;
        }
    }
    page.grid(&grid, 1)?;
    page.text("IPv4, IPv6 and both: growth of the traffic.")
}

fn breakdown(
    comparison: &Comparison,
    table: &ComparedBreakdown,
    page: &mut Page<'_>,
) -> io::Result<()> {
    let measure = comparison.measure;
    page.title(&format!("What moved most {}", table.name))?;
    if table.overlaps {
        page.text("A packet is in the row of each of its two ends: contributions do not add up.")?;
    }
    let numbers =
        ["before", "after", "growth", "share before", "share after", "difference", "contribution"];
    let mut grid =
        Grid::new([Column::words("key")].into_iter().chain(numbers.map(Column::numbers)));
    let rows = moved(comparison, table);
    for moved in rows.iter().take(page.top) {
        let both = Growth::both(&moved.row.traffic, measure);
        let mut cells = vec![
            Cell::from(safe(&moved.row.key)),
            Cell::Number(both.old),
            Cell::Number(both.new),
            grown(both),
        ];
        cells.extend(shares(moved.share));
        cells.push(points(moved.contribution));
        grid.row(cells);
    }
    page.grid(&grid, 1)?;
    match rows.len().saturating_sub(page.top) {
        0 => Ok(()),
        more => page.text(&format!("{} more, which moved less", exact(more as u128))),
    }
}

fn shares(change: Change) -> [Cell; 3] {
    [Cell::Share(change.old), Cell::Share(change.new), points(change.points())]
}

fn points(points: Option<f64>) -> Cell {
    points.map_or_else(|| "n/a".into(), |points| signed(points, "pp").into())
}

fn grown(growth: Growth) -> Cell {
    match growth.percent() {
        Some(percent) => signed(percent, "%").into(),
        None if growth.new > 0 => "new".into(),
        None => "none".into(),
    }
}

/// `+1.25 pp`, `-0.03 %`; what rounds to nothing but is not nothing has more
/// places.
fn signed(value: f64, unit: &str) -> String {
    let places = (2..9).find(|places| value == 0.0 || value.abs() >= 0.5 / 10_f64.powi(*places));
    let places = usize::try_from(places.unwrap_or(9)).unwrap_or(9);
    if value == 0.0 { format!("0 {unit}") } else { format!("{value:+.places$} {unit}") }
}

/// The same text, not to be broken at its spaces.
fn held(text: &str) -> String {
    text.replace(' ', "\u{a0}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_shows_its_sign_and_is_never_rounded_to_nothing() {
        assert_eq!(signed(1.25, "pp"), "+1.25 pp");
        assert_eq!(signed(-0.004, "pp"), "-0.004 pp");
        assert_eq!(signed(0.0, "pp"), "0 pp");
        assert_eq!(signed(-100.0, "%"), "-100.00 %");
    }

    #[test]
    fn growth_from_nothing_has_no_percentage() {
        let words = |old, new| match grown(Growth { old, new }) {
            Cell::Words(words) => words,
            other => panic!("{other:?}"),
        };
        assert_eq!(words(0, 5), "new");
        assert_eq!(words(0, 0), "none");
        assert_eq!(words(4, 5), "+25.00 %");
    }
}
