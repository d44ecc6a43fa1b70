//! Which format is written, and the choices of presentation. What is measured
//! is no choice made here: it stands in the summary's own settings.

use super::{csv, json, ndjson, table};
use crate::summary::Summary;
use std::io::{self, BufWriter, Write};

/// The formats of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// Text for people.
    #[default]
    Table,
    /// One JSON document: [`super::json`].
    Json,
    /// One JSON object a line: [`super::ndjson`].
    Ndjson,
    /// Comma-separated values with one header line: [`super::csv`].
    Csv,
}

/// How a report is presented. All but `format` concern people: machines get
/// every row, in full, without colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// The format.
    pub format: Format,
    /// Rows of a list or breakdown in the table; 0 gives all of them.
    pub top: usize,
    /// Whether the table may hold ANSI escape sequences.
    pub color: bool,
    /// Width of the terminal in columns; `None` is unlimited.
    pub width: Option<u16>,
}

impl Default for Options {
    /// Plain text of any width with ten rows a breakdown.
    fn default() -> Self {
        Self { format: Format::Table, top: 10, color: false, width: None }
    }
}

/// Writes `summary` to `out`, which need not be buffered.
///
/// # Errors
/// Those of `out`, a closed pipe among them; no other can occur.
pub fn write(summary: &Summary, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    match options.format {
        Format::Table => table::write(summary, options, &mut out),
        Format::Json => json::write(summary, &mut out),
        Format::Ndjson => ndjson::write(summary, &mut out),
        Format::Csv => csv::write(summary, &mut out),
    }?;
    out.flush()
}
