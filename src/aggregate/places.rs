//! Places of values of which there may be many.

use foldhash::fast::RandomState;
use hashbrown::HashMap;

/// Values that are told without a look into the table, a power of two.
const RECENT: usize = 1024;

/// The places of the values that were met, by their codes, in the order in which they
/// came. That of what is unknown, whose code is 0, is the first.
#[derive(Clone, Debug)]
pub(super) struct Places {
    codes: Vec<u64>,
    places: HashMap<u64, usize, RandomState>,
    /// Codes and their places, by a hash of the code: most packets are of few values.
    recent: Box<[(u64, usize); RECENT]>,
}

impl Default for Places {
    fn default() -> Self {
        Self {
            codes: vec![0],
            places: std::iter::once((0, 0)).collect(),
            recent: Box::new([(0, 0); RECENT]),
        }
    }
}

impl Places {
    /// The place of a code.
    #[inline(always)]
    pub(super) fn of(&mut self, code: u64) -> usize {
        let at = (code.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 54) as usize % RECENT;
        let (recent, place) = self.recent[at];
        if recent == code { place } else { self.search(code, at) }
    }

    #[inline(never)]
    fn search(&mut self, code: u64, at: usize) -> usize {
        let next = self.codes.len();
        let place = *self.places.entry(code).or_insert(next);
        if place == next {
            self.codes.push(code);
        }
        self.recent[at] = (code, place);
        place
    }

    /// The code at a place.
    pub(super) fn code(&self, place: usize) -> u64 {
        self.codes.get(place).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_code_has_one_place_of_its_own(
            codes in prop::collection::vec(prop_oneof![0..2000_u64, any::<u64>()], 0..4000),
        ) {
            let mut places = Places::default();
            let given: Vec<_> = codes.iter().map(|code| places.of(*code)).collect();
            prop_assert_eq!(places.of(0), 0);
            for (code, place) in codes.iter().zip(given) {
                prop_assert_eq!(places.code(place), *code);
                prop_assert_eq!(places.of(*code), place);
            }
        }
    }
}
