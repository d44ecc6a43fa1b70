//! Linux cooked capture, version 1 (LINKTYPE_LINUX_SLL).
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +-------------------------------+-------------------------------+
//! |          Packet type          |          ARPHRD_ type         |
//! +-------------------------------+-------------------------------+
//! |         Address length        |                               |
//! +-------------------------------+                               |
//! |                      Link-layer address                       |
//! |                               +-------------------------------+
//! |                               |         Protocol type         |
//! +-------------------------------+-------------------------------+
//! ```
//!
//! etherparse has this header too, but refuses every ARPHRD_ type it does not
//! know; a capture of such a device still says its protocol.

use super::field::{be16, fixed_header};
use crate::model::EtherType;

const HARDWARE: usize = 2;
const PROTOCOL: usize = 14;

fixed_header! {
    /// The sixteen octets before each packet; all numbers are big-endian.
    pub struct Sll(16);
}

impl Sll<'_> {
    /// The device's ARPHRD_ type, which may change what [`Self::protocol`] means.
    #[inline]
    #[must_use]
    pub fn hardware(self) -> u16 {
        be16(self.0, HARDWARE)
    }

    /// An EtherType, or one of Linux's own numbers below 1536.
    #[inline]
    #[must_use]
    pub fn protocol(self) -> EtherType {
        EtherType(be16(self.0, PROTOCOL))
    }
}
