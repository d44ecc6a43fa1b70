//! Two results side by side: what changed, and what moved most.
//!
//! Both sides are JSON reports (version 1); a stored summary is rendered as one
//! first, so that there is one way to read a result. Everything here is integers:
//! shares and differences are made in the report.

mod compared;
mod document;

pub use compared::{Compared, ComparedBreakdown, ComparedRow, Comparison, Incomparable};
pub use document::{Document, NotAReport};
