//! What was seen of late, in bounded memory: the newest of many keys, and
//! records that wait for what comes after them.

use crate::model::FlowRecord;
use foldhash::fast::RandomState;
use hashbrown::HashSet;
use std::collections::VecDeque;
use std::hash::Hash;

/// A set that keeps the last keys put in: `limit` of them at least, twice that at
/// most.
#[derive(Clone, Debug)]
pub(super) struct Recent<K> {
    limit: usize,
    new: HashSet<K, RandomState>,
    old: HashSet<K, RandomState>,
}

impl<K: Hash + Eq> Recent<K> {
    pub(super) fn new(limit: usize) -> Self {
        let set = || HashSet::with_hasher(RandomState::default());
        Self { limit, new: set(), old: set() }
    }

    /// Puts a key in.
    pub(super) fn insert(&mut self, key: K) {
        if self.new.len() >= self.limit {
            std::mem::swap(&mut self.new, &mut self.old);
            self.new.clear();
        }
        self.new.insert(key);
    }

    /// True where the key was put in of late.
    pub(super) fn contains(&self, key: &K) -> bool {
        self.new.contains(key) || !self.old.is_empty() && self.old.contains(key)
    }

    /// True where nothing was put in.
    pub(super) fn is_empty(&self) -> bool {
        self.new.is_empty() && self.old.is_empty()
    }
}

/// Records that wait, first in, first out, and not more than a limit of them.
#[derive(Clone, Debug)]
pub(super) struct Waiting<K> {
    limit: usize,
    records: VecDeque<(K, FlowRecord)>,
}

impl<K> Waiting<K> {
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, records: VecDeque::new() }
    }

    /// Lets a record wait; gives back the one that has waited longest where they
    /// are too many.
    pub(super) fn push(&mut self, key: K, record: FlowRecord) -> Option<(K, FlowRecord)> {
        let longest = if self.records.len() >= self.limit { self.pop() } else { None };
        self.records.push_back((key, record));
        longest
    }

    /// The record that has waited longest.
    pub(super) fn pop(&mut self) -> Option<(K, FlowRecord)> {
        self.records.pop_front()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_keys_are_kept() {
        let mut recent = Recent::new(10);
        for key in 0..1000 {
            recent.insert(key);
            for kept in (key - 9).max(0)..=key {
                assert!(recent.contains(&kept), "{kept} of {key}");
            }
        }
        assert!(!recent.contains(&979));
    }

    #[test]
    fn what_waits_is_bounded_and_in_order() {
        let mut waiting = Waiting::new(2);
        let record = FlowRecord::default();
        assert_eq!(waiting.push(1, record), None);
        assert_eq!(waiting.push(2, record), None);
        assert_eq!(waiting.push(3, record), Some((1, record)));
        assert_eq!(waiting.pop(), Some((2, record)));
        assert_eq!(waiting.pop(), Some((3, record)));
        assert_eq!(waiting.pop(), None);
    }
}
