//! `v6share merge`: results added up.

use super::exit::Exit;
use super::{message, save, stored};
use clap::Args;
use std::path::PathBuf;
use v6share::summary::{SeenInputs, Summary, Tolerance};

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

    /// Add them up though different tables say whose an address is: the same address
    /// may then have rows of several labels, origins, countries or holders
    #[arg(long)]
    allow_other_networks: bool,
}

/// What is let pass.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Allowed {
    pub(crate) parts: Tolerance,
    pub(crate) other_networks: bool,
}

/// Carries it out.
pub(crate) fn run(arguments: &Merge) -> Exit {
    let parts =
        Tolerance { incomplete: arguments.allow_incomplete, twice: arguments.allow_same_input };
    let allowed = Allowed { parts, other_networks: arguments.allow_other_networks };
    let merged = merged(&arguments.files, allowed).and_then(|summary| {
        if summary.settings.handed_on.min_cell > 1 {
            message::note(&"small rows were folded in each result by itself: rows that are small in one and not in all count among the others there");
        }
        save::to_file(&summary, &arguments.output)
    });
    match merged {
        Ok(()) => Exit::Success,
        Err(why) => {
            message::error(&why);
            Exit::Failure
        }
    }
}

/// The sum of stored summaries; what was a capture in parts is one input again.
pub(crate) fn merged(paths: &[PathBuf], allowed: Allowed) -> Result<Summary, String> {
    let mut sum: Option<Summary> = None;
    let mut seen = SeenInputs::default();
    for path in &stored::files(paths)? {
        let summary = stored::summary(path, stored::bytes(path)?)?;
        if let Some(name) = seen.add(&summary).filter(|_| !allowed.parts.twice) {
            return Err(format!(
                "{name}: this input is in two of the results, and its traffic would count twice (leave one out, or add them up all the same with v6share merge --allow-same-input)"
            ));
        }
        let merged = match &mut sum {
            None => {
                sum = Some(summary);
                continue;
            }
            Some(sum) if allowed.other_networks => sum.merge_with_other_networks(summary),
            Some(sum) => sum.merge(summary),
        };
        merged.map_err(|error| format!("{}: {error}", path.display()))?;
    }
    let sum = sum.ok_or("nothing to add up: give files that were kept with --save");
    let mut sum = sum.map_err(str::to_owned)?;
    sum.join_parts(allowed.parts).map_err(|error| error.to_string())?;
    Ok(sum)
}
