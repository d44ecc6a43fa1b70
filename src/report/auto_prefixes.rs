//! Automatic prefixes: which prefixes become rows, and what each row holds.
//!
//! Hierarchical heavy hitters (Cormode et al. 2003, "Finding hierarchical heavy
//! hitters in data streams"; the idea of aguri, Cho et al. 2001), found exactly from
//! all leaves. From the longest prefixes to the shortest: what carries enough,
//! without the traffic of the rows found before, becomes a row; what does not is
//! left to the next shorter prefix, whose length is a multiple of four. What is
//! left at the end is one row, `others`. So each end of a packet is in exactly one
//! row: that of the longest prefix found that holds it.
//!
//! By both ends a packet counts in the row of each, once where they are the same,
//! while prefixes are looked for as well as in the rows.

use crate::model::{
    AutoShare, IpVersion, Key, LeafLens, Measure, Prefix, Tally, Value, shorter_level,
};
use crate::report::share::both;
use crate::summary::Breakdown;
use std::collections::HashMap;

/// What is enough.
#[derive(Clone, Copy, Debug)]
pub(super) struct Enough {
    pub(super) share: AutoShare,
    pub(super) measure: Measure,
    /// All traffic of the profile, by the measure.
    pub(super) whole: u128,
}

impl Enough {
    fn reached_by(&self, part: u128) -> bool {
        self.share.reached_by(part, self.whole)
    }
}

/// The rows of a breakdown with automatic prefixes; of several in one key, each is
/// found by itself, over all other values.
pub(super) fn evaluate(table: &Breakdown, enough: Enough) -> Breakdown {
    let width = table.dimensions.len();
    let automatic: Vec<_> = (0..width).filter(|at| table.dimensions[*at].is_auto()).collect();
    let found: Vec<_> = automatic
        .iter()
        .map(|at| (*at, Leaves::of(table, *at, enough.measure).find(enough)))
        .collect();
    let mut rows: HashMap<Key, Tally> = HashMap::new();
    for (key, tally) in table.rows() {
        let row = |values: &[Value]| -> Key {
            let mut values = values.to_vec();
            for (at, rows) in &found {
                if let Value::Prefix(leaf) = &values[*at] {
                    values[*at] = rows.get(leaf).map_or(Value::Others, |row| Value::Prefix(*row));
                }
            }
            values.into_iter().collect()
        };
        let (one, other) = key.values().split_at(width);
        let one = row(one);
        if !other.is_empty() {
            let other = row(other);
            if other != one {
                *rows.entry(other).or_default() += &tally;
            }
        }
        *rows.entry(one).or_default() += &tally;
    }
    Breakdown::new(table.dimensions.clone(), table.view, rows.into_iter().collect())
}

/// The leaves at one place of the keys, and the traffic of them.
struct Leaves {
    /// Sorted, each once: those of one prefix stand side by side.
    leaves: Vec<Prefix>,
    /// What each carries and no row has yet, packets of two ends under both.
    left: Vec<u128>,
    /// Packets of two ends: the places of both, and the traffic.
    pairs: Vec<(usize, usize, u128)>,
}

impl Leaves {
    fn of(table: &Breakdown, at: usize, measure: Measure) -> Self {
        let width = table.dimensions.len();
        let leaf = |value: Option<&Value>| match value {
            Some(Value::Prefix(prefix)) => Some(*prefix),
            _ => None,
        };
        let ends = |key: &Key| {
            let values = key.values();
            let (one, other) = (leaf(values.get(at)), leaf(values.get(width + at)));
            (one, other.filter(|other| Some(*other) != one))
        };
        let all = table.rows().map(|(key, tally)| (ends(&key), both(&tally, measure)));
        let mut leaves: Vec<_> =
            all.clone().flat_map(|((one, other), _)| one.into_iter().chain(other)).collect();
        leaves.sort_unstable();
        leaves.dedup();
        let place = |leaf: Option<Prefix>| leaf.and_then(|leaf| leaves.binary_search(&leaf).ok());
        let (mut left, mut pairs) = (vec![0_u128; leaves.len()], HashMap::new());
        for ((one, other), traffic) in all {
            let (one, other) = (place(one), place(other));
            for at in one.into_iter().chain(other) {
                left[at] = left[at].saturating_add(traffic);
            }
            if let (Some(one), Some(other)) = (one, other) {
                let sum: &mut u128 = pairs.entry((one.min(other), one.max(other))).or_default();
                *sum = sum.saturating_add(traffic);
            }
        }
        let pairs = pairs.into_iter().map(|((one, other), traffic)| (one, other, traffic));
        Self { pairs: pairs.collect(), leaves, left }
    }

