//! Adding summaries up: the same as one run over all their inputs.

use super::{InputSummary, SizeDistribution, Summary};
use crate::model::{NetworkTable, PerView, Tally, TimeSpan, View};
use std::collections::HashMap;

/// Two summaries that count different things.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unmergeable {
    /// They were made under different settings.
    #[error(
        "it was made with other choices: {0} differs (a sum of both would mean nothing; run one of them again)"
    )]
    Settings(&'static str),
    /// Different tables said whose an address is.
    #[error(
        "it was made with other tables of networks: the same address may have different rows (run one of them again, or add them up all the same with v6share merge --allow-other-networks)"
    )]
    Networks,
}

impl Summary {
    /// Adds another summary: associative and commutative, with
    /// [`Summary::empty`] as the identity. The result equals the summary of a run
    /// over the inputs of both; parts of a capture stay parts until they are joined
    /// ([`Summary::join_parts`]).
    ///
    /// # Errors
    /// When the two were made under different settings, or with different tables of
    /// networks.
    pub fn merge(&mut self, other: Self) -> Result<(), Unmergeable> {
        let nothing = self.inputs.is_empty() || other.inputs.is_empty();
        if !nothing && !same_tables(&self.networks, &other.networks) {
            return Err(Unmergeable::Networks);
        }
        self.merge_with_other_networks(other)
    }

    /// The same where the tables that say whose an address is may differ: the sum
    /// then says that they did.
    ///
    /// # Errors
    /// When the two were made under different settings.
    pub fn merge_with_other_networks(&mut self, other: Self) -> Result<(), Unmergeable> {
        if let Some(what) = self.difference(&other) {
            return Err(Unmergeable::Settings(what));
        }
        let nothing = self.inputs.is_empty() || other.inputs.is_empty();
        self.mixed_networks |=
            other.mixed_networks || !nothing && !same_tables(&self.networks, &other.networks);
        self.interrupted |= other.interrupted;
        add(&mut self.totals, &other.totals);
        add(&mut self.profile_totals, &other.profile_totals);
        match (&mut self.control, &other.control) {
            (Some(mine), Some(theirs)) => add(mine, theirs),
            (mine, theirs) => *mine = mine.or(*theirs),
        }
        for view in View::ALL {
            for (protocol, tally) in &other.protocols[view] {
                *self.protocols[view].entry(*protocol).or_default() += tally;
            }
            for (mine, theirs) in self.sizes[view].iter_mut().zip(&other.sizes[view]) {
                SizeDistribution::merge(mine, theirs);
            }
        }
        for (mine, theirs) in self.breakdowns.iter_mut().zip(other.breakdowns) {
            mine.merge(theirs);
            mine.settle_leaves(self.settings.auto.keys);
        }
        if let (Some(mine), Some(theirs)) = (&mut self.distinct, &other.distinct) {
            View::ALL.into_iter().for_each(|view| mine[view].merge(&theirs[view]));
        }
        for (key, count) in &other.tunnels {
            self.tunnels.entry(*key).or_default().add(count);
        }
        self.flows.merge(&other.flows);
        self.networks.extend(other.networks);
        self.networks.sort();
        self.networks.dedup();
        self.account.merge(&other.account);
        self.anomalies.merge(&other.anomalies);
        self.time = TimeSpan::join(self.time, other.time);
        self.inputs.extend(other.inputs);
        self.inputs.sort_by(InputSummary::order);
        Ok(())
    }

