//! PPP over Ethernet (RFC 2516, section 4).
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +-------+-------+---------------+-------------------------------+
//! |  Ver  | Type  |     Code      |          Session ID           |
//! +-------+-------+---------------+-------------------------------+
//! |            Length             | PPP protocol and payload ...
//! +-------------------------------+-------------------------------+
//! ```

use super::field::fixed_header;

const CODE: usize = 1;
const SESSION_DATA: u8 = 0;

fixed_header! {
    /// Six octets.
    pub struct Pppoe(6);
}

impl Pppoe<'_> {
    /// True when a PPP frame follows; every other code belongs to discovery.
    #[inline]
    #[must_use]
    pub fn is_session_data(self) -> bool {
        self.0[CODE] == SESSION_DATA
    }
}
