//! Totals and rows as flat columns: what NDJSON and CSV have in common.

use super::breakdown::{Breakdown, Table, Wanted, breakdowns, flat_key};
use super::share::{Ratio, Whole, of_all_ip};
use super::tunnel::{TunnelBy, TunnelMeasure, TunnelRow};
use crate::model::{Dimension, IpVersion, Key, Measure, Profile, Tally, TimeBins, View};
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
    /// A difference of counts, exactly.
    Difference(i128),
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
            Self::Difference(difference) => serializer.serialize_i128(*difference),
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

/// One flat line.
#[derive(Debug)]
pub(super) enum Line<'a> {
    /// Of IPv4 and IPv6 in one view.
    Tally(TallyLine<'a>),
    /// Of tunnels, across the views.
    Tunnel(TunnelLine),
}

/// What a flat line of tallies stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section<'a> {
    /// All traffic, whatever the profile.
    Total,
    /// The traffic of a profile that is not `ip-only`.
    ProfileTotal,
    /// The traffic of one of all profiles.
    OneProfile(Profile),
    /// All traffic of flow records, not scaled.
    AsExported,
    /// A row of a breakdown.
    Row(&'a [Dimension], &'a Key),
}

/// One flat line of tallies.
#[derive(Debug)]
pub(super) struct TallyLine<'a> {
    pub(super) section: Section<'a>,
    pub(super) view: View,
    tally: Tally,
    /// The profile's whole.
    whole: Whole,
    /// By whose clock times are told.
    pub(super) bins: &'a TimeBins,
}

/// The columns of a line of tallies, in the order of [`TallyLine::figures`].
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

impl TallyLine<'_> {
    /// The row's key; `None` for totals and where there is no address or port.
    pub(super) fn key(&self) -> Option<String> {
        match self.section {
            Section::Row(by, key) => {
                Some(flat_key(by, key, self.bins)).filter(|key| !key.is_empty())
            }
            Section::OneProfile(profile) => Some(profile.key().to_owned()),
            Section::Total | Section::ProfileTotal | Section::AsExported => None,
        }
    }

    /// Its figures: IPv4, IPv6, share and part, each by all measures. The part
    /// of a total is null.
    pub(super) fn figures(&self) -> impl Iterator<Item = Figure> + '_ {
        let counts = IpVersion::ALL.into_iter().flat_map(move |version| {
            Measure::ALL.map(|measure| Figure::Count(self.tally[version].get(measure)))
        });
        let is_row = matches!(self.section, Section::Row(..));
        let shares = Measure::ALL.map(|measure| match is_row {
            true => self.whole.cell(&self.tally, measure).into(),
            false => self.whole.share(measure).into(),
        });
        let parts = Measure::ALL.map(|measure| match is_row {
            true => self.whole.part(&self.tally, measure).into(),
            false => Figure::Null,
        });
        counts.chain(shares).chain(parts)
    }

    /// What its shares are shares of, by each measure.
    pub(super) fn denominator(&self, measure: Measure) -> Figure {
        self.whole.denominator(measure).map_or(Figure::Null, Figure::Count)
    }
}

/// One row of a breakdown of tunnels.
#[derive(Debug)]
pub(super) struct TunnelLine {
    pub(super) by: TunnelBy,
    row: TunnelRow,
    parts: [Option<Ratio>; 4],
}

/// The columns of a line of tunnels, in the order of [`TunnelLine::figures`].
pub(super) const TUNNEL_COLUMNS: [&str; 7] =
    ["outer", "inner", "packets", "octets_outer", "octets_inner", "wire_octets", "octets_overhead"];

impl TunnelLine {
    /// The mechanism or the path.
    pub(super) fn key(&self) -> String {
        self.row.key.to_string()
    }

    /// Its families and its counts.
    pub(super) fn figures(&self) -> [Figure; 7] {
        let [packets, outer_octets, inner_octets, wire_octets] =
            TunnelMeasure::ALL.map(|measure| Figure::Count(measure.get(&self.row.count)));
        [
            self.row.key.outer.key().into(),
            self.row.key.inner.map_or(Figure::Null, |inner| inner.key().into()),
            packets,
            outer_octets,
            inner_octets,
            wire_octets,
            self.row.overhead().map_or(Figure::Null, Figure::Difference),
        ]
    }

    /// The part of all IP traffic by one of its counts.
    pub(super) fn part(&self, measure: TunnelMeasure) -> Figure {
        self.parts[measure as usize].into()
    }
}

/// The bounds that hold the share of a view with 95 %: the lower ones, then the
/// upper ones, by each measure. `None` where nothing was sampled.
pub(super) fn interval(summary: &Summary, view: View) -> Option<[[Figure; 4]; 2]> {
    let bound = |upper: bool| {
        Measure::ALL.map(|measure| {
            let bounds = summary.interval(view, measure);
            let bound = bounds.map(|(low, high)| if upper { high } else { low });
            bound.map_or(Figure::Null, Figure::Float)
        })
    };
    summary.is_sampled(view).then(|| [bound(false), bound(true)])
}

/// Calls `line` for the totals of both views, those of flow records as exported, the totals of the profile where
/// it is not `ip-only`, those of all profiles where they are wanted, and every
/// row of every breakdown.
pub(super) fn for_each_line(
    summary: &Summary,
    mut line: impl FnMut(&Line<'_>) -> io::Result<()>,
) -> io::Result<()> {
    for each in totals(summary) {
        line(&Line::Tally(each))?;
    }
    for table in breakdowns(summary, Wanted::All) {
        match table {
            Table::Families(table) => rows(summary, &table, &mut line)?,
            Table::Tunnels(table) => {
                for row in table.rows {
                    let parts = TunnelMeasure::ALL.map(|m| of_all_ip(summary, &row.count, m));
                    line(&Line::Tunnel(TunnelLine { by: table.by, row, parts }))?;
                }
            }
        }
    }
    Ok(())
}

fn totals(summary: &Summary) -> Vec<TallyLine<'_>> {
    let bins = &summary.settings.bins;
    let mut lines = Vec::new();
    for view in View::ALL {
        let (tally, whole) = (summary.totals[view], Whole::of(summary, view));
        lines.push(TallyLine { section: Section::Total, view, tally, whole, bins });
    }
    if let Some(tally) = summary.as_exported() {
        let (section, view) = (Section::AsExported, View::Transport);
        lines.push(TallyLine { section, view, tally, whole: Whole::of_all(summary, tally), bins });
    }
    if summary.settings.profile != Profile::IpOnly {
        for view in View::ALL {
            let whole = Whole::of(summary, view);
            let section = Section::ProfileTotal;
            lines.push(TallyLine { section, view, tally: whole.kept, whole, bins });
        }
    }
    if summary.settings.all_profiles {
        for (profile, view) in Profile::ALL.into_iter().flat_map(|p| View::ALL.map(|v| (p, v))) {
            let section = Section::OneProfile(profile);
            lines.extend(Whole::under(summary, profile, view).map(|whole| TallyLine {
                section,
                view,
                tally: whole.kept,
                whole,
                bins,
            }));
        }
    }
    lines
}

fn rows(
    summary: &Summary,
    table: &Breakdown<'_>,
    line: &mut impl FnMut(&Line<'_>) -> io::Result<()>,
) -> io::Result<()> {
    for (key, tally) in table.rows() {
        line(&Line::Tally(TallyLine {
            section: Section::Row(table.dimensions(), &key),
            view: table.view(),
            tally,
            whole: table.whole,
            bins: &summary.settings.bins,
        }))?;
    }
    Ok(())
}
