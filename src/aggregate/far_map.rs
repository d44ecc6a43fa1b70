//! A hash map from a prefix of up to 64 bits to a cell, where there are so many that
//! each slot lies far from the core.

use super::PrefixRow;
use super::prefix_slot::{Hash, Slot, find};
use super::region::Region;
use crate::cache;

/// Slots of a block, within which a search stays: 256 KiB, so that one that is laid out
/// anew lies in the second level of cache.
const BLOCK: usize = 1 << 13;

/// How many slots of the fullest block are used before there are twice as many blocks: in
/// the middle it is three quarters then. Fuller, or with a fourth more blocks in place of
/// twice as many, a map takes less memory, and a run up to half as long again: searches
/// go on in more lines, and each key is moved more often.
const MOST: usize = BLOCK / 32 * 25;

/// Cells by key, each with a mark, in blocks in the order of the hash. Where one is
/// full, there are twice as many of them, and each is spread over the two that take its
/// part of the hashes, the last one first: so a map grows where it is.
#[derive(Clone, Debug)]
pub(super) struct FarMap {
    slots: Region<Slot>,
    /// How many slots of each block are used.
    used: Vec<u32>,
    /// The most of them.
    fullest: u32,
    hash: Hash,
}

/// Lines that are asked for at once where a search goes on.
const LINES: usize = 2;

/// A search that has looked at the line of its place and at those before: as
/// [`find`] goes on within a block.
#[derive(Clone, Copy, Default)]
pub(super) struct Search {
    place: usize,
    step: usize,
}

impl Search {
    #[inline(always)]
    fn next(self) -> Self {
        let (start, step) = (self.place & !(BLOCK - 1), self.step + 2);
        Self { place: start | (self.place + step) & (BLOCK - 1), step }
    }
}

/// A map in which a batch of keys is counted.
pub(super) struct OpenedFar<'m> {
    slots: &'m mut [Slot],
    used: &'m mut [u32],
    fullest: &'m mut u32,
    hash: Hash,
}

impl OpenedFar<'_> {
    /// The place of a key that will be counted soon; its slot is asked for as
    /// far as the second level of cache: more of them may be on their way to it.
    #[inline(always)]
    pub(super) fn fetch(&self, key: u64) -> usize {
        let place = place(&self.hash, key, self.slots.len());
        cache::fetch_far(&self.slots[place]);
        place
    }

    /// Counts one packet under `key`, whose search begins at `place`, and says which
    /// mark the key has; where the search goes on in other lines, nothing is counted.
    #[inline(always)]
    pub(super) fn add_first(
        &mut self,
        place: usize,
        counted: (u64, u64, u64),
    ) -> Result<u32, Search> {
        match self.add_in_line(place, counted) {
            Some(mark) => Ok(mark),
            None => Err(self.asked_next(Search { place, step: 0 })),
        }
    }

    /// Counts what was not counted before, or says where the search goes on.
    #[inline(always)]
    pub(super) fn add_next(
        &mut self,
        mut search: Search,
        counted: (u64, u64, u64),
    ) -> Result<u32, Search> {
        for _ in 0..LINES {
            search = search.next();
            if let Some(mark) = self.add_in_line(search.place, counted) {
                return Ok(mark);
            }
        }
        Err(self.asked_next(search))
    }

    /// Asks for the lines in which a search goes on.
    #[inline(always)]
    fn asked_next(&self, search: Search) -> Search {
        let mut next = search;
        for _ in 0..LINES {
            next = next.next();
            cache::fetch(&self.slots[next.place]);
        }
        search
    }

    #[inline(always)]
    fn add_in_line(&mut self, place: usize, counted: (u64, u64, u64)) -> Option<u32> {
        let line = [place, place ^ 1];
        let at = line.into_iter().find(|at| self.slots[*at].is_for(counted.0))?;
        Some(self.count(at, counted))
    }

    /// Counts one packet under `key`, whose search begins at `place`.
    #[inline(always)]
    pub(super) fn add_at(&mut self, place: usize, counted: (u64, u64, u64)) -> u32 {
        let at = find_in_block(self.slots, place, counted.0);
        self.count(at, counted)
    }

    #[inline(always)]
    fn count(&mut self, at: usize, counted: (u64, u64, u64)) -> u32 {
        let slot = &mut self.slots[at];
        if slot.count(counted) {
            let used = &mut self.used[at / BLOCK];
            *used += 1;
            *self.fullest = (*self.fullest).max(*used);
        }
        slot.mark
    }
}

