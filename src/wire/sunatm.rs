//! The header of SunATM (LINKTYPE_SUNATM).
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +-+-------------+---------------+-------------------------------+
//! |D| Traffic type|      VPI      |              VCI              |
//! +-+-------------+---------------+-------------------------------+
//! ```

use super::field::fixed_header;

const TRAFFIC_MASK: u8 = 0x0f;

fixed_header! {
    /// Four octets.
    pub struct SunAtm(4);
}

impl SunAtm<'_> {
    /// LAN emulation: two octets and an Ethernet frame.
    pub const LAN_EMULATION: u8 = 1;
    /// LLC multiplexing (RFC 2684, section 5).
    pub const LLC: u8 = 2;

    /// What the payload is.
    #[must_use]
    pub fn traffic_type(self) -> u8 {
        self.0[0] & TRAFFIC_MASK
    }
}
