//! Rows as columns of Arrow.

use super::row::{Figure, KEYS, Row, family};
use super::{Section, StoreError};
use crate::model::{IpVersion, View};
use arrow_array::builder::{Int64Builder, StringBuilder};
use arrow_array::{Array, ArrayRef, Int64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use std::sync::Arc;

/// Rows of a batch: enough that a batch costs nothing, few enough to stay small.
const BATCH: usize = 1 << 16;

/// The names of the columns of text and of numbers, in their order.
const TEXTS: [&str; 9] =
    ["section", "view", "dimensions", "key1", "key2", "key3", "key4", "family", "text"];
const INPUT: &str = "input";

/// The columns.
pub(super) fn schema() -> SchemaRef {
    let texts = TEXTS.iter().map(|name| Field::new(*name, DataType::Utf8, *name != "section"));
    let numbers = [INPUT].into_iter().chain(Figure::ALL.map(Figure::key));
    let numbers = numbers.map(|name| Field::new(name, DataType::Int64, true));
    Arc::new(Schema::new(texts.chain(numbers).collect::<Vec<_>>()))
}

/// The rows in batches.
pub(super) fn batches(rows: &[Row]) -> Result<Vec<RecordBatch>, StoreError> {
    let schema = schema();
    rows.chunks(BATCH).map(|rows| batch(&schema, rows)).collect()
}

fn batch(schema: &SchemaRef, rows: &[Row]) -> Result<RecordBatch, StoreError> {
    let mut texts: [StringBuilder; TEXTS.len()] = Default::default();
    let mut input = Int64Builder::new();
    let mut figures: [Int64Builder; Figure::ALL.len()] = Default::default();
    for row in rows {
        let values = [
            Some(row.section.key()),
            row.view.map(View::key),
            row.by.as_deref(),
            row.keys[0].as_deref(),
            row.keys[1].as_deref(),
            row.keys[2].as_deref(),
            row.keys[3].as_deref(),
            row.family.map(IpVersion::key),
            row.text.as_deref(),
        ];
        for (column, value) in texts.iter_mut().zip(values) {
            column.append_option(value);
        }
        input.append_option(row.input);
        for (column, value) in figures.iter_mut().zip(row.figures) {
            column.append_option(value);
        }
    }
    let texts = texts.iter_mut().map(|column| Arc::new(column.finish()) as ArrayRef);
    let numbers = [input].into_iter().chain(figures);
    let numbers = numbers.map(|mut column| Arc::new(column.finish()) as ArrayRef);
    let columns = texts.chain(numbers).collect();
    RecordBatch::try_new(Arc::clone(schema), columns)
        .map_err(|error| StoreError::Write(error.to_string()))
}

/// Hands the rows of a batch to `take`; `first` is the number of its first row,
/// from 1.
pub(super) fn rows(
    batch: &RecordBatch,
    first: u64,
    mut take: impl FnMut(u64, Row) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut texts = Vec::with_capacity(TEXTS.len());
    for name in TEXTS {
        texts.push(column::<StringArray>(batch, name)?);
    }
    let input = column::<Int64Array>(batch, INPUT)?;
    let mut figures = Vec::with_capacity(Figure::ALL.len());
    for figure in Figure::ALL {
        figures.push(column::<Int64Array>(batch, figure.key())?);
    }
    for at in 0..batch.num_rows() {
        let number = first + at as u64;
        let wrong = |what: String| StoreError::Row { row: number, what };
        let text = |column: usize| {
            let column = texts[column];
            column.is_valid(at).then(|| column.value(at))
        };
        let figure = |column: &Int64Array| column.is_valid(at).then(|| column.value(at));
        let section = text(0).unwrap_or_default();
        let section =
            Section::of(section).ok_or_else(|| wrong(format!("unknown section {section:?}")))?;
        let mut row = Row::new(section);
        row.view = text(1)
            .map(|word| view(word).ok_or_else(|| wrong(format!("unknown view {word:?}"))))
            .transpose()?;
        row.by = text(2).map(str::to_owned);
        row.keys = std::array::from_fn::<_, KEYS, _>(|key| text(3 + key).map(str::to_owned));
        row.family = text(7)
            .map(|word| family(word).ok_or_else(|| wrong(format!("unknown family {word:?}"))))
            .transpose()?;
        row.text = text(8).map(str::to_owned);
        row.input = figure(input);
        for (value, column) in row.figures.iter_mut().zip(&figures) {
            *value = figure(column);
        }
        take(number, row)?;
    }
    Ok(())
}

fn column<'b, A: Array + 'static>(batch: &'b RecordBatch, name: &str) -> Result<&'b A, StoreError> {
    let column = batch.column_by_name(name);
    let typed = column.and_then(|column| column.as_any().downcast_ref::<A>());
    typed.ok_or_else(|| StoreError::NoColumn(name.to_owned()))
}

fn view(word: &str) -> Option<View> {
    View::ALL.into_iter().find(|view| view.key() == word)
}
