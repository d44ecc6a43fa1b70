//! Counts by prefix over a whole run.

use super::PrefixRows;
use super::prefix::PrefixCells;
use crate::model::{Count, IpAddress, IpVersion, Tally};
use foldhash::fast::RandomState;
use hashbrown::HashMap;
use std::borrow::Cow;
use std::sync::Arc;

/// Rows that may lie behind those of different prefixes before they are sorted in, at
/// least.
const UNSORTED: usize = 1 << 20;

/// Why taking away cannot fail.
const ADDED_BEFORE: &str = "what is taken back was added before";

/// Counts by prefix. The family of a row is that of its address.
///
/// There may be millions. What workers drain is laid down as it comes, a row of
/// a quarter of a cache line for each prefix of up to 64 bits, and sorted once: a hash map
/// of full counts costs a miss of the cache for each row that goes in and one for
/// each that is read in order.
#[derive(Clone, Debug, Default)]
pub struct PrefixTotals {
    short: [ShortRows; 2],
    /// Longer prefixes, and counts that may be of any width.
    wide: [HashMap<IpAddress, Count, RandomState>; 2],
    /// Packets whose address was cut away.
    pub without_address: Tally,
}

/// Rows of prefixes of up to 64 bits, some of them several times.
#[derive(Clone, Debug, Default)]
struct ShortRows {
    /// Shared with the breakdowns that are made of them: there may be millions.
    rows: Arc<PrefixRows>,
    /// So many from the start are of different prefixes: of one worker, or sorted (or at
    /// least as many, where those of another came before them).
    distinct: usize,
    /// Whether they are not all sorted, each prefix once.
    is_unsettled: bool,
}

impl PrefixTotals {
    pub(super) fn add(&mut self, version: IpVersion, prefix: Option<IpAddress>, count: &Count) {
        let cell = match prefix {
            Some(prefix) => self.wide[version.index()].entry(prefix).or_default(),
            None => &mut self.without_address[version],
        };
        *cell += count;
    }

    /// Takes over what a worker has counted.
    pub(super) fn take(&mut self, cells: &mut PrefixCells) {
        for version in IpVersion::ALL {
            let drained = cells.drain_short(version);
            self.short[version.index()].append(drained, &mut self.wide[version.index()]);
        }
        cells.drain_rest(|version, prefix, cell| self.add(version, prefix, &cell.count()));
    }

    /// The rows, in the order of their prefixes, IPv4 first. None is zero.
    pub fn rows(&self) -> impl Iterator<Item = (IpVersion, IpAddress, Count)> + '_ {
        IpVersion::ALL.into_iter().flat_map(move |version| {
            let rows = self.rows_of(version);
            let rows = (0..rows.len()).filter_map(move |at| rows.get(at));
            rows.map(move |(prefix, count)| (version, prefix, count))
        })
    }

    /// How many rows there are at most.
    pub(crate) fn len_at_most(&self) -> usize {
        let short = self.short.iter().map(|short| short.rows.len()).sum::<usize>();
        short + self.wide.iter().map(HashMap::len).sum::<usize>()
    }

    /// The rows of a family, sorted, each prefix once; `None` where they are not all
    /// small and [settled](super::Totals::settle).
    pub(crate) fn small_rows(&self, version: IpVersion) -> Option<&Arc<PrefixRows>> {
        let short = &self.short[version.index()];
        (!short.is_unsettled && self.wide[version.index()].is_empty()).then_some(&short.rows)
    }

    fn rows_of(&self, version: IpVersion) -> Rows<'_> {
        let (short, wide) = (&self.short[version.index()], &self.wide[version.index()]);
        let mut beyond = HashMap::default();
        let short = if !short.is_unsettled {
            Cow::Borrowed(&*short.rows)
        } else {
            let mut short = short.clone();
            short.sort(&mut beyond, 1);
            Cow::Owned(Arc::unwrap_or_clone(short.rows))
        };
        if wide.is_empty() && beyond.is_empty() {
            return Rows::Short(short);
        }
        let short = short.iter().map(|row| (row.prefix(), row.count()));
        let wide = wide.iter().chain(&beyond).map(|(prefix, count)| (*prefix, *count));
        let mut all: Vec<_> = short.chain(wide).collect();
        all.sort_unstable_by_key(|(prefix, _)| *prefix);
        all.dedup_by(|later, kept| {
            let same = later.0 == kept.0;
            if same {
                kept.1 += &later.1;
            }
            same
        });
        Rows::Wide(all)
    }

    pub(super) fn merge(&mut self, other: Self) {
        for (at, theirs) in other.short.into_iter().enumerate() {
            if self.short[at].rows.is_empty() {
                self.short[at] = theirs;
            } else {
                self.short[at].append(Arc::unwrap_or_clone(theirs.rows), &mut self.wide[at]);
            }
        }
        for (mine, theirs) in self.wide.iter_mut().zip(other.wide) {
            if mine.is_empty() {
                *mine = theirs;
                continue;
            }
            for (prefix, count) in theirs {
                *mine.entry(prefix).or_default() += &count;
            }
        }
        self.without_address += &other.without_address;
    }

    /// Sorts what was laid down, so that [`Self::rows`] need not, by so many threads at
    /// most.
    pub(super) fn settle(&mut self, threads: usize) {
        for (short, wide) in self.short.iter_mut().zip(&mut self.wide) {
            short.sort(wide, threads);
        }
    }

    /// # Panics
    /// When more is taken than there is.
    pub(super) fn retract(&mut self, wrong: &Self) {
        for version in IpVersion::ALL {
            let wrong = wrong.rows_of(version);
            let (short, wide) = (&mut self.short[version.index()], &mut self.wide[version.index()]);
            short.sort(wide, 1);
            for (prefix, count) in (0..wrong.len()).filter_map(|at| wrong.get(at)) {
                short.retract(prefix, count, wide);
            }
            Arc::make_mut(&mut short.rows).forget_free();
            short.distinct = short.rows.len();
        }
        self.without_address.retract(&wrong.without_address);
    }
}

