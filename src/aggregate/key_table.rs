//! A hash table whose keys are as many words as its breakdown needs.

use foldhash::fast::RandomState;
use std::hash::BuildHasher;

/// Places of the index at first.
const FIRST_PLACES: usize = 64;

/// Values by key. All keys have the same number of words, which is known when the
/// table is made: they lie one behind the other, and so do the values, so that a
/// table of millions grows without moving more than it doubles.
///
/// The hash is seeded for each table: whoever writes the packets chooses the
/// keys.
#[derive(Clone, Debug)]
pub(super) struct KeyTable<T> {
    stride: usize,
    keys: Vec<u64>,
    values: Vec<T>,
    /// By hash: the number of the entry from 1, 0 where there is none. Open
    /// addressing with linear probing, at most half full.
    index: Box<[u32]>,
    /// 64 less the binary logarithm of the places.
    shift: u32,
    seed: u64,
    factor: u64,
    /// The entry that was looked up last: records come in runs.
    last: usize,
}

impl<T: Clone + Default> KeyTable<T> {
    /// An empty table for keys of `stride` words, at least one.
    pub(super) fn new(stride: usize) -> Self {
        let random = RandomState::default();
        Self {
            stride: stride.max(1),
            keys: Vec::new(),
            values: Vec::new(),
            index: vec![0; FIRST_PLACES].into(),
            shift: 64 - FIRST_PLACES.trailing_zeros(),
            seed: random.hash_one(0_u8),
            factor: random.hash_one(1_u8) | 1,
            last: 0,
        }
    }

    /// The value of a key: a new one where there is none.
    #[inline]
    pub(super) fn entry(&mut self, key: &[u64]) -> &mut T {
        if self.key(self.last).is_some_and(|last| is_same(last, key)) {
            return &mut self.values[self.last];
        }
        self.last = self.find(key);
        &mut self.values[self.last]
    }

    /// How many keys there are.
    pub(super) fn len(&self) -> usize {
        self.values.len()
    }

    /// Keys and values, in no order that means anything.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&[u64], &T)> + '_ {
        self.keys.chunks_exact(self.stride).zip(&self.values)
    }

    /// The key of an entry: the first has number 0.
    pub(super) fn key(&self, entry: usize) -> Option<&[u64]> {
        let at = entry * self.stride;
        self.keys.get(at..at + self.stride)
    }

    #[inline(never)]
    fn find(&mut self, key: &[u64]) -> usize {
        let mask = self.index.len() - 1;
        let mut place = self.place(key);
        loop {
            match self.index[place] {
                0 => break,
                entry => {
                    let entry = entry as usize - 1;
                    if self.key(entry).is_some_and(|known| is_same(known, key)) {
                        return entry;
                    }
                    place = (place + 1) & mask;
                }
            }
        }
        let entry = self.values.len();
        let number = u32::try_from(entry + 1).expect("memory ends before 2^32 keys do");
        self.keys.extend_from_slice(&key[..self.stride]);
        self.values.push(T::default());
        self.index[place] = number;
        if self.values.len() * 2 > self.index.len() {
            self.grow();
        }
        entry
    }

    fn grow(&mut self) {
        let places = self.index.len() * 2;
        self.shift -= 1;
        let mut index = vec![0; places].into_boxed_slice();
        for (number, key) in (1..).zip(self.keys.chunks_exact(self.stride)) {
            let mut place = self.place(key);
            while index[place] != 0 {
                place = (place + 1) & (places - 1);
            }
            index[place] = number;
        }
        self.index = index;
    }

    /// Where the search for a key begins: a folded product a word.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "both halves of the product are meant")]
    fn place(&self, key: &[u64]) -> usize {
        let mut hash = self.seed;
        for word in key {
            let product = u128::from(word ^ hash) * u128::from(self.factor);
            hash = (product as u64) ^ ((product >> 64) as u64);
        }
        (hash >> self.shift) as usize
    }
}

/// Whether two keys are the same. They are few words: to call the library for that
/// takes longer than to compare them.
#[inline(always)]
fn is_same(one: &[u64], other: &[u64]) -> bool {
    one.iter().zip(other).all(|(one, other)| one == other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn it_counts_as_an_ordered_map_does() {
        for stride in 1..4 {
            let (mut table, mut plain) = (KeyTable::<u64>::new(stride), BTreeMap::new());
            let mut state = 1_u64;
            for round in 0..100_000_u64 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let key = match round % 3 {
                    0 => [state >> 61, 0, 7],
                    1 => [0, state >> 50, 0],
                    _ => [0, 0, 0],
                };
                *table.entry(&key[..stride]) += round;
                *plain.entry(key[..stride].to_vec()).or_insert(0) += round;
            }
            assert_eq!(table.len(), plain.len());
            let all = table.iter().map(|(key, value)| (key.to_vec(), *value));
            assert_eq!(all.collect::<BTreeMap<_, _>>(), plain);
        }
    }
}
