//! Flow exports: NetFlow, IPFIX and sFlow datagrams, as they come over the wire
//! or lie one after another in a file.
//!
//! A datagram means little on its own: templates, sampling and sequence numbers
//! stand in those before it. [`ExportSession`] keeps them for each exporter, and
//! takes one datagram at a time, whichever format it is of. [`ExportReader`]
//! finds the datagrams in a file.

mod bytes;
mod clock;
mod element;
mod extent;
mod format;
mod ipfix;
mod moment;
mod netflow5;
mod netflow9;
mod plan;
mod reader;
mod record;
mod sampling;
mod sequence;
mod session;
mod sets;
mod sflow;
mod sflow_sample;
mod stream;
mod template_set;
mod templates;
mod waiting;

#[cfg(test)]
pub(crate) mod build_tests;
#[cfg(test)]
pub(crate) mod collect_tests;
#[cfg(test)]
mod ipfix_tests;
#[cfg(test)]
mod netflow5_tests;
#[cfg(test)]
mod netflow9_tests;
#[cfg(test)]
mod session_tests;
#[cfg(test)]
mod sflow_tests;

pub use format::ExportFormat;
pub use reader::{ExportReader, detect};
pub use session::{ExportSession, Limits, Received};
