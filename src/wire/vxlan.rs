//! VXLAN header (RFC 7348, section 5), also with a group policy
//! (draft-smith-vxlan-group-policy).
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +-+-+-+-+-+-+-+-+-----------------------------------------------+
//! |R|R|R|R|I|R|R|R|                  Reserved                     |
//! +-+-+-+-+-+-+-+-+-----------------------------+-----------------+
//! |          VXLAN network identifier           |    Reserved     |
//! +---------------------------------------------+-----------------+
//! ```

use super::field::{be32, fixed_header};

/// The I flag: the network identifier is valid.
const VALID: u32 = 0x0800_0000;
const LAST_RESERVED: u32 = 0x0000_00ff;

fixed_header! {
    /// Eight octets; Ethernet follows.
    pub struct Vxlan(8);
}

impl Vxlan<'_> {
    /// True when the network identifier is valid, as it must be.
    #[must_use]
    pub fn is_valid(self) -> bool {
        be32(self.0, 0) & VALID != 0
    }

    /// True when every reserved bit is 0, as it must be sent: a receiver does
    /// not mind, but who doubts may.
    #[must_use]
    pub fn is_exact(self) -> bool {
        be32(self.0, 0) == VALID && be32(self.0, 4) & LAST_RESERVED == 0
    }
}
