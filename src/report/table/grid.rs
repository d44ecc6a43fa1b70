//! Aligned columns: numbers to the right, exactly where the width permits.
//!
//! The layout is comfy-table's, of plain text; colour is laid on the finished
//! lines by column, because escape sequences within the cells would count as
//! their width.

use super::number::{exact, percent, short};
use super::page::{Ink, Paint};
use crate::report::share::Ratio;
use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Row, Table, presets};

/// Spaces between columns.
const GAP: u16 = 2;
/// A column of text is no narrower than this.
const MIN_TEXT: u16 = 24;

/// One column.
#[derive(Clone, Debug, Default)]
pub(super) struct Column {
    title: String,
    right: bool,
    /// In which order columns go where the width does not suffice; 0 stays.
    rank: u8,
    wraps: bool,
    ink: Ink,
}

impl Column {
    /// Words, to the left.
    pub(super) fn words(title: &str) -> Self {
        Self { title: title.to_owned(), ..Self::default() }
    }

    /// Numbers, to the right.
    pub(super) fn numbers(title: &str) -> Self {
        Self { right: true, ..Self::words(title) }
    }

    /// Text that is broken into lines; only the last column may be.
    pub(super) fn text(title: &str) -> Self {
        Self { wraps: true, ..Self::words(title) }
    }

    /// Goes as the `rank`th, from 1, where the width does not suffice.
    pub(super) fn optional(self, rank: u8) -> Self {
        Self { rank, ..self }
    }

    pub(super) fn ink(self, ink: Ink) -> Self {
        Self { ink, ..self }
    }
}

/// One cell.
#[derive(Clone, Debug)]
pub(super) enum Cell {
    Words(String),
    Number(u128),
    Share(Option<Ratio>),
}

impl From<&str> for Cell {
    fn from(words: &str) -> Self {
        Self::Words(words.to_owned())
    }
}

impl From<String> for Cell {
    fn from(words: String) -> Self {
        Self::Words(words)
    }
}

impl From<u64> for Cell {
    fn from(number: u64) -> Self {
        Self::Number(number.into())
    }
}

/// Rows of as many cells as there are columns.
#[derive(Debug)]
pub(super) struct Grid {
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
}

/// How much is shown: from everything to the least.
#[derive(Clone, Copy)]
struct Detail {
    exact: bool,
    /// Columns up to this rank are left out.
    dropped: u8,
}

const DETAILS: [Detail; 6] = [
    Detail { exact: true, dropped: 0 },
    Detail { exact: true, dropped: 1 },
    Detail { exact: false, dropped: 0 },
    Detail { exact: false, dropped: 1 },
    Detail { exact: false, dropped: 2 },
    Detail { exact: false, dropped: 3 },
];

impl Grid {
    pub(super) fn new(columns: impl IntoIterator<Item = Column>) -> Self {
        Self { columns: columns.into_iter().collect(), rows: Vec::new() }
    }

