//! The rows of a batch, each to the place where it is counted.

use super::cells::Cells;
use super::vpc;
use crate::error::Position;
use crate::flowlog::text::{Outcome, Row, Rules, Told, Value, outcome, unreadable};
use crate::flowlog::{Column, Columns, FlowSink, FlowStop, Mapping};
use crate::model::Undecodable;
use arrow_array::RecordBatch;
use std::ops::ControlFlow;

/// Remarks on rows in full; the rest is told shortly.
const TOLD: u32 = 16;

/// What a table's columns mean, and what was told of its rows.
#[derive(Default)]
pub(super) struct Rows {
    rules: Rules,
    mapping: Option<Mapping>,
    used: Option<Mapping>,
    /// For each column that is read, its place among those that are decoded.
    plan: Vec<(Column, usize)>,
    told: Told,
    bad: u32,
    /// Rows read so far.
    rows: u64,
}

impl Rows {
    /// For a table with `mapping`, where the user gave one.
    pub(super) fn new(mapping: Option<Mapping>, include_rejected: bool) -> Self {
        let rules = Rules { include_rejected, ..Rules::default() };
        Self { mapping, rules, ..Self::default() }
    }

    /// The mapping that is in force, once the columns are known.
    pub(super) fn mapping(&self) -> Option<&Mapping> {
        self.used.as_ref()
    }

    /// Finds the columns among `names`. Returns which of them are to be decoded,
    /// in ascending order.
    ///
    /// # Errors
    ///
    /// Which column is missing, and what there is, in words.
    pub(super) fn find(&mut self, names: &[&str]) -> Result<Vec<usize>, String> {
        let mut known = vpc::mapping(names);
        if let (Some(known), Some(given)) = (&mut known, &self.mapping) {
            for (column, name) in given.pairs() {
                known.set(column, name);
            }
        }
        let mapping = known.as_ref().or(self.mapping.as_ref());
        let columns = Columns::find(names, mapping).map_err(|missing| missing.to_string())?;
        let places: Vec<(Column, usize)> = Column::ALL
            .into_iter()
            .filter_map(|column| Some((column, columns.position(column)?)))
            .collect();
        let mut needed: Vec<usize> = places.iter().map(|(_, place)| *place).collect();
        needed.sort_unstable();
        needed.dedup();
        self.plan = places
            .into_iter()
            .filter_map(|(column, place)| Some((column, needed.binary_search(&place).ok()?)))
            .collect();
        self.used = Some(columns.used().clone());
        Ok(needed)
    }

    /// Reads the rows of a batch of the columns that [`Self::find`] asked for;
    /// `at` is its place in the input.
    pub(super) fn batch<S: FlowSink>(
        &mut self,
        batch: &RecordBatch,
        at: Position,
        sink: &mut S,
    ) -> ControlFlow<FlowStop> {
        let cells: Vec<(Column, Cells<'_>)> = self
            .plan
            .iter()
            .filter_map(|(column, place)| {
                let array = batch.columns().get(*place)?;
                Some((*column, Cells::new(array.as_ref(), *column)))
            })
            .collect();
        let mut row = Row::default();
        for number in 0..batch.num_rows() {
            for (column, cells) in &cells {
                row[*column as usize] = cells.value(number);
            }
            self.rows += 1;
            match outcome(&row, self.rules) {
                Outcome::Flow(record) => self.told.flow(sink, &record)?,
                Outcome::NotIp(what) => sink.not_ip(what),
                Outcome::Excluded(why) => sink.exclude(why, 1),
                Outcome::Unreadable(column) => {
                    self.unreadable(row[column as usize], column, at, sink);
                }
            }
        }
        ControlFlow::Continue(())
    }

    #[cold]
    fn unreadable<S: FlowSink>(
        &mut self,
        value: Value<'_>,
        column: Column,
        at: Position,
        sink: &mut S,
    ) {
        sink.undecodable(Undecodable::MalformedRecord, 1);
        if self.bad < TOLD {
            self.bad += 1;
            sink.remark(at, &format!("row {}: {}", self.rows, unreadable(value, column)));
        } else {
            sink.remark(at, "another row that cannot be read");
        }
    }
}
