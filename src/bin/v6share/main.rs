//! The program: arguments, terminal, files written, exit codes. What is
//! measured, and how, is the library's.

mod analyze;
mod batch;
mod blocks;
mod by;
mod cli;
mod compare;
mod exit;
mod explain;
mod flow_args;
mod generate;
mod merge;
mod message;
mod networks;
mod output;
mod present;
mod progress;
mod range;
mod registry;
mod save;
mod sharing;
mod show;
mod stored;
mod synth;
mod tunnel_config;

use clap::Parser;
use cli::{Cli, Verb};
use std::panic;
use std::process::ExitCode;
use v6share::summary::store;

fn main() -> ExitCode {
    quiet_over_damage();
    // clap ends the process itself: 0 for --help and --version, 2 for usage.
    let cli = Cli::try_parse().unwrap_or_else(|error| cli::advised(error).exit());
    let code = match (&cli.verb, cli.generate) {
        (None, Some(what)) => generate::run(what),
        // clap wants one of the two.
        (None, None) => exit::Exit::Failure,
        (Some(Verb::Analyze(arguments)), _) => analyze::run(arguments),
        (Some(Verb::Merge(arguments)), _) => merge::run(arguments),
        (Some(Verb::Report(arguments)), _) => show::run(arguments),
        (Some(Verb::Compare(arguments)), _) => compare::run(arguments),
        (Some(Verb::Config(arguments)), _) => config(arguments),
        (Some(Verb::Explain(arguments)), _) => explain::run(arguments),
        (Some(Verb::Registry(arguments)), _) => registry::run(arguments),
        (Some(Verb::Synth(arguments)), _) => synth::run(arguments),
    };
    code.into()
}

/// What a decoder panics over is damage of a file, and told as that.
fn quiet_over_damage() {
    let hook = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if !store::is_reading() {
            hook(info);
        }
    }));
}

/// `v6share config`.
fn config(arguments: &tunnel_config::TunnelArgs) -> exit::Exit {
    let mappings = arguments.mappings();
    let text = arguments.options().and_then(|options| tunnel_config::print(&options, mappings?));
    let written = text.and_then(|text| {
        output::write(None, |out| out.write_all(text.as_bytes())).map_err(|error| error.to_string())
    });
    match written {
        Ok(()) => exit::Exit::Success,
        Err(why) => {
            message::error(&why);
            exit::Exit::Failure
        }
    }
}
