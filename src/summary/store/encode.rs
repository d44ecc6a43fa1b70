//! A summary into rows: everything in it, in a fixed order.

use super::row::{Figure, KEYS, Row, Section};
use super::settings::{self, Stored};
use super::words::Word;
use super::{StoreError, distinct, inputs, networks, values};
use crate::model::{Count, Dimension, IpVersion, PerView, Tally, View, is_of_pairs};
use crate::summary::{Settings, Summary, TunnelCount, TunnelKey};

/// The version of the layout.
pub(super) const LAYOUT: &str = "1";

/// Whether a summary of these settings has room in the rows: before hours are spent
/// on what could not be kept. What was counted plays no part in it.
///
/// # Errors
/// [`StoreError::TooManyDimensions`] where a key takes more columns than there are.
pub fn check(settings: &Settings) -> Result<(), StoreError> {
    let columns = |by: &[Dimension]| {
        let by: Vec<_> = by.iter().map(|by| by.or_side(settings.prefix_side)).collect();
        by.len() * if is_of_pairs(&by) { 2 } else { 1 }
    };
    match settings.breakdowns.iter().find(|by| columns(by) > KEYS.len()) {
        Some(by) => Err(StoreError::TooManyDimensions(settings::words(by))),
        None => Ok(()),
    }
}

impl Summary {
    /// The rows of the layout that [`crate::summary::store`] describes. The same
    /// summary gives the same rows in the same order.
    ///
    /// # Errors
    /// What [`check`] finds, and [`StoreError::TooLarge`] where a count is beyond 64
    /// bits.
    pub fn rows(&self) -> Result<Vec<Row>, StoreError> {
        check(&self.settings)?;
        let mut rows = Vec::new();
        self.meta_rows(&mut rows);
        for (number, input) in self.inputs.iter().enumerate() {
            inputs::rows(number, input, &mut rows)?;
        }
        per_view(Section::Total, &self.totals, &mut rows)?;
        per_view(Section::ProfileTotal, &self.profile_totals, &mut rows)?;
        if let Some(control) = &self.control {
            per_view(Section::Control, control, &mut rows)?;
        }
        self.table_rows(&mut rows)?;
        for (key, count) in &self.tunnels {
            rows.push(tunnel(key, count)?);
        }
        if let Some(all) = &self.distinct {
            distinct::rows(all, &mut rows)?;
        }
        self.size_rows(&mut rows)?;
        self.flow_rows(&mut rows)?;
        Ok(rows)
    }

    fn meta_rows(&self, rows: &mut Vec<Row>) {
        let mut meta = |name: &str, value: String| {
            rows.push(Row::new(Section::Meta).key(0, name.to_owned()).text(value));
        };
        meta("layout", LAYOUT.to_owned());
        meta("tool", format!("v6share {}", env!("CARGO_PKG_VERSION")));
        meta("settings", Stored::from(&self.settings).text());
        for table in &self.networks {
            meta("network", networks::text(table));
        }
        if self.mixed_networks {
            meta("mixed_networks", "true".to_owned());
        }
        meta("interrupted", self.interrupted.to_string());
    }

    fn table_rows(&self, rows: &mut Vec<Row>) -> Result<(), StoreError> {
        for view in View::ALL {
            for (protocol, tally) in &self.protocols[view] {
                let row = Row::new(Section::Protocol).key(0, protocol.map(|p| p.word())).view(view);
                families(&row, tally, rows)?;
            }
        }
        for table in &self.breakdowns {
            let by = Some(settings::words(&table.dimensions));
            let row = Row { by, ..Row::new(Section::Breakdown) };
            let row = row.view(table.view);
            for (key, tally) in table.rows() {
                let mut row = row.clone();
                for (column, value) in row.keys.iter_mut().zip(key.values()) {
                    *column = values::text(value);
                }
                families(&row, &tally, rows)?;
            }
        }
        Ok(())
    }

    fn size_rows(&self, rows: &mut Vec<Row>) -> Result<(), StoreError> {
        for (view, family) in View::ALL.into_iter().flat_map(|v| IpVersion::ALL.map(|f| (v, f))) {
            for (octets, packets) in self.sizes[view][family.index()].rows() {
                let row = Row::new(Section::Size).key(0, octets.to_string());
                rows.push(row.view(view).family(family).figure(Figure::Packets, packets)?);
            }
        }
        Ok(())
    }

    /// What only flow records have. Variances have no room in 64 bits: they are
    /// texts.
    fn flow_rows(&self, rows: &mut Vec<Row>) -> Result<(), StoreError> {
        let flows = &self.flows;
        families(&Row::new(Section::Exported), &flows.exported, rows)?;
        families(&Row::new(Section::Scaled), &flows.scaled, rows)?;
        for (view, family) in View::ALL.into_iter().flat_map(|v| IpVersion::ALL.map(|f| (v, f))) {
            let variance = &flows.variance[view][family.index()];
            if !variance.is_zero() {
                let text = format!("{},{}", variance.packets, variance.octets);
                rows.push(Row::new(Section::Variance).view(view).family(family).text(text));
            }
        }
        Ok(())
    }
}

fn per_view(
    section: Section,
    tallies: &PerView<Tally>,
    rows: &mut Vec<Row>,
) -> Result<(), StoreError> {
    View::ALL
        .into_iter()
        .try_for_each(|view| families(&Row::new(section).view(view), &tallies[view], rows))
}

/// A row for each family that has something.
pub(super) fn families(row: &Row, tally: &Tally, rows: &mut Vec<Row>) -> Result<(), StoreError> {
    for family in IpVersion::ALL {
        let count: &Count = &tally[family];
        if !count.is_zero() {
            rows.push(row.clone().family(family).count(count)?);
        }
    }
    Ok(())
}

fn tunnel(key: &TunnelKey, count: &TunnelCount) -> Result<Row, StoreError> {
    Row::new(Section::Tunnel)
        .key(0, key.encapsulation.word())
        .key(1, key.path.word())
        .key(2, key.outer.key().to_owned())
        .key(3, key.inner.map(|inner| inner.key().to_owned()))
        .family(key.counted)
        .figure(Figure::Packets, count.packets)?
        .figure(Figure::Octets, count.outer_octets)?
        .figure(Figure::OctetsInner, count.inner_octets)?
        .figure(Figure::WireOctets, count.wire_octets)?
        .figure(Figure::Flows, count.flows)
}
