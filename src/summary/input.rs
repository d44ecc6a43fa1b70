//! What became of one input.

use crate::model::{Account, AnomalyCounts, TimeSpan};

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
    /// Bytes read, after decompression.
    pub bytes: u64,
    /// Where its records went.
    pub account: Account,
    /// What was odd about them.
    pub anomalies: AnomalyCounts,
    /// First and last timestamp.
    pub time: Option<TimeSpan>,
}
