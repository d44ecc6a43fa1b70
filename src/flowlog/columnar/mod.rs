//! Flow logs in columns: Parquet files, Arrow IPC files and streams.
//!
//! The columns are found by a mapping or by common names, as those of a text
//! are, and only those are decoded, one batch of rows after another. From there
//! on the text's own code makes the record, so that addresses, times and counters
//! mean the same in all tables. AWS VPC flow logs in Parquet are told by their
//! names; gaps and rejections mean there what they mean in the text.

mod arrow;
mod batch;
mod cells;
mod detect;
mod guard;
mod parquet;
mod reader;
#[cfg(test)]
mod tests;
mod vpc;

pub use detect::{ColumnarFormat, detect};
pub use reader::ColumnarReader;
