//! What an input of flow records says beside its traffic.

use crate::model::{Exporter, ExporterTally};
use std::collections::BTreeMap;

/// Exporters and remarks of one input of flow records.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct FlowSummary {
    /// Who exported its records; `None` for records of nobody in particular.
    pub exporters: BTreeMap<Option<Exporter>, ExporterTally>,
    /// The first remarks, in the order of the bytes, each with its place.
    pub remarks: Vec<String>,
    /// All of them.
    pub remarks_in_all: u64,
}

impl FlowSummary {
    /// Remarks that are kept.
    const KEPT: usize = 5;

    /// Keeps a remark, made by `what`, while there is room.
    pub fn remark(&mut self, what: impl FnOnce() -> String) {
        self.remarks_in_all += 1;
        if self.remarks.len() < Self::KEPT {
            self.remarks.push(what());
        }
    }

    /// Adds what comes behind it in the input.
    pub fn merge(&mut self, later: Self) {
        for (exporter, tally) in later.exporters {
            self.exporters.entry(exporter).or_default().merge(&tally);
        }
        let room = Self::KEPT.saturating_sub(self.remarks.len());
        self.remarks.extend(later.remarks.into_iter().take(room));
        self.remarks_in_all += later.remarks_in_all;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_remarks_are_kept_and_all_counted() {
        let numbered = |range: std::ops::Range<u32>| {
            let mut flows = FlowSummary::default();
            range.for_each(|n| flows.remark(|| n.to_string()));
            flows
        };
        let mut halves = numbered(0..3);
        halves.merge(numbered(3..9));
        assert_eq!(halves, numbered(0..9));
        assert_eq!((halves.remarks.len(), halves.remarks_in_all), (5, 9));
    }
}
