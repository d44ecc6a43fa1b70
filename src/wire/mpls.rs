//! One entry of an MPLS label stack (RFC 3032, section 2.1).
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +---------------------------------------+-----+-+---------------+
//! |                 Label                 | TC  |S|      TTL      |
//! +---------------------------------------+-----+-+---------------+
//! ```

use super::field::{be32, fixed_header};

/// The S bit: no entry follows.
const BOTTOM_OF_STACK: u32 = 0x0000_0100;
const LABEL_SHIFT: u32 = 12;

fixed_header! {
    /// Four octets.
    pub struct LabelStackEntry(4);
}

impl LabelStackEntry<'_> {
    /// The payload is IPv4 (RFC 3032, section 2.1).
    pub const IPV4_EXPLICIT_NULL: u32 = 0;
    /// The payload is IPv6 (ibid.).
    pub const IPV6_EXPLICIT_NULL: u32 = 2;
    /// A generic associated channel follows (RFC 5586, section 4).
    pub const GENERIC_CHANNEL: u32 = 13;

    /// The label, 20 bits.
    #[inline]
    #[must_use]
    pub fn label(self) -> u32 {
        be32(self.0, 0) >> LABEL_SHIFT
    }

    /// True when no entry follows.
    #[inline]
    #[must_use]
    pub fn is_bottom(self) -> bool {
        be32(self.0, 0) & BOTTOM_OF_STACK != 0
    }
}
