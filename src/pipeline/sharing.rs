//! A result that can be handed on: its addresses cut and anonymised, its small
//! cells folded.
//!
//! It happens to the keys of the rows when all is counted: mechanisms, networks
//! and every figure are those of the true addresses. To know on how many addresses
//! a row rests, each breakdown is counted once more with the addresses in its key;
//! that costs a row an address, and is left out again at the end.

use crate::aggregate::MAX_DIMENSIONS;
use crate::anonymize::{Disguise, SecretKey};
use crate::model::{
    Dimension, Exporter, ExporterTally, HandedOn, IpVersion, Key, PrefixCut, PrefixLens, Side,
    Value,
};
use crate::summary::{Breakdown, FlowSummary, Settings, Summary};
use std::collections::{BTreeMap, BTreeSet};

/// What is done to a result before it is handed on.
#[derive(Clone, Debug, Default)]
pub struct SharingOptions {
    /// The key by which addresses are anonymised.
    pub key: Option<SecretKey>,
    /// To how many bits addresses are cut.
    pub truncate: Option<PrefixLens>,
    /// Rows that rest on fewer distinct addresses are folded; 0 and 1 fold none.
    pub min_cell: u64,
}

/// What is asked for cannot be handed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CannotHandOn {
    /// A breakdown has too many dimensions to be counted by address too.
    #[error(
        "to fold small cells, a breakdown can have {} dimensions at most: give fewer",
        MAX_DIMENSIONS - 1
    )]
    TooManyDimensions,
    /// Leaves are what small cells are.
    #[error(
        "automatic prefixes are found among single addresses, which are the small cells to be \
         folded: give prefixes of fixed lengths, or leave small cells as they are"
    )]
    SmallLeaves,
    /// Sets of addresses are kept so that they can be merged.
    #[error(
        "to count distinct addresses, the result keeps what can tell them: leave that out of a \
         result that is handed on"
    )]
    DistinctAddresses,
}

/// How a result of these settings is made fit to be handed on.
#[derive(Debug)]
pub struct Sharing {
    options: SharingOptions,
    /// What the result shall hold.
    wanted: Settings,
    /// The same as it is told: without true addresses.
    told: Settings,
}

impl Sharing {
    /// Under these settings. Prefixes are cut no longer than the options say.
    ///
    /// # Errors
    /// When that cannot be of what the settings ask for.
    pub fn new(options: SharingOptions, settings: Settings) -> Result<Self, CannotHandOn> {
        let mut wanted = settings;
        wanted.handed_on = HandedOn {
            key_id: options.key.as_ref().map(SecretKey::id),
            truncate: options.truncate,
            min_cell: options.min_cell,
        };
        if let Some(most) = options.truncate {
            let mut breakdowns: Vec<Vec<Dimension>> = Vec::new();
            for by in &wanted.breakdowns {
                let by: Vec<_> = by.iter().map(|dimension| shortened(dimension, most)).collect();
                if !breakdowns.contains(&by) {
                    breakdowns.push(by);
                }
            }
            wanted.breakdowns = breakdowns;
        }
        let too_many = |by: &Vec<Dimension>| by.len() >= MAX_DIMENSIONS;
        if options.min_cell > 1 && wanted.breakdowns.iter().any(too_many) {
            return Err(CannotHandOn::TooManyDimensions);
        }
        let mut dimensions = wanted.breakdowns.iter().flatten();
        if options.min_cell > 1 && dimensions.any(Dimension::is_auto) {
            return Err(CannotHandOn::SmallLeaves);
        }
        if wanted.distinct && !wanted.handed_on.is_nothing() {
            return Err(CannotHandOn::DistinctAddresses);
        }
        let disguise = disguise(&options, &wanted);
        let mut told = wanted.clone();
        for (version, address) in &mut told.flows.observation_points {
            *address = disguise.address(*version, *address);
        }
        Ok(Self { options, wanted, told })
    }

    /// The settings that the result is of.
    #[must_use]
    pub fn told(&self) -> &Settings {
        &self.told
    }

    /// The settings under which to run.
    #[must_use]
    pub fn settings(&self) -> Settings {
        let mut settings = self.wanted.clone();
        if self.options.min_cell > 1 {
            let by_address = self.wanted.breakdowns.iter().map(|by| by_address(by));
            settings.breakdowns.extend(by_address);
        }
        settings
    }

    /// Makes the result of such a run fit to be handed on.
    #[must_use]
    pub fn apply(&self, mut summary: Summary) -> Summary {
        if self.options.min_cell > 1 {
            self.fold_small_cells(&mut summary);
        }
        if self.options.key.is_some() || self.options.truncate.is_some() {
            let disguise = disguise(&self.options, &self.wanted);
            for table in &mut summary.breakdowns {
                let disguised = |key: &Key| disguised(&disguise, &table.dimensions, key);
                let rows = table.rows().map(|(key, tally)| (disguised(&key), tally)).collect();
                *table = Breakdown::new(std::mem::take(&mut table.dimensions), table.view, rows);
            }
            for flows in summary.inputs.iter_mut().filter_map(|input| input.flows.as_mut()) {
                disguise_flows(&disguise, flows);
            }
        }
        summary.settings = self.told.clone();
        summary
    }

