//! A networks file in CSV: one prefix a line, under a header that names the
//! columns `label` and `prefix`; `local`, and any others, are as they are named.

use super::networks_file::Network;
use super::reading::Trouble;
use super::written::{LineNumbers, host_or_prefix, truth};
use std::collections::BTreeMap;

/// The networks, one a line.
pub(super) fn read(text: &str) -> Result<Vec<Network>, Trouble> {
    let mut reader = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .trim(csv::Trim::All)
        .flexible(true)
        .from_reader(text.as_bytes());
    let header = reader.headers().map_err(|error| wrong(&error))?.clone();
    let lines = LineNumbers::of(text);
    let columns = Columns::of(&header)?;
    let mut networks = Vec::new();
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).map_err(|error| wrong(&error))? {
        let line = lines.of_byte(begin(text, record.position()));
        if record.len() != header.len() {
            let what = format!(
                "{} fields here and {} in the header: quote a field that holds a comma",
                record.len(),
                header.len()
            );
            return Err(Trouble::at_line(line, what));
        }
        networks.push(columns.network(&record, line)?);
    }
    Ok(networks)
}

/// Where a record begins, which the reader gives with the empty lines and the
/// comments before it.
fn begin(text: &str, position: Option<&csv::Position>) -> usize {
    let at = position.and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or(0);
    let rest = text.get(at..).unwrap_or_default();
    let passed = rest
        .split_inclusive('\n')
        .take_while(|line| line.starts_with('#') || line.trim_end_matches(['\r', '\n']).is_empty());
    at + passed.map(str::len).sum::<usize>()
}

fn wrong(error: &csv::Error) -> Trouble {
    let line = error.position().map_or(1, csv::Position::line);
    Trouble::at_line(line, format!("no CSV: {error}"))
}

/// Which column is what.
struct Columns {
    label: usize,
    prefix: usize,
    local: Option<usize>,
    /// By name.
    attributes: Vec<(usize, String)>,
}

impl Columns {
    fn of(header: &csv::StringRecord) -> Result<Self, Trouble> {
        let place = |name: &str| header.iter().position(|column| column.eq_ignore_ascii_case(name));
        let (Some(label), Some(prefix)) = (place("label"), place("prefix")) else {
            return Err(Trouble::at_line(
                1,
                "neither TOML nor CSV whose header names the columns label and prefix",
            ));
        };
        let local = place("local");
        let mut attributes: Vec<(usize, String)> = Vec::new();
        for (place, name) in header.iter().enumerate() {
            if [Some(label), Some(prefix), local].contains(&Some(place)) {
                continue;
            }
            let again = attributes.iter().any(|(_, other)| other == name);
            if name.is_empty() || again || name.eq_ignore_ascii_case("label") {
                let what = format!("column {} has no name of its own in the header", place + 1);
                return Err(Trouble::at_line(1, what));
            }
            attributes.push((place, name.to_owned()));
        }
        Ok(Self { label, prefix, local, attributes })
    }

    fn network(&self, record: &csv::StringRecord, line: u64) -> Result<Network, Trouble> {
        let field = |place: usize| record.get(place).unwrap_or_default();
        let label = field(self.label);
        if label.is_empty() {
            return Err(Trouble::at_line(line, "the label is missing"));
        }
        let prefix =
            host_or_prefix(field(self.prefix)).map_err(|why| Trouble::at_line(line, why))?;
        let local = self.local.map(field).filter(|text| !text.is_empty());
        let local = local.map(truth).transpose().map_err(|why| Trouble::at_line(line, why))?;
        let given = self.attributes.iter().filter(|(place, _)| !field(*place).is_empty());
        let attributes: BTreeMap<_, _> =
            given.map(|(place, name)| (name.clone(), field(*place).to_owned())).collect();
        Ok(Network {
            label: label.to_owned(),
            prefixes: vec![(line, prefix)],
            attributes,
            local,
            line,
        })
    }
}
