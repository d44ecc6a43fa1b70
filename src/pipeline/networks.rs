//! The tables of networks of a run: opened, told apart by their content, read
//! whole, and put together to what a breakdown asks.

use super::Control;
use super::delegated_countries::DelegatedCountries;
use super::run::MAX_THREADS;
use crate::error::{Cause, Error};
use crate::input::{self, Consumed, Content, Source, looks_like};
use crate::model::{
    Country, NetworkTable, NetworkTableKind, Resolver, TimeSpan, Timestamp, hexadecimal,
};
use crate::network::{
    NetworkTables, OriginBuilder, TableBuilder, Trouble, beside, date, kind, mmdb, mrt,
    networks_file, prefix_to_as, whole,
};
use sha2::{Digest, Sha256};
use std::io::{self, Read};
use std::sync::Arc;

/// Where the tables are.
#[derive(Clone, Debug, Default)]
pub struct NetworkInputs {
    /// The operator's own networks file.
    pub networks: Option<Source>,
    /// Tables that say autonomous systems or countries, of any kind. Where two
    /// know an address, the first of them decides.
    pub tables: Vec<Source>,
    /// Threads that may read a large table, at most; without them it is one.
    pub threads: usize,
}

/// What the tables of a run say.
#[derive(Clone, Debug)]
pub struct Networks {
    /// Whose an address is.
    pub resolver: Arc<dyn Resolver>,
    /// Where that is known from, in the order given, the networks file first.
    pub tables: Vec<NetworkTable>,
    /// What the user should know though nothing failed, each with the table's
    /// name.
    pub notes: Vec<String>,
    /// Bytes that the tables take in memory.
    pub memory: usize,
}

impl Networks {
    /// What the user should know of tables whose date is far from that of the
    /// traffic: addresses change hands.
    #[must_use]
    pub fn age_notes(&self, traffic: TimeSpan) -> Vec<String> {
        let far = |table: &NetworkTable| {
            let days = table.days_from(traffic)?;
            let (date, kind) = (table.date?.to_string(), table.kind.name());
            (days.abs() > NetworkTable::FAR_DAYS).then(|| {
                format!(
                    "{}: this {kind} is of {}, {} days {} the traffic: addresses may have changed hands; take a table of that time",
                    table.name,
                    &date[..10],
                    days.abs(),
                    if days < 0 { "before" } else { "after" }
                )
            })
        };
        self.tables.iter().filter_map(far).collect()
    }
}

/// Reads all tables.
///
/// # Errors
/// One for each table that cannot be read, or is damaged: then the breakdowns
/// that need it would be wrong, and there is no result.
pub fn read_networks(inputs: &NetworkInputs, control: &Control) -> Result<Networks, Vec<Error>> {
    let mut reading = Reading::new(control, inputs.threads);
    let mut errors = Vec::new();
    let labelled = inputs.networks.iter().map(|source| (source, true));
    let all = labelled.chain(inputs.tables.iter().map(|source| (source, false)));
    for (source, is_networks_file) in all {
        errors.extend(reading.source(source, is_networks_file).err());
    }
    if errors.is_empty() { Ok(reading.finish()) } else { Err(errors) }
}

/// Tables while they are read.
struct Reading<'c> {
    control: &'c Control,
    threads: usize,
    tables: NetworkTables,
    delegated: DelegatedCountries,
    /// Tables of countries that came before the first delegated file.
    before_delegated: usize,
    provenance: Vec<NetworkTable>,
    notes: Vec<String>,
}

/// What was learned of one table.
struct Learned {
    kind: NetworkTableKind,
    date: Option<Timestamp>,
    prefixes: [u64; 2],
    notes: Vec<String>,
}

impl<'c> Reading<'c> {
    fn new(control: &'c Control, threads: usize) -> Self {
        Self {
            control,
            threads: threads.min(MAX_THREADS),
            tables: NetworkTables::default(),
            delegated: DelegatedCountries::default(),
            before_delegated: 0,
            provenance: Vec::new(),
            notes: Vec::new(),
        }
    }

