//! Tunnels and translation as sorted rows. They stand across the two views: a
//! row has the octets of the outer headers, which the transport view counts, and
//! those of the inner ones, which the end-to-end view counts. Shares are not
//! made here.

use crate::model::{Encapsulation, IpVersion, Measure, TunnelPath};
use crate::summary::{Summary, TunnelCount, TunnelKey};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt;

/// What the rows of a breakdown of tunnels stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TunnelBy {
    /// The mechanism of the outermost tunnel.
    Mechanism,
    /// The layers from the outer header to the inner one.
    Path,
}

impl TunnelBy {
    /// The word in JSON and CSV.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Mechanism => "encapsulation",
            Self::Path => "encapsulation-path",
        }
    }
}

/// By which way packets are carried: the order is the tie-break of equal rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Way {
    Mechanism(Encapsulation),
    /// Empty where there is one IP header.
    Path(TunnelPath),
}

/// What one row stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct TunnelRowKey {
    pub(super) way: Way,
    /// The family of the transport view.
    pub(super) outer: IpVersion,
    /// The family of the end-to-end view; `None` where the inside cannot be
    /// seen.
    pub(super) inner: Option<IpVersion>,
}

impl TunnelRowKey {
    fn of(key: &TunnelKey, by: TunnelBy) -> Self {
        let way = match by {
            TunnelBy::Mechanism => Way::Mechanism(key.encapsulation),
            TunnelBy::Path => Way::Path(key.path),
        };
        Self { way, outer: key.outer, inner: key.inner }
    }
}

impl fmt::Display for TunnelRowKey {
    /// The mechanism or the path. A translated packet has one IP header as a
    /// native one has, but is none: its two families differ.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.way {
            Way::Mechanism(encapsulation) => f.write_str(encapsulation.key()),
            Way::Path(path) if path.is_native() && self.inner != Some(self.outer) => {
                f.write_str("translated")
            }
            Way::Path(path) => path.fmt(f),
        }
    }
}

/// One row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TunnelRow {
    pub(super) key: TunnelRowKey,
    pub(super) count: TunnelCount,
}

impl TunnelRow {
    /// What the layers between outer and inner header cost, in octets. Below
    /// zero where inner headers claim more than the outer ones hold; `None`
    /// where the inside cannot be seen.
    pub(super) fn overhead(&self) -> Option<i128> {
        self.key.inner?;
        let [outer, inner] = [self.count.outer_octets, self.count.inner_octets]
            .map(|octets| i128::try_from(octets).ok());
        outer?.checked_sub(inner?)
    }
}

/// A figure of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TunnelMeasure {
    Packets,
    /// Of the outer headers.
    OuterOctets,
    /// Of the inner headers, or of the innermost ones known.
    InnerOctets,
    WireOctets,
}

impl TunnelMeasure {
    /// All figures in the order of every output.
    pub(super) const ALL: [Self; 4] =
        [Self::Packets, Self::OuterOctets, Self::InnerOctets, Self::WireOctets];

    /// The figure of a row.
    pub(super) fn get(self, count: &TunnelCount) -> u128 {
        match self {
            Self::Packets => count.packets,
            Self::OuterOctets => count.outer_octets,
            Self::InnerOctets => count.inner_octets,
            Self::WireOctets => count.wire_octets,
        }
    }
}

impl From<Measure> for TunnelMeasure {
    /// What stands for the measure where tunnels are concerned. A tunnel has no
    /// flows: they are ordered by packets.
    fn from(measure: Measure) -> Self {
        match measure {
            Measure::Packets | Measure::Flows => Self::Packets,
            Measure::Octets => Self::OuterOctets,
            Measure::WireOctets => Self::WireOctets,
        }
    }
}

/// Rows of tunnels, largest first.
#[derive(Debug)]
pub(super) struct TunnelBreakdown {
    pub(super) by: TunnelBy,
    pub(super) rows: Vec<TunnelRow>,
}

impl TunnelBreakdown {
    /// All IP traffic, whatever the profile, native packets too; largest first
    /// by the measure of the settings, then by key.
    pub(super) fn of(summary: &Summary, by: TunnelBy) -> Self {
        let measure = summary.settings.measure.into();
        Self { by, rows: rows(summary.tunnels.iter(), by, measure) }
    }

    /// What is not native, by mechanism, largest first by `measure`.
    pub(super) fn not_native(summary: &Summary, measure: TunnelMeasure) -> Self {
        let by = TunnelBy::Mechanism;
        let tunnels = summary.tunnels.iter();
        let tunnels = tunnels.filter(|(key, _)| key.encapsulation != Encapsulation::Native);
        Self { by, rows: rows(tunnels, by, measure) }
    }
}