    pub(super) fn row(&mut self, cells: impl IntoIterator<Item = Cell>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// The lines with as much detail as fits `width`; the least of it where
    /// nothing does: numbers are never broken.
    pub(super) fn lines(&self, width: Option<usize>, paint: Paint) -> Vec<String> {
        let mut detail = DETAILS[0];
        let mut table = self.table(detail);
        for less in &DETAILS[1..] {
            if width.is_none_or(|width| self.needed(&table, detail) <= width) {
                break;
            }
            detail = *less;
            table = self.table(detail);
        }
        if let Some(width) = width.and_then(|width| u16::try_from(width).ok()) {
            self.wrap(&mut table, detail, width);
        }
        self.painted(&table, detail, paint)
    }

    fn table(&self, detail: Detail) -> Table {
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        if self.columns.iter().any(|column| !column.title.is_empty()) {
            table.set_header(Row::from(self.shown(detail).map(|(_, c)| &c.title)));
        }
        for row in &self.rows {
            table.add_row(Row::from(self.shown(detail).map(|(at, _)| show(&row[at], detail))));
        }
        for ((_, column), laid) in self.shown(detail).zip(table.column_iter_mut()) {
            laid.set_padding((0, GAP));
            let alignment = if column.right { CellAlignment::Right } else { CellAlignment::Left };
            laid.set_cell_alignment(alignment);
        }
        table
    }

    /// The columns that a line of `table` takes at least.
    fn needed(&self, table: &Table, detail: Detail) -> usize {
        let widths = table.column_max_content_widths();
        let columns = self.shown(detail).zip(&widths).map(|((_, column), width)| {
            usize::from(if column.wraps { MIN_TEXT.min(*width) } else { *width })
        });
        columns.sum::<usize>() + usize::from(GAP) * widths.len().saturating_sub(1)
    }

    /// Has comfy-table break the column of text; all others keep their width.
    fn wrap(&self, table: &mut Table, detail: Detail, width: u16) {
        if !self.columns.iter().any(|column| column.wraps) {
            return;
        }
        // The gap after the last column is cut off again.
        table
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(width.saturating_add(GAP));
        for ((_, column), laid) in self.shown(detail).zip(table.column_iter_mut()) {
            if !column.wraps {
                laid.set_constraint(ColumnConstraint::ContentWidth);
            }
        }
    }

    /// The columns shown, with their places in a row.
    fn shown(&self, detail: Detail) -> impl Iterator<Item = (usize, &Column)> {
        let all = self.columns.iter().enumerate();
        all.filter(move |(_, column)| column.rank == 0 || column.rank > detail.dropped)
    }

    fn painted(&self, table: &Table, detail: Detail, paint: Paint) -> Vec<String> {
        let widths = table.column_max_content_widths();
        let inks: Vec<_> = self.shown(detail).map(|(_, column)| column.ink).collect();
        let paint_line = |line: String| {
            if !paint.on {
                return line.trim_end().to_owned();
            }
            let (mut painted, mut rest) = (String::new(), line.as_str());
            for (width, ink) in widths.iter().zip(&inks) {
                // Cells are ASCII: a byte is a column. Where one is not, the
                // rest of its line stays plain.
                let end = usize::from(*width + GAP);
                let Some((cell, after)) = rest.split_at_checked(end) else { break };
                painted.push_str(&paint_words(cell, *ink, paint));
                rest = after;
            }
            painted.push_str(rest);
            painted.trim_end().to_owned()
        };
        table.lines().map(paint_line).collect()
    }
}

/// Paints the words and leaves the spaces around them.
fn paint_words(cell: &str, ink: Ink, paint: Paint) -> String {
    let words = cell.trim();
    if words.is_empty() || ink == Ink::Plain {
        return cell.to_owned();
    }
    cell.replacen(words, &paint.apply(ink, words), 1)
}

fn show(cell: &Cell, detail: Detail) -> String {
    match cell {
        Cell::Words(words) => words.clone(),
        Cell::Number(number) if detail.exact => exact(*number),
        Cell::Number(number) => short(*number),
        Cell::Share(ratio) => percent(*ratio),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid() -> Grid {
        let columns = [
            Column::words("key"),
            Column::numbers("packets").optional(1),
            Column::numbers("octets").ink(Ink::V6),
        ];
        let mut grid = Grid::new(columns);
        grid.row(["tcp".into(), 1_234_567.into(), 7_654_321.into()]);
        grid.row(["all".into(), 5.into(), 12.into()]);
        grid
    }

    #[test]
    fn detail_gives_way_to_width() {
        let lines = |width| grid().lines(width, Paint { on: false });
        assert_eq!(
            lines(None),
            ["key    packets     octets", "tcp  1,234,567  7,654,321", "all          5         12"]
        );
        assert_eq!(lines(Some(24)), ["key     octets", "tcp  7,654,321", "all         12"]);
        assert_eq!(lines(Some(13)), ["key  octets", "tcp  7.65 M", "all      12"]);
        assert_eq!(lines(Some(3)), ["key  octets", "tcp  7.65 M", "all      12"]);
    }

    #[test]
    fn text_wraps_in_its_column() {
        let columns = [Column::words(""), Column::numbers(""), Column::text("")];
        let mut grid = Grid::new(columns);
        grid.row(["bad".into(), 12.into(), "a phrase that explains what is bad about it".into()]);
        let paint = Paint { on: false };
        assert_eq!(
            grid.lines(Some(33), paint),
            ["bad  12  a phrase that explains", "         what is bad about it"]
        );
        assert_eq!(
            grid.lines(None, paint),
            ["bad  12  a phrase that explains what is bad about it"]
        );
    }

    #[test]
    fn paint_surrounds_words_alone() {
        let lines = grid().lines(Some(13), Paint { on: true });
        assert_eq!(lines[2], "all      \u{1b}[32m12\u{1b}[0m");
    }
}
