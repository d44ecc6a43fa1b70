//! The result of a run.

use super::{InputSummary, Settings, SizeDistribution};
use crate::model::{
    Account, AnomalyCounts, IpProtocol, PerView, Prefix, PrefixLens, Tally, TimeSpan,
};
use std::collections::BTreeMap;

/// Everything a run found, in full: nothing is cut to a top list, and no share
/// is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The choices it was made under.
    pub settings: Settings,
    /// True when the user interrupted the run: inputs may be missing.
    pub interrupted: bool,
    /// All traffic, whatever the profile.
    pub totals: PerView<Tally>,
    /// The traffic that the profile keeps: the denominator of the shares (with
    /// the frames that are not IP beside it where the profile is `all-frames`).
    /// The breakdowns hold this traffic and no other.
    pub profile_totals: PerView<Tally>,
    /// Where every record went, over all inputs.
    pub account: Account,
    /// What was odd, over all inputs.
    pub anomalies: AnomalyCounts,
    /// First and last timestamp, over all inputs.
    pub time: Option<TimeSpan>,
    /// Every input, sorted by name.
    pub inputs: Vec<InputSummary>,
    /// By protocol of the view's header; `None` where the protocol is cut away.
    pub protocols: PerView<ProtocolTable>,
    /// By prefix, one table a pair of lengths in the order of the settings.
    pub prefixes: Vec<PrefixTable>,
    /// Packet sizes of the view's header, one distribution a family
    /// ([`crate::model::IpVersion::index`]).
    pub sizes: PerView<[SizeDistribution; 2]>,
}

/// Tallies by protocol.
pub type ProtocolTable = BTreeMap<Option<IpProtocol>, Tally>;

/// Tallies by prefix of one pair of lengths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrefixTable {
    /// The lengths.
    pub lens: PrefixLens,
    /// The rows of each view, sorted by prefix, none of them zero. A row's
    /// family is that of its address; a translated packet counts as IPv4 under
    /// its IPv6 prefix in the end-to-end view.
    pub rows: PerView<Vec<(Prefix, Tally)>>,
    /// What has no row because the address was not captured.
    pub without_address: PerView<Tally>,
}
