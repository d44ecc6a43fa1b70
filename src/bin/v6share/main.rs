//! The program: arguments, terminal, files written, exit codes. What is
//! measured, and how, is the library's.

mod analyze;
mod cli;
mod exit;
mod message;
mod output;
mod progress;
mod synth;

use clap::Parser;
use cli::{Cli, Verb};
use std::process::ExitCode;

fn main() -> ExitCode {
    // clap ends the process itself: 0 for --help and --version, 2 for usage.
    let cli = Cli::try_parse().unwrap_or_else(|error| cli::advised(error).exit());
    let code = match &cli.verb {
        Verb::Analyze(arguments) => analyze::run(arguments),
        Verb::Synth(arguments) => synth::run(arguments),
    };
    code.into()
}
