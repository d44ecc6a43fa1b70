//! Rows into a summary again.

use super::row::{Figure, Row, Section};
use super::settings::{self, Stored};
use super::{StoreError, distinct, encode, inputs, networks, values};
use crate::aggregate::FlowTotals;
use crate::model::{
    Dimension, Encapsulation, IpVersion, Key, NetworkTable, PerView, Tally, TunnelPath, Variance,
    View,
};
use crate::summary::{InputSummary, Settings, Summary, TunnelCount, TunnelKey};

/// Gathers the rows of one summary.
#[derive(Debug, Default)]
pub struct Reader {
    layout: Option<String>,
    settings: Option<Settings>,
    interrupted: bool,
    networks: Vec<NetworkTable>,
    mixed_networks: bool,
    inputs: Vec<InputSummary>,
    summary: Option<Box<Summary>>,
    /// What its breakdowns are by, and in which view.
    names: Vec<(String, View)>,
}

impl Reader {
    /// Takes the next row, which is the file's `number`th.
    ///
    /// # Errors
    /// When it cannot be.
    pub fn take(&mut self, number: u64, row: &Row) -> Result<(), StoreError> {
        if row.section == Section::Meta {
            return self.meta(number, row);
        }
        self.row(row).map_err(|what| StoreError::Row { row: number, what })
    }

    /// The summary.
    ///
    /// # Errors
    /// When something that every summary has was not there.
    pub fn finish(mut self) -> Result<Summary, StoreError> {
        if self.layout.is_none() {
            return Err(StoreError::Missing("the version of its layout"));
        }
        if self.settings.is_none() {
            return Err(StoreError::Missing("the row of its settings"));
        }
        let mut summary = match self.summary.take() {
            Some(summary) => *summary,
            None => self.empty().map_err(|what| StoreError::Row { row: 1, what })?,
        };
        summary.interrupted = self.interrupted;
        summary.networks = self.networks;
        summary.mixed_networks = self.mixed_networks;
        summary.inputs = self.inputs;
        summary.sum_inputs();
        for table in &mut summary.breakdowns {
            table.settle();
            table.settle_leaves(summary.settings.auto.keys);
        }
        Ok(summary)
    }

    fn meta(&mut self, number: u64, row: &Row) -> Result<(), StoreError> {
        let wrong = |what: String| StoreError::Row { row: number, what };
        let text = row.text.as_deref().unwrap_or_default();
        match row.keys[0].as_deref().unwrap_or_default() {
            "layout" if text == encode::LAYOUT => self.layout = Some(text.to_owned()),
            "layout" => return Err(StoreError::Layout(text.to_owned())),
            "settings" => self.settings = Some(Stored::read(text).map_err(wrong)?),
            "network" => self.networks.push(networks::read(text).map_err(wrong)?),
            "mixed_networks" => self.mixed_networks = text == "true",
            "interrupted" => self.interrupted = text == "true",
            // Of what is only told nothing depends.
            _ => {}
        }
        Ok(())
    }

    fn empty(&self) -> Result<Summary, String> {
        let settings = self.settings.clone().ok_or("a row before those of the settings")?;
        Ok(Summary::empty(settings))
    }

    fn row(&mut self, row: &Row) -> Result<(), String> {
        match row.section {
            Section::Input => {
                let input = inputs::read(row.text.as_deref().unwrap_or_default())?;
                if row.input != i64::try_from(self.inputs.len()).ok() {
                    return Err("the inputs are not in their order".to_owned());
                }
                self.inputs.push(input);
                return Ok(());
            }
            Section::Account => return inputs::read_account(row, &mut self.input(row)?.account),
            Section::Anomaly => return inputs::read_anomaly(row, self.input(row)?),
            _ => {}
        }
        if self.summary.is_none() {
            let summary = self.empty()?;
            self.names = summary
                .breakdowns
                .iter()
                .map(|table| (settings::words(&table.dimensions), table.view))
                .collect();
            self.summary = Some(Box::new(summary));
        }
        let summary = self.summary.as_mut().ok_or("no summary")?;
        if row.section != Section::Breakdown {
            return summary.read_row(row);
        }
        let (by, view) = (row.by.as_deref().unwrap_or_default(), row.in_view()?);
        let at = self.names.iter().position(|(name, of)| name == by && *of == view);
        let at = at.ok_or_else(|| format!("a breakdown by {by} that the settings do not have"))?;
        let mut tally = Tally::default();
        add(&mut tally, row)?;
        let table = &mut summary.breakdowns[at];
        table.push(key(&table.dimensions, row)?, tally);
        Ok(())
    }

