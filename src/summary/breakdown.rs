//! One breakdown of a run in one view: a plain table.

use crate::model::{Dimension, Key, Tally, View};

/// Tallies by key. A row's families are those that the packets count as in the
/// view: a translated packet counts as IPv4 end to end, under its IPv6 prefix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breakdown {
    /// What the values of a key are.
    pub dimensions: Vec<Dimension>,
    /// Whose header they are of.
    pub view: View,
    /// The rows, sorted by key, each key once, none of them zero.
    rows: Vec<(Key, Tally)>,
}

impl Breakdown {
    /// A table of these rows, in any order; rows of the same key are added.
    #[must_use]
    pub fn new(dimensions: Vec<Dimension>, view: View, rows: Vec<(Key, Tally)>) -> Self {
        let mut table = Self { dimensions, view, rows };
        table.settle();
        table
    }

    /// The rows, sorted by key.
    #[must_use]
    pub fn rows(&self) -> &[(Key, Tally)] {
        &self.rows
    }

    /// The tally of a key.
    #[must_use]
    pub fn get(&self, key: &Key) -> Option<&Tally> {
        let at = self.rows.binary_search_by(|(other, _)| other.cmp(key)).ok()?;
        Some(&self.rows[at].1)
    }

    /// Adds the rows of another table of the same dimensions and view: in
    /// whatever order tables are merged, the result is the same.
    pub fn merge(&mut self, other: Self) {
        self.rows.extend(other.rows);
        // Two sorted runs: a stable sort only merges them.
        self.rows.sort_by(|a, b| a.0.cmp(&b.0));
        self.add_up();
    }

    fn settle(&mut self) {
        // What comes from a table of prefixes is in order: there may be millions.
        let is_row = |row: &(Key, Tally)| !row.1.is_zero();
        if self.rows.is_sorted_by(|a, b| a.0 < b.0 && is_row(a))
            && self.rows.last().is_none_or(is_row)
        {
            return;
        }
        self.rows.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        self.add_up();
    }

    /// Makes one row of neighbours with the same key.
    fn add_up(&mut self) {
        self.rows.dedup_by(|later, kept| {
            let same = later.0 == kept.0;
            if same {
                kept.1 += &later.1;
            }
            same
        });
        self.rows.retain(|(_, tally)| !tally.is_zero());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Count, IpProtocol, Value};

    fn table(rows: &[(u8, u64)]) -> Breakdown {
        let rows = rows.iter().map(|(protocol, packets)| {
            let v4 = Count { packets: (*packets).into(), ..Count::default() };
            let tally = Tally { v4, ..Tally::default() };
            (Key::from(Value::Protocol(IpProtocol(*protocol))), tally)
        });
        Breakdown::new(vec![Dimension::Protocol], View::Transport, rows.collect())
    }

    #[test]
    fn rows_are_added_by_key_and_none_is_zero() {
        let made = table(&[(6, 1), (17, 0), (1, 4), (6, 2)]);
        assert_eq!(made, table(&[(1, 4), (6, 3)]));
        assert_eq!(made.rows().len(), 2);
        let tcp = Key::from(Value::Protocol(IpProtocol::TCP));
        assert_eq!(made.get(&tcp).expect("there").v4.packets, 3);
        assert_eq!(made.get(&Value::Unknown.into()), None);
    }

    #[test]
    fn merging_is_the_same_in_any_order() {
        let parts = [table(&[(6, 1), (17, 2)]), table(&[]), table(&[(1, 1), (6, 5)])];
        let merged = |order: [usize; 3]| {
            let mut sum = table(&[]);
            order.into_iter().for_each(|at| sum.merge(parts[at].clone()));
            sum
        };
        assert_eq!(merged([0, 1, 2]), table(&[(1, 1), (6, 6), (17, 2)]));
        assert_eq!(merged([0, 1, 2]), merged([2, 1, 0]));
        assert_eq!(merged([0, 1, 2]), merged([1, 2, 0]));
    }
}
