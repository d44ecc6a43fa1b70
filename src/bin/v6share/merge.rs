//! `v6share merge`: results added up.

use super::exit::Exit;
use super::{message, save, stored};
use clap::Args;
use std::path::PathBuf;
use v6share::summary::{Summary, Tolerance, shared_input};

const EXAMPLE: &str = "\
Example:
  v6share analyze --save monday.parquet monday/*.pcap.gz
  v6share analyze --save tuesday.parquet tuesday/*.pcap.gz
  v6share merge monday.parquet tuesday.parquet -o week.parquet
  v6share report week.parquet

The result is the same, byte for byte, as that of one run over all inputs with the
same options. Of parts of one capture (analyze --range) it proves that they join, and
refuses them where one is missing, overlaps another or begins at a wrong place.";

/// Arguments of `merge`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Merge {
    /// Results that were kept with --save, and folders of them
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,

    /// Where the sum goes: written whole or not at all; - for standard output
    #[arg(long, short, value_name = "FILE", required = true)]
    output: PathBuf,

    /// Add them up though an input is in two of them: its traffic then counts twice
    #[arg(long)]
    allow_same_input: bool,

    /// Add them up though parts of a capture are missing (see analyze --range): they
    /// stay parts, and can be added up with the others later
    #[arg(long)]
    allow_incomplete: bool,
}

/// Carries it out.
pub(crate) fn run(arguments: &Merge) -> Exit {
    let tolerance =
        Tolerance { incomplete: arguments.allow_incomplete, twice: arguments.allow_same_input };
    let merged = merged(&arguments.files, tolerance)
        .and_then(|summary| save::to_file(&summary, &arguments.output));
    match merged {
        Ok(()) => Exit::Success,
        Err(why) => {
            message::error(&why);
            Exit::Failure
        }
    }
}

/// The sum of stored summaries; what was a capture in parts is one input again.
pub(crate) fn merged(paths: &[PathBuf], tolerance: Tolerance) -> Result<Summary, String> {
    let files = stored::files(paths)?;
    let mut summaries = Vec::new();
    for path in &files {
        summaries.push(stored::summary(path, stored::bytes(path)?)?);
    }
    if !tolerance.twice
        && let Some(name) = shared_input(&summaries.iter().collect::<Vec<_>>())
    {
        return Err(format!(
            "{name}: this input is in two of the results, and its traffic would count twice (leave one out, or say --allow-same-input)"
        ));
    }
    let mut parts = files.iter().zip(summaries);
    let Some((_, mut sum)) = parts.next() else {
        return Err("nothing to add up: give files that were kept with --save".to_owned());
    };
    for (path, summary) in parts {
        sum.merge(summary).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    sum.join_parts(tolerance).map_err(|error| error.to_string())?;
    Ok(sum)
}
