//! Breakdowns by any dimensions together: a key is packed for each packet, and
//! counted under. Several values of one packet (of its two ends) make several
//! keys, and it counts once under each.

use super::Plan;
use super::cell::Cell;
use super::keyed_table::{Amounts, KeyedTable};
use super::keys::Shown;
use super::layout::Code;
use crate::model::{Count, Country, Dimension, IpVersion, Key, Resolver, Tally, Value};
use std::sync::Arc;

/// The cells of one breakdown, by key and family.
#[derive(Clone, Debug)]
pub(super) struct KeyedCells(KeyedTable<[Cell; 2]>);

impl Amounts for [Cell; 2] {
    fn merge(&mut self, other: &Self) {
        self.iter_mut().zip(other).for_each(|(mine, theirs)| mine.merge(theirs));
    }
}

impl KeyedCells {
    /// Empty cells of a breakdown of the plan.
    pub(super) fn new(dimensions: &[Dimension], plan: &Plan) -> Self {
        Self(KeyedTable::new(dimensions, plan))
    }

    /// Counts one packet under the family `counted`.
    pub(super) fn add(&mut self, shown: &Shown<'_>, counted: IpVersion) {
        let (octets, wire_octets) = (shown.header.octets, shown.observation.wire_octets);
        self.0.observe(shown, |cells| cells[counted.index()].add(octets, wire_octets));
    }

    /// Moves everything into `totals`.
    pub(super) fn drain_into(&mut self, totals: &mut KeyedTotals) {
        totals.0.take_in(&self.0, |tally, cells| {
            for version in IpVersion::ALL {
                tally[version] += &cells[version.index()].count();
            }
        });
        self.0.clear();
    }
}

/// The tallies of one breakdown of a whole run, by packed key.
#[derive(Clone, Debug)]
pub struct KeyedTotals(KeyedTable<Tally>);

impl Amounts for Tally {
    fn merge(&mut self, other: &Self) {
        *self += other;
    }
}

/// What the numbers in the keys of a run stand for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Names<'a> {
    /// The inputs, by their number.
    pub inputs: &'a [Arc<str>],
    /// Who said whose the addresses are.
    pub resolver: Option<&'a dyn Resolver>,
}

impl KeyedTotals {
    pub(super) fn new(dimensions: &[Dimension], plan: &Plan) -> Self {
        Self(KeyedTable::new(dimensions, plan))
    }

    /// Whether a flow counts in each bin of time that it spans.
    pub(super) fn is_by_time(&self) -> bool {
        self.0.keys().by_time
    }

    /// Counts one flow record, whose amounts may be of any width.
    pub(super) fn observe(&mut self, shown: &Shown<'_>, counted: IpVersion, count: &Count) {
        self.0.observe(shown, |tally| tally[counted] += count);
    }

    /// Adds what counts under a key of one dimension.
    pub(super) fn count(&mut self, code: Code, version: IpVersion, count: &Count) {
        self.0.entry(code)[version] += count;
    }

    /// Adds what counts under a key of several.
    pub(super) fn count_key(&mut self, key: &[u64], version: IpVersion, count: &Count) {
        self.0.entry_of(key)[version] += count;
    }

    pub(super) fn merge(&mut self, other: Self) {
        if self.0.len() == 0 {
            *self = other;
            return;
        }
        self.0.take_in(&other.0, Amounts::merge);
    }

    pub(super) fn retract(&mut self, wrong: &Self) {
        self.0.take_in(&wrong.0, Tally::retract);
    }

    /// The rows, in no order; none is zero. A key may stand in several of them:
    /// ports of the same service, inputs of the same name. Where automatic prefixes
    /// go by both ends, a key has the values of both ([`Key::of_ends`]).
    pub fn rows<'a>(&'a self, names: &'a Names<'a>) -> impl Iterator<Item = (Key, &'a Tally)> + 'a {
        let named = move |dimension: &Dimension, code: Code| names.value(dimension, code);
        let rows = self.0.iter().filter(|(_, tally)| !tally.is_zero());
        rows.map(move |(key, tally)| (self.0.keys().unpack(key, &named), tally))
    }
}

impl Names<'_> {
    fn value(&self, dimension: &Dimension, code: Code) -> Value {
        let number = code.as_number().and_then(|number| usize::try_from(number).ok());
        self.by_number(dimension, number).unwrap_or(Value::Unknown)
    }

    fn by_number(&self, dimension: &Dimension, number: Option<usize>) -> Option<Value> {
        let number = number?;
        match dimension {
            Dimension::Input => Some(Value::Text(Arc::clone(self.inputs.get(number)?))),
            Dimension::Label(_) => Some(Value::text(&self.resolver?.labels().get(number)?.name)),
            Dimension::Attribute(_, name) => {
                let label = self.resolver?.labels().get(number)?;
                Some(Value::text(label.attributes.get(&**name)?))
            }
            Dimension::Asn(_) => Some(Value::Origin(self.resolver?.origins().get(number)?.clone())),
            Dimension::Holder(_) => {
                Some(Value::Text(Arc::clone(self.resolver?.holders().get(number)?)))
            }
            Dimension::Country(_) => {
                let [.., high, low] = (number + 1).to_be_bytes();
                Country::new([high, low]).map(Value::Country)
            }
            _ => None,
        }
    }
}
