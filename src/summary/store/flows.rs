//! What a stored summary keeps of flow records beside their traffic: the choices
//! about them, and each input's exporters and remarks.

use crate::model::{
    ExportPorts, Exporter, ExporterFacts, ExporterTally, FlowOptions, IpAddress, IpVersion,
    Sampling,
};
use crate::summary::FlowSummary;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// The choices as text.
#[derive(Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
#[serde(default)]
pub(super) struct StoredOptions {
    sampling: StoredSampling,
    include_rejected: bool,
    dedup_direction: bool,
    observation_points: Vec<IpAddr>,
    /// Ports of exports beside the known ones; none where captures are not read
    /// for exports.
    exports: Option<Vec<u16>>,
}

/// Packets that the sampler saw and took, or a word.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum StoredSampling {
    #[default]
    Unknown,
    Every,
    Scaled,
    Interval(u64, u64),
}

/// Exporters and remarks of one input.
#[derive(Debug, Deserialize, PartialEq, Eq, Serialize)]
pub(super) struct StoredFlows {
    exporters: Vec<StoredExporter>,
    remarks: Vec<String>,
    remarks_in_all: u64,
}

#[derive(Debug, Deserialize, PartialEq, Eq, Serialize)]
struct StoredExporter {
    /// None for records of nobody in particular.
    exporter: Option<(Option<IpAddr>, u32)>,
    records: [u64; 2],
    sampling: Vec<(StoredSampling, u64)>,
    more_sampling: bool,
    /// Whether IPv6 is observable, what was lost, what was dropped.
    facts: Option<(bool, u64, u64)>,
}

impl From<Sampling> for StoredSampling {
    fn from(sampling: Sampling) -> Self {
        match sampling {
            Sampling::Unknown => Self::Unknown,
            Sampling::Every => Self::Every,
            Sampling::Scaled => Self::Scaled,
            Sampling::Interval { population, sampled } => Self::Interval(population, sampled),
        }
    }
}

impl From<StoredSampling> for Sampling {
    fn from(stored: StoredSampling) -> Self {
        match stored {
            StoredSampling::Unknown => Self::Unknown,
            StoredSampling::Every => Self::Every,
            StoredSampling::Scaled => Self::Scaled,
            StoredSampling::Interval(population, sampled) => Self::of(population, sampled),
        }
    }
}

impl From<&FlowOptions> for StoredOptions {
    fn from(options: &FlowOptions) -> Self {
        let points = options.observation_points.iter();
        Self {
            sampling: options.sampling.into(),
            include_rejected: options.include_rejected,
            dedup_direction: options.dedup_direction,
            observation_points: points.map(|(version, address)| address.to_std(*version)).collect(),
            exports: options.exports.as_ref().map(|ports| ports.more.clone()),
        }
    }
}

impl From<StoredOptions> for FlowOptions {
    fn from(stored: StoredOptions) -> Self {
        Self {
            sampling: stored.sampling.into(),
            include_rejected: stored.include_rejected,
            dedup_direction: stored.dedup_direction,
            observation_points: stored.observation_points.into_iter().map(address).collect(),
            exports: stored.exports.map(|more| ExportPorts { more }),
        }
    }
}

impl From<&FlowSummary> for StoredFlows {
    fn from(flows: &FlowSummary) -> Self {
        let exporters = flows.exporters.iter().map(|(exporter, tally)| StoredExporter {
            exporter: exporter.map(|Exporter { address, domain }| {
                (address.map(|(version, address)| address.to_std(version)), domain)
            }),
            records: tally.records,
            sampling: tally
                .sampling
                .iter()
                .map(|(each, records)| ((*each).into(), *records))
                .collect(),
            more_sampling: tally.more_sampling,
            facts: tally.facts.map(|facts| (facts.ipv6_observable, facts.lost, facts.dropped)),
        });
        Self {
            exporters: exporters.collect(),
            remarks: flows.remarks.clone(),
            remarks_in_all: flows.remarks_in_all,
        }
    }
}

impl From<StoredFlows> for FlowSummary {
    fn from(stored: StoredFlows) -> Self {
        let exporters = stored.exporters.into_iter().map(|each| {
            let exporter =
                each.exporter.map(|(from, domain)| Exporter { address: from.map(address), domain });
            let sampling = each.sampling.into_iter().map(|(each, records)| (each.into(), records));
            let facts = each.facts.map(|(ipv6_observable, lost, dropped)| ExporterFacts {
                ipv6_observable,
                lost,
                dropped,
            });
            let tally = ExporterTally {
                records: each.records,
                sampling: sampling.collect(),
                more_sampling: each.more_sampling,
                facts,
            };
            (exporter, tally)
        });
        Self {
            exporters: exporters.collect(),
            remarks: stored.remarks,
            remarks_in_all: stored.remarks_in_all,
        }
    }
}

fn address(address: IpAddr) -> (IpVersion, IpAddress) {
    match address {
        IpAddr::V4(address) => (IpVersion::V4, IpAddress::from_v4(address.octets())),
        IpAddr::V6(address) => (IpVersion::V6, IpAddress::from_v6(address.octets())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_and_exporters_are_read_back() {
        let point = address("2001:db8::1".parse().unwrap());
        let options = FlowOptions {
            sampling: Sampling::of(3, 2),
            include_rejected: true,
            dedup_direction: true,
            observation_points: vec![point],
            exports: Some(ExportPorts { more: vec![4242] }),
        };
        assert_eq!(FlowOptions::from(StoredOptions::from(&options)), options);
        let mut flows = FlowSummary::default();
        let exporter = Exporter { address: Some(point), domain: 7 };
        let tally = flows.exporters.entry(Some(exporter)).or_default();
        tally.add([3, 4], Sampling::one_in(100));
        tally.add([1, 0], Sampling::Unknown);
        tally.facts = Some(ExporterFacts { ipv6_observable: true, lost: 5, dropped: 6 });
        flows.exporters.entry(None).or_default().add([1, 1], Sampling::Scaled);
        flows.remark(|| "in line 3: odd".to_owned());
        let text = serde_json::to_string(&StoredFlows::from(&flows)).unwrap();
        let stored: StoredFlows = serde_json::from_str(&text).unwrap();
        assert_eq!(FlowSummary::from(stored), flows);
    }
}