    fn source(&mut self, source: &Source, is_networks_file: bool) -> Result<(), Error> {
        let opened =
            input::open(source, &self.control.stop, &Consumed::among(&self.control.bytes))?;
        let compressed = opened.compression.is_some();
        let name = &source.name;
        let failed = |trouble: Trouble| {
            let trouble = if compressed { trouble.after_decompression() } else { trouble };
            trouble.into_error(name)
        };
        match opened.content {
            Content::Mapped(map) => {
                let bytes = map.bytes();
                let learned = if self.threads > 1 && is_large(bytes) && !is_networks_file {
                    self.large(name, bytes)
                } else {
                    self.bytes(name, bytes, is_networks_file)
                };
                if !map.intact() {
                    let now = map.current_len().map_err(|error| Error::io(name.as_str(), error))?;
                    let cause = Cause::Shrunk { mapped: map.len(), now };
                    return Err(Error { input: name.clone(), position: None, cause });
                }
                learned.map_err(failed)
            }
            Content::Stream(mut stream) => {
                self.bytes(name, &mut stream, is_networks_file).map_err(|trouble| {
                    match trouble.into_io() {
                        Ok(error) => stream.error(name, error),
                        Err(trouble) => failed(trouble),
                    }
                })
            }
        }
    }

    /// Reads a table from its bytes, and keeps where it came from.
    fn bytes(&mut self, name: &str, input: impl Read, labelled: bool) -> Result<(), Trouble> {
        let mut input = Digesting { inner: input, digest: Sha256::new() };
        let mut first = Vec::new();
        (&mut input).take(kind::DECISIVE as u64).read_to_end(&mut first)?;
        let mut rest = first.as_slice().chain(&mut input);
        let learned = if labelled {
            self.networks_file(&mut rest)
        } else {
            self.table(name, &first, &mut rest)
        }?;
        io::copy(&mut rest, &mut io::sink())?;
        self.keep(name, learned, &input.digest.finalize());
        Ok(())
    }

    /// Reads a large table of prefixes and their origins, in several threads, of which
    /// one digests it.
    fn large(&mut self, name: &str, bytes: &[u8]) -> Result<(), Trouble> {
        let threads = self.threads;
        let read = || {
            self.origins(NetworkTableKind::PrefixToAs, |table| {
                let facts = prefix_to_as::read_whole(bytes, threads, table)?;
                Ok((facts.date, Vec::new()))
            })
        };
        let (learned, digest) = beside(read, || Sha256::digest(bytes));
        self.keep(name, learned?, &digest);
        Ok(())
    }

    /// Keeps where a table came from.
    fn keep(&mut self, name: &str, learned: Learned, sha256: &[u8]) {
        let sha256 = hexadecimal(sha256);
        let Learned { kind, date, prefixes, notes } = learned;
        let date = date.or_else(|| date::in_dump_name(name));
        let name = name.to_owned();
        self.notes.extend(notes.into_iter().map(|note| format!("{name}: {note}")));
        self.provenance.push(NetworkTable { name, kind, date, prefixes, sha256 });
    }

    fn networks_file(&mut self, input: &mut impl Read) -> Result<Learned, Trouble> {
        let bytes = whole(input)?;
        let text = String::from_utf8(bytes).map_err(|_| {
            Trouble::content("not UTF-8 text", "give a networks file in CSV or TOML")
        })?;
        let mut labelled = networks_file::read(&text)?;
        let notes = std::mem::take(&mut labelled.notes);
        let prefixes = labelled.table.prefixes();
        self.tables.labelled = Some(labelled);
        Ok(Learned { kind: NetworkTableKind::Networks, date: None, prefixes, notes })
    }

