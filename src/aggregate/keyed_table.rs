//! Amounts by the keys of one breakdown, in bounded memory where its prefixes are
//! automatic.
//!
//! Such a breakdown counts under leaves, of which there may be as many as
//! addresses. Where a table has more keys of one family than it may, the leaves of
//! that family are cut to the next shorter length, and keys that are then the same
//! are added. No figure is lost: only prefixes longer than that are told apart no
//! more.
//!
//! How far they are cut depends on the set of all keys alone. A length is given up
//! only where some table has too many keys of it, and the whole has no fewer; what
//! remains at the end is a length of which the whole has few enough. So it is the
//! longest such length, in whatever order records came and however they were spread
//! over tables.

use super::Plan;
use super::key_table::KeyTable;
use super::keys::{Keys, Shown};
use super::layout::Code;
use crate::model::{Dimension, IpVersion, LeafLens, shorter_level};

/// What is counted under a key.
pub(super) trait Amounts: Clone + Default {
    /// Adds what was counted under another one.
    fn merge(&mut self, other: &Self);
}

/// Amounts by key.
#[derive(Clone, Debug)]
pub(super) struct KeyedTable<T> {
    keys: Keys,
    table: KeyTable<T>,
    /// Keys of a family, at most, where prefixes are automatic.
    most: usize,
    /// Keys by family, of the first `told` of the table.
    of_family: [usize; 2],
    told: usize,
}

impl<T: Amounts> KeyedTable<T> {
    pub(super) fn new(dimensions: &[Dimension], plan: &Plan) -> Self {
        let keys = Keys::new(dimensions, plan.resolver.as_deref());
        let table = KeyTable::new(keys.stride());
        Self { keys, table, most: plan.auto.keys.max(1), of_family: [0; 2], told: 0 }
    }

    pub(super) fn keys(&self) -> &Keys {
        &self.keys
    }

    pub(super) fn len(&self) -> usize {
        self.table.len()
    }

    /// Keys and amounts, in no order that means anything.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&[u64], &T)> + '_ {
        self.table.iter()
    }

    /// Calls `add` with the amounts of each key of a packet.
    #[inline(always)]
    pub(super) fn observe(&mut self, shown: &Shown<'_>, mut add: impl FnMut(&mut T)) {
        let table = &mut self.table;
        self.keys.each(shown, |key| add(table.entry(key)));
        if self.keys.is_auto {
            self.bound();
        }
    }

    /// The amounts under a code, where that is all of a key.
    pub(super) fn entry(&mut self, code: Code) -> &mut T {
        let table = &mut self.table;
        table.entry(&self.keys.of_code(code))
    }

    /// The amounts under a key without automatic prefixes.
    pub(super) fn entry_of(&mut self, key: &[u64]) -> &mut T {
        self.table.entry(key)
    }

    /// Calls `add` with the amounts of each key of another table of the same
    /// breakdown, and with its own.
    pub(super) fn take_in<U: Amounts>(
        &mut self,
        other: &KeyedTable<U>,
        mut add: impl FnMut(&mut T, &U),
    ) {
        if !self.keys.is_auto {
            other.iter().for_each(|(key, amounts)| add(self.table.entry(key), amounts));
            return;
        }
        self.shorten(other.keys.leaves());
        for (key, amounts) in other.iter() {
            let table = &mut self.table;
            self.keys.cut(key, |key| add(table.entry(key), amounts));
            self.bound();
        }
    }

    /// Forgets all keys and their room, and keeps how they are cut.
    pub(super) fn clear(&mut self) {
        self.table = KeyTable::new(self.keys.stride());
        (self.of_family, self.told) = ([0; 2], 0);
    }

    /// Cuts leaves until there are no more than there may be.
    #[inline]
    fn bound(&mut self) {
        if self.table.len() > self.told {
            self.tell();
        }
    }

    #[inline(never)]
    fn tell(&mut self) {
        self.count();
        for version in IpVersion::ALL {
            while self.of_family[version.index()] > self.most {
                let len = self.keys.leaves().len(version);
                if len == 0 {
                    break;
                }
                self.keys.shorten(version, shorter_level(len));
                self.cut();
            }
        }
    }

    /// Counts the keys that came since.
    fn count(&mut self) {
        for at in self.told..self.table.len() {
            if let Some(version) = self.table.key(at).and_then(|key| self.keys.family(key)) {
                self.of_family[version.index()] += 1;
            }
        }
        self.told = self.table.len();
    }

    /// Cuts leaves to these lengths where they are longer.
    fn shorten(&mut self, leaves: LeafLens) {
        let before = self.keys.leaves();
        for version in IpVersion::ALL {
            self.keys.shorten(version, leaves.len(version));
        }
        if self.keys.leaves() != before {
            self.cut();
        }
    }

    /// Adds up what has the same key by the lengths now in force.
    fn cut(&mut self) {
        let old = std::mem::replace(&mut self.table, KeyTable::new(self.keys.stride()));
        let table = &mut self.table;
        for (key, amounts) in old.iter() {
            self.keys.cut(key, |key| table.entry(key).merge(amounts));
        }
        (self.of_family, self.told) = ([0; 2], 0);
        self.count();
    }
}
