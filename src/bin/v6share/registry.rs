//! `v6share registry`: the registries' statistics in, state, pace and changes
//! out.

use super::exit::Exit;
use super::{message, output};
use clap::{Args, Subcommand, ValueEnum};
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fmt::Display;
use std::fs;
use std::path::{Path, PathBuf};
use v6share::input::{self, Request};
use v6share::pipeline;
use v6share::registry::{
    Bin, Cells, Collection, CountryCode, Delegations, Diff, Grouping, Lists, Population, RowKey,
    Selection, Series, State, pace,
};
use v6share::report::registry::{
    self as report, DiffView, Document, DocumentFormat, Sources, StateView,
};

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
    verb: RegistryVerb,
}

#[derive(Debug, Subcommand)]
enum RegistryVerb {
    /// How much is held, where, and by how many
    State(StateArgs),
    /// How fast it was given out, by date; from files of several days, truly
    Pace(PaceArgs),
    /// What changed between the files of two days
    Diff(DiffArgs),
}

/// What every verb takes.
#[derive(Debug, Args)]
struct Common {
    /// Only these countries (two letters each) and, of groups, those that they are in
    #[arg(long, value_name = "CC,...", value_delimiter = ',')]
    country: Vec<CountryCode>,

    /// Rows by country, rir, world, region, subregion, itu-region, ldc, lldc, sids, eu, or a
    /// scheme of --groups; give several for several tables
    #[arg(long, value_name = "WORD,...", value_delimiter = ',')]
    group: Vec<String>,

    /// Read a list of groups of countries from FILE; it replaces the list of the same scheme
    #[arg(long, value_name = "FILE")]
    groups: Vec<PathBuf>,

    #[command(flatten)]
    result: ResultArgs,
}

/// How the result is written.
#[derive(Debug, Args)]
struct ResultArgs {
    /// How the result is written
    #[arg(long, value_enum, default_value = "table")]
    format: FormatArg,

    /// Which of the tables CSV has; the first, if none is named
    #[arg(long, value_name = "NAME")]
    table: Option<String>,

    /// Rows of each table, 0 for all (other formats give all)
    #[arg(long, value_name = "N", default_value_t = 20)]
    top: usize,

    /// Write the result to FILE: a temporary file first, renamed when it is whole
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,

    /// End with 0 though files failed; what failed stands in the result
    #[arg(long)]
    keep_going: bool,

    /// No notes on standard error; errors are still told
    #[arg(long, short)]
    quiet: bool,
}

/// Arguments of `registry state`.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
struct StateArgs {
    /// Files of registry statistics (delegated-*, plain, extended, or the NRO's), folders, globs
    #[arg(value_name = "FILE", required = true)]
    files: Vec<OsString>,

    /// Inhabitants, from a file with a country and a number a line: SN,18032473
    #[arg(long, value_name = "FILE")]
    population: Option<PathBuf>,

    #[command(flatten)]
    common: Common,
}

/// Arguments of `registry pace`.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
struct PaceArgs {
    /// Files of registry statistics; with several days of a registry, the pace is the true one
    #[arg(value_name = "FILE", required = true)]
    files: Vec<OsString>,

    /// Length of a bin
    #[arg(long, value_enum, default_value = "year")]
    bin: BinArg,

    #[command(flatten)]
    common: Common,
}

/// Arguments of `registry diff`.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
struct DiffArgs {
    /// The earlier files: a file, a folder or a glob
    #[arg(value_name = "OLD")]
    old: OsString,

    /// The later files: a file, a folder or a glob
    #[arg(value_name = "NEW")]
    new: OsString,

    #[command(flatten)]
    common: Common,
}

/// `--format`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FormatArg {
    /// For people
    Table,
    /// One document, version 1 of the schema
    Json,
    /// One table, one row a line
    Csv,
}

/// `--bin`.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum BinArg {
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

/// Carries it out.
pub(crate) fn run(arguments: &Registry) -> Exit {
    let done = match &arguments.verb {
        RegistryVerb::State(arguments) => run_state(arguments),
        RegistryVerb::Pace(arguments) => run_pace(arguments),
        RegistryVerb::Diff(arguments) => run_diff(arguments),
    };
    done.unwrap_or_else(|why| {
        message::error(&why);
        Exit::Failure
    })
}

/// Files read: all of them well, or not.
struct Read {
    collection: Collection,
    all_well: bool,
}

