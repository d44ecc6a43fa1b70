//! The nouns of a summary as JSON values, for both JSON formats. The order of
//! the fields is part of the contract; the layout of the document is not here.

use super::json_flows::{RemarksValue, remarks};
use super::share::Ratio;
use crate::model::{
    Account, AnomalyCounts, Count, IpVersion, Measure, Part, SuspectedCopies, TimeSpan, Timestamp,
};
use crate::summary::{InputSummary, SizeDistribution, SizeQuantiles, Summary};
use serde::ser::{Serialize, SerializeMap, Serializer};
use std::collections::BTreeMap;
use std::fmt;

/// One value a measure, under the measures' keys.
#[derive(serde::Serialize)]
pub(super) struct PerMeasure<T> {
    packets: T,
    octets: T,
    wire_octets: T,
    flows: T,
}

impl<T> PerMeasure<T> {
    pub(super) fn of(value: impl Fn(Measure) -> T) -> Self {
        Self {
            packets: value(Measure::Packets),
            octets: value(Measure::Octets),
            wire_octets: value(Measure::WireOctets),
            flows: value(Measure::Flows),
        }
    }
}

/// Shares as floats, null where there is no denominator.
pub(super) fn values(ratio: impl Fn(Measure) -> Option<Ratio>) -> PerMeasure<Option<f64>> {
    PerMeasure::of(|measure| ratio(measure).map(Ratio::value))
}

pub(super) fn counts(count: &Count) -> PerMeasure<u128> {
    PerMeasure::of(|measure| count.get(measure))
}

/// A value by its Display.
pub(super) struct Shown<T>(pub(super) T);

impl<T: fmt::Display> Serialize for Shown<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// Where every record went.
#[derive(serde::Serialize)]
pub(super) struct AccountValue {
    records: u64,
    ipv4: u64,
    ipv6: u64,
    not_ip: u64,
    undecodable: u64,
    undecodable_by_reason: BTreeMap<&'static str, u64>,
    not_ip_by_ethertype: BTreeMap<String, u64>,
    closed: bool,
    excluded: u64,
    excluded_by_reason: BTreeMap<&'static str, u64>,
    wire_octets: u128,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    unsupported_link_types: BTreeMap<String, u64>,
}

impl From<&Summary> for AccountValue {
    fn from(summary: &Summary) -> Self {
        let account = &summary.account;
        let link_types = account.unsupported_link_types();
        let excluded = account.excluded.iter();
        Self {
            records: account.records,
            ipv4: account.ipv4,
            ipv6: account.ipv6,
            not_ip: account.not_ip_total(),
            undecodable: account.undecodable_total(),
            undecodable_by_reason: account.undecodable_by_reason(),
            not_ip_by_ethertype: not_ip_by_ethertype(account),
            closed: summary.closed(),
            excluded: account.excluded_total(),
            excluded_by_reason: excluded.map(|(why, count)| (why.key(), *count)).collect(),
            wire_octets: account.wire_octets,
            unsupported_link_types: link_types.map(|(t, n)| (t.to_string(), n)).collect(),
        }
    }
}

/// Records that are not IP, by the text of what they are.
pub(super) fn not_ip_by_ethertype(account: &Account) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for (what, count) in &account.not_ip {
        *counts.entry(what.to_string()).or_default() += count;
    }
    counts
}

/// Anomalies seen, by name.
pub(super) struct AnomalyValue<'a>(pub(super) &'a AnomalyCounts);

impl Serialize for AnomalyValue<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.seen().map(|(anomaly, count)| (anomaly.key(), count)))
    }
}

/// First and last timestamp, null where there is none.
#[derive(serde::Serialize)]
pub(super) struct TimeValue {
    first: Option<Shown<Timestamp>>,
    last: Option<Shown<Timestamp>>,
}

impl From<Option<TimeSpan>> for TimeValue {
    fn from(span: Option<TimeSpan>) -> Self {
        Self { first: span.map(|s| Shown(s.first)), last: span.map(|s| Shown(s.last)) }
    }
}

/// One input.
#[derive(serde::Serialize)]
pub(super) struct InputValue<'a> {
    name: &'a str,
    format: Option<&'a str>,
    compression: Option<&'a str>,
    records: u64,
    status: &'a str,
    error: Option<&'a str>,
    bytes: u64,
    ipv4: u64,
    ipv6: u64,
    not_ip: u64,
    undecodable: u64,
    excluded: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    suspected_copies: Option<CopiesValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remarks: Option<RemarksValue<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<RangeValue>,
    anomalies: AnomalyValue<'a>,
    time: TimeValue,
}

/// Which part of an input was read.
#[derive(serde::Serialize)]
struct RangeValue {
    asked: String,
    from: u64,
    reached: u64,
    of: u64,
}

impl From<&Part> for RangeValue {
    fn from(part: &Part) -> Self {
        let Part { asked, from, reached, of, .. } = part;
        Self { asked: asked.to_string(), from: *from, reached: *reached, of: *of }
    }
}

/// Copies among the first frames.
#[derive(serde::Serialize)]
struct CopiesValue {
    frames: u64,
    copies: u64,
}

impl From<SuspectedCopies> for CopiesValue {
    fn from(SuspectedCopies { frames, copies }: SuspectedCopies) -> Self {
        Self { frames, copies }
    }
}

impl<'a> From<&'a InputSummary> for InputValue<'a> {
    fn from(input: &'a InputSummary) -> Self {
        Self {
            name: &input.name,
            format: input.format,
            compression: input.compression,
            records: input.account.records,
            status: input.status.key(),
            error: input.error.as_deref(),
            bytes: input.bytes,
            ipv4: input.account.ipv4,
            ipv6: input.account.ipv6,
            not_ip: input.account.not_ip_total(),
            undecodable: input.account.undecodable_total(),
            excluded: input.account.excluded_total(),
            suspected_copies: input.suspected_copies.map(CopiesValue::from),
            remarks: input.flows.as_deref().and_then(remarks),
            range: input.part.as_deref().map(RangeValue::from),
            anomalies: AnomalyValue(&input.anomalies),
            time: input.time.into(),
        }
    }
}

/// Packet sizes of the views chosen, by family.
pub(super) struct PacketSizes<'a>(pub(super) &'a Summary);

impl Serialize for PacketSizes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let views = self.0.settings.views.list().iter();
        serializer.collect_map(views.map(|view| (view.key(), Families(&self.0.sizes[*view]))))
    }
}

struct Families<'a>(&'a [SizeDistribution; 2]);

impl Serialize for Families<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let sizes = |version: IpVersion| self.0[version.index()].quantiles().map(Quantiles);
        serializer.collect_map(IpVersion::ALL.map(|version| (version.key(), sizes(version))))
    }
}

struct Quantiles(SizeQuantiles);

impl Serialize for Quantiles {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("packets", &self.0.packets)?;
        map.serialize_entry("min", &self.0.min)?;
        map.serialize_entry("max", &self.0.max)?;
        map.serialize_entry("mean", &self.0.mean)?;
        for (percent, octets) in &self.0.percentiles {
            map.serialize_entry(&format!("p{percent}"), octets)?;
        }
        map.end()
    }
}
