//! Logs that are JSON: one object a record, in lines, in an array, or in a
//! document around them.
//!
//! The usual record is scanned, any other goes to serde_json; both give values that
//! borrow from the input. Which keys are looked at is said by a [`tree`], so that a
//! record costs no allocation whatever its format.

mod bounds;
mod form;
pub(super) mod keys;
mod reader;
mod scan;
mod shape;
mod taken;
mod trail;
mod tree;
mod walk;

pub(super) use reader::{Dialect, Json, Shape};
pub(super) use tree::{Place, Tree};
pub(super) use walk::Slots;
