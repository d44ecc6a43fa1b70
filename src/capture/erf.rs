//! ERF, the extensible record format of Endace DAG cards: records without a
//! file header. Each has a time in units of 2^-32 s (little-endian) and a type
//! (the rest big-endian). The type decides the link layer, so a frame is handed
//! on without its record header, under the link type that the type stands for.

use super::chain::{Chain, Sink, Stop, Walk, bytes_at};
use crate::model::{Frame, LinkType, Timestamp};

/// Octets of frame check sequence that the wire length of Ethernet counts.
const ETHERNET_FCS: u8 = 4;
/// Time, type, flags, record length, loss counter, wire length.
const RECORD_HEADER: usize = 16;
/// The largest known record type (29: OPA_9B; 27: provenance).
const LAST_TYPE: u8 = 48;
/// Record type of padding, which is no frame.
const TYPE_PAD: u8 = 48;
/// Records that must follow one another to recognise a file: there is no magic.
const DETECT_RECORDS: usize = 16;

/// An ERF file. It has no state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erf;

struct Header {
    kind: u8,
    record_len: usize,
    wire_len: u16,
    timestamp: Option<Timestamp>,
}

impl Erf {
    /// Whether the bytes at the start of an input are ERF records: all that
    /// can be seen, up to 16, must be plausible and in a sensible order of time.
    pub(super) fn detect(data: &[u8], whole: bool) -> bool {
        let mut at = 0;
        let mut last: Option<Timestamp> = None;
        for seen in 0..DETECT_RECORDS {
            if at == data.len() && seen > 0 {
                return true;
            }
            let Some(header) = data.get(at..).and_then(header) else {
                return seen > 0 && !whole;
            };
            let near = |last: Timestamp, now: Timestamp| {
                last.nanoseconds().abs_diff(now.nanoseconds()) < 86_400 * 1_000_000_000
            };
            let Some(time) =
                header.timestamp.filter(|now| last.is_none_or(|last| near(last, *now)))
            else {
                return false;
            };
            // 1995: before it there were no such cards.
            if !plausible(&header) || time.nanoseconds() < 788_918_400_000_000_000 {
                return false;
            }
            last = Some(time);
            at += header.record_len;
        }
        true
    }
}

fn plausible(header: &Header) -> bool {
    let kind = header.kind & 0x7f;
    header.record_len >= RECORD_HEADER && kind > 0 && kind <= LAST_TYPE
}

fn header(rest: &[u8]) -> Option<Header> {
    let bytes: [u8; RECORD_HEADER] = bytes_at(rest, 0)?;
    let time = u64::from_le_bytes([
        bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5], bytes[6], bytes[7],
    ]);
    let nanoseconds = (u128::from(time) * 1_000_000_000) >> 32;
    Some(Header {
        kind: bytes[8],
        record_len: usize::from(u16::from_be_bytes([bytes[10], bytes[11]])),
        wire_len: u16::from_be_bytes([bytes[14], bytes[15]]),
        timestamp: i128::try_from(nanoseconds).ok().and_then(Timestamp::from_wide),
    })
}

/// The frame within a whole record.
fn frame<'a>(header: &Header, whole: &'a [u8]) -> Frame<'a> {
    let payload = &whole[payload_offset(whole)..];
    let (link_type, skip, fcs_len) = match header.kind & 0x7f {
        // Two octets (offset and padding) stand before an Ethernet frame.
        2 | 11 | 16 | 20 => (LinkType::ETHERNET, 2, ETHERNET_FCS),
        // HDLC framing: Cisco's by its address octet, else PPP (RFC 1662).
        1 | 10 | 15 | 19 if matches!(payload.first(), Some(0x0f | 0x8f)) => {
            (LinkType::C_HDLC, 0, 0)
        }
        1 | 10 | 15 | 19 => (LinkType::PPP, 0, 0),
        22 => (LinkType::IPV4, 0, 0),
        23 => (LinkType::IPV6, 0, 0),
        // A type that is not known here.
        _ => (LinkType::ERF, 0, 0),
    };
    // The record is padded to eight octets; the wire length says where it ends.
    let captured = &payload[skip.min(payload.len())..];
    let captured = &captured[..captured.len().min(usize::from(header.wire_len))];
    Frame {
        link_type: Some(link_type),
        timestamp: header.timestamp,
        captured,
        original_len: u32::from(header.wire_len),
        fcs_len,
        interface: 0,
    }
}

/// Where the payload begins: after the header and its extension headers, each
/// of eight octets, announced by the top bit of the type before it.
fn payload_offset(whole: &[u8]) -> usize {
    let mut at = RECORD_HEADER;
    let mut more = whole.get(8).is_some_and(|kind| kind & 0x80 != 0);
    while more && at + 8 <= whole.len() {
        more = whole[at] & 0x80 != 0;
        at += 8;
    }
    at.min(whole.len())
}

impl Chain for Erf {
    const GUESSABLE: bool = false;

    fn read<S: Sink>(&mut self, data: &[u8], from: usize, until: usize, sink: &mut S) -> Walk {
        let mut at = from;
        while at < until.min(data.len()) {
            let rest = &data[at..];
            let Some(header) = header(rest) else {
                let needed = RECORD_HEADER as u64;
                return Walk { end: at, stop: Stop::Incomplete { unit: "record header", needed } };
            };
            if !plausible(&header) {
                let stop = Stop::Malformed(format!(
                    "the record has type {} and length {}",
                    header.kind & 0x7f,
                    header.record_len
                ));
                return Walk { end: at, stop };
            }
            let Some(whole) = rest.get(..header.record_len) else {
                let needed = header.record_len as u64;
                return Walk { end: at, stop: Stop::Incomplete { unit: "record", needed } };
            };
            let frame = frame(&header, whole);
            if header.kind & 0x7f != TYPE_PAD && sink.frame(frame).is_break() {
                return Walk { end: at, stop: Stop::Sink };
            }
            at += header.record_len;
        }
        Walk { end: at, stop: Stop::Limit }
    }

    fn guess(&self, _: &[u8], _: usize) -> Option<usize> {
        None
    }
}
