//! How long a datagram is that lies in a file among others, by its content.

use super::ExportFormat;
use super::bytes::be16;
use super::netflow5;

/// Where a datagram ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// After so many octets, by its content.
    Whole(usize),
    /// The bytes end before it does: it needs so many, at the least.
    Needs(usize),
}

/// The extent of the datagram of `format` at the start of `bytes`; `ended` says
/// that nothing follows them.
pub(super) fn extent(format: ExportFormat, bytes: &[u8], _ended: bool) -> Extent {
    let length = match format {
        ExportFormat::NetFlow5 | ExportFormat::NetFlow7 => {
            let count = usize::from(be16(bytes, 2).unwrap_or(0));
            netflow5::HEADER + count * netflow5::record_len(format)
        }
        _ => usize::from(be16(bytes, 2).unwrap_or(0)),
    };
    if length <= bytes.len() { Extent::Whole(length) } else { Extent::Needs(length) }
}
