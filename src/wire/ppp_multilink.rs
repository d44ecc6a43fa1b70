//! A fragment of multilink PPP with the long sequence number (RFC 1990,
//! section 3).
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +-+-+-----------+-----------------------------------------------+
//! |B|E|0 0 0 0 0 0|                Sequence number                |
//! +-+-+-----------+-----------------------------------------------+
//! ```
//!
//! The short format must be negotiated (section 5.1.2), which a frame does not
//! show; its sequence numbers are read as part of the payload then.

use super::field::fixed_header;

const BEGINNING: u8 = 0x80;

fixed_header! {
    /// Four octets.
    pub struct Fragment(4);
}

impl Fragment<'_> {
    /// True for the fragment that starts with the packet's own header.
    #[inline]
    #[must_use]
    pub fn is_first(self) -> bool {
        self.0[0] & BEGINNING != 0
    }
}
