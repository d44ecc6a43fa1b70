//! A hash map from a prefix of up to 64 bits to a cell, for the hot path.
//!
//! Open addressing where a search goes from line to line: key and cell share one
//! slot of half a cache line, so a packet of a known prefix touches one line. A
//! general map looks into a line of control bytes first, and its code is inlined once for
//! each family and each end of a packet; with this one a run took a fifth less
//! time (20,000 prefixes, snap length 96).

use super::cell::Cell;
use crate::cache;
use foldhash::fast::RandomState;
use std::hash::BuildHasher;

/// Slots at first: as much as the first level of cache holds with room to spare.
const FIRST_SLOTS: usize = 256;

/// Slots up to which a map is sparse: 2 MiB, of which half of the lines are written at
/// most, so that those of both families lie in the second level of cache, or near it.
/// With half as many slots a run takes a twentieth more: more searches go on behind
/// their first slot, and each of these is guessed wrong.
const SPARSE_SLOTS: usize = 1 << 16;

/// Slots from which a map is dense: 32 MiB, more than a core's share of the caches.
const DENSE_SLOTS: usize = 1 << 20;

/// Slots from which a map lies in memory or far from the core: 8 MiB.
const FAR_SLOTS: usize = 1 << 18;

/// One prefix and what was counted under it, on one cache line with at most one
/// other.
#[derive(Clone, Copy, Debug, Default)]
#[repr(align(32))]
struct Slot {
    key: u64,
    // Neighbours, so that both sums may be added at once.
    octets: u64,
    wire_octets: u64,
    /// Tables are drained after 2^30 packets.
    packets: u32,
    mark: u32,
}

impl Slot {
    #[inline(always)]
    fn add(&mut self, octets: u64, wire_octets: u64) {
        self.packets += 1;
        self.octets += octets;
        self.wire_octets += wire_octets;
    }

    /// Nothing was counted under it: what is looked up is counted at once.
    #[inline(always)]
    fn is_free(&self) -> bool {
        self.packets == 0
    }

    #[inline(always)]
    fn is_for(&self, key: u64) -> bool {
        self.is_free() || self.key == key
    }

    fn cell(&self) -> Cell {
        Cell::of(self.packets.into(), self.octets, self.wire_octets)
    }
}

/// Cells by key, each with a mark: a number that its user may give it, 0 before.
#[derive(Clone, Debug)]
pub(super) struct PrefixMap {
    slots: Box<[Slot]>,
    used: usize,
    hash: Hash,
}

/// Where the search for a key begins.
#[derive(Clone, Copy, Debug)]
struct Hash {
    /// 64 less the binary logarithm of the number of slots.
    shift: u32,
    /// Drawn for each map: whoever writes the packets chooses the keys.
    seed: u64,
    factors: [u64; 2],
}

impl Hash {
    /// The slot where the search for a key begins.
    ///
    /// A folded product, as foldhash makes it, multiplied once more: the upper bits
    /// of a folded product follow those of the key, which the prefixes of one
    /// provider share. Without it one seed in ten made searches of 20 slots.
    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "halves and upper bits are meant")]
    fn place(&self, key: u64) -> u32 {
        let product = u128::from(key ^ self.seed) * u128::from(self.factors[0]);
        let folded = (product as u64) ^ ((product >> 64) as u64);
        (folded.wrapping_mul(self.factors[1]) >> self.shift) as u32
    }
}

/// A map of which the slots of a batch of keys are asked for.
#[derive(Clone, Copy)]
pub(super) struct Asked<'m> {
    slots: &'m [Slot],
    hash: Hash,
}

impl Asked<'_> {
    /// The place of a key that will be counted soon; its slot is asked for.
    #[inline(always)]
    pub(super) fn fetch(self, key: u64) -> u32 {
        let place = self.hash.place(key);
        cache::fetch(&self.slots[place as usize]);
        place
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

    /// Whether slots lie so far that each that is looked into is waited for.
    #[inline(always)]
    pub(super) fn is_far(&self) -> bool {
        self.slots.len() >= FAR_SLOTS
    }

    /// The same as [`Self::add_at`] for a map that is far; `None`, and nothing is counted,
    /// where the search goes on in other lines: the next two are asked for, and
    /// [`Self::add_behind`] is to be called when they have come.
    #[inline(always)]
    pub(super) fn add_first(
        &mut self,
        place: u32,
        key: u64,
        octets: u64,
        wire_octets: u64,
    ) -> Option<u32> {
        let place = place as usize;
        let line = [place, place ^ 1];
        let found = line.into_iter().find(|at| self.slots[*at].is_for(key));
        let Some(at) = found else {
            let last = self.slots.len() - 1;
            cache::fetch(&self.slots[(place + 2) & last]);
            cache::fetch(&self.slots[(place + 6) & last]);
            return None;
        };
        Some(add_found(self.slots, self.used, at, (key, octets, wire_octets)))
    }

    /// Counts what [`Self::add_first`] did not.
    #[inline(always)]
    pub(super) fn add_behind(
        &mut self,
        place: u32,
        key: u64,
        octets: u64,
        wire_octets: u64,
    ) -> u32 {
        add_probing(self.slots, self.used, place, (key, octets, wire_octets))
    }
}

