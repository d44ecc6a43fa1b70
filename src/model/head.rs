//! The start of a frame.

use super::{LinkType, Timestamp};

/// As many bytes of a frame as the plain headers take, at fixed places:
/// what the short path reads, without asking for each field whether it was
/// captured.
///
/// A reader gives one where so many bytes follow in the input, be they the
/// frame's or those of what comes after it.
#[derive(Clone, Copy, Debug)]
pub struct Head<'a> {
    /// The first bytes: only the first `captured_len` of them are the frame's.
    pub bytes: &'a [u8; Head::LEN],
    /// The link type of the frame, one that [has heads](Self::covers).
    pub link_type: LinkType,
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
    /// Bytes of a head: an Ethernet header with two tags, an IPv6 header, two ports,
    /// and some to spare.
    pub const LEN: usize = 72;

    /// Whether frames of this link type are given by their heads: those in which an
    /// IP header stands at one of few places.
    #[inline(always)]
    #[must_use]
    pub fn covers(link_type: LinkType) -> bool {
        link_type == LinkType::ETHERNET
            || matches!(link_type, LinkType::RAW | LinkType::LINUX_SLL | LinkType::LINUX_SLL2)
    }
}
