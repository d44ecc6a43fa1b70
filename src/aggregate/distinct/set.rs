//! A set of which only the size is asked: exact while it is small, a sketch beyond.

use super::sketch::Sketch;
use foldhash::fast::RandomState;
use hashbrown::HashSet;

/// Values up to which a set is exact; one more makes it a sketch. It depends on the
/// size of the whole set alone: a part that has more is a sketch, and then so is
/// the whole.
pub const EXACT_UP_TO: usize = 1 << 16;

/// Distinct values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DistinctSet {
    /// The values themselves: at most [`EXACT_UP_TO`].
    Exact(HashSet<u128, RandomState>),
    /// What a sketch keeps of more.
    Sketch(Sketch),
}

impl Default for DistinctSet {
    fn default() -> Self {
        Self::Exact(HashSet::default())
    }
}

impl DistinctSet {
    /// Adds a value; false where it is known that it was there.
    #[inline]
    pub fn insert(&mut self, value: u128) -> bool {
        match self {
            Self::Exact(values) => {
                let is_new = values.insert(value);
                if values.len() > EXACT_UP_TO {
                    self.give_up();
                }
                is_new
            }
            Self::Sketch(sketch) => {
                sketch.add(value);
                true
            }
        }
    }

    #[cold]
    fn give_up(&mut self) {
        if let Self::Exact(values) = self {
            let mut sketch = Sketch::default();
            values.iter().for_each(|value| sketch.add(*value));
            *self = Self::Sketch(sketch);
        }
    }

    /// Adds the values of another set: in any order with the same result.
    pub fn merge(&mut self, other: &Self) {
        match other {
            Self::Exact(values) => values.iter().for_each(|value| {
                self.insert(*value);
            }),
            Self::Sketch(theirs) => {
                self.give_up();
                if let Self::Sketch(mine) = self {
                    mine.merge(theirs);
                }
            }
        }
    }

    /// How many distinct values there are: exactly, or an estimate.
    #[must_use]
    pub fn count(&self) -> u64 {
        match self {
            Self::Exact(values) => values.len() as u64,
            Self::Sketch(sketch) => sketch.estimate(),
        }
    }

    /// The relative standard error of the count: 0 where it is exact.
    #[must_use]
    pub fn standard_error(&self) -> f64 {
        match self {
            Self::Exact(_) => 0.0,
            Self::Sketch(_) => Sketch::standard_error(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn set(values: impl IntoIterator<Item = u128>) -> DistinctSet {
        let mut set = DistinctSet::default();
        values.into_iter().for_each(|value| {
            set.insert(value);
        });
        set
    }

    #[test]
    fn a_set_is_exact_to_the_last_value_that_it_holds() {
        let last = EXACT_UP_TO as u128;
        let mut exact = set((0..last).chain(0..last));
        assert_eq!((exact.count(), exact.standard_error()), (EXACT_UP_TO as u64, 0.0));
        exact.insert(last);
        assert!(matches!(exact, DistinctSet::Sketch(_)));
        assert_eq!(exact, set((0..=last).rev()));
        assert!((exact.count() as f64 / last as f64 - 1.0).abs() < 0.02);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

        /// Any split of any values in any order: the same set, byte for byte.
        #[test]
        fn splits_and_orders_never_matter(
            size in prop_oneof![0..2000_u128, 65_000..66_000_u128, 65_536..100_000_u128],
            parts in 1..7_usize,
            turn in 0..1000_usize,
            seed in any::<u64>(),
        ) {
            let values: Vec<u128> =
                (0..size).map(|at| (at ^ u128::from(seed)) << 64 | (at % 97)).collect();
            let whole = set(values.iter().copied());
            let mut sets = vec![DistinctSet::default(); parts];
            for (at, value) in values.iter().enumerate() {
                // Some values are in two parts.
                sets[(at * 31 + turn) % parts].insert(*value);
                sets[at % 5 % parts].insert(*value);
            }
            sets.rotate_left(turn % parts);
            let mut merged = DistinctSet::default();
            sets.iter().rev().for_each(|part| merged.merge(part));
            prop_assert_eq!(&merged, &whole);
            prop_assert_eq!(merged.count(), whole.count());
        }
    }
}
