//! NetFlow v5 and v7: records of fixed fields, IPv4 alone.
//!
//! ```text
//! header, 24 octets                     record, 48 octets (v7: 52)
//!  0 version      2 count                0 source        4 destination
//!  4 uptime, ms   8 seconds              8 next hop     12 input   14 output
//! 12 nanoseconds 16 sequence            16 packets      20 octets
//! 20 engine type 21 engine id (v5)      24 first, ms    28 last, ms
//! 22 sampling: mode 2 bits, interval 14 32 ports        38 protocol
//! ```
//! Octets are those of the IP layer. v7 has no engine and no sampling, and names
//! the router that it shortcuts in four octets more a record.

use super::bytes::{be16, be32, chunk};
use super::clock::Clock;
use super::record::told;
use super::stream::StreamKey;
use super::{ExportFormat, ExportSession, Received};
use crate::flowlog::FlowSink;
use crate::model::{
    Anomalies, Exporter, FlowRecord, IpAddress, IpProtocol, IpVersion, Sampling, Undecodable,
};
use std::ops::ControlFlow;

/// Octets of the header of both.
pub(super) const HEADER: usize = 24;
/// The part of the header's last two octets that is the sampling interval; the
/// rest is its mode (1 deterministic, 2 random).
const INTERVAL: u16 = 0x3fff;

/// Records of a datagram, by the format's description.
const MOST: usize = 30;

/// Octets of a record.
pub(super) fn record_len(format: ExportFormat) -> usize {
    if format == ExportFormat::NetFlow7 { 52 } else { 48 }
}

/// Reads a datagram.
pub(super) fn read<S: FlowSink>(
    session: &mut ExportSession,
    format: ExportFormat,
    bytes: &[u8],
    about: &Received,
    sink: &mut S,
) -> ControlFlow<()> {
    let Some(header) = bytes.first_chunk::<HEADER>() else { return ControlFlow::Continue(()) };
    let number = |at| be32(header, at).unwrap_or(0);
    let count = be16(header, 2).unwrap_or(0);
    let engine = if format == ExportFormat::NetFlow5 { be16(header, 20).unwrap_or(0) } else { 0 };
    let sampling = match (format, be16(header, 22)) {
        (ExportFormat::NetFlow5, Some(bits)) => Sampling::one_in(u64::from(bits & INTERVAL)),
        _ => Sampling::Unknown,
    };
    let key = StreamKey { address: about.address, port: about.port, format, domain: engine.into() };
    session.make_room(&key, about.at, sink);
    session.number(key, number(16), Some(count.into()), 0, Some(number(4)));
    let clock = Clock::new(number(8), number(12), Some(number(4)));
    let records = bytes[HEADER..].chunks_exact(record_len(format));
    let cut = !records.remainder().is_empty();
    let (read, missing) = counts(records.len(), cut, count.into());
    for record in records.take(read) {
        let (flow, odd) = flow(record, &clock, sampling, key.exporter());
        sink.flow(&flow, odd)?;
    }
    if missing > 0 {
        sink.undecodable(Undecodable::MalformedRecord, missing);
    }
    if read != usize::from(count) {
        sink.remark(about.at, "a NetFlow datagram is shorter than its count of records says");
    }
    ControlFlow::Continue(())
}

/// How many of `there` whole records are read where the header counts `count`, and
/// how many are missing. A datagram that ends within a record (`cut`) lacks what
/// its header counts, as far as a datagram may hold that; one that ends between two
/// has a count that is wrong: exporters exist that send any number there.
fn counts(there: usize, cut: bool, count: usize) -> (usize, u64) {
    let read = there.min(count);
    match count - read {
        0 => (read, 0),
        missing if count <= MOST && (cut || there == 0) => (read, missing as u64),
        _ => (read, u64::from(cut || there == 0)),
    }
}

fn flow(
    record: &[u8],
    clock: &Clock,
    sampling: Sampling,
    exporter: Exporter,
) -> (FlowRecord, Anomalies) {
    let number = |at| be32(record, at).unwrap_or(0);
    let short = |at| be16(record, at).unwrap_or(0);
    let address = |at| chunk(record, at).map(IpAddress::from_v4);
    let protocol = IpProtocol(record.get(38).copied().unwrap_or(0));
    let (start, end) = (clock.at_uptime(number(24)), clock.at_uptime(number(28)));
    let (end, odd) = told(start, end);
    let flow = FlowRecord {
        family: Some(IpVersion::V4),
        source: address(0),
        destination: address(4),
        protocol: Some(protocol),
        ports: protocol.has_ports().then(|| (short(32), short(34))),
        packets: number(16).into(),
        octets: number(20).into(),
        start,
        end,
        sampling,
        exporter: Some(exporter),
        input: Some(short(12).into()),
        output: Some(short(14).into()),
        ..FlowRecord::default()
    };
    (flow, odd)
}
