//! The choices that decide what a summary holds and how it is shown.

use crate::aggregate::Plan;
use crate::model::{
    AutoOptions, DedupWindow, Dimension, FlowOptions, HandedOn, HostRule, Measure, PrefixCut,
    PrefixLens, Profile, Side, TimeBins, TimeWindow, TunnelOptions, Views,
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
    /// The breakdowns, in the order of the report: for each the dimensions of its
    /// rows' keys. None of them is empty, and
    /// none stands there twice.
    pub breakdowns: Vec<Vec<Dimension>>,
    /// Whose address puts a packet into a row, where the dimension names no side.
    pub prefix_side: Side,
    /// How automatic prefixes are counted and found.
    pub auto: AutoOptions,
    /// What ties addresses of both families to a host.
    pub hosts: Vec<HostRule>,
    /// Whether distinct addresses and prefixes are counted: those of
    /// [`Settings::prefix_side`].
    pub distinct: bool,
    /// The bins of breakdowns by time.
    pub bins: TimeBins,
    /// The stretch of time that is measured; what lies outside is left out.
    pub window: TimeWindow,
    /// What is configured about tunnels and translators.
    pub tunnels: TunnelOptions,
    /// The window within which copies of frames are left out; `None` keeps them.
    pub dedup: Option<DedupWindow>,
    /// What is said of flow records.
    pub flows: FlowOptions,
    /// How the keys are changed so that the result can be handed on.
    pub handed_on: HandedOn,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            measure: Measure::default(),
            profile: Profile::default(),
            all_profiles: false,
            views: Views::default(),
            breakdowns: vec![
                vec![Dimension::Protocol],
                vec![Dimension::Prefix(Side::Both, PrefixCut::Lens(PrefixLens::default()))],
            ],
            prefix_side: Side::default(),
            auto: AutoOptions::default(),
            hosts: Vec::new(),
            distinct: false,
            bins: TimeBins::default(),
            window: TimeWindow::default(),
            tunnels: TunnelOptions::default(),
            dedup: None,
            flows: FlowOptions::default(),
            handed_on: HandedOn::default(),
        }
    }
}

impl Settings {
    /// What must be aggregated for them.
    #[must_use]
    pub fn plan(&self) -> Plan {
        let mut plan = Plan {
            profile: self.profile,
            control: self.all_profiles,
            auto: self.auto,
            hosts: self.hosts.clone(),
            distinct: self.distinct.then_some(self.prefix_side),
            bins: self.bins.clone(),
            window: self.window,
            ..Plan::default()
        };
        for place in self.breakdowns.iter().map(|by| self.place(by)) {
            match place {
                Place::Prefix(lens, side) if !plan.prefixes.contains(&(lens, side)) => {
                    plan.prefixes.push((lens, side));
                }
                Place::Keyed(by) if !plan.keyed.contains(&by) => plan.keyed.push(by),
                _ => {}
            }
        }
        plan
    }

    /// Where a breakdown is counted.
    pub(super) fn place(&self, by: &[Dimension]) -> Place {
        let by: Vec<_> = by.iter().map(|dimension| dimension.or_side(self.prefix_side)).collect();
        match by.as_slice() {
            [Dimension::Protocol] => Place::Protocol,
            [Dimension::Encapsulation | Dimension::EncapsulationPath] => Place::Tunnels,
            [Dimension::Prefix(side, PrefixCut::Lens(lens))] => Place::Prefix(*lens, *side),
            _ => Place::Keyed(by),
        }
    }
}

/// Where a breakdown is counted: in tables of its own kind, or by packed keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In the table that every run has.
    Protocol,
    /// Across the views.
    Tunnels,
    /// In a table of prefixes.
    Prefix(PrefixLens, Side),
    /// Under a key of these dimensions.
    Keyed(Vec<Dimension>),
}
