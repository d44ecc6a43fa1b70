//! What only runs over flow records have, as JSON values; those who write one object
//! a line take it from here too.

use super::json_totals::Total;
use crate::model::{ExporterTally, IpVersion, Sampling};
use crate::summary::{FlowSummary, Summary};
use serde::Serialize;

/// One exporter.
#[derive(Serialize)]
pub(super) struct ExporterValue {
    pub(super) address: Option<String>,
    pub(super) domain: u32,
    pub(super) records: u64,
    pub(super) ipv4: u64,
    pub(super) ipv6: u64,
    pub(super) ipv6_observable: bool,
    pub(super) lost: u64,
    pub(super) dropped: u64,
    pub(super) sampling: Vec<SamplingValue>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) more_sampling: bool,
}

/// Records under one sampling.
#[derive(Serialize)]
pub(super) struct SamplingValue {
    pub(super) sampling: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) population: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sampled: Option<u64>,
    pub(super) records: u64,
}

/// Every exporter, by address and domain.
pub(super) fn exporters(summary: &Summary) -> Vec<ExporterValue> {
    let known = summary.exporters().into_iter().filter_map(|(e, tally)| Some((e?, tally)));
    known
        .map(|(exporter, tally)| {
            let facts = tally.facts.unwrap_or_default();
            let address = exporter.address.map(|(version, address)| address.to_std(version));
            ExporterValue {
                address: address.map(|address| address.to_string()),
                domain: exporter.domain,
                records: tally.records(),
                ipv4: tally.records[IpVersion::V4.index()],
                ipv6: tally.records[IpVersion::V6.index()],
                ipv6_observable: tally.ipv6_observable(),
                lost: facts.lost,
                dropped: facts.dropped,
                sampling: sampling(&tally),
                more_sampling: tally.more_sampling,
            }
        })
        .collect()
}

fn sampling(tally: &ExporterTally) -> Vec<SamplingValue> {
    let value = |(sampling, records): (&Sampling, &u64)| {
        let (word, interval) = sampling_words(*sampling);
        SamplingValue {
            sampling: word,
            population: interval.map(|[population, _]| population),
            sampled: interval.map(|[_, sampled]| sampled),
            records: *records,
        }
    };
    tally.sampling.iter().map(value).collect()
}

/// The word of a sampling, and its interval: how many are sampled of how many.
fn sampling_words(sampling: Sampling) -> (&'static str, Option<[u64; 2]>) {
    match sampling {
        Sampling::Unknown => ("unknown", None),
        Sampling::Every => ("every", None),
        Sampling::Scaled => ("scaled", None),
        Sampling::Interval { population, sampled } => ("interval", Some([population, sampled])),
    }
}

/// Flow records of a run.
#[derive(Serialize)]
pub(super) struct FlowsValue {
    pub(super) records: u64,
    pub(super) unknown_sampling: u64,
    pub(super) ipv6_unobservable: u64,
}

/// What the headline says of flow records, in numbers.
pub(super) fn flows(summary: &Summary) -> FlowsValue {
    let exporters = summary.exporters();
    FlowsValue {
        records: exporters.values().map(ExporterTally::records).sum(),
        unknown_sampling: exporters.values().map(ExporterTally::unknown_sampling).sum(),
        ipv6_unobservable: summary.unobservable_records(),
    }
}

/// What a reader of flow records remarked about an input.
#[derive(Serialize)]
pub(super) struct RemarksValue<'a> {
    all: u64,
    first: &'a [String],
}

/// Those of an input, where there are any.
pub(super) fn remarks(flows: &FlowSummary) -> Option<RemarksValue<'_>> {
    let (all, first) = (flows.remarks_in_all, flows.remarks.as_slice());
    (all > 0).then_some(RemarksValue { all, first })
}

/// The totals of all views, and what flow records said before they were scaled.
#[derive(Serialize)]
pub(super) struct Totals {
    pub(super) transport: Total,
    pub(super) end_to_end: Total,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) as_exported: Option<Total>,
}
