//! What was heard of one exporter.

use super::{ExporterFacts, IpVersion, Sampling};
use std::collections::BTreeMap;

/// Intervals of an exporter that are kept: the smallest ones, so that which they
/// are does not depend on the order of the records.
const INTERVALS: usize = 16;

/// Records of one exporter, and what they and its datagrams say of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ExporterTally {
    /// Records that count as IPv4 and as IPv6, by their outer header.
    pub records: [u64; 2],
    /// Records by the sampling in force, unknown too.
    pub sampling: BTreeMap<Sampling, u64>,
    /// True where there were more than are kept of them.
    pub more_sampling: bool,
    /// What its datagrams say; `None` where nothing came of it but records.
    pub facts: Option<ExporterFacts>,
}

impl ExporterTally {
    /// Counts records of both families under one sampling.
    pub fn add(&mut self, records: [u64; 2], sampling: Sampling) {
        for (mine, more) in self.records.iter_mut().zip(records) {
            *mine += more;
        }
        self.sampled(sampling, records[0] + records[1]);
    }

    fn sampled(&mut self, sampling: Sampling, records: u64) {
        let sum = self.sampling.entry(sampling).or_default();
        *sum = sum.saturating_add(records);
        if self.sampling.len() > INTERVALS {
            self.sampling.pop_last();
            self.more_sampling = true;
        }
    }

    /// Records of both families.
    #[must_use]
    pub fn records(&self) -> u64 {
        self.records[0].saturating_add(self.records[1])
    }

    /// Whether its records could have been of IPv6. What came with nothing said
    /// about it could.
    #[must_use]
    pub fn ipv6_observable(&self) -> bool {
        self.records[IpVersion::V6.index()] > 0
            || self.facts.is_none_or(|facts| facts.ipv6_observable)
    }

    /// Records whose sampling nobody told.
    #[must_use]
    pub fn unknown_sampling(&self) -> u64 {
        self.sampling.get(&Sampling::Unknown).copied().unwrap_or(0)
    }

    /// Adds another tally of the same exporter.
    pub fn merge(&mut self, other: &Self) {
        for (mine, theirs) in self.records.iter_mut().zip(&other.records) {
            *mine = mine.saturating_add(*theirs);
        }
        for (sampling, records) in &other.sampling {
            self.sampled(*sampling, *records);
        }
        self.more_sampling |= other.more_sampling;
        if let Some(facts) = &other.facts {
            self.facts.get_or_insert_default().merge(facts);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_records_does_not_show() {
        let tally = |intervals: &[u64]| {
            let mut tally = ExporterTally::default();
            for interval in intervals {
                tally.add([1, 0], Sampling::one_in(*interval));
            }
            tally
        };
        let up: Vec<_> = (1..=40).chain(1..=40).collect();
        let down: Vec<_> = up.iter().rev().copied().collect();
        assert_eq!(tally(&up), tally(&down));
        let mut halves = tally(&up[40..]);
        halves.merge(&tally(&up[..40]));
        assert_eq!(halves, tally(&up));
        assert!(halves.more_sampling && halves.sampling.len() == INTERVALS);
        assert!(halves.sampling.values().all(|records| *records == 2));
    }

    #[test]
    fn ipv6_is_observable_where_it_was_seen_or_nothing_is_said() {
        let mut tally = ExporterTally::default();
        assert!(tally.ipv6_observable());
        tally.facts = Some(ExporterFacts::default());
        assert!(!tally.ipv6_observable());
        tally.add([0, 1], Sampling::Unknown);
        assert!(tally.ipv6_observable());
        assert_eq!(tally.unknown_sampling(), 1);
    }
}
