//! Black box: arguments and inputs go in; standard output, standard error and
//! the exit code come out, and all three are looked at.
//!
//! `program` runs the program, `capture` writes captures byte by byte whose
//! totals are known without reading them.
#![allow(clippy::unwrap_used, reason = "helpers of tests, where a panic is the report")]

#[path = "cli/capture.rs"]
mod capture;
#[path = "cli/program.rs"]
mod program;

#[path = "cli/automatic.rs"]
mod automatic;
#[path = "cli/breakdowns.rs"]
mod breakdowns;
#[path = "cli/choices.rs"]
mod choices;
#[path = "cli/compare.rs"]
mod compare;
#[path = "cli/config.rs"]
mod config;
#[path = "cli/damage.rs"]
mod damage;
#[path = "cli/dedup.rs"]
mod dedup;
#[path = "cli/explain.rs"]
mod explain;
#[path = "cli/finding.rs"]
mod finding;
#[path = "cli/folder.rs"]
mod folder;
#[path = "cli/generate.rs"]
mod generate;
#[path = "cli/messages.rs"]
mod messages;
#[path = "cli/options.rs"]
mod options;
#[path = "cli/order.rs"]
mod order;
#[path = "cli/output.rs"]
mod output;
#[path = "cli/sharing.rs"]
mod sharing;
#[path = "cli/shrinking.rs"]
mod shrinking;
#[path = "cli/signals.rs"]
mod signals;
#[path = "cli/streams.rs"]
mod streams;
#[path = "cli/synth.rs"]
mod synth;
#[path = "cli/usage.rs"]
mod usage;
