//! The words of `v6share registry`, and how they are explained.

use clap::{Args, Subcommand, ValueEnum};
use std::ffi::OsString;
use std::path::PathBuf;
use v6share::registry::{Bin, CountryCode};

const EXIT_CODES: &str = "\
Exit codes:
  0  every file was read to its end
  2  wrong usage, nothing to read, or a result that cannot be written
  2  some file could not be read, has lines that cannot be read, fewer records
     than it promises, or another MD5 digest than the .md5 file beside it (the
     results of the rest are printed all the same; --keep-going makes this 0)";

/// Arguments of `registry`.
#[derive(Debug, Args)]
pub(crate) struct Registry {
    #[command(subcommand)]
    pub(super) verb: RegistryVerb,
}

#[derive(Debug, Subcommand)]
pub(super) enum RegistryVerb {
    /// How much is held, where, and by how many
    State(StateArgs),
    /// How fast it was given out, by date; from files of several days, truly
    Pace(PaceArgs),
    /// What changed between the files of two days
    Diff(DiffArgs),
    /// Which delegated IPv6 blocks are announced, and which are seen in traffic
    Usage(UsageArgs),
    /// One page on a country and a year, for a national report
    Sheet(SheetArgs),
}

/// What every verb takes.
#[derive(Debug, Args)]
pub(super) struct Common {
    /// Only these countries (two letters each) and, of groups, those that they are in
    #[arg(long, value_name = "CC,...", value_delimiter = ',')]
    pub(super) country: Vec<CountryCode>,

    /// Rows by country, rir, world, region, subregion, itu-region, ldc, lldc, sids, eu, or a
    /// scheme of --groups; give several for several tables
    #[arg(long, value_name = "WORD,...", value_delimiter = ',')]
    pub(super) group: Vec<String>,

    /// Read a list of groups of countries from FILE; it replaces the list of the same scheme
    #[arg(long, value_name = "FILE")]
    pub(super) groups: Vec<PathBuf>,

    #[command(flatten)]
    pub(super) result: ResultArgs,
}

/// How the result is written.
#[derive(Debug, Args)]
pub(super) struct ResultArgs {
    /// How the result is written
    #[arg(long, value_enum, default_value = "table")]
    pub(super) format: FormatArg,

    /// Which of the tables CSV has; the first, if none is named
    #[arg(long, value_name = "NAME")]
    pub(super) table: Option<String>,

    /// Rows of each table, 0 for all (other formats give all)
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(super) top: usize,

    /// Write the result to FILE: a temporary file first, renamed when it is whole
    #[arg(long, short, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,

    /// End with 0 though files failed; what failed stands in the result
    #[arg(long)]
    pub(super) keep_going: bool,

    /// No notes on standard error; errors are still told
    #[arg(long, short)]
    pub(super) quiet: bool,
}

/// Arguments of `registry state`.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(super) struct StateArgs {
    /// Files of registry statistics (delegated-*, plain, extended, or the NRO's), folders, globs
    #[arg(value_name = "FILE", required = true)]
    pub(super) files: Vec<OsString>,

    /// Inhabitants, from a file with a country and a number a line: SN,18032473
    #[arg(long, value_name = "FILE")]
    pub(super) population: Option<PathBuf>,

    #[command(flatten)]
    pub(super) common: Common,
}

/// Arguments of `registry pace`.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(super) struct PaceArgs {
    /// Files of registry statistics; with several days of a registry, the pace is the true one
    #[arg(value_name = "FILE", required = true)]
    pub(super) files: Vec<OsString>,

    /// Length of a bin
    #[arg(long, value_enum, default_value = "year")]
    pub(super) bin: BinArg,

    #[command(flatten)]
    pub(super) common: Common,
}

/// Arguments of `registry diff`.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(super) struct DiffArgs {
    /// The earlier files: a file, a folder or a glob
    #[arg(value_name = "OLD")]
    pub(super) old: OsString,

    /// The later files: a file, a folder or a glob
    #[arg(value_name = "NEW")]
    pub(super) new: OsString,

    #[command(flatten)]
    pub(super) common: Common,
}

/// Arguments of `registry usage`.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
#[command(group = clap::ArgGroup::new("observed").required(true).multiple(true))]
pub(super) struct UsageArgs {
    /// Files of registry statistics, folders, globs
    #[arg(value_name = "FILE", required = true)]
    pub(super) files: Vec<OsString>,

    /// A routing table: an MRT table dump, or a prefix-to-AS list; give several for more
    #[arg(long, value_name = "TABLE", group = "observed")]
    pub(super) announced: Vec<OsString>,

    /// Traffic: a JSON report of analyze with a breakdown by prefix, a list with a prefix or an
    /// address a line, a capture or a flow log; give several for more
    #[arg(long, value_name = "INPUT", group = "observed")]
    pub(super) seen: Vec<OsString>,

    #[command(flatten)]
    pub(super) common: Common,
}

/// Arguments of `registry sheet`.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(super) struct SheetArgs {
    /// Files of registry statistics; with files of both years, the change is the true one
    #[arg(value_name = "FILE", required = true)]
    pub(super) files: Vec<OsString>,

    /// The country, as two letters
    #[arg(long, value_name = "CC")]
    pub(super) country: CountryCode,

    /// The year
    #[arg(long, value_name = "YYYY", value_parser = clap::value_parser!(u32).range(1990..3000))]
    pub(super) year: u32,

    /// The language
    #[arg(long, value_enum, default_value = "en")]
    pub(super) language: LanguageArg,

    /// How the sheet is written
    #[arg(long, value_enum, default_value = "html")]
    pub(super) format: SheetFormatArg,

    /// Inhabitants, from a file with a country and a number a line: SN,18032473
    #[arg(long, value_name = "FILE")]
    pub(super) population: Option<PathBuf>,

    /// Read a list of groups of countries from FILE; it replaces the list of the same scheme
    #[arg(long, value_name = "FILE")]
    pub(super) groups: Vec<PathBuf>,

    /// Write the sheet to FILE: a temporary file first, renamed when it is whole
    #[arg(long, short, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,

    /// End with 0 though files failed
    #[arg(long)]
    pub(super) keep_going: bool,

    /// No notes on standard error; errors are still told
    #[arg(long, short)]
    pub(super) quiet: bool,
}

/// `--language`.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum LanguageArg {
    /// English
    En,
    /// French
    Fr,
}

/// `--format` of a sheet.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum SheetFormatArg {
    /// Markdown, with the charts in it
    Markdown,
    /// One HTML file, for paper and screen
    Html,
}

/// `--format`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum FormatArg {
    /// For people
    Table,
    /// One document, version 1 of the schema
    Json,
    /// One table, one row a line
    Csv,
}

/// `--bin`.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum BinArg {
    /// Months of the calendar
    Month,
    /// Three months, from January on
    Quarter,
    /// Years
    Year,
}

impl From<BinArg> for Bin {
    fn from(bin: BinArg) -> Self {
        match bin {
            BinArg::Month => Self::Month,
            BinArg::Quarter => Self::Quarter,
            BinArg::Year => Self::Year,
        }
    }
}
