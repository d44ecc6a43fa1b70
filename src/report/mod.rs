//! What a summary looks like to people and to machines.
//!
//! A [`Summary`](crate::summary::Summary) goes in, text comes out; nothing is
//! measured here. Shares are made in one place (`share`), rows are sorted in
//! one place (`breakdown`, and `tunnel` for what stands across the views), and
//! each format has a file of its own, in which its specification stands:
//!
//! - [`Format::Table`]: for people, from a headline down to the packet sizes
//! - [`Format::Json`]: one document, the contract for scripts
//! - [`Format::Ndjson`]: one flat JSON object a line, for `jq` and databases
//! - [`Format::Csv`]: one rectangular table of totals and rows
//!
//! Nothing of the run (time, threads, host) is printed, and the same summary
//! gives the same bytes.

mod auto_prefixes;
mod breakdown;
mod comparison;
pub mod csv;
pub mod explain;
mod flat;
mod format;
pub mod json;
mod json_distinct;
mod json_flows;
mod json_row;
mod json_time;
mod json_totals;
mod json_value;
mod key_fields;
pub mod ndjson;
pub mod registry;
mod share;
mod table;
#[cfg(test)]
mod tests_support;
mod time;
mod tunnel;

pub use comparison::write as write_comparison;
pub use explain::{ExplainFormat, write as write_explanations};
pub use format::{Format, Options, write};
