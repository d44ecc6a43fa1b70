//! The start of a frame.

use super::Timestamp;

/// As many bytes of an Ethernet frame as the plain headers take, at fixed places:
/// what the short path reads, without asking for each field whether it was
/// captured.
///
/// A reader gives one where so many bytes follow in the input, be they the
/// frame's or those of what comes after it.
#[derive(Clone, Copy, Debug)]
pub struct Head<'a> {
    /// The first bytes: only the first `captured_len` of them are the frame's.
    pub bytes: &'a [u8; Head::LEN],
    /// Bytes of the frame that were stored.
    pub captured_len: u32,
    /// Octets the frame had on the wire, by the capture's word.
    pub original_len: u32,
    /// Octets of frame check sequence at the frame's end, 0 where not known.
    pub fcs_len: u8,
    /// When it was seen.
    pub timestamp: Timestamp,
}

impl Head<'_> {
    /// Bytes of a head: an Ethernet and an IPv6 header, two ports, and some to
    /// spare.
    pub const LEN: usize = 64;
}
