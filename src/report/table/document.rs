//! The order of the sections.

use super::page::Page;
use super::{
    account, breakdown, distinct, exporters, headline, inputs, profiles, sizes, totals, tunnels,
};
use crate::report::Options;
use crate::summary::Summary;
use std::io::{self, Write};

/// Writes all sections that have something to say.
pub(in crate::report) fn write(
    summary: &Summary,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut page = Page::new(out, options);
    headline::write(summary, &mut page)?;
    totals::write(summary, &mut page)?;
    profiles::write(summary, &mut page)?;
    tunnels::overview(summary, &mut page)?;
    totals::time(summary, &mut page)?;
    totals::scope(summary, &mut page)?;
    account::write(summary, &mut page)?;
    exporters::write(summary, &mut page)?;
    inputs::write(summary, &mut page)?;
    distinct::write(summary, &mut page)?;
    breakdown::write(summary, &mut page)?;
    sizes::write(summary, &mut page)
}

#[cfg(test)]
#[path = "document_tests.rs"]
mod tests;
