//! Cisco metadata behind GRE, which carries the tag of a security group. No
//! standard says it; behind an EtherType the payload's type comes last.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +-------------------------------+---------------+---------------+
//! |      EtherType of payload     |  Version (1)  |    Length     |
//! +-------------------------------+---------------+---------------+
//! |     Option length and type    |       Option: a tag           |
//! +-------------------------------+-------------------------------+
//! ```
//!
//! The length counts options of four octets.

use super::field::{be16, fixed_header};

const VERSION: u8 = 1;
const OPTION_LEN: usize = 4;

fixed_header! {
    /// The header without its options.
    pub struct CiscoMetadata(4);
}

impl CiscoMetadata<'_> {
    /// True for version 1, the only one there is.
    #[must_use]
    pub fn is_valid(self) -> bool {
        self.0[2] == VERSION
    }

    /// What the payload is.
    #[must_use]
    pub fn ether_type(self) -> u16 {
        be16(self.0, 0)
    }

    /// Octets with all options.
    #[must_use]
    pub fn header_len(self) -> usize {
        Self::LEN + usize::from(self.0[3]) * OPTION_LEN
    }
}
