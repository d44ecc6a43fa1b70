//! Which format a comparison is written in.

use super::{csv, json};
use crate::compare::Comparison;
use crate::report::{Format, Options, table};
use std::io::{self, BufWriter, Write};

/// Writes a comparison to `out`, which need not be buffered. `Ndjson` has no
/// form of its own: it is JSON.
///
/// # Errors
/// Those of `out`.
pub fn write(comparison: &Comparison, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    match options.format {
        Format::Table => table::write_comparison(comparison, options, &mut out),
        Format::Json | Format::Ndjson => json::write(comparison, &mut out),
        Format::Csv => csv::write(comparison, &mut out),
    }?;
    out.flush()
}
