//! `v6share compare`: two results side by side.

use super::cli::MeasureArg;
use super::exit::Exit;
use super::present::PresentArgs;
use super::{message, stored};
use clap::Args;
use std::path::{Path, PathBuf};
use v6share::compare::{Comparison, Document};
use v6share::report;

const EXAMPLE: &str = "\
Example:
  v6share compare 2025.parquet 2026.parquet
  v6share compare --format csv old.json new.json";

/// Arguments of `compare`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Compare {
    /// The earlier result: kept with --save, or a report in JSON
    #[arg(value_name = "OLD")]
    old: PathBuf,

    /// The later one
    #[arg(value_name = "NEW")]
    new: PathBuf,

    /// What is compared; that of the earlier result without
    #[arg(long, value_enum)]
    measure: Option<MeasureArg>,

    #[command(flatten)]
    present: PresentArgs,
}

/// Carries it out.
pub(crate) fn run(arguments: &Compare) -> Exit {
    match compare(arguments) {
        Ok(()) => Exit::Success,
        Err(why) => {
            message::error(&why);
            Exit::Failure
        }
    }
}

fn compare(arguments: &Compare) -> Result<(), String> {
    let (old, new) = (document(&arguments.old)?, document(&arguments.new)?);
    let comparison =
        Comparison::new(old, new, arguments.measure.map(Into::into)).map_err(|error| {
            format!("{} and {}: {error}", arguments.old.display(), arguments.new.display())
        })?;
    let written =
        arguments.present.write(|options, out| report::write_comparison(&comparison, options, out));
    written.map_err(|error| error.to_string())
}

/// A result in the one form that is compared: a JSON report.
fn document(path: &Path) -> Result<Document, String> {
    let mut bytes = stored::bytes(path)?;
    if stored::is_parquet(&bytes) {
        let summary = stored::summary(path, std::mem::take(&mut bytes))?;
        let options =
            report::Options { format: report::Format::Json, ..report::Options::default() };
        report::write(&summary, &options, &mut bytes).map_err(|error| error.to_string())?;
    }
    Document::parse(&bytes).map_err(|error| format!("{}: {error}", path.display()))
}
