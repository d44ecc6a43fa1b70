//! Why a stored summary cannot be written or read.

/// What is wrong, and what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The bytes are no Parquet file.
    #[error("not a summary: {0} (give a file that v6share analyze --save wrote)")]
    NotASummary(String),
    /// A Parquet file, but of something else.
    #[error(
        "a Parquet file without the columns of a summary: {0} is missing (give a file that v6share analyze --save wrote)"
    )]
    NoColumn(String),
    /// Written by a later version.
    #[error("its layout is version {0}, and this program reads version 1 (use a newer v6share)")]
    Layout(String),
    /// A row that cannot be.
    #[error("row {row}: {what} (the file is damaged, or was written by a newer v6share)")]
    Row {
        /// From 1 on.
        row: u64,
        /// What is wrong with it.
        what: String,
    },
    /// Something that every summary has is not there.
    #[error("{0} is missing (the file is damaged or was cut; save the summary again)")]
    Missing(&'static str),
    /// A count beyond the 64-bit columns.
    #[error("{what}: {count} is beyond the 64-bit columns of a summary (save smaller parts)")]
    TooLarge {
        /// Which.
        what: &'static str,
        /// How much.
        count: u128,
    },
    /// More dimensions than a row has columns of keys.
    #[error(
        "a breakdown by {0}: a summary keeps up to eight dimensions; with automatic prefixes and any dimension by both ends, four (leave one out, give a side to each, or keep no result)"
    )]
    TooManyDimensions(String),
    /// Built without the feature.
    #[error(
        "this v6share was built without Parquet and Arrow (build it with the feature columnar; --emit ndjson works without)"
    )]
    NotBuiltIn,
    /// Writing failed.
    #[error("the summary cannot be written: {0}")]
    Write(String),
}
