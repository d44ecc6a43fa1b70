//! What flow records yield beside the tables, while they are read.

use crate::model::{Anomalies, Exporter, ExporterFacts, IpVersion, Sampling, TimeSpan, Timestamp};
use crate::pipeline::outcome::Outcome;
use crate::summary::FlowSummary;

/// The yield of some flow records of one input.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub(super) outcome: Outcome,
    pub(super) flows: FlowSummary,
    span: Option<(i64, i64)>,
    recent: Recent,
}

/// Records in a row that have exporter and sampling in common, which most have:
/// spares them a look at the tally of their exporter.
#[derive(Debug, Default)]
struct Recent {
    exporter: Option<Exporter>,
    sampling: Sampling,
    records: [u64; 2],
}

impl Gathered {
    /// Counts a record of a family.
    #[inline]
    pub(super) fn record(
        &mut self,
        version: IpVersion,
        exporter: Option<Exporter>,
        sampling: Sampling,
    ) {
        self.outcome.account.records += 1;
        self.outcome.account.ip(version);
        if self.recent.exporter != exporter || self.recent.sampling != sampling {
            self.settle();
            self.recent = Recent { exporter, sampling, records: [0; 2] };
        }
        self.recent.records[version.index()] += 1;
    }

    /// Notes what was odd about a record.
    #[inline]
    pub(super) fn odd(&mut self, odd: Anomalies, excess_octets: u64) {
        if !odd.is_empty() {
            self.outcome.anomalies.observe(odd);
            self.outcome.anomalies.excess_octets += u128::from(excess_octets);
        }
    }

    /// Notes when a record was.
    #[inline]
    pub(super) fn time(&mut self, start: Option<Timestamp>, end: Option<Timestamp>) {
        for time in [start, end].into_iter().flatten() {
            let time = time.nanoseconds();
            let (first, last) = self.span.get_or_insert((time, time));
            (*first, *last) = ((*first).min(time), (*last).max(time));
        }
    }

    /// Notes what is known of an exporter.
    pub(super) fn facts(&mut self, exporter: Exporter, facts: &ExporterFacts) {
        let tally = self.flows.exporters.entry(Some(exporter)).or_default();
        tally.facts.get_or_insert_default().merge(facts);
    }

    /// Records counted.
    pub(super) fn records(&self) -> u64 {
        self.outcome.account.records
    }

    /// Adds what comes behind it in the input.
    pub(super) fn merge(&mut self, mut later: Self) {
        later.settle();
        if let Some((first, last)) = later.span {
            let [first, last] = [first, last].map(Timestamp::from_nanoseconds);
            self.time(Some(first), Some(last));
        }
        self.outcome.account.merge(&later.outcome.account);
        self.outcome.anomalies.merge(&later.outcome.anomalies);
        self.flows.merge(later.flows);
    }

    /// The yield.
    pub(super) fn finish(mut self) -> Outcome {
        self.settle();
        self.outcome.time = self.span.map(|(first, last)| TimeSpan {
            first: Timestamp::from_nanoseconds(first),
            last: Timestamp::from_nanoseconds(last),
        });
        self.outcome.flows = Some(Box::new(self.flows));
        self.outcome
    }

    fn settle(&mut self) {
        let Recent { exporter, sampling, records } = std::mem::take(&mut self.recent);
        if records != [0; 2] {
            self.flows.exporters.entry(exporter).or_default().add(records, sampling);
        }
    }
}