    /// The row of each leaf that is in one.
    fn find(mut self, enough: Enough) -> HashMap<Prefix, Prefix> {
        let mut rows: Vec<Option<Prefix>> = vec![None; self.leaves.len()];
        for version in IpVersion::ALL {
            for len in self.levels(version) {
                self.join_pairs(version, len, &rows);
                self.find_of(version, len, enough, &mut rows);
            }
        }
        let found = self.leaves.iter().zip(rows);
        found.filter_map(|(leaf, row)| Some((*leaf, row?))).collect()
    }

    /// The lengths that rows may have, the longest first: those of the leaves, and
    /// the levels below them.
    fn levels(&self, version: IpVersion) -> Vec<u8> {
        let mut lens: Vec<u8> = self
            .leaves
            .iter()
            .filter(|leaf| leaf.version() == version)
            .map(|leaf| leaf.len())
            .collect();
        lens.sort_unstable();
        lens.dedup();
        let longest = lens.last().copied().unwrap_or(0);
        lens.extend(std::iter::successors(Some(shorter_level(longest)), |len| {
            (*len > 0).then(|| shorter_level(*len))
        }));
        lens.sort_unstable_by(|a, b| b.cmp(a));
        lens.dedup();
        lens.retain(|len| *len > 0);
        lens
    }

    /// Where both ends of packets come into one prefix of this length and are in no
    /// row yet, they are one from now on.
    fn join_pairs(&mut self, version: IpVersion, len: u8, rows: &[Option<Prefix>]) {
        let (leaves, left) = (&self.leaves, &mut self.left);
        self.pairs.retain(|(one, other, traffic)| {
            let prefix = |at: usize| {
                let leaf = leaves[at];
                (leaf.len() >= len).then(|| Prefix::new(version, leaf.address(), len))
            };
            let is_of_family = leaves[*one].version() == version;
            let meet = is_of_family && prefix(*one).is_some() && prefix(*one) == prefix(*other);
            if meet && rows[*one].is_none() && rows[*other].is_none() {
                left[*one] = left[*one].saturating_sub(*traffic);
            }
            !meet
        });
    }

    /// Makes rows of the prefixes of this length that carry enough.
    fn find_of(
        &mut self,
        version: IpVersion,
        len: u8,
        enough: Enough,
        rows: &mut [Option<Prefix>],
    ) {
        let (mut start, all) = (0, self.leaves.len());
        while start < all {
            let leaf = self.leaves[start];
            if leaf.version() != version || leaf.len() < len {
                start += 1;
                continue;
            }
            let prefix = Prefix::new(version, leaf.address(), len);
            let is_inside = |leaf: &Prefix| prefix.covers(*leaf);
            let inside = self.leaves[start..].iter().take_while(|leaf| is_inside(leaf)).count();
            let end = start + inside.max(1);
            let free = |at: &usize| rows[*at].is_none();
            let sum = (start..end)
                .filter(free)
                .fold(0, |sum: u128, at| sum.saturating_add(self.left[at]));
            if enough.reached_by(sum) {
                rows[start..end].iter_mut().for_each(|row| {
                    row.get_or_insert(prefix);
                });
            }
            start = end;
        }
    }
}

/// How the rows of a breakdown were found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Automatic {
    pub(super) share: AutoShare,
    /// The longest prefixes that were to be told apart.
    pub(super) asked: LeafLens,
    /// Those that were: shorter where there were too many keys.
    pub(super) counted: LeafLens,
}

impl Automatic {
    /// Of this breakdown; `None` where no prefix is automatic.
    pub(super) fn of(table: &Breakdown, share: AutoShare) -> Option<Self> {
        let longest = table.longest_leaves()?;
        Some(Self { share, asked: longest.into(), counted: table.leaf_lens(longest) })
    }

    /// Whether memory did not suffice for the longest prefixes.
    pub(super) fn is_bounded(self) -> bool {
        self.counted != self.asked
    }
}

#[cfg(test)]
#[path = "auto_prefixes_tests.rs"]
mod tests;
