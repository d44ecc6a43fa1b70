//! Arista's vendor-specific EtherType 0xd28b: the time stamp that a tap
//! aggregator puts behind the addresses.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +-------------------------------+-------------------------------+
//! |      Subtype (1: time)        |            Version            |
//! +-------------------------------+-------------------------------+
//! |  Seconds, 32 or 16 bits; nanoseconds, 32 bits; then an EtherType
//! +---------------------------------------------------------------+
//! ```

use super::field::{be16, fixed_header};

const SUBTYPE: usize = 0;
const VERSION: usize = 2;
const TIMESTAMP: u16 = 1;
/// The nibble of the version that says how wide the time is; the others say
/// its scale (TAI, UTC) and its writer.
const WIDTH_MASK: u16 = 0x00f0;
const WIDTH_64: u16 = 0x0010;
const WIDTH_48: u16 = 0x0020;

fixed_header! {
    /// Subtype and version.
    pub struct Arista(4);
}

impl Arista<'_> {
    /// Octets before the next EtherType; `None` for what is no time stamp.
    #[must_use]
    pub fn timestamp_len(self) -> Option<usize> {
        if be16(self.0, SUBTYPE) != TIMESTAMP {
            return None;
        }
        match be16(self.0, VERSION) & WIDTH_MASK {
            WIDTH_64 => Some(Self::LEN + 8),
            WIDTH_48 => Some(Self::LEN + 6),
            _ => None,
        }
    }
}
