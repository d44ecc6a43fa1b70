//! Rows as a Parquet file or a stream of Arrow IPC.

use super::{Row, StoreError, table};
use arrow_ipc::writer::StreamWriter;
use bytes::Bytes;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;

/// The name of the layout in the file's metadata.
const LAYOUT: &str = "v6share.summary.layout";
const VERSION: &str = "1";
/// Zstandard's level: above 3 the files shrink by less than a twentieth.
const LEVEL: i32 = 3;

/// The rows as a Parquet file. The same rows give the same bytes.
///
/// # Errors
/// [`StoreError::Write`].
pub fn to_parquet(rows: &[Row]) -> Result<Vec<u8>, StoreError> {
    let failed = |error: parquet::errors::ParquetError| StoreError::Write(error.to_string());
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
    writer.into_inner().map_err(failed)
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

/// Reads the rows of a Parquet file, in their order, with their numbers from 1.
///
/// # Errors
/// When the bytes are no summary, or one of another layout; those of `take`.
pub fn read(
    bytes: Vec<u8>,
    mut take: impl FnMut(u64, Row) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let foreign = |error: parquet::errors::ParquetError| StoreError::NotASummary(error.to_string());
    let builder = ParquetRecordBatchReaderBuilder::try_new(Bytes::from(bytes)).map_err(foreign)?;
    let metadata = builder.metadata().file_metadata().key_value_metadata();
    let layout = metadata.and_then(|all| all.iter().find(|pair| pair.key == LAYOUT));
    match layout.and_then(|pair| pair.value.as_deref()) {
        Some(VERSION) => {}
        Some(other) => return Err(StoreError::Layout(other.to_owned())),
        None => return Err(StoreError::NoColumn("section".to_owned())),
    }
    let mut first = 1;
    for batch in builder.build().map_err(foreign)? {
        let batch = batch.map_err(|error| StoreError::NotASummary(error.to_string()))?;
        table::rows(&batch, first, &mut take)?;
        first += batch.num_rows() as u64;
    }
    Ok(())
}
