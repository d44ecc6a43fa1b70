//! The opaque ids of the extended format, each once.
//!
//! An id is unique within one registry's file. The same id of two registries is
//! two holders, and an id in the files of two dates is a hint, no identity.

use super::record::RegistryId;
use hashbrown::HashTable;
use std::hash::BuildHasher;
use std::num::NonZeroU32;

/// A holder's number, from 1, in the order in which they were first read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HolderId(NonZeroU32);

impl HolderId {
    fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// All ids, one after the other in one text.
#[derive(Clone, Debug, Default)]
pub(super) struct Holders {
    text: Vec<u8>,
    entries: Vec<Entry>,
    table: HashTable<u32>,
    /// Seeded, so that no file can be made to collide.
    hasher: foldhash::fast::RandomState,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    start: usize,
    len: u16,
    registry: RegistryId,
}

impl Holders {
    /// The holder that a registry names so. `None` where there are more than
    /// fit: four thousand million.
    pub(super) fn intern(&mut self, registry: RegistryId, id: &[u8]) -> Option<HolderId> {
        let len = u16::try_from(id.len()).ok()?;
        let Self { text, entries, table, hasher } = self;
        let bytes = |entry: &Entry| &text[entry.start..entry.start + usize::from(entry.len)];
        let hash = hasher.hash_one((registry, id));
        let same = |at: &u32| {
            let entry = &entries[*at as usize];
            entry.registry == registry && bytes(entry) == id
        };
        if let Some(at) = table.find(hash, same) {
            return NonZeroU32::new(at + 1).map(HolderId);
        }
        let at = u32::try_from(entries.len()).ok()?;
        let holder = at.checked_add(1).and_then(NonZeroU32::new).map(HolderId)?;
        let rehash = |at: &u32| {
            let entry = &entries[*at as usize];
            hasher.hash_one((entry.registry, bytes(entry)))
        };
        table.insert_unique(hash, at, rehash);
        entries.push(Entry { start: text.len(), len, registry });
        text.extend_from_slice(id);
        Some(holder)
    }

    /// The id as the registry writes it.
    pub(super) fn name(&self, holder: HolderId) -> &str {
        let entry = &self.entries[holder.index()];
        let bytes = &self.text[entry.start..entry.start + usize::from(entry.len)];
        std::str::from_utf8(bytes).unwrap_or("?")
    }
}
