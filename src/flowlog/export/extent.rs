//! How long a datagram is that lies in a file among others, by its content.

use super::ExportFormat;
use super::bytes::{be16, be32};
use super::{netflow5, netflow9, sflow};

/// Octets of the longest UDP payload, and of the longest IPFIX message.
const LONGEST: usize = 65_535;

/// Where a datagram ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// After so many octets.
    Whole(usize),
    /// The bytes end before it does: it needs so many, at the least.
    Needs(usize),
    /// It is longer than a datagram can be: it is none.
    Never,
}

/// The extent of the datagram of `format` at the start of `bytes`; `ended` says
/// that nothing follows them.
pub(super) fn extent(format: ExportFormat, bytes: &[u8], ended: bool) -> Extent {
    let length = match format {
        ExportFormat::NetFlow5 | ExportFormat::NetFlow7 => {
            let count = usize::from(be16(bytes, 2).unwrap_or(0));
            let record = netflow5::record_len(format);
            let there = bytes.len().saturating_sub(netflow5::HEADER);
            let length = netflow5::HEADER + count * record;
            // At the end of a file, whole records tell better than a count of them.
            let wrong = ended && length > bytes.len() && there.is_multiple_of(record);
            if wrong { bytes.len() } else { length }
        }
        ExportFormat::NetFlow9 => return flow_sets(bytes, ended),
        ExportFormat::Ipfix => usize::from(be16(bytes, 2).unwrap_or(0)),
        ExportFormat::SFlow5 => return samples(bytes),
    };
    if length <= bytes.len() { Extent::Whole(length) } else { Extent::Needs(length) }
}

/// A NetFlow v9 datagram does not say its length: it goes on as long as FlowSets
/// follow. The header of the next datagram cannot be taken for one: its version
/// is an identifier that is reserved (5, 7, 9, 10), and sFlow's a set of templates
/// that is too short for any.
fn flow_sets(bytes: &[u8], ended: bool) -> Extent {
    let mut at = netflow9::HEADER;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let (Some(id), Some(length)) = (be16(rest, 0), be16(rest, 2)) else {
            return match rest.len() {
                _ if at > bytes.len() => Extent::Needs(at),
                // Up to three octets that are no set's header are left to whoever
                // reads on.
                _ if ended => Extent::Whole(at),
                _ => Extent::Needs(at + 4),
            };
        };
        let set = match id {
            0 | 1 => length >= 8,
            2..256 => false,
            _ => length >= 4,
        };
        let end = at + usize::from(length);
        if !set || end > LONGEST {
            return Extent::Whole(at);
        }
        at = end;
    }
}

/// An sFlow datagram says how many samples it has, and each its length.
fn samples(bytes: &[u8]) -> Extent {
    let header = sflow::header_len(bytes);
    let mut at = header;
    let Some(count) = be32(bytes, header - 4) else { return Extent::Needs(header) };
    for _ in 0..count {
        let Some(length) = be32(bytes, at + 4) else { return Extent::Needs(at + 8) };
        at += 8 + length as usize;
        if at > LONGEST {
            return Extent::Never;
        }
    }
    if at <= bytes.len() { Extent::Whole(at) } else { Extent::Needs(at) }
}