/// The rows of one family, sorted, each prefix once.
enum Rows<'a> {
    Short(Cow<'a, PrefixRows>),
    Wide(Vec<(IpAddress, Count)>),
}

impl Rows<'_> {
    fn len(&self) -> usize {
        match self {
            Self::Short(rows) => rows.len(),
            Self::Wide(rows) => rows.len(),
        }
    }

    #[inline]
    fn get(&self, at: usize) -> Option<(IpAddress, Count)> {
        match self {
            Self::Short(rows) => rows.get(at).map(|row| (row.prefix(), row.count())),
            Self::Wide(rows) => rows.get(at).copied(),
        }
    }
}

impl ShortRows {
    /// Lays down rows of different prefixes. They are sorted in where they have become
    /// many, so that there are never more than a few times as many rows as prefixes.
    fn append(&mut self, rows: PrefixRows, wide: &mut HashMap<IpAddress, Count, RandomState>) {
        if rows.is_empty() {
            return;
        }
        Arc::make_mut(&mut self.rows).append(rows);
        if self.distinct == 0 {
            self.distinct = self.rows.len();
        }
        self.is_unsettled = true;
        if self.rows.len() - self.distinct > 2 * self.distinct.max(UNSORTED) {
            self.sort(wide, 1);
        }
    }

    /// Sorts all rows and adds those of a prefix up; a sum that 64 bits do not hold
    /// goes to `wide`.
    fn sort(&mut self, wide: &mut HashMap<IpAddress, Count, RandomState>, threads: usize) {
        if !self.is_unsettled {
            return;
        }
        let rows = Arc::make_mut(&mut self.rows);
        rows.sort(threads);
        // Those of one worker have nothing to be added up.
        if self.distinct < rows.len() {
            rows.add_up(|row| *wide.entry(row.prefix()).or_default() += &row.count());
        }
        self.distinct = self.rows.len();
        self.is_unsettled = false;
    }

