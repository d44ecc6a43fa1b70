//! Rows as columns of Arrow.

use super::row::{FIRST_KEYS, Figure, KEYS, Row, family};
use super::{Section, StoreError};
use crate::model::{IpVersion, View};
use arrow_array::{Array, ArrayRef, Int64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use std::sync::Arc;

/// Rows of a batch: enough that a batch costs nothing, few enough to stay small.
const BATCH: usize = 1 << 16;

/// The column of the number of the input.
const INPUT: &str = "input";

/// The columns.
pub(super) fn schema() -> SchemaRef {
    let texts = ["section", "view", "dimensions"].iter().chain(&KEYS).chain(&["family", "text"]);
    let texts = texts.map(|name| Field::new(*name, DataType::Utf8, *name != "section"));
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
    fn text<'r>(rows: &'r [Row], value: impl Fn(&'r Row) -> Option<&'r str>) -> ArrayRef {
        Arc::new(rows.iter().map(value).collect::<StringArray>())
    }
    fn number(rows: &[Row], value: impl Fn(&Row) -> Option<i64>) -> ArrayRef {
        Arc::new(rows.iter().map(value).collect::<Int64Array>())
    }
    let mut columns = vec![
        text(rows, |row| Some(row.section.key())),
        text(rows, |row| row.view.map(View::key)),
        text(rows, |row| row.by.as_deref()),
    ];
    columns.extend((0..KEYS.len()).map(|at| text(rows, move |row| row.keys[at].as_deref())));
    columns.push(text(rows, |row| row.family.map(IpVersion::key)));
    columns.push(text(rows, |row| row.text.as_deref()));
    columns.push(number(rows, |row| row.input));
    columns.extend(Figure::ALL.map(|figure| number(rows, |row| row.figures[figure as usize])));
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
    let columns = Columns::of(batch)?;
    for at in 0..batch.num_rows() {
        let number = first + at as u64;
        let row = columns.row(at).map_err(|what| StoreError::Row { row: number, what })?;
        take(number, row)?;
    }
    Ok(())
}

/// The columns of a batch that is read.
struct Columns<'b> {
    section: &'b StringArray,
    view: &'b StringArray,
    dimensions: &'b StringArray,
    /// `None` where the file is older than the column.
    keys: Vec<Option<&'b StringArray>>,
    family: &'b StringArray,
    text: &'b StringArray,
    input: &'b Int64Array,
    figures: Vec<&'b Int64Array>,
}

impl<'b> Columns<'b> {
    fn of(batch: &'b RecordBatch) -> Result<Self, StoreError> {
        let text = |name: &str| column::<StringArray>(batch, name);
        let key = |(at, name): (usize, &&str)| {
            let is_there = at < FIRST_KEYS || batch.column_by_name(name).is_some();
            is_there.then(|| text(name)).transpose()
        };
        let figure = |figure: Figure| column::<Int64Array>(batch, figure.key());
        Ok(Self {
            section: text("section")?,
            view: text("view")?,
            dimensions: text("dimensions")?,
            keys: KEYS.iter().enumerate().map(key).collect::<Result<_, _>>()?,
            family: text("family")?,
            text: text("text")?,
            input: column::<Int64Array>(batch, INPUT)?,
            figures: Figure::ALL.into_iter().map(figure).collect::<Result<_, _>>()?,
        })
    }

    fn row(&self, at: usize) -> Result<Row, String> {
        fn text(column: &StringArray, at: usize) -> Option<&str> {
            column.is_valid(at).then(|| column.value(at))
        }
        let number = |column: &Int64Array| column.is_valid(at).then(|| column.value(at));
        let section = text(self.section, at).unwrap_or_default();
        let section = Section::of(section).ok_or_else(|| format!("unknown section {section:?}"))?;
        let in_view = |word| view(word).ok_or_else(|| format!("unknown view {word:?}"));
        let of_family = |word| family(word).ok_or_else(|| format!("unknown family {word:?}"));
        let mut row = Row::new(section);
        row.view = text(self.view, at).map(in_view).transpose()?;
        row.by = text(self.dimensions, at).map(str::to_owned);
        for (key, column) in row.keys.iter_mut().zip(&self.keys) {
            *key = column.and_then(|column| text(column, at)).map(str::to_owned);
        }
        row.family = text(self.family, at).map(of_family).transpose()?;
        row.text = text(self.text, at).map(str::to_owned);
        row.input = number(self.input);
        for (figure, column) in row.figures.iter_mut().zip(&self.figures) {
            *figure = number(column);
        }
        Ok(row)
    }
}

fn column<'b, A: Array + 'static>(batch: &'b RecordBatch, name: &str) -> Result<&'b A, StoreError> {
    let column = batch.column_by_name(name);
    let typed = column.and_then(|column| column.as_any().downcast_ref::<A>());
    typed.ok_or_else(|| StoreError::NoColumn(name.to_owned()))
}

fn view(word: &str) -> Option<View> {
    View::ALL.into_iter().find(|view| view.key() == word)
}
