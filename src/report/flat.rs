//! Tallies as flat columns: what NDJSON and CSV have in common.

use super::breakdown::{By, breakdowns};
use super::share::{Ratio, Whole, of_cell};
use crate::model::{IpVersion, Measure, Profile, Tally, View};
use crate::summary::Summary;
use serde::ser::{Serialize, Serializer};
use std::io;

/// One value of a flat line.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Figure {
    /// Not known, or without a denominator.
    Null,
    /// Yes or no.
    Flag(bool),
    /// A count, exactly.
    Count(u128),
    /// A share or a mean.
    Float(f64),
    /// Anything else.
    Text(String),
}

impl Serialize for Figure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_none(),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
            Self::Count(count) => serializer.serialize_u128(*count),
            Self::Float(value) => serializer.serialize_f64(*value),
            Self::Text(text) => serializer.serialize_str(text),
        }
    }
}

impl From<u64> for Figure {
    fn from(count: u64) -> Self {
        Self::Count(count.into())
    }
}

impl From<&str> for Figure {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<Option<Ratio>> for Figure {
    fn from(ratio: Option<Ratio>) -> Self {
        ratio.map_or(Self::Null, |ratio| Self::Float(ratio.value()))
    }
}

/// What a flat line of tallies stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section {
    /// All traffic, whatever the profile.
    Total,
    /// The traffic of a profile that is not `ip-only`.
    ProfileTotal,
    /// A row of a breakdown.
    Row(By),
}

/// One flat line of tallies.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) section: Section,
    pub(super) view: View,
    /// The row's key; `None` for totals and where there is no address.
    pub(super) key: Option<String>,
    /// The protocol number, of a row by protocol.
    pub(super) number: Option<u8>,
    tally: Tally,
    /// The profile's whole.
    whole: Whole,
}

/// The columns of a line, in the order of [`Line::figures`].
pub(super) const COLUMNS: [&str; 16] = [
    "ipv4_packets",
    "ipv4_octets",
    "ipv4_wire_octets",
    "ipv4_flows",
    "ipv6_packets",
    "ipv6_octets",
    "ipv6_wire_octets",
    "ipv6_flows",
    "share_packets",
    "share_octets",
    "share_wire_octets",
    "share_flows",
    "part_packets",
    "part_octets",
    "part_wire_octets",
    "part_flows",
];

impl Line {
    /// Its figures: IPv4, IPv6, share and part, each by all measures. The part
    /// of a total is null.
    pub(super) fn figures(&self) -> impl Iterator<Item = Figure> + '_ {
        let counts = IpVersion::ALL.into_iter().flat_map(move |version| {
            Measure::ALL.map(|measure| Figure::Count(self.tally[version].get(measure)))
        });
        let is_row = matches!(self.section, Section::Row(_));
        let shares = Measure::ALL.map(|measure| match is_row {
            true => of_cell(&self.tally, measure).into(),
            false => self.whole.share(measure).into(),
        });
        let parts = Measure::ALL.map(|measure| match is_row {
            true => self.whole.part(&self.tally, measure).into(),
            false => Figure::Null,
        });
        counts.chain(shares).chain(parts)
    }
}

/// Calls `line` for the totals of both views, the totals of the profile where
/// it is not `ip-only`, and every row of every breakdown.
pub(super) fn for_each_line(
    summary: &Summary,
    mut line: impl FnMut(&Line) -> io::Result<()>,
) -> io::Result<()> {
    let total = |section, view, tally| Line {
        section,
        view,
        key: None,
        number: None,
        tally,
        whole: Whole::of(summary, view),
    };
    for view in View::ALL {
        line(&total(Section::Total, view, summary.totals[view]))?;
    }
    if summary.settings.profile != Profile::IpOnly {
        for view in View::ALL {
            line(&total(Section::ProfileTotal, view, Whole::of(summary, view).kept))?;
        }
    }
    for table in breakdowns(summary) {
        for row in &table.rows {
            line(&Line {
                section: Section::Row(table.by),
                view: table.view,
                key: Some(row.key.to_string()).filter(|key| !key.is_empty()),
                number: row.key.protocol_number(),
                tally: *row.tally,
                whole: table.whole,
            })?;
        }
    }
    Ok(())
}
