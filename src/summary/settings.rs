//! The choices that decide what a summary holds and how it is shown.

use crate::aggregate::Plan;
use crate::model::{Measure, PrefixLens, PrefixSide, Profile, TunnelOptions, Views};

/// The user's choices. They are part of the result: two summaries can be
/// compared only where these are equal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The measure of headline, order and parts.
    pub measure: Measure,
    /// The denominator of every share.
    pub profile: Profile,
    /// The views of the breakdowns.
    pub views: Views,
    /// One breakdown by prefix for each.
    pub prefix_lens: Vec<PrefixLens>,
    /// Whose address puts a packet into a row by prefix.
    pub prefix_side: PrefixSide,
    /// What is configured about tunnels and translators.
    pub tunnels: TunnelOptions,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            measure: Measure::default(),
            profile: Profile::default(),
            views: Views::default(),
            prefix_lens: vec![PrefixLens::default()],
            prefix_side: PrefixSide::default(),
            tunnels: TunnelOptions::default(),
        }
    }
}

impl Settings {
    /// What must be aggregated for them.
    #[must_use]
    pub fn plan(&self) -> Plan {
        Plan {
            prefix_lens: self.prefix_lens.clone(),
            prefix_side: self.prefix_side,
            profile: self.profile,
        }
    }
}
