//! From inputs to a summary: the one room that knows all the others.

mod control;
mod copies;
mod explain;
mod flows;
mod input_run;
mod lane;
mod mapped;
mod outcome;
mod run;
mod statistics;
mod streamed;

pub use control::Control;
pub use explain::{Explained, explain};
pub use run::{Options, analyze};
pub use statistics::read_statistics;
