//! What became of one input.

use super::FlowSummary;
use crate::model::{Account, AnomalyCounts, Part, SuspectedCopies, TimeSpan};
use std::cmp::Ordering;

/// How far an input was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// To its end.
    Complete,
    /// Some records, then an error.
    Partial,
    /// Nothing of it could be read.
    Failed,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 3] = [Self::Complete, Self::Partial, Self::Failed];

    /// The word in the report.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Partial => "partial",
            Self::Failed => "failed",
        }
    }
}

/// One input of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputSummary {
    /// As the user named it.
    pub name: String,
    /// The format by its content: `pcap`, `pcapng`, `erf`, `snoop`; `None`
    /// where it was not recognised.
    pub format: Option<&'static str>,
    /// The compression by its content: `gzip`, `zstd`, `xz`, `bzip2`, `lz4`.
    pub compression: Option<&'static str>,
    /// How far it was read.
    pub status: Status,
    /// Why no further, where it was not read to its end.
    pub error: Option<String>,
    /// Bytes read, after decompression; of a part those from its first record on.
    pub bytes: u64,
    /// Where its records went.
    pub account: Account,
    /// What was odd about them.
    pub anomalies: AnomalyCounts,
    /// First and last timestamp.
    pub time: Option<TimeSpan>,
    /// Copies among its first frames, where there are many and copies are not
    /// left out.
    pub suspected_copies: Option<SuspectedCopies>,
    /// Its exporters and remarks, where it holds flow records.
    pub flows: Option<Box<FlowSummary>>,
    /// SHA-256 of its bytes as they are stored, in hexadecimal digits, where that
    /// was asked for.
    pub digest: Option<String>,
    /// Which part of it was read, where that is not all of it.
    pub part: Option<Box<Part>>,
}

impl InputSummary {
    /// By name and part, and by all else that is shown of them where two names are the
    /// same (a pipe given twice, names that differ in what is not UTF-8 alone):
    /// which of them was read first must not show.
    #[must_use]
    pub fn order(&self, other: &Self) -> Ordering {
        let key = |input: &Self| {
            let Account { records, wire_octets, ipv4, ipv6, .. } = input.account;
            let time = input.time.map(|span| (span.first, span.last));
            (input.format, input.compression, records, wire_octets, ipv4, ipv6, time)
        };
        (self.name.cmp(&other.name))
            .then_with(|| self.part.cmp(&other.part))
            .then_with(|| (self.status, &self.error).cmp(&(other.status, &other.error)))
            .then_with(|| self.bytes.cmp(&other.bytes))
            .then_with(|| key(self).cmp(&key(other)))
            .then_with(|| self.account.not_ip.cmp(&other.account.not_ip))
            .then_with(|| self.account.undecodable.cmp(&other.account.undecodable))
            .then_with(|| self.account.excluded.cmp(&other.account.excluded))
            .then_with(|| self.digest.cmp(&other.digest))
            .then_with(|| self.suspected_copies.cmp(&other.suspected_copies))
            .then_with(|| self.flows.cmp(&other.flows))
            .then_with(|| self.anomalies.seen().cmp(other.anomalies.seen()))
    }
}
