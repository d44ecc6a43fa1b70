//! The result of a run.

use super::{InputSummary, Settings, SizeDistribution};
use crate::aggregate::{Totals, ViewTotals};
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
    /// Every input, sorted by name ([`InputSummary::order`]).
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

impl Summary {
    /// The summary of a run: the views are made out of the totals, everything is
    /// brought into its order, and the inputs' accounts are added up.
    #[must_use]
    pub fn new(settings: Settings, totals: &Totals, mut inputs: Vec<InputSummary>) -> Self {
        inputs.sort_by(InputSummary::order);
        let mut account = Account::default();
        let mut anomalies = AnomalyCounts::default();
        let mut time = None;
        for input in &inputs {
            account.merge(&input.account);
            anomalies.merge(&input.anomalies);
            time = TimeSpan::join(time, input.time);
        }
        let view = |view| [&totals.same, view];
        let views =
            PerView { transport: view(&totals.transport), end_to_end: view(&totals.end_to_end) };
        let profile_totals = views.map(profile_total);
        let lists = settings.prefix_lens.iter().enumerate();
        let prefixes = lists.map(|(at, lens)| PrefixTable {
            lens: *lens,
            rows: views.map(|sets| prefix_rows(sets, at, *lens)),
            without_address: views.map(|sets| sum(sets, |set| set.prefixes[at].without_address)),
        });
        Self {
            interrupted: false,
            totals: views.map(|sets| {
                let mut all = profile_total(sets);
                all += &sum(sets, |set| set.left_out);
                all
            }),
            profile_totals,
            account,
            anomalies,
            time,
            protocols: views.map(protocol_table),
            prefixes: prefixes.collect(),
            sizes: views.map(size_distributions),
            inputs,
            settings,
        }
    }

    /// The law of conservation: every record is in exactly one class, and the
    /// totals of both views hold the records that are IP.
    #[must_use]
    pub fn closed(&self) -> bool {
        let ip = self.account.ipv4 + self.account.ipv6;
        let transport = &self.totals.transport;
        self.account.closed()
            && (transport.v4.packets, transport.v6.packets)
                == (self.account.ipv4, self.account.ipv6)
            && self.totals.end_to_end.both().packets == ip
    }
}

/// The two sets of tables that make a view: what is the same in both, and what
/// is its own.
type Sets<'a> = [&'a ViewTotals; 2];

fn sum(sets: Sets<'_>, part: impl Fn(&ViewTotals) -> Tally) -> Tally {
    let mut all = part(sets[0]);
    all += &part(sets[1]);
    all
}

fn profile_total(sets: Sets<'_>) -> Tally {
    let mut all = Tally::default();
    for tally in sets.into_iter().flat_map(|set| set.protocols.values()) {
        all += tally;
    }
    all
}

fn protocol_table(sets: Sets<'_>) -> ProtocolTable {
    let mut table = sets[0].protocols.clone();
    for (protocol, tally) in &sets[1].protocols {
        *table.entry(*protocol).or_default() += tally;
    }
    table
}

fn prefix_rows(sets: Sets<'_>, at: usize, lens: PrefixLens) -> Vec<(Prefix, Tally)> {
    let mut rows: Vec<(Prefix, Tally)> = Vec::new();
    for (version, address, count) in sets.into_iter().flat_map(|set| set.prefixes[at].rows()) {
        let mut tally = Tally::default();
        tally[version] = *count;
        rows.push((Prefix::new(version, address, lens.len(version)), tally));
    }
    rows.sort_unstable_by_key(|row| row.0);
    rows.dedup_by(|later, kept| {
        let same = later.0 == kept.0;
        if same {
            kept.1 += &later.1;
        }
        same
    });
    rows
}

fn size_distributions(sets: Sets<'_>) -> [SizeDistribution; 2] {
    let mut sizes: [SizeDistribution; 2] = Default::default();
    for set in sets {
        for (mine, theirs) in sizes.iter_mut().zip(&set.sizes) {
            for (octets, packets) in theirs {
                mine.add(*octets, *packets);
            }
        }
    }
    sizes
}
