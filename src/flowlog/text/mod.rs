//! Flow logs that are text: delimited tables and JSON, of clouds, sensors,
//! collectors, and of whoever names the columns.
//!
//! Every format brings its lines to the same row of [`Column`](super::Column)s;
//! from there on one piece of code makes the record, so that addresses, times
//! and counters mean the same in all of them. A line that cannot be read is
//! counted, and the rest goes on.

mod azure;
mod brief;
mod detect;
mod detect_json;
mod eve;
mod gcp;
mod json;
mod lines;
mod options;
mod protocol;
mod quick;
mod reader;
mod recent;
mod record;
mod row;
mod split;
mod table;
#[cfg(test)]
mod testing;
mod time;
mod told;
mod vpc;
mod zeek;

pub use detect::detect;
pub use options::TextOptions;
pub use reader::TextReader;
#[cfg(feature = "columnar")]
pub(in crate::flowlog) use record::{Outcome, Rules, outcome};
#[cfg(feature = "columnar")]
pub(in crate::flowlog) use row::{Row, Value};
#[cfg(feature = "columnar")]
pub(in crate::flowlog) use told::{Told, unreadable};

#[cfg(test)]
mod whole_tests;