    fn fold_small_cells(&self, summary: &mut Summary) {
        let mut folded = Vec::new();
        for view in self.wanted.views.list() {
            for by in &self.wanted.breakdowns {
                let Some(table) = summary.breakdown(by, *view) else { continue };
                let Some(addresses) = summary.breakdown(&by_address(by), *view) else { continue };
                folded.push(fold(table, addresses, self.options.min_cell));
            }
        }
        summary.breakdowns = folded;
    }
}

/// The dimension with its prefixes cut no longer than `most`.
fn shortened(dimension: &Dimension, most: PrefixLens) -> Dimension {
    let shorter = |lens: PrefixLens| {
        let [v4, v6] = IpVersion::ALL.map(|version| lens.len(version).min(most.len(version)));
        PrefixLens::new(v4, v6).expect("no longer than they were")
    };
    match dimension {
        Dimension::Prefix(side, PrefixCut::Lens(lens)) => {
            Dimension::Prefix(*side, PrefixCut::Lens(shorter(*lens)))
        }
        Dimension::Prefix(side, PrefixCut::Auto(leaves)) => {
            Dimension::Prefix(*side, PrefixCut::Auto(shorter(*leaves)))
        }
        other => other.clone(),
    }
}

/// The breakdown with the address in its key: that of the side that all its
/// dimensions go by, or of either end.
fn by_address(by: &[Dimension]) -> Vec<Dimension> {
    let sides: BTreeSet<Side> = by.iter().filter_map(Dimension::side).collect();
    let side = match sides.first() {
        Some(side) if sides.len() == 1 => *side,
        _ => Side::Both,
    };
    let whole = PrefixLens::new(32, 128).expect("as long as an address");
    let address = Dimension::Prefix(side, PrefixCut::Lens(whole));
    by.iter().cloned().chain([address]).collect()
}

/// Folds the rows of `table` that rest on fewer than `least` addresses into one,
/// and then the smallest of the others until that one rests on as many: else the
/// folded row would tell what it hides.
fn fold(table: &Breakdown, by_address: &Breakdown, least: u64) -> Breakdown {
    let width = table.dimensions.len();
    let mut resting: BTreeMap<&[Value], BTreeSet<&Value>> = BTreeMap::new();
    let keys: Vec<_> = by_address.rows().map(|(key, _)| key).collect();
    for key in &keys {
        let (row, address) = key.values().split_at(width);
        let addresses = resting.entry(row).or_default();
        addresses.extend(address.iter().filter(|address| **address != Value::Unknown));
    }
    let none = BTreeSet::new();
    let addresses = |key: &Key| resting.get(key.values()).unwrap_or(&none);
    let mut order: Vec<_> = table.rows().collect();
    order.sort_by_key(|(key, _)| addresses(key).len());
    let mut hidden: BTreeSet<&Value> = BTreeSet::new();
    let mut folded = 0;
    for (key, _) in &order {
        let is_small = (addresses(key).len() as u64) < least;
        if !is_small && (folded == 0 || hidden.len() as u64 >= least) {
            break;
        }
        hidden.extend(addresses(key));
        folded += 1;
    }
    let others: Key = std::iter::repeat_n(Value::Others, width).collect();
    let rows = order.into_iter().enumerate().map(|(place, (key, tally))| {
        (if place < folded { others.clone() } else { key.into_owned() }, tally)
    });
    Breakdown::new(table.dimensions.clone(), table.view, rows.collect())
}

fn disguise(options: &SharingOptions, settings: &Settings) -> Disguise {
    Disguise::new(options.key.as_ref(), options.truncate, &settings.tunnels)
}

/// The exporters of an input. What was remarked of them is counted and no longer
/// told: the words name addresses.
fn disguise_flows(disguise: &Disguise, flows: &mut FlowSummary) {
    let mut exporters: BTreeMap<Option<Exporter>, ExporterTally> = BTreeMap::new();
    for (exporter, tally) in std::mem::take(&mut flows.exporters) {
        let exporter = exporter.map(|exporter| disguised_exporter(disguise, exporter));
        exporters.entry(exporter).or_default().merge(&tally);
    }
    flows.exporters = exporters;
    flows.remarks.clear();
}

fn disguised_exporter(disguise: &Disguise, exporter: Exporter) -> Exporter {
    let address = exporter.address;
    let address = address.map(|(version, address)| (version, disguise.address(version, address)));
    Exporter { address, ..exporter }
}

/// The key as it may be told. Leaves of automatic prefixes stay of one length, by
/// which it is known how they were cut: one that would become shorter, of a prefix
/// of tunnels, is folded.
fn disguised(disguise: &Disguise, dimensions: &[Dimension], key: &Key) -> Key {
    let value = |(value, dimension): (&Value, &Dimension)| match value {
        Value::Prefix(prefix) => {
            let told = disguise.prefix(*prefix);
            let is_cut = dimension.is_auto() && told.len() < prefix.len();
            if is_cut { Value::Others } else { Value::Prefix(told) }
        }
        Value::Exporter(exporter) => Value::Exporter(disguised_exporter(disguise, *exporter)),
        Value::Mac(mac) => Value::Mac(disguise.mac(*mac)),
        other => other.clone(),
    };
    // Two ends stand one behind the other, and may change places.
    let mut one: Vec<_> = key.values().iter().zip(dimensions.iter().cycle()).map(value).collect();
    let other = one.split_off(dimensions.len().min(one.len()));
    if other.is_empty() { one.into_iter().collect() } else { Key::of_ends(one, other) }
}

#[cfg(test)]
#[path = "sharing_tests.rs"]
mod tests;
