//! Data that waits for its template.

use super::clock::Clock;
use crate::error::Position;
use std::collections::BTreeMap;

/// A set of data whose template has not come.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) body: Box<[u8]>,
    pub(super) clock: Clock,
    pub(super) at: Position,
    /// True where the datagram ended before the set did.
    pub(super) cut: bool,
}

impl Waiting {
    /// What one set costs beside its octets.
    pub(super) const OVERHEAD: usize = 96;

    /// What it holds in memory.
    pub(super) fn size(&self) -> usize {
        self.body.len() + Self::OVERHEAD
    }
}

/// The sets of one stream that wait, by the template that they wait for.
#[derive(Debug, Default)]
pub(super) struct WaitingSets {
    sets: BTreeMap<u16, Vec<Waiting>>,
    /// What they hold in memory.
    pub(super) octets: usize,
}

impl WaitingSets {
    /// Adds a set.
    pub(super) fn push(&mut self, id: u16, set: Waiting) {
        self.octets += set.size();
        self.sets.entry(id).or_default().push(set);
    }

    /// Takes those that wait for `id`, in the order in which they came.
    pub(super) fn take(&mut self, id: u16) -> Vec<Waiting> {
        let sets = self.sets.remove(&id).unwrap_or_default();
        self.octets -= sets.iter().map(Waiting::size).sum::<usize>();
        sets
    }

    /// The templates that are waited for, in their order.
    pub(super) fn ids(&self) -> Vec<u16> {
        self.sets.keys().copied().collect()
    }

    /// Sets that wait.
    pub(super) fn count(&self) -> u64 {
        self.sets.values().map(|sets| sets.len() as u64).sum()
    }
}