impl Read {
    fn nothing() -> Self {
        Self { collection: Collection::default(), all_well: true }
    }

    /// Reads what the words of the command line name.
    fn add(&mut self, files: &[OsString], quiet: bool) {
        let request = Request { arguments: files.to_vec(), lists: Vec::new() };
        let found = input::discover(&request);
        if !quiet {
            for note in &found.notes {
                message::note(note);
            }
        }
        for error in &found.errors {
            message::error(error);
            self.all_well = false;
        }
        let mut tell = |error: &v6share::error::Error| message::error(error);
        self.all_well &= pipeline::read_statistics(&found.sources, &mut self.collection, &mut tell);
    }

    fn is_empty(&self) -> bool {
        self.collection.records.is_empty()
    }
}

/// Reads the files, or says why there is nothing to tell.
fn read(files: &[OsString], result: &ResultArgs) -> Result<Read, String> {
    output::check(result.output.as_deref()).map_err(|error| error.to_string())?;
    let mut read = Read::nothing();
    read.add(files, result.quiet);
    nothing_read(&read)?;
    if !result.quiet {
        tell_surplus(&read.collection);
    }
    Ok(read)
}

fn nothing_read(read: &Read) -> Result<(), String> {
    if read.is_empty() {
        return Err("no record was read: give files of registry statistics, such as \
                    delegated-ripencc-extended-latest"
            .into());
    }
    Ok(())
}

/// More records than promised are no loss, but worth a word.
fn tell_surplus(collection: &Collection) {
    for section in &collection.sections {
        for difference in collection.differences(section) {
            if !difference.is_loss() {
                let name = &collection.files[section.file].name;
                message::note(&format!("{name}: {difference}"));
            }
        }
    }
}

fn run_state(arguments: &StateArgs) -> Result<Exit, String> {
    let common = &arguments.common;
    let lists = lists(&common.groups)?;
    let groupings = groupings(common, &lists, &["country"])?;
    let population = arguments.population.as_deref().map(population).transpose()?;
    let read = read(&arguments.files, &common.result)?;
    let collection = &read.collection;
    let selection = Selection::newest(collection);
    let delegations = Delegations::new(collection, &selection, None);
    let cells = Cells::new(&delegations);
    let states: Vec<State> = groupings
        .iter()
        .filter_map(|grouping| cells.state(grouping, &lists, population.as_ref()))
        .collect();
    let sources = Sources { collection, selection: &selection, delegations: &delegations };
    let view = StateView {
        lists: &lists,
        countries: &common.country,
        population: population.as_ref(),
        top: common.result.top,
    };
    missing_countries(common, &states);
    finish(&report::state(&states, &sources, &view), &common.result, read.all_well)
}

/// Says which of the countries asked for no record names.
fn missing_countries(common: &Common, states: &[State]) {
    let Some(by_country) = states.iter().find(|state| state.grouping == Grouping::Country) else {
        return;
    };
    let there: BTreeSet<&RowKey> = by_country.rows.iter().map(|(key, _)| key).collect();
    for country in &common.country {
        let is_there =
            there.contains(&RowKey::Country(*country)) || there.contains(&RowKey::Code(*country));
        if !is_there && !common.result.quiet {
            message::note(&format!("{country}: no record names it"));
        }
    }
}

fn run_pace(arguments: &PaceArgs) -> Result<Exit, String> {
    let common = &arguments.common;
    let lists = lists(&common.groups)?;
    let default = if common.country.is_empty() { "world" } else { "country" };
    let grouping = groupings(common, &lists, &[default])?.remove(0);
    let read = read(&arguments.files, &common.result)?;
    let collection = &read.collection;
    let keep = |key: &RowKey| is_kept(key, common);
    let document = if Series::is_there(collection) {
        let series = Series::new(collection, &grouping, &lists).ok_or("no such scheme")?;
        report::series(&series, collection, &keep, &lists)
    } else {
        let selection = Selection::newest(collection);
        let delegations = Delegations::new(collection, &selection, None);
        let sources = Sources { collection, selection: &selection, delegations: &delegations };
        let day = collection.sections.iter().filter_map(|section| section.date).max();
        let mut paces = pace(&delegations, &grouping, &lists, arguments.bin.into(), day)
            .ok_or("no such scheme")?;
        paces.retain(|(key, _)| keep(key));
        report::pace(&paces, arguments.bin.into(), &sources, &lists, common.result.top)
    };
    finish(&document, &common.result, read.all_well)
}

