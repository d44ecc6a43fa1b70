//! Which prefixes were seen, and with what.

use super::flow::Facts;
use super::kind::Kind;
use super::population::Population;
use super::truth::cell;
use crate::model::{IpVersion, Prefix, PrefixLens, Tally, View};
use std::collections::BTreeMap;
use std::ops::Index;

/// The prefixes of one view: /24 and /48 of the header that the view goes by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PrefixTruth {
    /// Distinct prefixes of source addresses.
    pub sources: PerFamily,
    /// Distinct prefixes of destination addresses.
    pub destinations: PerFamily,
    /// Distinct prefixes of either.
    pub either: PerFamily,
    /// What was sent from or to each prefix; once where both ends lie in it.
    /// Kept where the recipe says so.
    pub tallies: Option<BTreeMap<Prefix, Tally>>,
}

/// A number for each family.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PerFamily {
    /// Of IPv4.
    pub v4: u64,
    /// Of IPv6.
    pub v6: u64,
}

impl Index<IpVersion> for PerFamily {
    type Output = u64;
    fn index(&self, version: IpVersion) -> &u64 {
        match version {
            IpVersion::V4 => &self.v4,
            IpVersion::V6 => &self.v6,
        }
    }
}

impl PrefixTruth {
    /// Gathers the prefixes of all flows that sent anything.
    pub(super) fn of(view: View, population: &Population, keep_tallies: bool) -> Self {
        let (mut sources, mut destinations) = (Vec::new(), Vec::new());
        let mut tallies = keep_tallies.then(BTreeMap::<Prefix, Tally>::new);
        for (flow, facts) in population.flows.iter().zip(&population.facts) {
            let Some((source, destination)) = prefixes(view, facts) else { continue };
            if flow.sent.packets == 0 {
                continue;
            }
            sources.push(source);
            destinations.push(destination);
            if let (Some(tallies), Kind::Ip(kind)) = (&mut tallies, facts.kind) {
                let layout = &population.layouts[usize::from(flow.layout)];
                let overhead = (layout.inner - layout.ip) as u64;
                let (version, count) = cell(view, kind, flow.sent, overhead);
                tallies.entry(source).or_default()[version] += &count;
                if destination != source {
                    tallies.entry(destination).or_default()[version] += &count;
                }
            }
        }
        let (of_sources, of_destinations) = (distinct(&mut sources), distinct(&mut destinations));
        sources.append(&mut destinations);
        Self {
            sources: of_sources,
            destinations: of_destinations,
            either: distinct(&mut sources),
            tallies,
        }
    }
}

/// Source and destination prefix of a flow in a view; translated packets keep
/// their IPv6 addresses.
fn prefixes(view: View, facts: &Facts) -> Option<(Prefix, Prefix)> {
    let ends = match view {
        View::Transport => facts.outer,
        View::EndToEnd => facts.inner.or(facts.outer),
    }?;
    let len = PrefixLens::default().len(ends.version);
    let prefix = |address| Prefix::new(ends.version, address, len);
    Some((prefix(ends.source), prefix(ends.destination)))
}

/// Sorts, drops what comes twice, and counts what is left.
fn distinct(prefixes: &mut Vec<Prefix>) -> PerFamily {
    prefixes.sort_unstable();
    prefixes.dedup();
    // IPv4 sorts first.
    let v4 = prefixes.partition_point(|prefix| prefix.version() == IpVersion::V4);
    PerFamily { v4: v4 as u64, v6: (prefixes.len() - v4) as u64 }
}