    fn table(
        &mut self,
        name: &str,
        first: &[u8],
        input: &mut impl Read,
    ) -> Result<Learned, Trouble> {
        match kind::by_first_bytes(first) {
            Some(kind @ NetworkTableKind::Mrt) => self.origins(kind, |table| {
                let facts = mrt::read(input, table)?;
                Ok((facts.date, facts.notes()))
            }),
            Some(kind @ NetworkTableKind::PrefixToAs) => {
                self.origins(kind, |table| Ok((prefix_to_as::read(input, table)?.date, Vec::new())))
            }
            Some(kind @ NetworkTableKind::Delegated) => {
                if self.delegated.is_empty() {
                    self.before_delegated = self.tables.country_tables.len();
                }
                let file = self.delegated.read(name, input)?;
                Ok(Learned { kind, date: file.date, prefixes: file.records, notes: file.notes })
            }
            _ => {
                let bytes = whole(input)?;
                if kind::is_mmdb(&bytes) { self.mmdb(&bytes) } else { Err(unknown(first)) }
            }
        }
    }

    fn origins(
        &mut self,
        kind: NetworkTableKind,
        read: impl FnOnce(&mut OriginBuilder<'_>) -> Result<(Option<Timestamp>, Vec<String>), Trouble>,
    ) -> Result<Learned, Trouble> {
        let mut builder = OriginBuilder::new(&mut self.tables.origins);
        let (date, notes) = read(&mut builder)?;
        let table = builder.build();
        let prefixes = table.prefixes();
        self.tables.origin_tables.push(table);
        Ok(Learned { kind, date, prefixes, notes })
    }

    fn mmdb(&mut self, bytes: &[u8]) -> Result<Learned, Trouble> {
        let mut origins = OriginBuilder::new(&mut self.tables.origins);
        let mut countries: TableBuilder<Country> = TableBuilder::default();
        let facts = mmdb::read(bytes, &mut origins, &mut countries)?;
        let (origins, countries) = (origins.build(), countries.build(|first, _| first));
        let [[a4, a6], [b4, b6]] = [origins.prefixes(), countries.prefixes()];
        if facts.with_origin > 0 {
            self.tables.origin_tables.push(origins);
        }
        if facts.with_country > 0 {
            self.tables.country_tables.push(countries);
        }
        let prefixes = [a4.max(b4), a6.max(b6)];
        let kind = NetworkTableKind::Mmdb;
        Ok(Learned { kind, date: facts.date, prefixes, notes: Vec::new() })
    }

    fn finish(mut self) -> Networks {
        if !self.delegated.is_empty() {
            let table = self.delegated.tables();
            self.tables.country_tables.insert(self.before_delegated, table.countries);
            self.tables.holder_table = table.holders;
            self.tables.holders = table.names;
        }
        let memory = self.tables.memory();
        let resolver = Arc::new(self.tables);
        Networks { resolver, tables: self.provenance, notes: self.notes, memory }
    }
}

/// Whether bytes are a table of prefixes and their origins that is worth several threads.
fn is_large(bytes: &[u8]) -> bool {
    const LARGE: usize = 1 << 20;
    bytes.len() >= LARGE
        && kind::by_first_bytes(&bytes[..kind::DECISIVE]) == Some(NetworkTableKind::PrefixToAs)
}

fn unknown(first: &[u8]) -> Trouble {
    let like = looks_like(first).map_or_else(String::new, |what| format!(": it looks like {what}"));
    Trouble::content(
        format!("not a table of networks{like}"),
        "give prefix-to-AS text, an MRT table dump, an mmdb database or a registry's delegated statistics",
    )
}

/// Digests all that is read.
struct Digesting<R> {
    inner: R,
    digest: Sha256,
}

impl<R: Read> Read for Digesting<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(out)?;
        self.digest.update(&out[..read]);
        Ok(read)
    }
}

#[cfg(test)]
#[path = "networks_tests.rs"]
mod tests;
