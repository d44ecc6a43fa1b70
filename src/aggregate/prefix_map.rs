//! A hash map from a prefix of up to 64 bits to a cell, for the hot path.
//!
//! Open addressing where a search goes from line to line: key and cell share one
//! slot of half a cache line, so a packet of a known prefix touches one line. A
//! general map looks into a line of control bytes first, and its code is inlined once for
//! each family and each end of a packet; with this one a run took a fifth less
//! time (20,000 prefixes, snap length 96).

use super::cell::Cell;
use super::far_map::FarMap;
use super::prefix_rows::PrefixRows;
use super::prefix_slot::{Hash, Slot, find};
use crate::cache;

/// Slots at first: as much as the first level of cache holds with room to spare.
const FIRST_SLOTS: usize = 256;

/// Slots below which a map is sparse: 4 MiB, of which a fourth of the lines is written at
/// most, so that those of both families lie in the second level of cache, or near it.
/// With half as many slots a run takes up to a thirtieth more, and with a fourth a
/// twelfth: more searches go on behind their first slot, and each of these is guessed
/// wrong.
const SPARSE_SLOTS: usize = 1 << 17;

/// Slots from which a map lies in memory or far from the core: 8 MiB.
const FAR_SLOTS: usize = 1 << 18;

/// Cells by key, each with a mark: a number that its user may give it, 0 before.
#[derive(Clone, Debug)]
pub(super) struct PrefixMap {
    slots: Box<[Slot]>,
    used: usize,
    /// 64 less the binary logarithm of the number of slots.
    shift: u32,
    hash: Hash,
    /// Where there are too many for the slots, all are here.
    far: Option<Box<FarMap>>,
}

/// A map of which the slots of a batch of keys are asked for.
#[derive(Clone, Copy)]
pub(super) struct Asked<'m> {
    slots: &'m [Slot],
    hash: Hash,
    shift: u32,
}

impl Asked<'_> {
    /// The place of a key that will be counted soon; its slot is asked for.
    #[inline(always)]
    pub(super) fn fetch(self, key: u64) -> u32 {
        let place = self.place(key);
        self.fetch_at(place);
        place
    }

    /// The place of a key.
    #[inline(always)]
    pub(super) fn place(&self, key: u64) -> u32 {
        place(&self.hash, key, self.shift)
    }

    /// Asks for the slot at a place.
    #[inline(always)]
    pub(super) fn fetch_at(&self, place: u32) {
        cache::fetch_place(self.slots, place as usize);
    }
}

/// A map in which a batch of keys is counted.
pub(super) struct Opened<'m> {
    slots: &'m mut [Slot],
    used: &'m mut usize,
}

impl Opened<'_> {
    /// Counts one packet under `key`, whose search begins at `place`, and says which
    /// mark the key has.
    #[inline(always)]
    pub(super) fn add_at(&mut self, place: u32, key: u64, octets: u64, wire_octets: u64) -> u32 {
        let slot = &mut self.slots[place as usize];
        if slot.key == key {
            slot.add(octets, wire_octets);
            slot.mark
        } else {
            add_probing(self.slots, self.used, place, (key, octets, wire_octets))
        }
    }
}

/// Goes on where the first slot is another's, or free.
#[inline(never)]
fn add_probing(slots: &mut [Slot], used: &mut usize, place: u32, counted: (u64, u64, u64)) -> u32 {
    let slot = &mut slots[find(slots, place as usize, counted.0)];
    *used += usize::from(slot.count(counted));
    slot.mark
}

/// Where the search for a key begins.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "the upper bits are meant")]
fn place(hash: &Hash, key: u64, shift: u32) -> u32 {
    (hash.of(key) >> shift) as u32
}

impl Default for PrefixMap {
    fn default() -> Self {
        let slots = vec![Slot::default(); FIRST_SLOTS].into_boxed_slice();
        let shift = 64 - FIRST_SLOTS.trailing_zeros();
        Self { slots, used: 0, shift, hash: Hash::new(), far: None }
    }
}

impl PrefixMap {
    /// Counts one packet under `key`.
    #[inline(always)]
    pub(super) fn add(&mut self, key: u64, octets: u64, wire_octets: u64) {
        self.reserve(1);
        if let Some(far) = &mut self.far {
            far.add(key, octets, wire_octets);
            return;
        }
        let place = self.asked().fetch(key);
        self.opened().add_at(place, key, octets, wire_octets);
    }

