//! Reading one capture in parts: `--range`.

use clap::Args;
use v6share::input::{Found, Place};
use v6share::model::{ByteRange, Cut, CutStart};

/// The options.
#[derive(Debug, Args)]
#[command(next_help_heading = "Keeping the result")]
pub(crate) struct RangeArgs {
    /// Read of one capture the records that begin in these bytes, such as 0-4GiB, 4GiB-8GiB, 8GiB-
    ///
    /// For one huge capture that is read by many machines: each keeps its part with
    /// --save, and `v6share merge` proves that the parts join. Where its first record
    /// begins, each part guesses; a wrong guess is found by merge. For pcap, pcapng,
    /// ERF and snoop files that are not compressed. Sizes may have k, M, G, T or KiB,
    /// MiB, GiB, TiB behind them.
    #[arg(long, value_name = "START-END", conflicts_with_all = ["dedup", "exports", "export_port"])]
    pub(crate) range: Option<ByteRange>,

    /// A record begins at START: nothing is guessed (of pcapng the blocks before it
    /// are walked)
    #[arg(long, requires = "range")]
    pub(crate) exact_start: bool,
}

impl RangeArgs {
    /// Cuts the one input that there is. One that cannot be read is an input too.
    pub(crate) fn cut(&self, found: &mut Found) -> Result<(), String> {
        let Some(range) = self.range else { return Ok(()) };
        let start = if self.exact_start { CutStart::Record } else { CutStart::Anywhere };
        let inputs = found.sources.len() + found.errors.len();
        match found.sources.as_mut_slice() {
            // There is nothing to cut, and that is told.
            [] => Ok(()),
            _ if inputs > 1 => Err(format!(
                "--range: it is of one capture, and these are {inputs} inputs (run once for each)"
            )),
            [source, ..] if source.place == Place::Stdin => {
                Err("--range: standard input comes in order alone (give a file)".to_owned())
            }
            [source, ..] => {
                source.cut = Some(Cut { range, start });
                Ok(())
            }
        }
    }
}
