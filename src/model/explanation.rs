//! One packet explained, so that a person can check a figure.

use super::{Decoded, Layer, LinkType, PerView, Profile, Timestamp};

/// How one record was counted, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// Its number in the input, from 1: the frame number of Wireshark.
    pub packet: u64,
    /// Offset of its first captured octet in the input, where the input is read
    /// as a whole (no pipe, no compression).
    pub at_byte: Option<u64>,
    /// The link type of its interface; `None` where that is not described.
    pub link_type: Option<LinkType>,
    /// Its interface, from 0.
    pub interface: u32,
    /// When it was seen.
    pub timestamp: Option<Timestamp>,
    /// Octets that were stored.
    pub captured_len: usize,
    /// Octets that were on the wire.
    pub original_len: u32,
    /// The headers that were found, from the start of the frame to its end.
    pub layers: Vec<Layer>,
    /// What it was counted as.
    pub decoded: Decoded,
    /// The profiles whose shares hold it, of each view.
    pub profiles: PerView<Vec<Profile>>,
}
