//! Capture files: bytes into [`crate::model::Frame`]s.
//!
//! A capture is a chain of records, each of which says where the next one
//! begins. [`Chain`] is that chain for one format: it reads whole records out
//! of a slice and knows nothing of files. [`StreamReader`] runs a chain over
//! bytes that come in order; [`Splitter`] cuts a mapped capture into pieces that are
//! read side by side and proven to join.

mod chain;
mod erf;
mod format;
mod pcap;
mod pcapng;
mod snoop;
mod sorted;
mod split;
mod stream;

pub use chain::{Chain, Sink, Stop, Walk};
pub use erf::Erf;
pub use format::{Capture, FIRST_BYTES, detect};
pub use pcap::Pcap;
pub use pcapng::PcapNg;
pub use snoop::Snoop;
pub use sorted::BATCH;
pub use split::{Finished, Merge, Next, Part, Place, Splitter, Start, Work};
pub use stream::{StreamEnd, StreamReader};
