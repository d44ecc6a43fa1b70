//! NetFlow v9 (RFC 3954).
//!
//! ```text
//!  0 version 9    2 count of records, templates too (often something else)
//!  4 uptime, ms   8 seconds since 1970
//! 12 sequence, of datagrams              16 source id
//! 20 FlowSets, each: 0 id   2 length with these four octets   4 body
//! ```

use super::bytes::{be16, be32};
use super::clock::Clock;
use super::sets::{self, Sets};
use super::stream::StreamKey;
use super::{ExportFormat, ExportSession, Received};
use crate::flowlog::FlowSink;
use std::ops::ControlFlow;

/// Octets of the header.
pub(super) const HEADER: usize = 20;

/// Reads a datagram.
pub(super) fn read<S: FlowSink>(
    session: &mut ExportSession,
    bytes: &[u8],
    about: &Received,
    sink: &mut S,
) -> ControlFlow<()> {
    let number = |at| be32(bytes, at).unwrap_or(0);
    let format = ExportFormat::NetFlow9;
    let key = StreamKey { address: about.address, port: about.port, format, domain: number(16) };
    let uptime = Some(number(4));
    let clock = Clock::new(number(8), 0, uptime);
    let sets = Sets { key, clock, bytes: bytes.get(HEADER..).unwrap_or_default(), at: about.at };
    sets::read(session, &sets, sink)?;
    let count = be16(bytes, 2).unwrap_or(0);
    session.number(key, number(12), Some(1), count.into(), uptime);
    ControlFlow::Continue(())
}
