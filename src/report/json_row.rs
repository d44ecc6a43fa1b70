//! The rows of breakdowns as JSON values. The order of the fields is part of
//! the contract.

use super::auto_prefixes::Automatic;
use super::flat::Figure;
use super::json_value::{PerMeasure, Shown, counts, values};
use super::key_fields::fields;
use super::share::{Ratio, Whole, of_all_ip};
use super::tunnel::{TunnelMeasure, TunnelRow, TunnelRowKey, Way};
use crate::model::{Dimension, IpVersion, Key, LeafLens, PrefixLens, Tally, TimeBins};
use crate::summary::Summary;
use serde::{Serialize, Serializer};
use std::borrow::Cow;

/// One row by family.
#[derive(Serialize)]
pub(super) struct FamilyRow {
    key: Fields,
    ipv4: PerMeasure<u128>,
    ipv6: PerMeasure<u128>,
    share: PerMeasure<Option<f64>>,
    part: PerMeasure<Option<f64>>,
}

/// An object of named figures.
struct Fields(Vec<(Cow<'static, str>, Figure)>);

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, figure)| (name, figure)))
    }
}

/// A row with its share and its part of `whole`.
pub(super) fn family_row(
    dimensions: &[Dimension],
    key: &Key,
    tally: &Tally,
    whole: &Whole,
    bins: &TimeBins,
) -> FamilyRow {
    FamilyRow {
        key: Fields(fields(dimensions, key, bins)),
        ipv4: counts(&tally.v4),
        ipv6: counts(&tally.v6),
        share: values(|measure| whole.cell(tally, measure)),
        part: values(|measure| whole.part(tally, measure)),
    }
}

/// How automatic prefixes were found.
#[derive(Serialize)]
pub(super) struct AutomaticValue {
    percent: f64,
    longest: Lens,
    counted: Lens,
    bounded: bool,
    error: u8,
}

impl From<Automatic> for AutomaticValue {
    fn from(automatic: Automatic) -> Self {
        Self {
            percent: automatic.share.percent(),
            longest: automatic.asked.into(),
            counted: automatic.counted.into(),
            bounded: automatic.is_bounded(),
            error: 0,
        }
    }
}

/// The lengths of a breakdown by prefix.
#[derive(Serialize)]
pub(super) struct Lens {
    ipv4: u8,
    ipv6: u8,
}

impl From<PrefixLens> for Lens {
    fn from(lens: PrefixLens) -> Self {
        Self { ipv4: lens.len(IpVersion::V4), ipv6: lens.len(IpVersion::V6) }
    }
}

impl From<LeafLens> for Lens {
    fn from(lens: LeafLens) -> Self {
        Self { ipv4: lens.len(IpVersion::V4), ipv6: lens.len(IpVersion::V6) }
    }
}

/// One row of tunnels.
#[derive(Serialize)]
pub(super) struct TunnelRowValue {
    key: TunnelKeyValue,
    packets: u128,
    octets_outer: u128,
    octets_inner: u128,
    wire_octets: u128,
    octets_overhead: Option<i128>,
    part: TunnelParts,
}

#[derive(Serialize)]
struct TunnelKeyValue {
    #[serde(flatten)]
    way: WayValue,
    outer: &'static str,
    inner: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum WayValue {
    Mechanism { encapsulation: &'static str },
    Path { path: Shown<TunnelRowKey> },
}

/// What the row is of all IP traffic.
#[derive(Serialize)]
struct TunnelParts {
    packets: Option<f64>,
    octets_outer: Option<f64>,
    octets_inner: Option<f64>,
    wire_octets: Option<f64>,
}

/// A row with its part of all IP traffic.
pub(super) fn tunnel_row(summary: &Summary, row: &TunnelRow) -> TunnelRowValue {
    let part = |measure| of_all_ip(summary, &row.count, measure).map(Ratio::value);
    let way = match row.key.way {
        Way::Mechanism(encapsulation) => WayValue::Mechanism { encapsulation: encapsulation.key() },
        Way::Path(_) => WayValue::Path { path: Shown(row.key) },
    };
    TunnelRowValue {
        key: TunnelKeyValue {
            way,
            outer: row.key.outer.key(),
            inner: row.key.inner.map(IpVersion::key),
        },
        packets: row.count.packets,
        octets_outer: row.count.outer_octets,
        octets_inner: row.count.inner_octets,
        wire_octets: row.count.wire_octets,
        octets_overhead: row.overhead(),
        part: TunnelParts {
            packets: part(TunnelMeasure::Packets),
            octets_outer: part(TunnelMeasure::OuterOctets),
            octets_inner: part(TunnelMeasure::InnerOctets),
            wire_octets: part(TunnelMeasure::WireOctets),
        },
    }
}
