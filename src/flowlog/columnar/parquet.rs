//! Parquet files. The table of contents is at the end, so all of the file must be
//! there; of its columns those that are needed are copied and decoded, a group of
//! rows at a time.

use super::batch::Rows;
use super::detect::{PARQUET_ENCRYPTED, PARQUET_MAGIC};
use super::guard::guarded;
use crate::error::Position;
use crate::flowlog::{FlowSink, FlowStop, Progress, Window};
use bytes::Bytes;
use parquet::DecodeResult;
use parquet::arrow::ProjectionMask;
use parquet::arrow::push_decoder::{ParquetPushDecoder, ParquetPushDecoderBuilder};
use parquet::errors::ParquetError;
use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader, RowGroupMetaData};
use std::ops::{ControlFlow, Range};
use std::sync::Arc;

/// Rows decoded at a time: a batch of the columns of a flow log is below 1 MiB.
const BATCH: usize = 8192;
/// Length of the table of contents, and the magic.
const TAIL: usize = 8;

/// Reads the file once all of it is there.
pub(super) fn read<S: FlowSink>(
    window: Window<'_>,
    place: &impl Fn(u64) -> Position,
    rows: &mut Rows,
    sink: &mut S,
) -> Progress {
    let data = window.data;
    if !window.ended {
        // Whoever shows the windows limits how much of a stream is waited for.
        return Progress { consumed: 0, stop: None };
    }
    let stop = match table(data, rows) {
        Ok(decoder) => decode(decoder, data, place, rows, sink).break_value(),
        Err(Trouble::Short(needed)) => Some(FlowStop::CutShort {
            at: place(window.offset),
            unit: "Parquet file",
            needed,
            present: data.len() as u64,
        }),
        Err(Trouble::Other(what)) => Some(FlowStop::Malformed { at: place(window.offset), what }),
    };
    Progress { consumed: data.len(), stop }
}

/// Why there is no table to read.
enum Trouble {
    /// The file has fewer bytes than this.
    Short(u64),
    /// In words.
    Other(String),
}

/// Runs a step of the decoder.
fn step<T>(step: impl FnOnce() -> Result<T, ParquetError>) -> Result<T, String> {
    guarded("Parquet", step)
}

/// The decoder of the columns that are needed.
fn table(data: &[u8], rows: &mut Rows) -> Result<ParquetPushDecoder, Trouble> {
    let contents = Arc::new(contents(data)?);
    let builder = step(|| ParquetPushDecoderBuilder::try_new_decoder(contents));
    let builder = builder.map_err(Trouble::Other)?;
    let names: Vec<&str> = builder.schema().fields().iter().map(|f| f.name().as_str()).collect();
    let needed = rows.find(&names).map_err(Trouble::Other)?;
    let mask = ProjectionMask::roots(builder.parquet_schema(), needed);
    step(|| builder.with_projection(mask).with_batch_size(BATCH).build()).map_err(Trouble::Other)
}

/// The table of contents at the end of the file.
fn contents(data: &[u8]) -> Result<ParquetMetaData, Trouble> {
    let Some((front, tail)) = data.split_last_chunk::<TAIL>() else {
        return Err(Trouble::Short(TAIL as u64));
    };
    let (length, magic) = tail.split_at(4);
    if magic == PARQUET_ENCRYPTED {
        let what = "an encrypted Parquet file: write it anew without encryption";
        return Err(Trouble::Other(what.to_owned()));
    }
    if magic != PARQUET_MAGIC {
        let what = "a Parquet file without its end, where the table of contents is: copy it again, \
                    or wait until it is written";
        return Err(Trouble::Other(what.to_owned()));
    }
    let length = length.iter().rev().fold(0_usize, |sum, octet| sum << 8 | usize::from(*octet));
    let Some(start) = front.len().checked_sub(length) else {
        return Err(Trouble::Short((length + TAIL) as u64));
    };
    let contents = step(|| {
        let contents = ParquetMetaDataReader::decode_metadata(&front[start..])?;
        check(&contents, start)?;
        Ok(contents)
    });
    contents.map_err(Trouble::Other)
}

/// The decoder takes it for granted that columns lie where they can.
fn check(contents: &ParquetMetaData, end: usize) -> Result<(), ParquetError> {
    let columns = contents.row_groups().iter().flat_map(RowGroupMetaData::columns);
    let within = |number: i64| usize::try_from(number).is_ok_and(|number| number <= end);
    for column in columns {
        let start = column.dictionary_page_offset().unwrap_or(column.data_page_offset());
        let size = column.compressed_size();
        let sound = within(start) && within(size) && within(start.saturating_add(size));
        if !sound || !within(column.data_page_offset()) || column.num_values() < 0 {
            return Err(beyond());
        }
    }
    Ok(())
}

fn decode<S: FlowSink>(
    mut decoder: ParquetPushDecoder,
    data: &[u8],
    place: &impl Fn(u64) -> Position,
    rows: &mut Rows,
    sink: &mut S,
) -> ControlFlow<FlowStop> {
    let mut at = place(0);
    loop {
        let what = match step(|| decoder.try_decode()) {
            Ok(DecodeResult::Finished) => return ControlFlow::Continue(()),
            Ok(DecodeResult::Data(batch)) => {
                rows.batch(&batch, at, sink)?;
                continue;
            }
            Ok(DecodeResult::NeedsData(ranges)) => {
                if let Some(first) = ranges.first() {
                    at = place(first.start);
                }
                match step(|| give(&mut decoder, ranges, data)) {
                    Ok(()) => continue,
                    Err(what) => what,
                }
            }
            Err(what) => what,
        };
        return ControlFlow::Break(FlowStop::Malformed { at, what });
    }
}

fn beyond() -> ParquetError {
    ParquetError::EOF("a column lies beyond the end of the file".to_owned())
}

/// Gives the decoder what it asks for.
fn give(
    decoder: &mut ParquetPushDecoder,
    ranges: Vec<Range<u64>>,
    data: &[u8],
) -> Result<(), ParquetError> {
    let piece = |range: &Range<u64>| {
        let (start, end) = (usize::try_from(range.start).ok()?, usize::try_from(range.end).ok()?);
        Some(Bytes::copy_from_slice(data.get(start..end)?))
    };
    let pieces: Option<Vec<Bytes>> = ranges.iter().map(piece).collect();
    let Some(pieces) = pieces.filter(|pieces| !pieces.is_empty()) else {
        return Err(beyond());
    };
    decoder.push_ranges(ranges, pieces)
}
