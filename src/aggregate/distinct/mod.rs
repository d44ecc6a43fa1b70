//! How many distinct addresses and prefixes there are.

mod addresses;
mod set;
mod sketch;

pub use addresses::{DistinctAddresses, DistinctWhat};
pub use set::{DistinctSet, EXACT_UP_TO};
pub use sketch::{REGISTERS, Sketch};
