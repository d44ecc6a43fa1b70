//! snoop, version 2 (RFC 1761): the capture format of Solaris. All fields are
//! big-endian; records are padded and give their whole length.

use super::chain::{Chain, MAX_RECORD, Sink, Stop, Walk, bytes_at};
use crate::model::{Frame, LinkType, Timestamp};

/// The first eight bytes of a file.
pub(super) const MAGIC: [u8; 8] = *b"snoop\0\0\0";
const FILE_HEADER: usize = 16;
const RECORD_HEADER: usize = 24;

/// A snoop file after its header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snoop {
    link_type: LinkType,
}

impl Snoop {
    /// Reads the file header; gives the chain and the offset of the first record.
    ///
    /// # Errors
    /// `Incomplete` when it is cut, `Malformed` when the version is not 2.
    pub fn open(data: &[u8]) -> Result<(Self, usize), Stop> {
        let (Some(version), Some(kind)) = (bytes_at(data, 8), bytes_at(data, 12)) else {
            return Err(Stop::Incomplete { unit: "file header", needed: FILE_HEADER as u64 });
        };
        let version = u32::from_be_bytes(version);
        if version != 2 {
            return Err(Stop::Malformed(format!(
                "snoop version {version}; only version 2 is known"
            )));
        }
        // RFC 1761 section 4: datalink types; those without a LINKTYPE_ are
        // told by a number that has no support.
        let link_type = LinkType(match u32::from_be_bytes(kind) {
            0 | 4 => 1,
            1 => 7,
            2 => 6,
            8 => 10,
            other => u16::try_from(other).unwrap_or(u16::MAX) | 0x8000,
        });
        Ok((Self { link_type }, FILE_HEADER))
    }

    fn record<'a>(&self, rest: &'a [u8]) -> Result<(Frame<'a>, usize), Stop> {
        let short = |unit, needed: usize| Stop::Incomplete { unit, needed: needed as u64 };
        let header: [u8; RECORD_HEADER] =
            bytes_at(rest, 0).ok_or(short("record header", RECORD_HEADER))?;
        let field = |at: usize| {
            u32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]])
        };
        let (original_len, included, record_len) = (field(0), field(4), field(8));
        let minimum = u64::from(included) + RECORD_HEADER as u64;
        if u64::from(record_len) < minimum || record_len > MAX_RECORD {
            return Err(Stop::Malformed(format!(
                "the record claims {record_len} bytes for {included} captured ones"
            )));
        }
        let whole = rest.get(..record_len as usize).ok_or(short("record", record_len as usize))?;
        let micro = u64::from(field(20));
        let nanoseconds = u64::from(field(16)) * 1_000_000_000 + micro * 1_000;
        let timestamp =
            (micro < 1_000_000).then(|| Timestamp::from_nanoseconds(nanoseconds.cast_signed()));
        let captured = &whole[RECORD_HEADER..RECORD_HEADER + included as usize];
        let link_type = Some(self.link_type);
        let frame =
            Frame { link_type, timestamp, captured, original_len, fcs_len: 0, interface: 0 };
        Ok((frame, whole.len()))
    }
}

impl Chain for Snoop {
    const GUESSABLE: bool = false;

    fn read<S: Sink>(&mut self, data: &[u8], from: usize, until: usize, sink: &mut S) -> Walk {
        let mut at = from;
        while at < until.min(data.len()) {
            match self.record(&data[at..]) {
                Ok((frame, len)) => {
                    if sink.frame(frame).is_break() {
                        return Walk { end: at, stop: Stop::Sink };
                    }
                    at += len;
                }
                Err(stop) => return Walk { end: at, stop },
            }
        }
        Walk { end: at, stop: Stop::Limit }
    }

    fn guess(&self, _: &[u8], _: usize) -> Option<usize> {
        None
    }
}