    /// The choice in which two summaries differ, in a word.
    fn difference(&self, other: &Self) -> Option<&'static str> {
        let (a, b) = (&self.settings, &other.settings);
        let differences = [
            (a.profile != b.profile || a.all_profiles != b.all_profiles, "the profile"),
            (a.views != b.views, "the view"),
            (a.breakdowns != b.breakdowns, "the list of breakdowns"),
            (a.prefix_side != b.prefix_side, "the side of prefixes"),
            (a.auto != b.auto, "what automatic prefixes are"),
            (a.hosts != b.hosts, "what ties addresses to hosts"),
            (a.distinct != b.distinct, "whether distinct addresses are counted"),
            (a.bins != b.bins, "the bins of time"),
            (a.window != b.window, "the time that is measured"),
            (a.tunnels != b.tunnels, "the configuration of tunnels"),
            (a.dedup != b.dedup, "the window for copies"),
            (a.flows != b.flows, "what is said of flow records"),
            (a.measure != b.measure, "the measure"),
            (a.handed_on != b.handed_on, "the way in which addresses were made unknown"),
            (a != b, "a setting"),
        ];
        differences.into_iter().find(|(differ, _)| *differ).map(|(_, what)| what)
    }
}

/// Whether the tables say the same, whatever their files are called.
fn same_tables(mine: &[NetworkTable], theirs: &[NetworkTable]) -> bool {
    let content = |tables: &[NetworkTable]| {
        let mut all: Vec<_> = tables.iter().map(|t| (t.kind, t.sha256.clone())).collect();
        all.sort();
        all
    };
    content(mine) == content(theirs)
}

fn add(mine: &mut PerView<Tally>, theirs: &PerView<Tally>) {
    for view in View::ALL {
        mine[view] += &theirs[view];
    }
}

/// The inputs of the results that are added up, to find one that two of them hold:
/// by its digest where both know it, else by name, and length, records and times,
/// or first time.
#[derive(Debug, Default)]
pub struct SeenInputs {
    results: usize,
    /// For each input by its digest, and by all else, the result that had it first.
    digests: HashMap<(String, Stretch), usize>,
    identities: HashMap<Identity, usize>,
    /// For each capture by its name and first time: a part of it that was kept before
    /// it was whole is the same capture.
    beginnings: HashMap<(String, i64), usize>,
}

/// Where the part of an input begins and ends; all of it without.
type Stretch = Option<(u64, u64)>;

/// What tells an input whose digest is not known from all others.
type Identity = (String, u64, u64, Option<(i64, i64)>, Stretch);

impl SeenInputs {
    /// Takes the inputs of the next result; gives the name of one that another
    /// result has, too. The same twice within one result was given twice on purpose.
    pub fn add(&mut self, summary: &Summary) -> Option<String> {
        self.results += 1;
        let number = self.results;
        let mut again = None;
        for input in &summary.inputs {
            let empty = input.part.as_ref().map_or(input.account.records == 0, |p| p.is_empty());
            let stretch = input.part.as_deref().map(|part| (part.from, part.reached));
            let by_digest = input
                .digest
                .as_ref()
                .map(|digest| *self.digests.entry((digest.clone(), stretch)).or_insert(number));
            let by_identity = *self.identities.entry(identity(input, stretch)).or_insert(number);
            let by_beginning = beginning(input)
                .map(|beginning| *self.beginnings.entry(beginning).or_insert(number));
            let known = [by_digest, Some(by_identity), by_beginning]
                .into_iter()
                .any(|first| first.unwrap_or(number) != number);
            if !empty && known {
                again.get_or_insert_with(|| input.name.clone());
            }
        }
        again
    }
}

/// Name and first time of a capture: flow logs may begin at the same full minute, pipes
/// have no name, and parts are told apart when they are joined.
fn beginning(input: &InputSummary) -> Option<(String, i64)> {
    let named = input.name != "-" && input.flows.is_none() && input.part.is_none();
    let first = input.time.filter(|_| named)?.first.nanoseconds();
    Some((input.name.clone(), first))
}

fn identity(input: &InputSummary, stretch: Stretch) -> Identity {
    let time = input.time.map(|span| (span.first.nanoseconds(), span.last.nanoseconds()));
    (input.name.clone(), input.bytes, input.account.records, time, stretch)
}