fn is_kept(key: &RowKey, common: &Common) -> bool {
    match key {
        RowKey::Country(country) | RowKey::Code(country) => {
            common.country.is_empty() || common.country.contains(country)
        }
        RowKey::Nowhere => common.country.is_empty(),
        _ => true,
    }
}

fn run_diff(arguments: &DiffArgs) -> Result<Exit, String> {
    let common = &arguments.common;
    let result = &common.result;
    let lists = lists(&common.groups)?;
    let grouping = groupings(common, &lists, &["country"])?.remove(0);
    output::check(result.output.as_deref()).map_err(|error| error.to_string())?;
    let mut read = Read::nothing();
    read.add(std::slice::from_ref(&arguments.old), result.quiet);
    let middle = read.collection.files.len();
    nothing_read(&read)?;
    let records = read.collection.records.len();
    read.add(std::slice::from_ref(&arguments.new), result.quiet);
    let collection = &read.collection;
    if collection.records.len() == records {
        return Err("the later files hold no record: give files of registry statistics".into());
    }
    let all = collection.files.len();
    let mut selections =
        [0..middle, middle..all].map(|files| Selection::of_files(collection, files));
    let one_sided = Selection::in_both(&mut selections);
    if !result.quiet {
        for registry in one_sided {
            let name = collection.registry(registry);
            message::note(&format!("{name}: only on one of the two sides, and left out"));
        }
    }
    let [old, new] = selections.each_ref().map(|s| Delegations::new(collection, s, None));
    let diff = Diff::new(&old, &new);
    let view = DiffView {
        lists: &lists,
        grouping: &grouping,
        countries: &common.country,
        top: result.top,
    };
    let document = report::diff(&diff, selections.each_ref(), &view).ok_or("no such scheme")?;
    finish(&document, result, read.all_well)
}

/// The lists in force: the project's, and the user's in their place.
fn lists(files: &[PathBuf]) -> Result<Lists, String> {
    let mut lists = Lists::default();
    for path in files {
        let text = text_of(path)?;
        lists.add(&text).map_err(|error| {
            format!("{}: {error} (see v6share registry state --help)", path.display())
        })?;
    }
    Ok(lists)
}

fn population(path: &Path) -> Result<Population, String> {
    let text = text_of(path)?;
    Population::parse(&text).map_err(|error| format!("{}: {error}", path.display()))
}

fn text_of(path: &Path) -> Result<String, String> {
    fs::read_to_string(path)
        .map_err(|error| format!("{}: {error} (check the path)", path.display()))
}

fn groupings(common: &Common, lists: &Lists, default: &[&str]) -> Result<Vec<Grouping>, String> {
    let given: Vec<&str> = if common.group.is_empty() {
        default.to_vec()
    } else {
        common.group.iter().map(String::as_str).collect()
    };
    let known = || {
        let schemes: Vec<&str> = lists.schemes().iter().map(|scheme| scheme.key.as_str()).collect();
        schemes.join(", ")
    };
    let of_word = |word: &str| {
        Grouping::of_word(word, lists)
            .ok_or_else(|| format!("--group {word}: there are country, rir, world, {}", known()))
    };
    let mut groupings: Vec<Grouping> = Vec::new();
    for word in given {
        let grouping = of_word(word.trim())?;
        if !groupings.contains(&grouping) {
            groupings.push(grouping);
        }
    }
    Ok(groupings)
}

/// Writes the result and says how it went.
fn finish(document: &Document, result: &ResultArgs, all_well: bool) -> Result<Exit, String> {
    let format = match result.format {
        FormatArg::Table => DocumentFormat::Table,
        FormatArg::Json => DocumentFormat::Json,
        FormatArg::Csv => DocumentFormat::Csv,
    };
    if let Some(table) = result.table.as_deref().filter(|_| result.format == FormatArg::Csv)
        && !document.tables().contains(&table)
    {
        return Err(format!("--table {table}: there are {}", document.tables().join(", ")));
    }
    write(result.output.as_deref(), |out| document.write(format, result.table.as_deref(), out))?;
    Ok(if all_well || result.keep_going { Exit::Success } else { Exit::Failure })
}

fn write(
    path: Option<&Path>,
    content: impl FnOnce(&mut dyn std::io::Write) -> std::io::Result<()>,
) -> Result<(), String> {
    let said = |error: &dyn Display| error.to_string();
    output::write(path, content).map_err(|error| said(&error))
}
