//! Linux cooked capture, version 2 (LINKTYPE_LINUX_SLL2).
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +-------------------------------+-------------------------------+
//! |         Protocol type         |           Reserved            |
//! +-------------------------------+-------------------------------+
//! |                        Interface index                        |
//! +-------------------------------+---------------+---------------+
//! |          ARPHRD_ type         |  Packet type  | Address length|
//! +-------------------------------+---------------+---------------+
//! |                  Link-layer address (8 octets)                |
//! +---------------------------------------------------------------+
//! ```

use super::field::{be16, fixed_header};
use crate::model::EtherType;

const PROTOCOL: usize = 0;
const HARDWARE: usize = 8;

fixed_header! {
    /// The twenty octets before each packet; all numbers are big-endian.
    pub struct Sll2(20);
}

impl Sll2<'_> {
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
