//! The operator's own networks: labels, their prefixes of both families, and
//! whatever else is said of them, from CSV or TOML.
//!
//! ```csv
//! label,prefix,local,region
//! campus,2001:db8::/32,true,north
//! campus,192.0.2.0/24,true,north
//! peer,198.51.100.0/24,,
//! ```
//!
//! ```toml
//! [[network]]
//! label = "campus"
//! prefixes = ["2001:db8::/32", "192.0.2.0/24"]
//! local = true
//! region = "north"
//! ```

use super::reading::Trouble;
use super::table::{AddressTable, TableBuilder};
use super::{networks_csv, networks_toml};
use crate::model::{Label, LabelId, Prefix};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// Nested prefixes that are named in full; the rest is counted.
const NESTED_TOLD: usize = 5;

/// The labels of a networks file, and where their networks are.
#[derive(Clone, Debug)]
pub struct LabelledNetworks {
    /// All labels, in the order of the file.
    pub labels: Vec<Label>,
    /// The label of each prefix.
    pub table: AddressTable<LabelId>,
    /// What the user should know: prefixes within those of another label, a
    /// prefix that is there twice.
    pub notes: Vec<String>,
}

/// One network as a file says it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Network {
    pub(super) label: String,
    /// Each with its line, counted from 1.
    pub(super) prefixes: Vec<(u64, Prefix)>,
    pub(super) attributes: BTreeMap<String, String>,
    /// `None` where the file does not say.
    pub(super) local: Option<bool>,
    /// Where it begins.
    pub(super) line: u64,
}

/// Reads a networks file.
///
/// # Errors
/// When it is neither CSV with a header nor TOML with `[[network]]`, when a prefix
/// is none or stands under two labels, or when the same label has two values of
/// one attribute.
pub fn read(text: &str) -> Result<LabelledNetworks, Trouble> {
    let text = text.trim_start_matches('\u{feff}');
    let networks =
        if is_toml(text) { networks_toml::read(text) } else { networks_csv::read(text) }?;
    let mut gathered = Gathered::default();
    for network in networks {
        gathered.add(network)?;
    }
    if gathered.owners.is_empty() {
        return Err(Trouble::content(
            "no network is in it",
            "give at least one label with a prefix",
        ));
    }
    Ok(gathered.finish())
}

/// TOML begins with a table or a key; CSV with a header of names.
fn is_toml(text: &str) -> bool {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
    line.is_some_and(|line| {
        line.starts_with('[') || line.split_once('=').is_some_and(|(key, _)| !key.contains(','))
    })
}

/// Networks while they are put together.
#[derive(Default)]
struct Gathered {
    labels: Vec<Label>,
    /// Where each label is first, and where it says whether it is local.
    lines: Vec<(u64, Option<(u64, bool)>)>,
    ids: BTreeMap<String, LabelId>,
    owners: BTreeMap<Prefix, (LabelId, u64)>,
    twice: Vec<String>,
}

impl Gathered {
    fn add(&mut self, network: Network) -> Result<(), Trouble> {
        let id = self.id(&network);
        let (label, first) = (&mut self.labels[id.index()], self.lines[id.index()].0);
        for (name, value) in network.attributes {
            match label.attributes.entry(name) {
                Entry::Vacant(free) => {
                    free.insert(value);
                }
                Entry::Occupied(known) if *known.get() == value => {}
                Entry::Occupied(known) => {
                    let (name, before) = (known.key(), known.get());
                    let what = format!(
                        "{name} of \"{}\" is \"{value}\" here and \"{before}\" from line {first} on: give a label one value, or two labels",
                        label.name
                    );
                    return Err(Trouble::at_line(network.line, what));
                }
            }
        }
        if let Some(local) = network.local {
            match self.lines[id.index()].1 {
                Some((line, before)) if before != local => {
                    let what = format!(
                        "\"{}\" is {} here and {} in line {line}",
                        label.name,
                        locality(local),
                        locality(before)
                    );
                    return Err(Trouble::at_line(network.line, what));
                }
                _ => self.lines[id.index()].1 = Some((network.line, local)),
            }
            label.local = local;
        }
        network.prefixes.into_iter().try_for_each(|(line, prefix)| self.own(id, prefix, line))
    }

    fn id(&mut self, network: &Network) -> LabelId {
        if let Some(id) = self.ids.get(&network.label) {
            return *id;
        }
        let id = LabelId(u32::try_from(self.labels.len()).expect("fewer labels than lines"));
        self.labels.push(Label { name: network.label.clone(), ..Label::default() });
        self.lines.push((network.line, None));
        self.ids.insert(network.label.clone(), id);
        id
    }

    fn own(&mut self, id: LabelId, prefix: Prefix, line: u64) -> Result<(), Trouble> {
        let name = |id: LabelId| &self.labels[id.index()].name;
        match self.owners.get(&prefix) {
            None => {
                self.owners.insert(prefix, (id, line));
            }
            Some((owner, first)) if *owner == id => self.twice.push(format!(
                "{prefix} is given twice under \"{}\", in lines {first} and {line}",
                name(id)
            )),
            Some((owner, first)) => {
                let what = format!(
                    "{prefix} is under \"{}\" here and under \"{}\" in line {first}: an address has one label",
                    name(id),
                    name(*owner)
                );
                return Err(Trouble::at_line(line, what));
            }
        }
        Ok(())
    }

    fn finish(self) -> LabelledNetworks {
        let mut notes = told(self.twice.iter().cloned(), "more prefixes are given twice");
        notes.extend(told(self.nested(), "more prefixes lie within one of another label"));
        let mut table = TableBuilder::default();
        for (prefix, (id, _)) in &self.owners {
            table.insert(*prefix, *id);
        }
        LabelledNetworks { labels: self.labels, table: table.build(|first, _| first), notes }
    }

    /// The prefixes within one of another label: the longer one decides.
    fn nested(&self) -> impl Iterator<Item = String> {
        let mut around: Vec<(Prefix, LabelId, u64)> = Vec::new();
        self.owners.iter().filter_map(move |(prefix, (id, line))| {
            while around.last().is_some_and(|(outer, ..)| !outer.covers(*prefix)) {
                around.pop();
            }
            let outer = around.last().copied();
            around.push((*prefix, *id, *line));
            let (outer, owner, outer_line) = outer.filter(|(_, owner, _)| owner != id)?;
            let name = |id: LabelId| &self.labels[id.index()].name;
            Some(format!(
                "{prefix} of \"{}\" (line {line}) lies within {outer} of \"{}\" (line {outer_line}): its addresses count for \"{}\"",
                name(*id),
                name(owner),
                name(*id)
            ))
        })
    }
}

fn locality(local: bool) -> &'static str {
    if local { "local" } else { "not local" }
}

/// The first notes in full, and how many more there are.
fn told(all: impl Iterator<Item = String>, more: &str) -> Vec<String> {
    let mut notes = Vec::new();
    let mut left = 0;
    for note in all {
        if notes.len() < NESTED_TOLD {
            notes.push(note);
        } else {
            left += 1;
        }
    }
    if left > 0 {
        notes.push(format!("{left} {more}"));
    }
    notes
}

#[cfg(test)]
#[path = "networks_file_tests.rs"]
mod tests;