/// Where the search for a key begins, among so many slots.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "less than the number of slots")]
fn place(hash: &Hash, key: u64, slots: usize) -> usize {
    ((u128::from(hash.of(key)) * slots as u128) >> 64) as usize
}

#[inline(always)]
fn find_in_block(slots: &[Slot], place: usize, key: u64) -> usize {
    let start = place & !(BLOCK - 1);
    start + find(&slots[start..start + BLOCK], place - start, key)
}

impl FarMap {
    /// Of so many slots that were counted in.
    pub(super) fn new(len: usize, slots: impl Iterator<Item = Slot>, hash: Hash) -> Self {
        // Half full at first.
        let blocks = (2 * len).div_ceil(BLOCK).max(1);
        let mut map =
            Self { slots: Region::zeroed(blocks * BLOCK), used: vec![0; blocks], fullest: 0, hash };
        slots.for_each(|slot| map.put(slot));
        map
    }

    /// Puts a key where it was not before.
    fn put(&mut self, slot: Slot) {
        let slots = self.slots.as_mut_slice();
        let at = find_in_block(slots, place(&self.hash, slot.key, slots.len()), slot.key);
        slots[at] = slot;
        let used = &mut self.used[at / BLOCK];
        *used += 1;
        self.fullest = self.fullest.max(*used);
    }

    /// Counts one packet under `key`.
    pub(super) fn add(&mut self, key: u64, octets: u64, wire_octets: u64) {
        self.reserve(1);
        let mut opened = self.opened();
        let place = opened.fetch(key);
        opened.add_at(place, (key, octets, wire_octets));
    }

    /// To count in slots.
    #[inline(always)]
    pub(super) fn opened(&mut self) -> OpenedFar<'_> {
        OpenedFar {
            slots: self.slots.as_mut_slice(),
            used: &mut self.used,
            fullest: &mut self.fullest,
            hash: self.hash,
        }
    }

    /// Makes room for so many new keys: places stay where they are until then.
    #[inline(always)]
    pub(super) fn reserve(&mut self, keys: usize) {
        while self.fullest as usize + keys > MOST {
            self.grow();
        }
    }

    #[inline(never)]
    fn grow(&mut self) {
        let before = self.used.len();
        self.slots.grow(before * BLOCK);
        self.used = vec![0; 2 * before];
        let slots = self.slots.as_mut_slice();
        let len = slots.len();
        let mut spread = |at: usize, block: &[Slot], two: &mut [Slot]| {
            for slot in block.iter().filter(|slot| !slot.is_free()) {
                let place = place(&self.hash, slot.key, len) - 2 * at * BLOCK;
                let found = find_in_block(two, place, slot.key);
                two[found] = *slot;
                self.used[2 * at + found / BLOCK] += 1;
            }
        };
        for at in (1..before).rev() {
            let (here, two) = slots.split_at_mut(2 * at * BLOCK);
            let block = &mut here[at * BLOCK..][..BLOCK];
            spread(at, block, &mut two[..2 * BLOCK]);
            block.fill(Slot::default());
        }
        // The first one goes to its own place, too.
        let block = slots[..BLOCK].to_vec();
        slots[..BLOCK].fill(Slot::default());
        spread(0, &block, &mut slots[..2 * BLOCK]);
        self.fullest = self.used.iter().copied().max().unwrap_or_default();
    }

    /// The slot of a key that was counted.
    pub(super) fn slot(&mut self, key: u64) -> Option<&mut Slot> {
        let slots = self.slots.as_mut_slice();
        let at = find_in_block(slots, place(&self.hash, key, slots.len()), key);
        Some(&mut slots[at]).filter(|slot| !slot.is_free())
    }

    /// All slots, in no order, free ones among them.
    pub(super) fn slots(&self) -> &[Slot] {
        self.slots.as_slice()
    }

    /// The rows of all keys, in no order, where the slots lay.
    pub(super) fn into_rows(self) -> Region<PrefixRow> {
        self.slots.filter_map(|slot| (slot.row(), !slot.is_free()))
    }
}
