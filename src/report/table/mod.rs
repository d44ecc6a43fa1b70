//! The report for people: a headline in words, the exact figures below it, and
//! what an engineer needs to trust them: where every record went, what was odd,
//! which inputs were not read to their end.

mod account;
mod breakdown;
mod comparison;
mod distinct;
mod document;
mod exporters;
mod flow_notes;
mod grid;
mod headline;
mod inputs;
mod names;
mod number;
mod page;
mod profiles;
mod sizes;
mod totals;
mod tunnels;

pub(super) use comparison::write as write_comparison;
pub(super) use document::write;
pub(super) use number::{exact, percent};
