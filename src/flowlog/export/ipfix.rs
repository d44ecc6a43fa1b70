//! IPFIX messages (RFC 7011), on the wire and in files (RFC 5655).
//!
//! ```text
//!  0 version 10   2 length of the message   4 export time, seconds since 1970
//!  8 sequence, of data records             12 observation domain id
//! 16 sets, each: 0 id   2 length with these four octets   4 body
//! ```

use super::bytes::{be16, be32};
use super::clock::Clock;
use super::sets::{self, Sets};
use super::stream::StreamKey;
use super::{ExportFormat, ExportSession, Received};
use crate::flowlog::FlowSink;
use crate::model::Undecodable;
use std::ops::ControlFlow;

/// Octets of the header.
pub(super) const HEADER: usize = 16;

/// Reads a message.
pub(super) fn read<S: FlowSink>(
    session: &mut ExportSession,
    bytes: &[u8],
    about: &Received,
    sink: &mut S,
) -> ControlFlow<()> {
    let number = |at| be32(bytes, at).unwrap_or(0);
    let length = usize::from(be16(bytes, 2).unwrap_or(0));
    let format = ExportFormat::Ipfix;
    let key = StreamKey { address: about.address, port: about.port, format, domain: number(12) };
    let clock = Clock::new(number(4), 0, None);
    let message = &bytes[..length.min(bytes.len())];
    let body = message.get(HEADER..).unwrap_or_default();
    let counted = sets::read(session, &Sets { key, clock, bytes: body, at: about.at }, sink)?;
    // A message that is cut between two sets lacks at least one.
    let cut = length > bytes.len() && !counted.uncertain;
    if cut {
        sink.undecodable(Undecodable::MalformedRecord, 1);
        sink.remark(about.at, "an IPFIX message is shorter than its length says");
    }
    let step = (!counted.uncertain && !cut).then_some(counted.records);
    session.number(key, number(8), step, 0, None);
    ControlFlow::Continue(())
}
