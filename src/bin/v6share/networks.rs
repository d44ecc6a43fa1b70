//! The tables that say whose an address is: their options, and how they are read.

use super::message;
use clap::Args;
use std::path::PathBuf;
use v6share::input::Source;
use v6share::model::{Dimension, Resolver, Subject};
use v6share::pipeline::{Control, NetworkInputs, Networks, read_networks};

/// Where the tables are.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Networks")]
pub(crate) struct NetworkArgs {
    /// The operator's networks: CSV or TOML with label, prefixes and attributes
    #[arg(long, value_name = "FILE")]
    networks: Option<PathBuf>,

    /// Who announces an address: prefix-to-AS text, an MRT table dump or an mmdb
    ///
    /// Compressed or not. Where several tables know an address, the first decides.
    #[arg(long, value_name = "FILE")]
    asn: Vec<PathBuf>,

    /// The country of an address: an mmdb
    #[arg(long, value_name = "FILE")]
    country: Vec<PathBuf>,

    /// The country of an address: delegated statistics of the registries
    #[arg(long, value_name = "FILE")]
    registry: Vec<PathBuf>,
}

/// What is wrong was told, and there is no result.
#[derive(Debug)]
pub(crate) struct Unreadable;

impl NetworkArgs {
    /// Reads all tables; `None` where none is given.
    pub(crate) fn read(
        &self,
        control: &Control,
        threads: usize,
        quiet: bool,
    ) -> Result<Option<Networks>, Unreadable> {
        let tables = [&self.asn, &self.country, &self.registry];
        let tables: Vec<_> =
            tables.into_iter().flatten().map(|path| Source::at(path.clone())).collect();
        let networks = self.networks.as_ref().map(|path| Source::at(path.clone()));
        if networks.is_none() && tables.is_empty() {
            return Ok(None);
        }
        match read_networks(&NetworkInputs { networks, tables, threads }, control) {
            Ok(networks) => {
                if !quiet {
                    networks.notes.iter().for_each(|note| message::note(note));
                }
                Ok(Some(networks))
            }
            Err(errors) => {
                errors.iter().for_each(|error| message::error(error));
                Err(Unreadable)
            }
        }
    }
}

/// Why a breakdown cannot be made with these tables.
pub(crate) fn missing(
    breakdowns: &[Vec<Dimension>],
    resolver: Option<&dyn Resolver>,
) -> Option<String> {
    let needs = |dimension: &Dimension| match dimension {
        Dimension::Label(_) | Dimension::Attribute(..) => {
            Some((Subject::Label, "a networks file: give --networks FILE"))
        }
        Dimension::Direction => Some((
            Subject::Local,
            "local networks: give --networks FILE with networks that are marked as local",
        )),
        Dimension::Asn(_) => {
            Some((Subject::Origin, "a table of autonomous systems: give --asn FILE"))
        }
        Dimension::Country(_) => {
            Some((Subject::Country, "a table of countries: give --country FILE or --registry FILE"))
        }
        Dimension::Holder(_) => Some((
            Subject::Holder,
            "the holders of addresses: give --registry FILE with a registry's extended file",
        )),
        _ => None,
    };
    breakdowns.iter().flatten().find_map(|dimension| {
        let (subject, what) = needs(dimension)?;
        let known = resolver.is_some_and(|resolver| resolver.knows(subject));
        (!known).then(|| format!("--by {dimension} needs {what}"))
    })
}