fn rows<'a>(
    tunnels: impl Iterator<Item = (&'a TunnelKey, &'a TunnelCount)>,
    by: TunnelBy,
    measure: TunnelMeasure,
) -> Vec<TunnelRow> {
    let mut merged: BTreeMap<TunnelRowKey, TunnelCount> = BTreeMap::new();
    for (key, count) in tunnels {
        merged.entry(TunnelRowKey::of(key, by)).or_default().add(count);
    }
    let rows = merged.into_iter().map(|(key, count)| TunnelRow { key, count });
    let mut rows: Vec<_> = rows.collect();
    rows.sort_by_key(|row| (Reverse(measure.get(&row.count)), row.key));
    rows
}

/// The packets in whose inside there is something that cannot be seen. Their
/// inner octets are in the end-to-end view, under the innermost family known.
pub(super) fn inner_unknown(summary: &Summary) -> TunnelCount {
    let mut all = TunnelCount::default();
    for (_, count) in summary.tunnels.iter().filter(|(key, _)| key.inner.is_none()) {
        all.add(count);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::View;
    use crate::report::share::both;
    use crate::report::tests_support::{empty, example, tunnelled};

    fn shown(rows: &[TunnelRow]) -> Vec<(String, &str, &str, u128)> {
        let row = |row: &TunnelRow| {
            let inner = row.key.inner.map_or("?", IpVersion::key);
            (row.key.to_string(), row.key.outer.key(), inner, row.count.packets)
        };
        rows.iter().map(row).collect()
    }

    fn row(
        text: &str,
        outer: &'static str,
        inner: &'static str,
        packets: u128,
    ) -> (String, &'static str, &'static str, u128) {
        (text.to_owned(), outer, inner, packets)
    }

    #[test]
    fn by_mechanism_paths_are_merged() {
        let table = TunnelBreakdown::of(&tunnelled(), TunnelBy::Mechanism);
        assert_eq!(
            shown(&table.rows),
            [
                row("native", "ipv4", "ipv4", 480),
                row("native", "ipv6", "ipv6", 380),
                row("6in4", "ipv4", "ipv6", 60),
                row("nat64", "ipv6", "ipv4", 20),
                row("6to4", "ipv4", "ipv6", 20),
                row("gre", "ipv4", "ipv6", 20),
                row("esp", "ipv4", "?", 20),
            ]
        );
    }

    #[test]
    fn by_path_mechanisms_are_merged() {
        let table = TunnelBreakdown::of(&tunnelled(), TunnelBy::Path);
        assert_eq!(
            shown(&table.rows),
            [
                row("native", "ipv4", "ipv4", 480),
                row("native", "ipv6", "ipv6", 380),
                row("ipv4/ipv6", "ipv4", "ipv6", 80),
                row("translated", "ipv6", "ipv4", 20),
                row("ipv4/esp", "ipv4", "?", 20),
                row("ipv4/gre/ipv6", "ipv4", "ipv6", 10),
                row("ipv4/gre/ethernet/ipv6", "ipv4", "ipv6", 10),
            ]
        );
    }

    #[test]
    fn the_rows_add_up_to_both_views() {
        for summary in [empty(), tunnelled()] {
            for by in [TunnelBy::Mechanism, TunnelBy::Path] {
                let mut sum = TunnelCount::default();
                TunnelBreakdown::of(&summary, by).rows.iter().for_each(|row| sum.add(&row.count));
                let total = |view, measure| both(&summary.totals[view], measure);
                assert_eq!(sum.packets, total(View::Transport, Measure::Packets));
                assert_eq!(sum.outer_octets, total(View::Transport, Measure::Octets));
                assert_eq!(sum.inner_octets, total(View::EndToEnd, Measure::Octets));
                assert_eq!(sum.wire_octets, total(View::EndToEnd, Measure::WireOctets));
            }
        }
    }

    #[test]
    fn overhead_is_the_difference_and_unknown_where_the_inside_is() {
        let overhead = |outer_octets, inner_octets, inner| {
            let way = Way::Mechanism(Encapsulation::Gre);
            let key = TunnelRowKey { way, outer: IpVersion::V4, inner };
            let count = TunnelCount { outer_octets, inner_octets, ..TunnelCount::default() };
            TunnelRow { key, count }.overhead()
        };
        assert_eq!(overhead(100, 76, Some(IpVersion::V6)), Some(24));
        assert_eq!(overhead(100, 100, Some(IpVersion::V6)), Some(0));
        assert_eq!(overhead(100, 65_535, Some(IpVersion::V6)), Some(-65_435));
        assert_eq!(overhead(100, 100, None), None);
        assert_eq!(overhead(u128::MAX, 0, Some(IpVersion::V6)), None);
    }

    #[test]
    fn what_is_native_is_neither_tunnel_nor_unknown() {
        assert!(TunnelBreakdown::not_native(&example(), TunnelMeasure::Packets).rows.is_empty());
        let table = TunnelBreakdown::not_native(&tunnelled(), TunnelMeasure::Packets);
        let packets: u128 = table.rows.iter().map(|row| row.count.packets).sum();
        assert_eq!(packets, 140);
        assert_eq!(inner_unknown(&tunnelled()).packets, 20);
        assert_eq!(inner_unknown(&example()), TunnelCount::default());
    }
}
