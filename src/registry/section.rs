//! A version line and what belongs to it: one registry on one day.

use super::date::Date;
use super::record::{Kind, RegistryId};
use std::fmt;
use std::ops::Range;

/// What one version line heads. A file has one, unless files were joined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// The file, by its place in the collection.
    pub file: usize,
    /// The registry that the version line names (`nro` for the combined file).
    pub registry: RegistryId,
    /// The format's version as written; empty where there is no version line.
    pub version: String,
    /// The serial as written.
    pub serial: String,
    /// The day that the file speaks of.
    pub date: Option<Date>,
    /// Records that the version line promises.
    pub stated: Option<u64>,
    /// What the summary lines promise.
    pub summaries: Vec<(RegistryId, Kind, u64)>,
    /// The records, by their place in the collection.
    pub records: Range<usize>,
    /// Records with an opaque id: more than none in the extended format.
    pub with_id: u64,
}

impl Section {
    /// The day of the data. The serial is a date, or seconds or milliseconds
    /// since 1970; the end date is that of the last record, which in a plain
    /// file may be days before.
    pub(super) fn date_of(serial: &[u8], end: &[u8], offset: &[u8]) -> Option<Date> {
        let end = Date::of_digits(end);
        if let Some(date) = Date::of_digits(serial) {
            return Some(date);
        }
        let number: Option<u64> = std::str::from_utf8(serial).ok().and_then(|s| s.parse().ok());
        let seconds = match serial.len() {
            9 | 10 => number,
            12 | 13 => number.map(|milliseconds| milliseconds / 1000),
            _ => None,
        };
        let local = |seconds: u64| seconds.checked_add_signed(offset_seconds(offset).unwrap_or(0));
        seconds.and_then(local).and_then(Date::of_unix_seconds).or(end)
    }
}

/// `+0200` in seconds.
fn offset_seconds(offset: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(offset).ok()?;
    let number: i64 = text.parse().ok()?;
    (number.abs() <= 1400).then_some((number / 100 * 60 + number % 100) * 60)
}

/// A promise of a version line or a summary line that the records do not keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The registry that the line names.
    pub registry: String,
    /// The type of a summary line; `None` for the version line.
    pub kind: Option<Kind>,
    /// Records promised.
    pub stated: u64,
    /// Records read.
    pub read: u64,
}

impl Difference {
    /// Whether something is missing, and not only miscounted.
    #[must_use]
    pub fn is_loss(&self) -> bool {
        self.read < self.stated
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { registry, kind, stated, read } = self;
        match kind {
            Some(kind) => write!(
                f,
                "the summary of {registry} says {stated} {} records, and {read} were read",
                kind.key()
            ),
            None => write!(
                f,
                "the version line of {registry} says {stated} records, and {read} were read"
            ),
        }
    }
}
