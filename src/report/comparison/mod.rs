//! Two results side by side, for people and for machines.
//!
//! Shares are set side by side with their difference in percentage points, the
//! traffic of each family with its growth, and the rows of each breakdown with
//! their *contribution*: by how many percentage points the row moved the share
//! of the whole. Where no packet is in two rows, the contributions of all rows
//! add up to the difference of the share.

mod csv;
mod figures;
mod json;
mod write;

pub(super) use figures::{Change, Growth, moved};
pub use write::write;
