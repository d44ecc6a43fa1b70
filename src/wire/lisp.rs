//! LISP data header (RFC 9300, section 5).
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +-+-+-+-+-+-+---+-----------------------------------------------+
//! |N|L|E|V|I|R|K K|             Nonce or map versions             |
//! +-+-+-+-+-+-+---+-----------------------------------------------+
//! |             Instance ID and locator status bits               |
//! +---------------------------------------------------------------+
//! ```

use super::field::fixed_header;

const NONCE: u8 = 0x80;
const ECHO: u8 = 0x20;
const MAP_VERSION: u8 = 0x10;
const RESERVED: u8 = 0x04;
const KEY: u8 = 0x03;

fixed_header! {
    /// Eight octets; IPv4 or IPv6 follows.
    pub struct Lisp(8);
}

impl Lisp<'_> {
    /// True when the flags do not contradict each other: no map versions with a
    /// nonce, no echo without one.
    #[must_use]
    pub fn is_valid(self) -> bool {
        let flags = self.0[0];
        let nonce = flags & NONCE != 0;
        flags & RESERVED == 0
            && !(flags & MAP_VERSION != 0 && nonce)
            && (flags & ECHO == 0 || nonce)
    }

    /// True when the payload is encrypted (RFC 8061).
    #[must_use]
    pub fn is_encrypted(self) -> bool {
        self.0[0] & KEY != 0
    }
}
