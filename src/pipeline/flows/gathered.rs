//! What flow records yield beside the tables, while they are read.

use crate::model::{Anomalies, Exporter, ExporterFacts, IpVersion, Sampling, TimeSpan, Timestamp};
use crate::pipeline::outcome::Outcome;
use crate::summary::FlowSummary;

/// The yield of some flow records of one input.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub(super) outcome: Outcome,
    pub(super) flows: FlowSummary,
    spanned: Span,
    recent: Recent,
}

/// The first and the last nanosecond of records; the first is the later one where
/// there was none.
#[derive(Debug)]
struct Span(i64, i64);

impl Default for Span {
    fn default() -> Self {
        Self(i64::MAX, i64::MIN)
    }
}

impl Span {
    fn times(&self) -> Option<(Timestamp, Timestamp)> {
        let times = (Timestamp::from_nanoseconds(self.0), Timestamp::from_nanoseconds(self.1));
        (self.0 <= self.1).then_some(times)
    }
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
        // Where a record has one of the two, it is both.
        let (Some(first), Some(last)) = (start.or(end), end.or(start)) else { return };
        self.span(first, last);
    }

    /// Notes the times of the first and the last packet of a record.
    #[inline]
    pub(super) fn span(&mut self, first: Timestamp, last: Timestamp) {
        let (first, last) = (first.nanoseconds(), last.nanoseconds());
        self.spanned.0 = self.spanned.0.min(first).min(last);
        self.spanned.1 = self.spanned.1.max(first).max(last);
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
        if let Some((first, last)) = later.spanned.times() {
            self.time(Some(first), Some(last));
        }
        self.outcome.account.merge(&later.outcome.account);
        self.outcome.anomalies.merge(&later.outcome.anomalies);
        self.flows.merge(later.flows);
    }

    /// The yield.
    pub(super) fn finish(mut self) -> Outcome {
        self.settle();
        self.outcome.time = self.spanned.times().map(|(first, last)| TimeSpan { first, last });
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
