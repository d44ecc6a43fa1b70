//! The rows of a breakdown with automatic prefixes: all leaves that were counted,
//! cut to the same length for each family.
//!
//! Several tables make one: of the parts of a view, of several runs. They are cut
//! as far as the one that is cut the most, and further where together they have too
//! many keys; that gives what one table of all records would have
//! (`aggregate::keyed_table` says why).

use super::Breakdown;
use crate::model::{
    Dimension, IpVersion, Key, LeafLens, Prefix, PrefixLens, Tally, Value, shorter_level,
};
use std::collections::HashMap;

impl Breakdown {
    /// Cuts all leaves to the same lengths, and so far that no family has more than
    /// `most` keys. Without automatic prefixes nothing is changed.
    pub(super) fn settle_leaves(&mut self, most: usize) {
        let Some(longest) = self.longest_leaves() else { return };
        let mut lens = self.leaf_lens(longest);
        loop {
            self.cut(lens);
            let mut keys = [0_usize; 2];
            self.leaves().for_each(|leaf| keys[leaf.version().index()] += 1);
            let too_many =
                |version: &IpVersion| keys[version.index()] > most.max(1) && lens.len(*version) > 0;
            let Some(version) = IpVersion::ALL.into_iter().find(too_many) else { return };
            lens.shorten(version, shorter_level(lens.len(version)));
        }
    }

    /// The lengths of leaves that were asked for; `None` without automatic prefixes.
    #[must_use]
    pub fn longest_leaves(&self) -> Option<PrefixLens> {
        self.dimensions.iter().find_map(Dimension::leaves)
    }

    /// The lengths that leaves have, where they were cut: of a family without any,
    /// those that were asked for.
    #[must_use]
    pub fn leaf_lens(&self, longest: PrefixLens) -> LeafLens {
        let mut lens = LeafLens::from(longest);
        self.leaves().for_each(|leaf| lens.shorten(leaf.version(), leaf.len()));
        lens
    }

    /// One leaf of each row that has any: all of a row are of one family, and are
    /// cut alike.
    fn leaves(&self) -> impl Iterator<Item = Prefix> + '_ {
        let at = self.dimensions.iter().position(Dimension::is_auto);
        self.rows().filter_map(move |(key, _)| match key.values().get(at?)? {
            Value::Prefix(leaf) => Some(*leaf),
            _ => None,
        })
    }

    /// Cuts all leaves that are longer.
    fn cut(&mut self, lens: LeafLens) {
        if self.leaves().all(|leaf| leaf.len() <= lens.len(leaf.version())) {
            return;
        }
        let auto: Vec<bool> = self.dimensions.iter().map(Dimension::is_auto).collect();
        let mut rows: HashMap<Key, Tally> = HashMap::new();
        for (key, tally) in self.rows() {
            let cut = |half: &[Value]| -> Vec<Value> {
                half.iter().zip(&auto).map(|(value, auto)| cut(value, *auto, lens)).collect()
            };
            let halves: Vec<_> = key.values().chunks(auto.len().max(1)).map(cut).collect();
            let key = match <[Vec<Value>; 2]>::try_from(halves) {
                Ok([one, other]) => Key::of_ends(one, other),
                Err(halves) => halves.into_iter().flatten().collect(),
            };
            *rows.entry(key).or_default() += &tally;
        }
        let dimensions = std::mem::take(&mut self.dimensions);
        *self = Self::new(dimensions, self.view, rows.into_iter().collect());
    }
}

fn cut(value: &Value, auto: bool, lens: LeafLens) -> Value {
    match value {
        Value::Prefix(prefix) if auto => {
            let version = prefix.version();
            let len = prefix.len().min(lens.len(version));
            Value::Prefix(Prefix::new(version, prefix.address(), len))
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Count, View};
    use proptest::prelude::*;

    fn row(leaf: &str, other: &str, packets: u64) -> (Key, Tally) {
        let value = |text: &str| vec![Value::Prefix(text.parse().expect("a prefix"))];
        let count = Count { packets: packets.into(), ..Count::default() };
        let tally = Tally { v4: count, ..Tally::default() };
        (Key::of_ends(value(leaf), value(other)), tally)
    }

    fn table(rows: Vec<(Key, Tally)>) -> Breakdown {
        Breakdown::new(vec!["prefix=auto".parse().expect("a dimension")], View::Transport, rows)
    }

    #[test]
    fn tables_that_were_cut_differently_meet_at_the_shorter_length() {
        let mut all = table(vec![
            row("192.0.2.1/32", "192.0.2.9/32", 1),
            row("192.0.2.1/32", "192.0.2.20/32", 2),
            row("192.0.2.0/28", "192.0.2.16/28", 4),
            row("2001:db8::/64", "2001:db8:0:1::/64", 8),
        ]);
        all.settle_leaves(10);
        let want = [
            row("192.0.2.0/28", "192.0.2.0/28", 1),
            row("192.0.2.0/28", "192.0.2.16/28", 6),
            row("2001:db8::/64", "2001:db8:0:1::/64", 8),
        ];
        assert_eq!(all, table(want.to_vec()));
        let mut few = all.clone();
        few.settle_leaves(1);
        assert_eq!(
            few.row(0).map(|(key, tally)| (key.into_owned(), tally)),
            Some(row("192.0.2.0/24", "192.0.2.0/24", 7))
        );
        assert_eq!(few.len(), 2, "IPv6 has one key and is left as it is");
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

        /// However rows are spread over tables that are bounded by themselves.
        #[test]
        fn parts_make_the_whole(
            ends in proptest::collection::vec((0..400_u32, 0..400_u32, 0..4_usize), 1..200),
            most in 1..60_usize,
        ) {
            let leaf = |at: u32| format!("10.{}.{}.{}/32", at % 3, at / 7 % 5, at % 31);
            let rows: Vec<_> =
                ends.iter().map(|(a, b, _)| row(&leaf(*a), &leaf(*b), u64::from(a + b + 1))).collect();
            let mut whole = table(rows.clone());
            whole.settle_leaves(most);
            let mut merged = table(Vec::new());
            for part in (0..4).rev() {
                let own = rows.iter().zip(&ends).filter(|(_, (_, _, of))| *of == part);
                let mut own = table(own.map(|(row, _)| row.clone()).collect());
                own.settle_leaves(most);
                merged.merge(own);
                merged.settle_leaves(most);
            }
            prop_assert_eq!(merged, whole);
        }
    }
}
