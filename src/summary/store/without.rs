//! What stands in for Parquet and Arrow where they are not built in.

use super::{Row, StoreError};

/// # Errors
/// Always.
pub fn to_parquet(_rows: &[Row]) -> Result<Vec<u8>, StoreError> {
    Err(StoreError::NotBuiltIn)
}

/// # Errors
/// Always.
pub fn to_arrow(_rows: &[Row]) -> Result<Vec<u8>, StoreError> {
    Err(StoreError::NotBuiltIn)
}

/// # Errors
/// Always.
pub fn read(
    _bytes: Vec<u8>,
    _take: impl FnMut(u64, Row) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    Err(StoreError::NotBuiltIn)
}

/// # Errors
/// Always.
pub fn to_parquet_about(_rows: &[Row], _about: &[(&str, &str)]) -> Result<Vec<u8>, StoreError> {
    Err(StoreError::NotBuiltIn)
}

/// Never anything.
#[must_use]
pub fn about(_file: &std::fs::File, _key: &str) -> Option<String> {
    None
}

/// Never.
#[must_use]
pub fn is_reading() -> bool {
    false
}
