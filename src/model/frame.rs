//! One captured link-layer record.

use super::{LinkType, Timestamp};

/// A frame as a capture holds it, borrowed from the bytes that were read.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    /// Link type of the interface; `None` when the record names an interface
    /// that was never described.
    pub link_type: Option<LinkType>,
    /// When it was seen; `None` when the record has no time or an impossible one.
    pub timestamp: Option<Timestamp>,
    /// The bytes that were stored: the captured length is theirs.
    pub captured: &'a [u8],
    /// Octets the frame had on the wire, by the capture's word.
    pub original_len: u32,
    /// Octets of frame check sequence at the frame's end, where it is known
    /// that there are any; else 0.
    pub fcs_len: u8,
    /// The interface within its section (0 where the format has none).
    pub interface: u32,
}
