//! From inputs to a summary: the one room that knows all the others.

mod control;
mod copies;
mod delegated_countries;
mod explain;
mod flows;
mod heads;
mod input_run;
mod lane;
mod mapped;
mod networks;
mod outcome;
mod run;
mod seen_prefixes;
mod sharing;
mod statistics;
mod streamed;
mod stretch;

pub use control::Control;
pub use explain::{Explained, explain};
pub use networks::{NetworkInputs, Networks, read_networks};
pub use run::{Options, analyze};
pub use seen_prefixes::{read_announced, read_seen};
pub use sharing::{CannotHandOn, Sharing, SharingOptions};
pub use statistics::read_statistics;
