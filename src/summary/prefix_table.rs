//! The rows of a breakdown by one prefix, where they are as usual: prefixes of up to
//! 64 bits whose packets count as the family of their address. There may be millions:
//! a row takes 16 bytes here, and 176 as a key and a tally.

use crate::aggregate::{PrefixRow, PrefixRows};
use crate::model::{Count, Dimension, IpVersion, Key, Prefix, PrefixCut, PrefixLens, Tally, Value};
use std::sync::Arc;

/// Rows by prefix, those of IPv4 first, and behind them that of packets whose address
/// was cut away: the order of their keys.
#[derive(Clone, Debug)]
pub(super) struct PrefixTable {
    lens: PrefixLens,
    /// By family, each sorted and each prefix once. Both views share those of packets
    /// that are the same in both, and share them with the totals.
    rows: [Arc<PrefixRows>; 2],
    unknown: Tally,
}

impl PrefixTable {
    /// Without rows; `None` where those of such a breakdown are not as usual.
    pub(super) fn new(dimensions: &[Dimension]) -> Option<Self> {
        let [Dimension::Prefix(_, PrefixCut::Lens(lens))] = dimensions else { return None };
        let is_short = IpVersion::ALL.into_iter().all(|version| lens.len(version) <= 64);
        is_short.then(|| Self { lens: *lens, rows: Default::default(), unknown: Tally::default() })
    }

    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        let [v4, v6] = &self.rows;
        v4.len() + v6.len() + usize::from(!self.unknown.is_zero())
    }

    /// The rows in the order of their keys.
    pub(super) fn rows(&self) -> impl Iterator<Item = (Key, Tally)> + '_ {
        (0..self.len()).filter_map(|at| self.row(at))
    }

    /// The tallies of the rows in the order of their keys.
    pub(super) fn tallies(&self) -> impl Iterator<Item = Tally> + '_ {
        let [v4, v6] = &self.rows;
        let v4 = v4.iter().map(|row| of(IpVersion::V4, Some(row)));
        let v6 = v6.iter().map(|row| of(IpVersion::V6, Some(row)));
        v4.chain(v6).chain(Some(self.unknown).filter(|unknown| !unknown.is_zero()))
    }

    /// All rows together.
    pub(super) fn sum(&self) -> Tally {
        let mut sum = self.unknown;
        for (version, rows) in IpVersion::ALL.into_iter().zip(&self.rows) {
            let mut count = Count::default();
            rows.iter().for_each(|row| count += &row.count());
            sum[version] += &count;
        }
        sum
    }

    /// A row by its place.
    #[inline]
    pub(super) fn row(&self, at: usize) -> Option<(Key, Tally)> {
        let Some((version, row)) = self.place(at) else {
            return (at < self.len()).then(|| (Value::Unknown.into(), self.unknown));
        };
        let prefix = Prefix::new(version, row.prefix(), self.lens.len(version));
        Some((Value::Prefix(prefix).into(), of(version, Some(row))))
    }

    /// The row of a prefix.
    #[inline]
    fn place(&self, at: usize) -> Option<(IpVersion, PrefixRow)> {
        let [v4, v6] = &self.rows;
        match v4.get(at) {
            Some(row) => Some((IpVersion::V4, row)),
            None => v6.get(at - v4.len()).map(|row| (IpVersion::V6, row)),
        }
    }

    /// The tally of a key.
    pub(super) fn get(&self, key: &Key) -> Option<Tally> {
        match key.values() {
            [Value::Unknown] => Some(self.unknown).filter(|unknown| !unknown.is_zero()),
            [Value::Prefix(prefix)] if prefix.len() == self.lens.len(prefix.version()) => {
                let rows = &self.rows[prefix.version().index()];
                let row = rows.get(rows.place(prefix.address())?);
                Some(of(prefix.version(), row))
            }
            _ => None,
        }
    }

    /// Takes a row that stands behind all others; false where that is not so, or where
    /// it is not as usual.
    pub(super) fn push(&mut self, key: &Key, tally: &Tally) -> bool {
        let prefix = match key.values() {
            [Value::Unknown] => {
                self.unknown += tally;
                return true;
            }
            [Value::Prefix(prefix)] => prefix,
            _ => return false,
        };
        let version = prefix.version();
        let row = PrefixRow::new(prefix.address(), &tally[version]);
        let is_usual = self.lens.len(version) == prefix.len() && of(version, row) == *tally;
        let Some(row) = row.filter(|_| is_usual) else { return false };
        let rows = Arc::make_mut(&mut self.rows[version.index()]);
        let is_last = rows.last().is_none_or(|last| last.high() < row.high());
        if is_last {
            rows.push(&row);
        }
        is_last
    }

    /// Adds what packets without an address have.
    pub(super) fn add_unknown(&mut self, unknown: &Tally) {
        self.unknown += unknown;
    }

    /// Adds sorted rows of one family, each prefix once; false where 64 bits do not hold
    /// a sum: nothing is changed then.
    pub(super) fn add(&mut self, version: IpVersion, rows: &Arc<PrefixRows>) -> bool {
        let mine = &mut self.rows[version.index()];
        match (mine.is_empty(), rows.is_empty()) {
            (_, true) => {}
            (true, _) => *mine = Arc::clone(rows),
            _ => match mine.merged(rows) {
                Some(all) => *mine = Arc::new(all),
                None => return false,
            },
        }
        true
    }

    /// Adds another table; false where the sum is not as usual: nothing is changed then.
    pub(super) fn merge(&mut self, other: &Self) -> bool {
        let mut sum = self.clone();
        let is_usual = self.lens == other.lens
            && IpVersion::ALL
                .into_iter()
                .all(|version| sum.add(version, &other.rows[version.index()]));
        if is_usual {
            sum.add_unknown(&other.unknown);
            *self = sum;
        }
        is_usual
    }
}

/// What the family of a row has.
#[inline]
fn of(version: IpVersion, row: Option<PrefixRow>) -> Tally {
    let mut tally = Tally::default();
    tally[version] = row.map_or_else(Default::default, |row| row.count());
    tally
}
