//! The exporters of flow records, by numbers.

use crate::model::Exporter;
use foldhash::fast::RandomState;
use hashbrown::HashMap;

/// Exporters that were met; the first has number 1, and 0 is for nobody.
#[derive(Clone, Debug, Default)]
pub(super) struct Exporters {
    /// Whether they are told apart: all have number 0 where they are not.
    are_wanted: bool,
    list: Vec<Exporter>,
    numbers: HashMap<Exporter, u32, RandomState>,
    /// That of the record before, and its number: records come in runs.
    last: (Option<Exporter>, u32),
}

impl Exporters {
    pub(super) fn new(are_wanted: bool) -> Self {
        Self { are_wanted, ..Self::default() }
    }

    /// The number of an exporter.
    #[inline(always)]
    pub(super) fn number(&mut self, exporter: Option<Exporter>) -> u32 {
        if !self.are_wanted || exporter == self.last.0 {
            self.last.1
        } else {
            self.search(exporter)
        }
    }

    #[inline(never)]
    fn search(&mut self, exporter: Option<Exporter>) -> u32 {
        let number = exporter.map_or(0, |exporter| {
            let next = u32::try_from(self.list.len() + 1).expect("memory ends before 2^32 do");
            let number = *self.numbers.entry(exporter).or_insert(next);
            if number == next {
                self.list.push(exporter);
            }
            number
        });
        self.last = (exporter, number);
        number
    }

    /// The exporter of a number.
    pub(super) fn of(&self, number: u32) -> Option<Exporter> {
        self.list.get((number as usize).checked_sub(1)?).copied()
    }
}
