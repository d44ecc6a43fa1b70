//! Geneve header (RFC 8926, section 3.4).
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +---+-----------+-+-+-----------+-------------------------------+
//! |Ver|Opt. length|O|C| Reserved  |         Protocol type         |
//! +---+-----------+-+-+-----------+---------------+---------------+
//! |           Virtual network identifier          |   Reserved    |
//! +-----------------------------------------------+---------------+
//! | Options ...
//! ```

use super::field::{be16, fixed_header};

const VERSION_MASK: u8 = 0xc0;
const OPTIONS_MASK: u8 = 0x3f;
const CONTROL: u8 = 0x80;
const RESERVED: u8 = 0x3f;
const WORD: usize = 4;

fixed_header! {
    /// The header without its options.
    pub struct Geneve(8);
}

impl Geneve<'_> {
    /// True for version 0, the only one there is.
    #[must_use]
    pub fn is_valid(self) -> bool {
        self.0[0] & VERSION_MASK == 0
    }

    /// True when every reserved bit is 0, as it must be sent.
    #[must_use]
    pub fn is_exact(self) -> bool {
        self.0[1] & RESERVED == 0 && self.0[7] == 0
    }

    /// True for a control packet: the payload is no tenant's.
    #[must_use]
    pub fn is_control(self) -> bool {
        self.0[1] & CONTROL != 0
    }

    /// Octets with all options.
    #[must_use]
    pub fn header_len(self) -> usize {
        Self::LEN + usize::from(self.0[0] & OPTIONS_MASK) * WORD
    }

    /// The EtherType of the payload.
    #[must_use]
    pub fn protocol(self) -> u16 {
        be16(self.0, 2)
    }
}
