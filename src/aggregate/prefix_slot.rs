//! The slots of a map of prefixes that is near, and where searches begin in either.

use super::PrefixRow;
use super::cell::Cell;
use foldhash::fast::RandomState;
use std::hash::BuildHasher;

/// One prefix and what was counted under it, on one cache line with at most one
/// other.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C, align(32))]
pub(super) struct Slot {
    pub(super) key: u64,
    // Neighbours, so that both sums may be added at once.
    octets: u64,
    wire_octets: u64,
    /// Tables are drained after 2^30 packets.
    packets: u32,
    pub(super) mark: u32,
}

impl Slot {
    #[inline(always)]
    pub(super) fn add(&mut self, octets: u64, wire_octets: u64) {
        self.packets += 1;
        self.octets += octets;
        self.wire_octets += wire_octets;
    }

    /// Nothing was counted under it: what is looked up is counted at once.
    #[inline(always)]
    pub(super) fn is_free(&self) -> bool {
        self.packets == 0
    }

    #[inline(always)]
    pub(super) fn is_for(&self, key: u64) -> bool {
        self.is_free() || self.key == key
    }

    /// Counts a packet of a key in its slot, or in one that is free; says whether it was.
    #[inline(always)]
    pub(super) fn count(&mut self, (key, octets, wire_octets): (u64, u64, u64)) -> bool {
        let is_new = self.is_free();
        if is_new {
            *self = Self { key, ..Self::default() };
        }
        self.add(octets, wire_octets);
        is_new
    }

    /// What was counted.
    pub(super) fn cell(&self) -> Cell {
        Cell::of(self.packets.into(), self.octets, self.wire_octets)
    }

    /// The same with its prefix.
    pub(super) fn row(&self) -> PrefixRow {
        PrefixRow::of(self.key, self.cell())
    }
}

/// Where the search for a key begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hash {
    /// Drawn for each map: whoever writes the packets chooses the keys.
    seed: u64,
    factors: [u64; 2],
}

impl Hash {
    /// One that was never used before.
    pub(super) fn new() -> Self {
        let random = RandomState::default();
        let factors = [1_u8, 2].map(|which| random.hash_one(which) | 1);
        Self { seed: random.hash_one(0_u8), factors }
    }

    /// A number that is another for each map, of which the upper bits are the place.
    ///
    /// A product, of which the upper half is folded into the lower one, multiplied once
    /// more: the upper bits of one product follow those of the key, which the prefixes
    /// of one provider share. No product is wider than 64 bits, so that several keys
    /// are hashed at once.
    #[inline(always)]
    pub(super) fn of(&self, key: u64) -> u64 {
        let product = (key ^ self.seed).wrapping_mul(self.factors[0]);
        (product ^ product >> 32).wrapping_mul(self.factors[1])
    }
}

/// The slot of a key, or the free one where it would be, among a power of two of slots:
/// both of a cache line, then those of the next one, and of others ever farther away,
/// each once. Line by line, full ones would run together: at three quarters a search
/// would look at nine slots, and at four like this.
#[inline(always)]
pub(super) fn find(slots: &[Slot], mut place: usize, key: u64) -> usize {
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
