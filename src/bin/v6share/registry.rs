//! `v6share registry`: the registries' statistics in, state, pace and changes
//! out.

mod arguments;

pub(crate) use arguments::Registry;

use super::exit::Exit;
use super::{message, output};
use arguments::{
    Common, DiffArgs, FormatArg, LanguageArg, PaceArgs, RegistryVerb, ResultArgs, SheetArgs,
    SheetFormatArg, StateArgs, UsageArgs,
};
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fmt::Display;
use std::fs;
use std::path::{Path, PathBuf};
use v6share::input::{self, Request, Source};
use v6share::pipeline;
use v6share::registry::{
    Cells, Collection, Delegations, Diff, Grouping, Lists, Observed, Population, RowKey, Selection,
    Series, State, Usage, pace, yearly,
};
use v6share::report::registry::{
    self as report, DiffView, Document, DocumentFormat, Sources, StateView,
};

/// Carries it out.
pub(crate) fn run(arguments: &Registry) -> Exit {
    let done = match &arguments.verb {
        RegistryVerb::State(arguments) => run_state(arguments),
        RegistryVerb::Pace(arguments) => run_pace(arguments),
        RegistryVerb::Diff(arguments) => run_diff(arguments),
        RegistryVerb::Sheet(arguments) => run_sheet(arguments),
        RegistryVerb::Usage(arguments) => run_usage(arguments),
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
fn read(files: &[OsString], output: Option<&Path>, quiet: bool) -> Result<Read, String> {
    output::check(output).map_err(|error| error.to_string())?;
    let mut read = Read::nothing();
    read.add(files, quiet);
    nothing_read(&read)?;
    if !quiet {
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
    let read = read(&arguments.files, common.result.output.as_deref(), common.result.quiet)?;
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
    let read = read(&arguments.files, common.result.output.as_deref(), common.result.quiet)?;
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

fn run_usage(arguments: &UsageArgs) -> Result<Exit, String> {
    let common = &arguments.common;
    let lists = lists(&common.groups)?;
    let grouping = groupings(common, &lists, &["country"])?.remove(0);
    let result = &common.result;
    let mut read = read(&arguments.files, result.output.as_deref(), result.quiet)?;
    let (tables, traffic) =
        (sources(&mut read, &arguments.announced), sources(&mut read, &arguments.seen));
    let mut announced = Vec::new();
    for table in &tables {
        announced.extend(pipeline::read_announced(table).map_err(|error| error.to_string())?);
    }
    let tell = |error: &v6share::error::Error| message::error(error);
    let (seen, all_seen) = pipeline::read_seen(&traffic, &pipeline::Options::default(), &tell);
    let (announced, seen) = (Observed::new(announced), Observed::new(seen));
    let collection = &read.collection;
    let selection = Selection::newest(collection);
    let delegations = Delegations::new(collection, &selection, None);
    let given = |words: &[OsString]| !words.is_empty();
    let usage = Usage::new(
        &delegations,
        given(&arguments.announced).then_some(&announced),
        given(&arguments.seen).then_some(&seen),
    );
    let names = |of: &[Source]| of.iter().map(|source| source.name.clone()).collect::<Vec<_>>();
    let (table_names, traffic_names) = (names(&tables), names(&traffic));
    let view = report::UsageView {
        lists: &lists,
        grouping: &grouping,
        countries: &common.country,
        top: result.top,
        announced: given(&arguments.announced).then_some((&table_names[..], &announced)),
        seen: given(&arguments.seen).then_some((&traffic_names[..], &seen)),
    };
    let sources = Sources { collection, selection: &selection, delegations: &delegations };
    let document = report::usage(&usage, &sources, &view).ok_or("no such scheme")?;
    finish(&document, result, read.all_well && all_seen)
}

/// The inputs that words name; what cannot be found is told.
fn sources(read: &mut Read, words: &[OsString]) -> Vec<Source> {
    if words.is_empty() {
        return Vec::new();
    }
    let found = input::discover(&Request { arguments: words.to_vec(), lists: Vec::new() });
    for error in &found.errors {
        message::error(error);
        read.all_well = false;
    }
    found.sources
}

fn run_sheet(arguments: &SheetArgs) -> Result<Exit, String> {
    let lists = lists(&arguments.groups)?;
    let population = arguments.population.as_deref().map(population).transpose()?;
    let output = arguments.output.as_deref();
    let read = read(&arguments.files, output, arguments.quiet)?;
    let (country, year) = (arguments.country, arguments.year);
    let yearly = yearly(&read.collection, &lists, population.as_ref(), country, year).ok_or_else(|| {
        format!("{country}: no record names it until the end of {year} (check the country, the year and the files)")
    })?;
    let language = match arguments.language {
        LanguageArg::En => report::Language::En,
        LanguageArg::Fr => report::Language::Fr,
    };
    let population_source = population.as_ref().map_or("", |population| &population.source);
    let view = report::SheetView { language, lists: &lists, population_source };
    let page = report::sheet(&yearly, &read.collection, &view);
    let format = match arguments.format {
        SheetFormatArg::Markdown => report::SheetFormat::Markdown,
        SheetFormatArg::Html => report::SheetFormat::Html,
    };
    write(output, |out| page.write(format, out))?;
    Ok(if read.all_well || arguments.keep_going { Exit::Success } else { Exit::Failure })
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
