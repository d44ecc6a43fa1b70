//! The choices that decide what a summary holds and how it is shown.

use crate::aggregate::Plan;
use crate::model::{
    DedupWindow, Dimension, FlowOptions, Measure, PrefixLens, PrefixSide, Profile, TunnelOptions,
    Views,
};

/// The user's choices. They are part of the result: two summaries can be
/// compared only where these are equal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The measure of headline, order and parts.
    pub measure: Measure,
    /// The denominator of every share.
    pub profile: Profile,
    /// Whether the share under every other profile is wanted too.
    pub all_profiles: bool,
    /// The views of the breakdowns.
    pub views: Views,
    /// The breakdowns, in the order of the report.
    pub breakdowns: Vec<Dimension>,
    /// One breakdown by prefix for each.
    pub prefix_lens: Vec<PrefixLens>,
    /// Whose address puts a packet into a row by prefix.
    pub prefix_side: PrefixSide,
    /// What is configured about tunnels and translators.
    pub tunnels: TunnelOptions,
    /// The window within which copies of frames are left out; `None` keeps them.
    pub dedup: Option<DedupWindow>,
    /// What is said of flow records.
    pub flows: FlowOptions,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            measure: Measure::default(),
            profile: Profile::default(),
            all_profiles: false,
            views: Views::default(),
            breakdowns: vec![Dimension::Protocol, Dimension::Prefix],
            prefix_lens: vec![PrefixLens::default()],
            prefix_side: PrefixSide::default(),
            tunnels: TunnelOptions::default(),
            dedup: None,
            flows: FlowOptions::default(),
        }
    }
}

impl Settings {
    /// What must be aggregated for them.
    #[must_use]
    pub fn plan(&self) -> Plan {
        Plan {
            prefix_lens: if self.breakdowns.contains(&Dimension::Prefix) {
                self.prefix_lens.clone()
            } else {
                Vec::new()
            },
            prefix_side: self.prefix_side,
            profile: self.profile,
            ports: self.breakdowns.contains(&Dimension::Port)
                || self.breakdowns.contains(&Dimension::Service),
            control: self.all_profiles,
        }
    }
}
