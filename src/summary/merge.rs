//! Adding summaries up: the same as one run over all their inputs.

use super::{InputSummary, SizeDistribution, Summary};
use crate::model::{PerView, Tally, View};
use std::collections::HashMap;

/// Two summaries that count different things.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "it was made with other choices: {0} differs (a sum of both would mean nothing; run one of them again)"
)]
pub struct Unmergeable(&'static str);

impl Summary {
    /// Adds another summary: associative and commutative, with
    /// [`Summary::empty`] as the identity. The result equals the summary of a run
    /// over the inputs of both; parts of a capture stay parts until they are joined
    /// ([`Summary::join_parts`]).
    ///
    /// # Errors
    /// When the two were made under different settings.
    pub fn merge(&mut self, other: Self) -> Result<(), Unmergeable> {
        if let Some(what) = self.difference(&other) {
            return Err(Unmergeable(what));
        }
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
        self.inputs.extend(other.inputs);
        self.sum_inputs();
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

fn add(mine: &mut PerView<Tally>, theirs: &PerView<Tally>) {
    for view in View::ALL {
        mine[view] += &theirs[view];
    }
}

/// An input that two of the summaries hold: by its digest where both know it,
/// else by name, length, records and times.
#[must_use]
pub fn shared_input(summaries: &[&Summary]) -> Option<String> {
    let mut digests: HashMap<(&str, _), usize> = HashMap::new();
    let mut identities = HashMap::new();
    let inputs = summaries.iter().enumerate();
    let inputs =
        inputs.flat_map(|(number, summary)| summary.inputs.iter().map(move |i| (number, i)));
    for (number, input) in inputs {
        // The same twice within one run was given twice on purpose.
        let by_digest = input.digest.as_deref();
        let part = input.part.as_deref().map(|part| (part.from, part.reached));
        let by_digest = by_digest.map(|digest| *digests.entry((digest, part)).or_insert(number));
        let by_identity = *identities.entry(identity(input)).or_insert(number);
        let empty = input.part.as_ref().is_some_and(|part| part.is_empty());
        let known = !empty && by_digest.is_some_and(|first| first != number)
            || input.account.records > 0 && by_identity != number;
        if known {
            return Some(input.name.clone());
        }
    }
    None
}

/// What tells an input whose digest is not known from all others.
type Identity<'i> = (&'i str, u64, u64, Option<(i64, i64)>, Option<(u64, u64)>);

fn identity(input: &InputSummary) -> Identity<'_> {
    let time = input.time.map(|span| (span.first.nanoseconds(), span.last.nanoseconds()));
    let part = input.part.as_deref().map(|part| (part.from, part.reached));
    (input.name.as_str(), input.bytes, input.account.records, time, part)
}
