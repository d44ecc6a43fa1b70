//! Rows as a Parquet file or a stream of Arrow IPC.

use super::{Row, StoreError, table};
use crate::model::hexadecimal;
use arrow_ipc::writer::StreamWriter;
use bytes::Bytes;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::{KeyValue, ParquetMetaDataReader};
use parquet::file::properties::WriterProperties;
use sha2::{Digest, Sha256};
use std::cell::Cell;
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The name of the layout in the file's metadata.
const LAYOUT: &str = "v6share.summary.layout";
const VERSION: &str = "1";
/// The length of all that stands before the file's metadata, and its SHA-256: a
/// damaged file is told before its pages are decoded.
const DIGEST: &str = "v6share.summary.sha256";
/// The SHA-256 of the rows as NDJSON, in their order: what the metadata say of
/// the pages is held by it.
const CONTENT: &str = "v6share.summary.rows.sha256";
/// Zstandard's level: above 3 the files shrink by less than a twentieth.
const LEVEL: i32 = 3;

/// The rows as a Parquet file. The same rows give the same bytes.
///
/// # Errors
/// [`StoreError::Write`].
pub fn to_parquet(rows: &[Row]) -> Result<Vec<u8>, StoreError> {
    to_parquet_about(rows, &[])
}

/// The same with more pairs of key and value in its metadata, which are no part
/// of the summary.
///
/// # Errors
/// [`StoreError::Write`].
pub fn to_parquet_about(rows: &[Row], about: &[(&str, &str)]) -> Result<Vec<u8>, StoreError> {
    let failed = |error: ParquetError| StoreError::Write(error.to_string());
    let level = ZstdLevel::try_new(LEVEL).map_err(failed)?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(level))
        .set_created_by("v6share".to_owned())
        .set_key_value_metadata(Some(vec![KeyValue::new(LAYOUT.to_owned(), VERSION.to_owned())]))
        .build();
    let mut writer =
        ArrowWriter::try_new(Vec::new(), table::schema(), Some(properties)).map_err(failed)?;
    for batch in table::batches(rows)? {
        writer.write(&batch).map_err(failed)?;
    }
    writer.flush().map_err(failed)?;
    let written = digest(writer.inner());
    let pair = KeyValue::new(DIGEST.to_owned(), format!("{}:{written}", writer.inner().len()));
    writer.append_key_value_metadata(pair);
    let mut content = Content::default();
    rows.iter().try_for_each(|row| content.add(row))?;
    writer.append_key_value_metadata(KeyValue::new(CONTENT.to_owned(), content.finish()));
    for (key, value) in about {
        writer.append_key_value_metadata(KeyValue::new((*key).to_owned(), (*value).to_owned()));
    }
    writer.into_inner().map_err(failed)
}

/// SHA-256 in hexadecimal digits.
fn digest(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// The digest of rows, whatever they are written in.
#[derive(Default)]
struct Content {
    hash: Sha256,
    line: Vec<u8>,
}

impl Content {
    fn add(&mut self, row: &Row) -> Result<(), StoreError> {
        self.line.clear();
        serde_json::to_writer(&mut self.line, row)
            .map_err(|error| StoreError::Write(error.to_string()))?;
        self.line.push(b'\n');
        self.hash.update(&self.line);
        Ok(())
    }

    fn finish(self) -> String {
        hexadecimal(&self.hash.finalize())
    }
}

/// The rows as a stream of Arrow IPC.
///
/// # Errors
/// [`StoreError::Write`].
pub fn to_arrow(rows: &[Row]) -> Result<Vec<u8>, StoreError> {
    let failed = |error: arrow_schema::ArrowError| StoreError::Write(error.to_string());
    let mut writer = StreamWriter::try_new(Vec::new(), &table::schema()).map_err(failed)?;
    for batch in table::batches(rows)? {
        writer.write(&batch).map_err(failed)?;
    }
    writer.into_inner().map_err(failed)
}

thread_local! {
    static READING: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread hands bytes to the decoder of Parquet, which panics over
/// some that are damaged. The panic becomes an error: a panic hook need not tell
/// of it.
#[must_use]
pub fn is_reading() -> bool {
    READING.get()
}

/// Runs `read`, and takes a panic in it for damage.
fn totally<T>(read: impl FnOnce() -> T) -> Option<T> {
    READING.set(true);
    let read = catch_unwind(AssertUnwindSafe(read));
    READING.set(false);
    read.ok()
}

/// The value of a key in the metadata of a Parquet file; `None` where it is none,
/// or has no such key. Reads the end of the file alone.
#[must_use]
pub fn about(file: &File, key: &str) -> Option<String> {
    let metadata = totally(|| ParquetMetaDataReader::new().parse_and_finish(file).ok())??;
    let pairs = metadata.file_metadata().key_value_metadata()?;
    pairs.iter().find(|pair| pair.key == key)?.value.clone()
}

/// Reads the rows of a Parquet file, in their order, with their numbers from 1.
///
/// # Errors
/// When the bytes are no summary, a damaged one, or one of another layout; those
/// of `take`.
pub fn read(
    bytes: Vec<u8>,
    take: impl FnMut(u64, Row) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let read = totally(|| read_rows(&Bytes::from(bytes), take));
    read.unwrap_or_else(|| Err(StoreError::NotASummary("it is damaged".to_owned())))
}

fn read_rows(
    bytes: &Bytes,
    mut take: impl FnMut(u64, Row) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let foreign = |error: ParquetError| StoreError::NotASummary(error.to_string());
    let builder = ParquetRecordBatchReaderBuilder::try_new(bytes.clone()).map_err(foreign)?;
    let pairs = builder.metadata().file_metadata().key_value_metadata();
    let value = |key: &str| {
        let pair = pairs.and_then(|all| all.iter().find(|pair| pair.key == key));
        pair.and_then(|pair| pair.value.clone())
    };
    match value(LAYOUT).as_deref() {
        Some(VERSION) => {}
        Some(other) => return Err(StoreError::Layout(other.to_owned())),
        None => return Err(StoreError::NoColumn("section".to_owned())),
    }
    let whole = value(DIGEST).is_some_and(|pair| {
        let (len, expected) = pair.split_once(':').unwrap_or_default();
        let data = len.parse().ok().and_then(|len: usize| bytes.get(..len));
        data.is_some_and(|data| digest(data) == expected)
    });
    if !whole {
        return Err(StoreError::NotASummary("it was damaged or changed".to_owned()));
    }
    let expected = value(CONTENT);
    let mut content = Content::default();
    let mut first = 1;
    for batch in builder.build().map_err(foreign)? {
        let batch = batch.map_err(|error| StoreError::NotASummary(error.to_string()))?;
        table::rows(&batch, first, |number, row| {
            content.add(&row)?;
            take(number, row)
        })?;
        first += batch.num_rows() as u64;
    }
    match expected == Some(content.finish()) {
        true => Ok(()),
        false => Err(StoreError::NotASummary("it was damaged or changed".to_owned())),
    }
}
