//! The start of a frame.

use super::{EtherType, LinkType, Timestamp};

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
    /// The first bytes of the frame as they stand in the input: VLAN tags may be left out
    /// of [`bytes`](Self::bytes).
    pub front: &'a [u8; Head::FRONT],
    /// Octets of the VLAN tags that are.
    pub tags_left_out: u8,
    /// The link type of the frame, one that [has heads](Self::covers).
    pub link_type: LinkType,
    /// The interface within its section of a capture, as that of a [`Frame`](super::Frame).
    pub interface: u32,
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

    /// Bytes of an Ethernet header and of what two VLAN tags say.
    pub const FRONT: usize = 20;

    /// Bytes of an Ethernet frame with the header of a plain packet of either family.
    pub const PLAIN: usize = 54;

    /// Of which family the packet of an Ethernet frame seems to be, as a number: plain,
    /// behind an EtherType that says so. No branch tells one family from the other.
    #[inline(always)]
    #[must_use]
    pub fn family(bytes: &[u8; Head::LEN]) -> Option<u8> {
        /// What the EtherType and the first octet of a packet are, and which of their
        /// bits count, for IPv4 without options and for IPv6.
        const FAMILIES: [[u32; 2]; 2] = [[0x00ff_ffff, 0x0045_0008], [0x00f0_ffff, 0x0060_dd86]];
        let mut word = [0; 4];
        word.copy_from_slice(&bytes[12..16]);
        let what = u32::from_le_bytes(word);
        let is_six = (what >> 21 & 1) as u8;
        let [mask, expected] = FAMILIES[usize::from(is_six)];
        (what & mask == expected).then_some(is_six)
    }

    /// Octets of the VLAN tags, of two at most, in an Ethernet frame.
    #[inline(always)]
    #[must_use]
    pub fn tags(bytes: &[u8; Head::LEN]) -> usize {
        let is_tag =
            |at: usize| EtherType(u16::from_be_bytes([bytes[at], bytes[at + 1]])).is_vlan();
        match (is_tag(12), is_tag(16)) {
            (false, _) => 0,
            (true, false) => 4,
            (true, true) => 8,
        }
    }

    /// Whether frames of this link type are given by their heads: those in which an
    /// IP header stands at one of few places.
    #[inline(always)]
    #[must_use]
    pub fn covers(link_type: LinkType) -> bool {
        link_type == LinkType::ETHERNET
            || matches!(link_type, LinkType::RAW | LinkType::LINUX_SLL | LinkType::LINUX_SLL2)
    }
}
