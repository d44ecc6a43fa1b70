//! What the registries' statistics say, written down.
//!
//! Each report is a [`Document`]: facts and tables of typed values, made in a
//! file of its own (`state`, `pace`, `diff`, `usage`). The formats know
//! nothing else: `text` for people, `json` (its contract stands there) and `csv`.
//! The yearly sheet is prose and charts, and has a folder of its own.

mod csv;
mod diff;
mod document;
mod figures;
pub mod json;
mod pace;
mod sheet;
mod sources;
mod state;
mod text;
mod usage;

pub use diff::{DiffView, diff};
pub use document::{Document, DocumentFormat};
pub use pace::{pace, series};
pub use sheet::{Language, SheetFormat, SheetView, sheet};
pub use sources::Sources;
pub use state::{StateView, state};
pub use usage::{UsageView, usage};
