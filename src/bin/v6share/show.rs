//! `v6share report`: a kept result, shown.

use super::cli::MeasureArg;
use super::exit::Exit;
use super::present::PresentArgs;
use super::{merge, message};
use clap::Args;
use std::path::PathBuf;
use v6share::model::AutoShare;
use v6share::report;
use v6share::summary::Tolerance;

/// Arguments of `report`.
#[derive(Debug, Args)]
pub(crate) struct Show {
    /// A result that was kept with --save; of several, and of folders, the sum
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,

    /// What the headline share and the order of rows are made of; as it was analyzed without
    #[arg(long, value_enum)]
    measure: Option<MeasureArg>,

    /// What an automatic prefix carries at least, in percent; as it was analyzed without
    #[arg(long, value_name = "PERCENT")]
    auto_share: Option<AutoShare>,

    #[command(flatten)]
    present: PresentArgs,
}

/// Carries it out.
pub(crate) fn run(arguments: &Show) -> Exit {
    // Parts are shown as parts.
    let parts = Tolerance { incomplete: true, twice: false };
    let allowed = merge::Allowed { parts, ..Default::default() };
    let shown = merge::merged(&arguments.files, allowed).and_then(|mut summary| {
        if let Some(measure) = arguments.measure {
            summary.settings.measure = measure.into();
        }
        if let Some(share) = arguments.auto_share {
            summary.settings.auto.share = share;
        }
        let written = arguments.present.write(|options, out| report::write(&summary, options, out));
        written.map_err(|error| error.to_string())
    });
    match shown {
        Ok(()) => Exit::Success,
        Err(why) => {
            message::error(&why);
            Exit::Failure
        }
    }
}
