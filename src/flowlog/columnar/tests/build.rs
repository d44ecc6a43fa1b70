//! Writes and reads tables.

use super::super::{ColumnarFormat, ColumnarReader, detect};
use crate::flowlog::kept_tests::Kept;
use crate::flowlog::text::TextOptions;
use crate::flowlog::{FlowReader, FlowStop, Window};
use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use arrow_ipc::CompressionType;
use arrow_ipc::writer::{FileWriter, IpcWriteOptions, StreamWriter};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use std::sync::Arc;

/// A way to write a table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Way {
    Parquet(Compression),
    File(Option<CompressionType>),
    Stream(Option<CompressionType>),
}

/// Every container in every compression.
pub(super) fn ways() -> [Way; 10] {
    [
        Way::Parquet(Compression::UNCOMPRESSED),
        Way::Parquet(Compression::SNAPPY),
        Way::Parquet(Compression::ZSTD(ZstdLevel::default())),
        Way::Parquet(Compression::GZIP(parquet::basic::GzipLevel::default())),
        Way::Parquet(Compression::LZ4_RAW),
        Way::File(None),
        Way::File(Some(CompressionType::LZ4_FRAME)),
        Way::File(Some(CompressionType::ZSTD)),
        Way::Stream(None),
        Way::Stream(Some(CompressionType::ZSTD)),
    ]
}

/// Writes the batches, which have one schema.
pub(super) fn write(way: Way, batches: &[RecordBatch]) -> Vec<u8> {
    let schema = batches[0].schema();
    let mut out = Vec::new();
    let options = |compression| IpcWriteOptions::default().try_with_compression(compression);
    match way {
        Way::Parquet(compression) => {
            let properties = WriterProperties::builder().set_compression(compression).build();
            let mut writer = ArrowWriter::try_new(&mut out, schema, Some(properties)).unwrap();
            for batch in batches {
                writer.write(batch).unwrap();
                writer.flush().unwrap();
            }
            writer.close().unwrap();
        }
        Way::File(compression) => {
            let options = options(compression).unwrap();
            let mut writer = FileWriter::try_new_with_options(&mut out, &schema, options).unwrap();
            batches.iter().for_each(|batch| writer.write(batch).unwrap());
            writer.finish().unwrap();
        }
        Way::Stream(compression) => {
            let options = options(compression).unwrap();
            let mut writer =
                StreamWriter::try_new_with_options(&mut out, &schema, options).unwrap();
            batches.iter().for_each(|batch| writer.write(batch).unwrap());
            writer.finish().unwrap();
        }
    }
    out
}

pub(super) fn table(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    RecordBatch::try_from_iter(columns).unwrap()
}

pub(super) fn text(values: &[&str]) -> ArrayRef {
    Arc::new(StringArray::from(values.to_vec()))
}

pub(super) fn numbers(values: &[i64]) -> ArrayRef {
    Arc::new(Int64Array::from(values.to_vec()))
}

/// A small table with common names, and a column that nobody needs.
pub(super) fn sample() -> RecordBatch {
    table(vec![
        ("note", text(&["x", "y", "z"])),
        ("SrcAddr", text(&["192.0.2.1", "2001:db8::1", "::ffff:192.0.2.7"])),
        ("dst_addr", text(&["192.0.2.2", "2001:db8::2", "::ffff:192.0.2.8"])),
        ("proto", numbers(&[6, 17, 6])),
        ("packets", numbers(&[10, 20, 30])),
        ("bytes", numbers(&[1000, 2000, 3000])),
        ("start", numbers(&[1_700_000_000, 1_700_000_001, 1_700_000_002])),
    ])
}

/// Reads all of it at once, with a mapping where one is given.
pub(super) fn read_with(data: &[u8], mapping: &str, rejected: bool) -> (Kept, Option<FlowStop>) {
    let options = TextOptions {
        mapping: (!mapping.is_empty()).then(|| mapping.parse().unwrap()),
        include_rejected: rejected,
    };
    let mut kept = Kept::default();
    let mut reader = ColumnarReader::new(detect(data).unwrap(), &options);
    let progress = reader.read(Window { data, offset: 0, ended: true }, &mut kept);
    assert!(progress.consumed <= data.len());
    (kept, progress.stop)
}

pub(super) fn read(data: &[u8]) -> (Kept, Option<FlowStop>) {
    read_with(data, "", false)
}

/// Reads what comes in steps of so many octets.
pub(super) fn read_in_steps(
    format: ColumnarFormat,
    data: &[u8],
    step: usize,
) -> (Kept, Option<FlowStop>) {
    let mut kept = Kept::default();
    let mut reader = ColumnarReader::new(format, &TextOptions::default());
    let (mut from, mut to) = (0, 0);
    loop {
        to = (to + step).min(data.len());
        let window = Window { data: &data[from..to], offset: from as u64, ended: to == data.len() };
        let progress = reader.read(window, &mut kept);
        from += progress.consumed;
        if progress.stop.is_some() || window.ended {
            return (kept, progress.stop);
        }
    }
}
