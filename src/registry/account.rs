//! Where every line of a file went.

use super::fault::{Fault, LineFault};
use std::collections::BTreeMap;

/// Faults of one file that are kept with their place; all are counted.
const KEPT: usize = 5;

/// Something odd about a record that counts all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecordAnomaly {
    /// The date is none: the record counts without one.
    BadDate,
    /// The country is not two letters: the record counts without one.
    BadCountry,
    /// The status is not of the format: the record counts as neither delegated,
    /// reserved nor available.
    UnknownStatus,
    /// The record is delegated, and no date is given.
    NoDate,
}

impl RecordAnomaly {
    /// Its name in reports.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::BadDate => "bad_date",
            Self::BadCountry => "bad_country",
            Self::UnknownStatus => "unknown_status",
            Self::NoDate => "no_date",
        }
    }
}

/// Every line of a file, by what it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileAccount {
    /// Lines read.
    pub lines: u64,
    /// Version lines: one a section.
    pub versions: u64,
    /// Summary lines.
    pub summaries: u64,
    /// Records.
    pub records: u64,
    /// Comments.
    pub comments: u64,
    /// Empty lines.
    pub blank: u64,
    /// Lines that are none of these, by what is wrong.
    pub faults: BTreeMap<Fault, u64>,
    /// The first of them.
    pub first_faults: Vec<LineFault>,
    /// What is odd about records.
    pub anomalies: BTreeMap<RecordAnomaly, u64>,
}

impl FileAccount {
    /// Lines that could not be read.
    #[must_use]
    pub fn bad(&self) -> u64 {
        self.faults.values().sum()
    }

    /// Whether every line has its place.
    #[must_use]
    pub fn closed(&self) -> bool {
        let known = self.versions + self.summaries + self.records + self.comments + self.blank;
        self.lines == known + self.bad()
    }

    pub(super) fn fault(&mut self, fault: Fault) {
        *self.faults.entry(fault).or_default() += 1;
        if self.first_faults.len() < KEPT {
            self.first_faults.push(LineFault { line: self.lines, fault });
        }
    }

    pub(super) fn anomaly(&mut self, anomaly: RecordAnomaly) {
        *self.anomalies.entry(anomaly).or_default() += 1;
    }
}
