//! The yearly sheet of a country: one page for a national report, in English or
//! French, as Markdown or HTML.
//!
//! `content` makes a page of words, tables and charts out of the figures;
//! `markdown` and `html` write it. Nothing that it needs lies elsewhere: charts
//! are inline SVG, in black and white.

mod chart;
mod charts;
mod content;
mod html;
mod language;
mod markdown;
mod page;
mod words;

pub use content::{SheetView, sheet};
pub use language::Language;
pub use page::SheetFormat;