/// Goes on where the first slot is another's, or free.
#[inline(never)]
fn add_probing(slots: &mut [Slot], used: &mut usize, place: u32, counted: (u64, u64, u64)) -> u32 {
    let at = find(slots, place as usize, counted.0);
    add_found(slots, used, at, counted)
}

/// Counts in the slot of a key or in one that is free.
#[inline(always)]
fn add_found(
    slots: &mut [Slot],
    used: &mut usize,
    at: usize,
    (key, octets, wire_octets): (u64, u64, u64),
) -> u32 {
    let slot = &mut slots[at];
    if slot.is_free() {
        *slot = Slot { key, ..Slot::default() };
        *used += 1;
    }
    slot.add(octets, wire_octets);
    slot.mark
}

/// The slot of a key, or the free one where it would be: both of a cache line, then
/// those of the next one, and of others ever farther away. Line by line, full ones
/// would run together: at three quarters a search would look at nine slots, and at
/// four like this.
#[inline(always)]
fn find(slots: &[Slot], mut place: usize, key: u64) -> usize {
    let (last, mut step) = (slots.len() - 1, 0);
    loop {
        for at in [place, place ^ 1] {
            if slots[at].is_for(key) {
                return at;
            }
        }
        step += 2;
        place = (place + step) & last;
    }
}

impl Default for PrefixMap {
    fn default() -> Self {
        let random = RandomState::default();
        let seed = random.hash_one(0_u8);
        let factors = [1_u8, 2].map(|which| random.hash_one(which) | 1);
        let slots = vec![Slot::default(); FIRST_SLOTS].into_boxed_slice();
        let shift = 64 - FIRST_SLOTS.trailing_zeros();
        Self { slots, used: 0, hash: Hash { shift, seed, factors } }
    }
}

impl PrefixMap {
    /// Counts one packet under `key`.
    #[inline(always)]
    pub(super) fn add(&mut self, key: u64, octets: u64, wire_octets: u64) {
        self.reserve(1);
        let place = self.hash.place(key);
        self.opened().add_at(place, key, octets, wire_octets);
    }

    /// To ask for slots. What it says of itself then lies in registers: within a loop
    /// that counts elsewhere it would be read anew for each key.
    #[inline(always)]
    pub(super) fn asked(&self) -> Asked<'_> {
        Asked { slots: &self.slots, hash: self.hash }
    }

    /// To count in slots.
    #[inline(always)]
    pub(super) fn opened(&mut self) -> Opened<'_> {
        Opened { slots: &mut self.slots, used: &mut self.used }
    }

    /// Gives a key that was counted a mark.
    pub(super) fn mark(&mut self, key: u64, mark: u32) {
        let at = find(&self.slots, self.hash.place(key) as usize, key);
        if !self.slots[at].is_free() {
            self.slots[at].mark = mark;
        }
    }

    /// Every mark with the cell of its key, in no order.
    pub(super) fn marks(&self) -> impl Iterator<Item = (u32, Cell)> + '_ {
        let used = self.slots.iter().filter(|slot| !slot.is_free());
        used.map(|slot| (slot.mark, slot.cell()))
    }

    /// Makes room for so many new keys: places stay where they are until then.
    #[inline(always)]
    pub(super) fn reserve(&mut self, keys: usize) {
        while self.used + keys > self.most_keys() {
            self.grow();
        }
    }

    /// At most a quarter of a small map is full, and half of a larger one: most
    /// searches end at their first slot. Of one that lies in memory the lines that
    /// are written for the first time cost more than searches.
    #[inline(always)]
    fn most_keys(&self) -> usize {
        match self.slots.len() {
            slots @ ..SPARSE_SLOTS => slots / 4,
            slots @ ..DENSE_SLOTS => slots / 2,
            slots => slots / 4 * 3,
        }
    }

    fn grow(&mut self) {
        let len = self.slots.len() * 2;
        let mut larger = cache::large_vec(len);
        larger.resize(len, Slot::default());
        let old = std::mem::replace(&mut self.slots, larger.into_boxed_slice());
        self.hash.shift -= 1;
        for slot in old.iter().filter(|slot| !slot.is_free()) {
            let at = find(&self.slots, self.hash.place(slot.key) as usize, slot.key);
            self.slots[at] = *slot;
        }
    }

    /// How many keys there are.
    pub(super) fn len(&self) -> usize {
        self.used
    }

    /// Gives every key with its cell, in no order, and forgets them.
    pub(super) fn drain(&mut self) -> impl Iterator<Item = (u64, Cell)> + use<> {
        let all = std::mem::take(self);
        all.slots.into_iter().filter(|slot| !slot.is_free()).map(|slot| (slot.key, slot.cell()))
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
        for round in 0..200_000_u64 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            // Few keys, many keys, keys that differ in the upper or lower bits alone.
            let key = match round % 4 {
                0 => state >> 61,
                1 => state >> 48,
                2 => (state >> 50) << 50,
                _ => 0,
            };
            map.add(key, round, 2 * round + 1);
            plain.entry(key).or_default().add(round, 2 * round + 1);
        }
        let drained: BTreeMap<u64, Cell> = map.drain().collect();
        assert_eq!(drained, plain);
        assert_eq!(map.drain().count(), 0);
    }
}