    /// To ask for slots, where they are near. What it says of itself then lies in
    /// registers: within a loop that counts elsewhere it would be read anew for each key.
    #[inline(always)]
    pub(super) fn asked(&self) -> Asked<'_> {
        Asked { slots: &self.slots, hash: self.hash, shift: self.shift }
    }

    /// To count in slots that are near.
    #[inline(always)]
    pub(super) fn opened(&mut self) -> Opened<'_> {
        Opened { slots: &mut self.slots, used: &mut self.used }
    }

    /// All keys, where there are so many that slots lie far.
    #[inline(always)]
    pub(super) fn far(&mut self) -> Option<&mut FarMap> {
        self.far.as_deref_mut()
    }

    /// Gives a key that was counted a mark.
    pub(super) fn mark(&mut self, key: u64, mark: u32) {
        if let Some(far) = &mut self.far {
            far.mark(key, mark);
            return;
        }
        let place = place(&self.hash, key, self.shift) as usize;
        let slot = &mut self.slots[find(&self.slots, place, key)];
        if !slot.is_free() {
            slot.mark = mark;
        }
    }

    /// Every mark with the cell of its key, in no order.
    pub(super) fn marks(&self) -> impl Iterator<Item = (u32, Cell)> + '_ {
        let near = self.slots.iter().filter(|slot| !slot.is_free());
        let near = near.map(|slot| (slot.mark, slot.cell()));
        near.chain(self.far.iter().flat_map(|far| far.marks()))
    }

    /// Makes room for so many new keys where slots are near: places stay where they
    /// are until then.
    #[inline(always)]
    pub(super) fn reserve(&mut self, keys: usize) {
        while self.far.is_none() && self.used + keys > self.most_keys() {
            self.grow();
        }
    }

    /// At most an eighth of a small map is full, and half of a larger one: most
    /// searches end at their first slot.
    #[inline(always)]
    fn most_keys(&self) -> usize {
        self.slots.len() / if self.slots.len() < SPARSE_SLOTS { 8 } else { 2 }
    }

    #[inline(never)]
    fn grow(&mut self) {
        let len = self.slots.len() * 2;
        let used = |slots: Box<[Slot]>| slots.into_iter().filter(|slot| !slot.is_free());
        if len == FAR_SLOTS {
            let near = std::mem::take(self);
            let keys = used(near.slots).map(|slot| (slot.key, slot.cell(), slot.mark));
            self.far = Some(Box::new(FarMap::new(near.used, keys, near.hash)));
            return;
        }
        let mut larger = cache::large_vec(len);
        larger.resize(len, Slot::default());
        let old = std::mem::replace(&mut self.slots, larger.into_boxed_slice());
        self.shift -= 1;
        for slot in used(old) {
            let place = place(&self.hash, slot.key, self.shift) as usize;
            let at = find(&self.slots, place, slot.key);
            self.slots[at] = slot;
        }
    }

    /// Gives the rows of all keys, in no order, and forgets them.
    pub(super) fn drain(&mut self) -> PrefixRows {
        let all = std::mem::take(self);
        match all.far {
            Some(far) => far.into_rows(),
            None => {
                let used = all.slots.into_iter().filter(|slot| !slot.is_free());
                used.map(|slot| slot.row()).collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn it_counts_as_an_ordered_map_does() {
        let (mut map, mut plain) = (PrefixMap::default(), BTreeMap::<u64, Cell>::new());
        let mut state = 1_u64;
        for round in 0..600_000_u64 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            // Few keys, many keys, keys that differ in the upper or lower bits alone.
            let key = match round % 4 {
                0 => state >> 61,
                1 => state >> 44,
                2 => (state >> 50) << 50,
                _ => 0,
            };
            map.add(key, round, 2 * round + 1);
            plain.entry(key).or_default().add(round, 2 * round + 1);
        }
        assert!(map.far.is_some(), "{} keys", plain.len());
        let drained: BTreeMap<u64, Cell> =
            map.drain().iter().map(|row| (row.high(), *row.cell())).collect();
        assert_eq!(drained, plain);
        assert!(map.drain().is_empty());
    }
}
