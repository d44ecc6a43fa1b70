//! `v6share explain`: how single packets are counted, and why.

use super::exit::Exit;
use super::tunnel_config::TunnelArgs;
use super::{message, output};
use clap::{Args, ValueEnum};
use std::ffi::OsString;
use std::path::PathBuf;
use v6share::input::{self, Request, Source};
use v6share::model::{PacketNumbers, PrefixLens};
use v6share::pipeline;
use v6share::report::{self, ExplainFormat};

const EXAMPLE: &str = "\
Example:
  v6share explain trace.pcap --packet 12
  v6share explain trace.pcap.gz --packet 1-3,17 --format json

The numbers are those of Wireshark's column No. Layers stand with their offset in
the frame and their length, in octets, as Wireshark's pane of bytes shows them.";

/// Arguments of `explain`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Explain {
    /// The capture, or - for standard input
    #[arg(value_name = "INPUT")]
    input: OsString,

    /// Which packets: numbers from 1 and ranges, such as 7 or 1,5-7
    #[arg(long, short = 'p', value_name = "N")]
    packet: PacketNumbers,

    /// Lengths that prefixes are cut to, IPv4 and IPv6
    #[arg(long, value_name = "V4,V6", default_value = "24,48")]
    prefix_len: PrefixLens,

    /// How the packets are written
    #[arg(long, value_enum, default_value = "text")]
    format: FormatArg,

    /// Write the result to FILE: a temporary file first, renamed when it is whole
    #[arg(long, short = 'o', value_name = "FILE")]
    output: Option<PathBuf>,

    #[command(flatten)]
    tunnels: TunnelArgs,
}

/// `--format` of `explain`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FormatArg {
    /// For people
    Text,
    /// One JSON object a line
    Json,
}

/// Carries it out.
pub(crate) fn run(arguments: &Explain) -> Exit {
    match explain(arguments) {
        Ok(exit) => exit,
        Err(why) => {
            message::error(&why);
            Exit::Failure
        }
    }
}

fn explain(arguments: &Explain) -> Result<Exit, String> {
    let tunnels = arguments.tunnels.options()?;
    let mut found =
        input::discover(&Request { arguments: vec![arguments.input.clone()], lists: Vec::new() });
    let path = arguments.output.as_deref();
    output::keep_apart(path, &mut found).and_then(|()| output::check(path)).map_err(text)?;
    let source = only(&found)?;
    let explained = pipeline::explain(source, &arguments.packet, tunnels);
    let format = match arguments.format {
        FormatArg::Text => ExplainFormat::Text,
        FormatArg::Json => ExplainFormat::Json,
    };
    output::write(path, |out| {
        report::write_explanations(&explained.packets, arguments.prefix_len, format, out)
    })
    .map_err(text)?;
    if let Some(error) = &explained.error {
        return Err(error.to_string());
    }
    if explained.ended {
        return Err(format!(
            "{}: there is no packet {}: the capture has {} (give numbers from 1 to {})",
            source.name,
            arguments.packet.last(),
            explained.records,
            explained.records.max(1),
        ));
    }
    Ok(Exit::Success)
}

/// The one capture that is meant.
fn only(found: &input::Found) -> Result<&Source, String> {
    if let Some(error) = found.errors.first() {
        return Err(error.to_string());
    }
    match found.sources.as_slice() {
        [source] => Ok(source),
        [] => Err("nothing to read: what was given holds no files".to_owned()),
        many => Err(format!(
            "{} captures were given, and packets are numbered in one (give one file)",
            many.len()
        )),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "a function for map_err")]
fn text(error: output::Unwritable) -> String {
    error.to_string()
}
