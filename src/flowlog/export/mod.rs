//! Flow exports: NetFlow, IPFIX and sFlow datagrams, as they come over the wire
//! or lie one after another in a file.
//!
//! A datagram means little on its own: templates, sampling and sequence numbers
//! stand in those before it. [`ExportSession`] keeps them for each exporter, and
//! takes one datagram at a time, whichever format it is of. [`ExportReader`]
//! finds the datagrams in a file.

mod bytes;
mod clock;
#[cfg(test)]
pub(crate) mod collect_tests;
mod extent;
mod format;
mod netflow5;
#[cfg(test)]
mod netflow5_tests;
mod reader;
mod sequence;
mod session;
mod stream;

pub use format::ExportFormat;
pub use reader::{ExportReader, detect};
pub use session::{ExportSession, Limits, Received};
