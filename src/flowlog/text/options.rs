//! What the user says about flow logs that are text.

use super::super::Mapping;

/// How text is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextOptions {
    /// Which column is which, where the user says so (`--map`). With one, any
    /// delimited text or JSON that is no other format is read by it.
    pub mapping: Option<Mapping>,
    /// Counts also what a firewall did not let through (`--include-rejected`).
    pub include_rejected: bool,
}
