//! Cisco's HDLC framing (RFC 1547, section 4.3.1).
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +---------------+---------------+-------------------------------+
//! |    Address    |    Control    |      Protocol (EtherType)     |
//! +---------------+---------------+-------------------------------+
//! ```

use super::field::{be16, fixed_header};
use crate::model::EtherType;

const PROTOCOL: usize = 2;

fixed_header! {
    /// Four octets.
    pub struct CiscoHdlc(4);
}

impl CiscoHdlc<'_> {
    /// The address of unicast frames.
    pub const UNICAST: u8 = 0x0f;
    /// The address of broadcast frames.
    pub const BROADCAST: u8 = 0x8f;

    /// What the payload is.
    #[inline]
    #[must_use]
    pub fn protocol(self) -> EtherType {
        EtherType(be16(self.0, PROTOCOL))
    }
}