    fn input(&mut self, row: &Row) -> Result<&mut InputSummary, String> {
        let number = row.input.and_then(|number| usize::try_from(number).ok());
        let input = number.and_then(|number| self.inputs.get_mut(number));
        input.ok_or_else(|| "a row of an input that was not named before".to_owned())
    }
}

impl Summary {
    fn read_row(&mut self, row: &Row) -> Result<(), String> {
        match row.section {
            Section::Total => add(&mut self.totals[row.in_view()?], row),
            Section::ProfileTotal => add(&mut self.profile_totals[row.in_view()?], row),
            Section::Control => {
                let control = self.control.get_or_insert_with(PerView::default);
                add(&mut control[row.in_view()?], row)
            }
            Section::Protocol => {
                let key = row.read_key(0)?;
                add(self.protocols[row.in_view()?].entry(key).or_default(), row)
            }
            Section::Breakdown => Err("a row of a breakdown in the wrong place".to_owned()),
            Section::Tunnel => self.read_tunnel(row),
            Section::Distinct => {
                let all = self
                    .distinct
                    .as_mut()
                    .ok_or("distinct addresses, which the settings do not count")?;
                distinct::read(row, &mut all[row.in_view()?])
            }
            Section::Size => {
                let octets = row.keys[0].as_deref().and_then(|text| text.parse().ok());
                let packets = row.unsigned(Figure::Packets)?.unwrap_or_default();
                let sizes = &mut self.sizes[row.in_view()?][row.of_family()?.index()];
                sizes.add(octets.ok_or("a size that is no number")?, packets);
                Ok(())
            }
            Section::Exported => add(&mut self.flows.exported, row),
            Section::Scaled => add(&mut self.flows.scaled, row),
            Section::Variance => read_variance(&mut self.flows, row),
            Section::Meta | Section::Input | Section::Account | Section::Anomaly => Ok(()),
        }
    }

    fn read_tunnel(&mut self, row: &Row) -> Result<(), String> {
        let family = |at: usize| {
            let word = row.keys[at].as_deref();
            word.map(|word| super::row::family(word).ok_or(format!("unknown family {word:?}")))
                .transpose()
        };
        let key = TunnelKey {
            encapsulation: row.read_key::<Encapsulation>(0)?.ok_or("no mechanism")?,
            path: row.read_key::<TunnelPath>(1)?.ok_or("no path")?,
            outer: family(2)?.ok_or("no outer family")?,
            inner: family(3)?,
            counted: row.of_family()?,
        };
        let figure = |figure| Ok::<_, String>(row.unsigned(figure)?.unwrap_or_default());
        self.tunnels.entry(key).or_default().add(&TunnelCount {
            packets: figure(Figure::Packets)?.into(),
            outer_octets: figure(Figure::Octets)?.into(),
            inner_octets: figure(Figure::OctetsInner)?.into(),
            wire_octets: figure(Figure::WireOctets)?.into(),
            flows: figure(Figure::Flows)?,
        });
        Ok(())
    }
}

/// The key of a row: of automatic prefixes by both ends, the values of both.
fn key(dimensions: &[Dimension], row: &Row) -> Result<Key, String> {
    let width = dimensions.len();
    let values = |texts: &[Option<String>]| {
        let values = dimensions.iter().zip(texts).map(|(dimension, text)| {
            let value = values::read(dimension, text.as_deref());
            value.ok_or_else(|| format!("{text:?} is no value of {dimension}"))
        });
        values.collect::<Result<Vec<_>, String>>()
    };
    let (one, other) = row.keys.split_at(width.min(row.keys.len()));
    let by_auto = dimensions.iter().any(Dimension::is_auto);
    if by_auto && other.iter().take(width).any(Option::is_some) {
        return Ok(Key::of_ends(values(one)?, values(other)?));
    }
    Ok(values(one)?.into_iter().collect())
}

/// Adds the counts of a row to its family.
pub(super) fn add(tally: &mut Tally, row: &Row) -> Result<(), String> {
    tally[row.of_family()?] += &row.read_count()?;
    Ok(())
}

fn read_variance(flows: &mut FlowTotals, row: &Row) -> Result<(), String> {
    let text = row.text.as_deref().unwrap_or_default();
    let parts = text.split_once(',').and_then(|(packets, octets)| {
        Some(Variance { packets: packets.parse().ok()?, octets: octets.parse().ok()? })
    });
    let family: IpVersion = row.of_family()?;
    let variance = parts.ok_or("a variance that is no pair of numbers")?;
    flows.variance[row.in_view()?][family.index()].add(&variance);
    Ok(())
}
