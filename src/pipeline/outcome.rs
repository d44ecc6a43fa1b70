//! What a stretch of records yields beside the tables: its account, its
//! anomalies and its time span. It stays with the stretch until that is proven
//! to belong to the capture, and is kept apart for each input.

use crate::capture::Merge;
use crate::model::{
    Account, Anomalies, Anomaly, AnomalyCounts, Decoded, Excluded, Frame, IpVersion, Sums,
    TimeSpan, Timestamp, Verdict,
};
use crate::summary::FlowSummary;

/// The yield of some records of one input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Outcome {
    pub(super) account: Account,
    pub(super) anomalies: AnomalyCounts,
    pub(super) time: Option<TimeSpan>,
    /// What only flow records have.
    pub(super) flows: Option<Box<FlowSummary>>,
}

/// The yield of a stretch while it is read.
#[derive(Debug)]
pub(super) struct Gathering {
    outcome: Outcome,
    first: i64,
    last: i64,
    wire_octets: u64,
}

impl Default for Gathering {
    fn default() -> Self {
        Self { outcome: Outcome::default(), first: i64::MAX, last: i64::MIN, wire_octets: 0 }
    }
}

impl Gathering {
    /// Counts a record that has nothing odd about it.
    #[inline(always)]
    pub(super) fn observe_plain(
        &mut self,
        original_len: u32,
        timestamp: Option<Timestamp>,
        version: IpVersion,
    ) {
        self.record(original_len, timestamp);
        self.outcome.account.ip(version);
    }

    /// Counts records of one family that have nothing odd about them.
    pub(super) fn observe_batch(&mut self, version: IpVersion, records: u64, sums: &Sums) {
        self.outcome.account.records += records;
        self.outcome.account.ip_many(version, records);
        self.wire_octets += sums.wire_octets;
        self.first = self.first.min(sums.times.0);
        self.last = self.last.max(sums.times.1);
    }

    #[inline(always)]
    fn record(&mut self, original_len: u32, timestamp: Option<Timestamp>) {
        self.outcome.account.records += 1;
        self.wire_octets += u64::from(original_len);
        if let Some(time) = timestamp {
            self.first = self.first.min(time.nanoseconds());
            self.last = self.last.max(time.nanoseconds());
        }
    }

    /// Counts one record.
    pub(super) fn observe(&mut self, frame: &Frame<'_>, decoded: &Decoded) {
        self.record(frame.original_len, frame.timestamp);
        match &decoded.verdict {
            Verdict::Ip(observation) => self.outcome.account.ip(observation.outer.version),
            Verdict::NotIp(what) => self.outcome.account.not_ip(*what),
            Verdict::Undecodable(why) => self.outcome.account.undecodable(*why),
        }
        if !decoded.anomalies.is_empty() {
            self.outcome.anomalies.observe(decoded.anomalies);
            self.outcome.anomalies.excess_octets += u128::from(decoded.excess_octets);
        }
    }

    /// Counts a record that is no traffic.
    pub(super) fn exclude(&mut self, why: Excluded) {
        self.outcome.account.exclude(why);
    }

    /// Counts something odd that is not the record's own.
    pub(super) fn odd(&mut self, what: Anomaly) {
        let mut one = Anomalies::NONE;
        one.insert(what);
        self.outcome.anomalies.observe(one);
    }

    /// Records counted.
    pub(super) fn records(&self) -> u64 {
        self.outcome.account.records
    }

    /// Brings the 64-bit sum into its place before it can overflow: to be
    /// called at least every 2^31 records.
    pub(super) fn settle(&mut self) {
        self.outcome.account.wire_octets += u128::from(std::mem::take(&mut self.wire_octets));
    }

    /// The yield.
    pub(super) fn finish(mut self) -> Outcome {
        self.settle();
        if self.first <= self.last {
            let [first, last] = [self.first, self.last].map(Timestamp::from_nanoseconds);
            self.outcome.time = Some(TimeSpan { first, last });
        }
        self.outcome
    }
}

impl Merge for Outcome {
    fn merge(&mut self, later: Self) {
        self.account.merge(&later.account);
        self.anomalies.merge(&later.anomalies);
        self.time = TimeSpan::join(self.time, later.time);
        match (&mut self.flows, later.flows) {
            (Some(flows), Some(later)) => flows.merge(*later),
            (flows, Some(later)) => *flows = Some(later),
            (_, None) => {}
        }
    }
}
