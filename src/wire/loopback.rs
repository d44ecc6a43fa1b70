//! The address family before a packet of a BSD loopback or tunnel device
//! (LINKTYPE_NULL, LINKTYPE_LOOP).
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +---------------------------------------------------------------+
//! |            Address family, in either byte order               |
//! +---------------------------------------------------------------+
//! ```
//!
//! NULL is in the byte order of the capturing machine and LOOP in network
//! byte order, but files travel and writers err: both orders are read. Address
//! families and EtherTypes fit in 16 bits, so that the order is never in doubt.

use super::field::{be32, fixed_header, le32};

fixed_header! {
    /// The four octets before each packet.
    pub struct Loopback(4);
}

impl Loopback<'_> {
    /// True when HDLC framing, of PPP or of Cisco, stands here: ISDN drivers of
    /// FreeBSD and NetBSD have this link type and no address family.
    #[inline]
    #[must_use]
    pub fn is_serial(self) -> bool {
        matches!(self.0, [0xff, 0x03, ..] | [0x0f | 0x8f, 0x00, ..]) && self.family().is_none()
    }

    /// The AF_ number (or an EtherType that stands in its place); `None` when
    /// it is larger than 16 bits in both byte orders.
    #[inline]
    #[must_use]
    pub fn family(self) -> Option<u16> {
        u16::try_from(le32(self.0, 0)).or_else(|_| u16::try_from(be32(self.0, 0))).ok()
    }
}
