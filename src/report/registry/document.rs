//! A report before it has a format: facts, tables of typed values, notes.

use super::sources::SourceRow;
use super::{csv, json, text};
use crate::registry::Date;
use crate::report::share::Ratio;
use std::io::{self, Write};

/// The format of a [`Document`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentFormat {
    /// For people.
    Table,
    /// One document, version 1 of the schema.
    Json,
    /// One table, one row a line.
    Csv,
}

/// A report on the registries' statistics.
#[derive(Clone, Debug, Default)]
pub struct Document {
    /// What it is: `registry-state`.
    pub(super) report: &'static str,
    /// Sentences that say the most important.
    pub(super) headline: Vec<String>,
    /// Single values.
    pub(super) facts: Vec<(&'static str, Value)>,
    /// The first is what CSV has unless another is asked for.
    pub(super) tables: Vec<Table>,
    /// What must be known to read the figures.
    pub(super) notes: Vec<String>,
    /// The files.
    pub(super) sources: Vec<SourceRow>,
}

/// Rows of values under the same columns.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    pub(super) key: &'static str,
    pub(super) title: String,
    /// The first columns say what a row is of, and stand before each block.
    pub(super) keys: usize,
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<Vec<Value>>,
    /// Rows of the text; the other formats have all.
    pub(super) shown: Option<Shown>,
    /// Rows that the text leaves out before that, and what they are.
    pub(super) skipped: Vec<usize>,
}

/// Which rows the text has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// The first so many; where that is none, the table is for machines alone.
    First(usize),
    /// The last so many.
    Last(usize),
}

/// One column.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    /// Its name for machines.
    pub(super) key: &'static str,
    /// Its heading for people; without one the text leaves it out.
    pub(super) title: &'static str,
    /// Columns of one block stand side by side; a new word begins a new table.
    pub(super) block: &'static str,
}

/// One value. What is not known is [`Value::None`], and never 0.
#[derive(Clone, Debug)]
pub(super) enum Value {
    None,
    Text(String),
    Count(u128),
    Signed(i128),
    /// A figure that need not be whole.
    Number(f64),
    Share(Option<Ratio>),
    /// A rate: 0.1 is 10 %.
    Rate(Option<f64>),
    Date(Option<Date>),
}

impl Document {
    /// Writes it. `table` names the table of CSV; `width` is that of the
    /// terminal.
    ///
    /// # Errors
    /// Those of the writer; [`io::ErrorKind::InvalidInput`] where there is no
    /// such table.
    pub fn write(
        &self,
        format: DocumentFormat,
        table: Option<&str>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        match format {
            DocumentFormat::Table => text::write(self, out),
            DocumentFormat::Json => json::write(self, out),
            DocumentFormat::Csv => {
                let found = match table {
                    None => self.tables.first(),
                    Some(key) => self.tables.iter().find(|table| table.key == key),
                };
                let missing = || io::Error::new(io::ErrorKind::InvalidInput, "no such table");
                csv::write(found.ok_or_else(missing)?, out)
            }
        }
    }

    /// The names of its tables.
    #[must_use]
    pub fn tables(&self) -> Vec<&'static str> {
        self.tables.iter().map(|table| table.key).collect()
    }
}

/// Declares columns: key, heading, block.
pub(super) fn columns(
    block: &'static str,
    of: &[(&'static str, &'static str)],
) -> impl Iterator<Item = Column> + use<> {
    let columns: Vec<_> = of.iter().map(|(key, title)| Column { key, title, block }).collect();
    columns.into_iter()
}

impl From<u64> for Value {
    fn from(count: u64) -> Self {
        Self::Count(count.into())
    }
}

impl From<u128> for Value {
    fn from(count: u128) -> Self {
        Self::Count(count)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::None, Into::into)
    }
}
