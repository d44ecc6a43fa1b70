//! EtherIP header (RFC 3378, section 2).
//!
//! ```text
//!  0                   1
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5
//! +-------+-----------------------+
//! |Version|       Reserved        |
//! +-------+-----------------------+
//! ```

use super::field::{be16, fixed_header};

const FORM: u16 = 0x3000;

fixed_header! {
    /// Two octets; Ethernet follows.
    pub struct EtherIp(2);
}

impl EtherIp<'_> {
    /// True for version 3, the only one there is.
    #[must_use]
    pub fn is_valid(self) -> bool {
        be16(self.0, 0) == FORM
    }
}