    /// Takes a count away, from here and from `wide`. All rows are sorted.
    fn retract(
        &mut self,
        prefix: IpAddress,
        wrong: Count,
        wide: &mut HashMap<IpAddress, Count, RandomState>,
    ) {
        if let Some(at) = self.rows.place(prefix) {
            let is_taken = Arc::make_mut(&mut self.rows).change(at, |row| {
                let is_taken = row.retract(&wrong);
                if !is_taken {
                    // The rest of it is of full width.
                    *wide.entry(prefix).or_default() += &row.count();
                    row.clear();
                }
                is_taken
            });
            if is_taken {
                return;
            }
        }
        let kept = wide.get_mut(&prefix).expect(ADDED_BEFORE);
        kept.retract(&wrong);
        if kept.is_zero() {
            wide.remove(&prefix);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::PrefixRow;
    use super::super::cell::Cell;
    use super::*;
    use crate::model::{PrefixLens, Side};
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    type Plain = BTreeMap<(IpVersion, IpAddress), Count>;

    fn cells() -> PrefixCells {
        PrefixCells::new(PrefixLens::default(), Side::Source)
    }

    fn rows(totals: &PrefixTotals) -> Vec<((IpVersion, IpAddress), Count)> {
        totals.rows().map(|(version, prefix, count)| ((version, prefix), count)).collect()
    }

    fn short(high: u64, packets: u64, octets: u64) -> PrefixRow {
        PrefixRow::of(high, Cell::of(packets, octets, octets))
    }

    /// Lays rows down as a worker does.
    fn lay(totals: &mut PrefixTotals, version: IpVersion, rows: &[PrefixRow]) {
        let at = version.index();
        totals.short[at].append(rows.iter().copied().collect(), &mut totals.wide[at]);
    }

    proptest! {
        /// Whatever is laid down, added, merged, settled and taken away, and in
        /// whatever order: the rows are those of an ordered map.
        #[test]
        fn they_count_as_an_ordered_map_does(
            parts in prop::collection::vec(
                (prop::collection::vec((any::<bool>(), 0_u64..12, 1_u64..5), 0..30), any::<bool>(), any::<bool>()),
                1..6,
            ),
            octets in prop::sample::select(vec![40, 1 << 23, u64::MAX / 8]),
        ) {
            let (mut totals, mut plain, mut wrong) = (PrefixTotals::default(), Plain::new(), None);
            for (entries, as_flows, is_wrong) in parts {
                let mut part = PrefixTotals::default();
                for (six, high, packets) in &entries {
                    let version = if *six { IpVersion::V6 } else { IpVersion::V4 };
                    let row = short(high << 40, *packets, packets * octets);
                    let count = row.count();
                    if !is_wrong {
                        *plain.entry((version, row.prefix())).or_default() += &count;
                    }
                    if as_flows {
                        part.add(version, Some(row.prefix()), &count);
                    } else {
                        lay(&mut part, version, &[row]);
                    }
                }
                if is_wrong {
                    wrong.get_or_insert_with(PrefixTotals::default).merge(part.clone());
                } else if as_flows {
                    part.settle(1);
                }
                totals.merge(part);
            }
            if let Some(wrong) = wrong {
                totals.retract(&wrong);
            }
            let expected: Vec<_> = plain.into_iter().collect();
            prop_assert_eq!(rows(&totals), expected.clone());
            totals.settle(2);
            prop_assert_eq!(rows(&totals), expected);
        }
    }

    /// Where a sum did not fit in 64 bits, what is taken back may have as many
    /// packets as the part that did, but other octets.
    #[test]
    fn what_is_taken_back_from_a_sum_of_full_width_leaves_the_rest() {
        let octets = u64::MAX / 2;
        let mut totals = PrefixTotals::default();
        lay(&mut totals, IpVersion::V6, &[short(7, 2, octets)]);
        lay(&mut totals, IpVersion::V6, &[short(7, 1, octets)]);
        let mut wrong = PrefixTotals::default();
        lay(&mut wrong, IpVersion::V6, &[short(7, 3, octets)]);
        totals.merge(wrong.clone());
        totals.retract(&wrong);
        let left: Vec<_> = totals.rows().map(|(_, _, count)| count).collect();
        let expected = Cell::of(3, 2 * octets, 2 * octets).count();
        assert_eq!(left, [expected]);
    }

    #[test]
    fn many_rows_of_few_prefixes_are_sorted_in_on_the_way() {
        let mut totals = PrefixTotals::default();
        let seven: Vec<_> = (0..7).map(|high| short(high, 1, 40)).collect();
        let lots = (2 * UNSORTED / 7) as u64 + 2;
        for _ in 0..lots {
            lay(&mut totals, IpVersion::V6, &seven);
        }
        assert_eq!(totals.len_at_most(), 7);
        let packets: u128 = totals.rows().map(|(_, _, count)| count.packets).sum();
        assert_eq!(packets, 7 * u128::from(lots));
        totals.take(&mut cells());
        assert_eq!(totals.rows().count(), 7);
    }
}
