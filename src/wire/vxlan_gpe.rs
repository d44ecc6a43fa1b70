//! VXLAN-GPE header (draft-ietf-nvo3-vxlan-gpe, section 3).
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +-+-+---+-+-+-+-+-------------------------------+---------------+
//! |R|R|Ver|I|P|B|O|          Reserved             | Next protocol |
//! +-+-+---+-+-+-+-+-----------------------------+-+---------------+
//! |          VXLAN network identifier           |    Reserved     |
//! +---------------------------------------------+-----------------+
//! ```

use super::field::{be16, fixed_header};

const VERSION_MASK: u8 = 0x30;
const VALID: u8 = 0x08;
const NEXT_PROTOCOL: u8 = 0x04;
const OPERATIONS: u8 = 0x01;
const RESERVED: u8 = 0xc0;

fixed_header! {
    /// Eight octets.
    pub struct VxlanGpe(8);
}

impl VxlanGpe<'_> {
    /// True when the version is 0 and the network identifier valid.
    #[must_use]
    pub fn is_valid(self) -> bool {
        self.0[0] & (VERSION_MASK | VALID) == VALID
    }

    /// True when every reserved bit is 0, as it must be sent, and so is a next
    /// protocol that no flag tells.
    #[must_use]
    pub fn is_exact(self) -> bool {
        let is_told = self.0[0] & NEXT_PROTOCOL != 0;
        (is_told || self.0[3] == 0)
            && self.0[0] & RESERVED == 0
            && be16(self.0, 1) == 0
            && self.0[7] == 0
    }

    /// True for a message of operations, administration and maintenance.
    #[must_use]
    pub fn is_operations(self) -> bool {
        self.0[0] & OPERATIONS != 0
    }

    /// What the payload is: 1 IPv4, 2 IPv6, 3 Ethernet, 4 NSH, 5 MPLS; Ethernet
    /// where the P flag does not say that there is such a field. A field that is
    /// not 0 speaks for itself: some leave the flag out.
    #[must_use]
    pub fn next_protocol(self) -> u8 {
        if self.0[0] & NEXT_PROTOCOL == 0 && self.0[3] == 0 { 3 } else { self.0[3] }
    }
}
