//! How a result is shown and where it goes: the options that every verb with a
//! result has.

use super::cli::{ColorArg, FormatArg};
use super::output::{self, Unwritable};
use clap::Args;
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use v6share::report;

/// The options.
#[derive(Debug, Args)]
pub(crate) struct PresentArgs {
    /// Rows of each breakdown in a table, 0 for all (other formats give all)
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(crate) top: usize,

    /// How the result is written
    #[arg(long, value_enum, default_value = "table")]
    pub(crate) format: FormatArg,

    /// Write the result to FILE: a temporary file first, renamed when it is whole
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// Colour in a table
    #[arg(long, value_enum, default_value = "auto")]
    pub(crate) color: ColorArg,
}

impl PresentArgs {
    /// Writes a result that `content` makes.
    pub(crate) fn write(
        &self,
        content: impl FnOnce(&report::Options, &mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Unwritable> {
        let output = self.output.as_deref();
        let to_terminal = output.is_none() && io::stdout().is_terminal();
        let color = match self.color {
            ColorArg::Always => true,
            ColorArg::Never => false,
            ColorArg::Auto => {
                output.is_none()
                    && anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never
            }
        };
        let width = to_terminal.then(terminal_width).flatten();
        let options = report::Options { format: self.format.into(), top: self.top, color, width };
        output::write(output, |out| content(&options, out))
    }
}

fn terminal_width() -> Option<u16> {
    let size = rustix::termios::tcgetwinsize(io::stdout()).ok()?;
    (size.ws_col > 0).then_some(size.ws_col)
}
