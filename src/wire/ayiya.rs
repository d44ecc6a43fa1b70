//! AYIYA, anything in anything (draft-massar-v6ops-ayiya-02, section 3).
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +-------+-------+-------+-------+-------+-------+---------------+
//! | IDLen |IDType | SigLen|HshMeth|AutMeth|OpCode |  Next header  |
//! +-------+-------+-------+-------+-------+-------+---------------+
//! |                          Epoch time                           |
//! +---------------------------------------------------------------+
//! | Identity (2^IDLen octets), signature (SigLen words) ...
//! ```

use super::field::fixed_header;

const WORD: usize = 4;
/// The kinds of identity and the methods that there are, at most.
const MAX_ID_TYPE: u8 = 2;
const MAX_HASH: u8 = 2;
const MAX_AUTHENTICATION: u8 = 2;
/// Operations: forward the packet; the same with an echo.
const FORWARD: [u8; 2] = [1, 3];

fixed_header! {
    /// The header without identity and signature.
    pub struct Ayiya(8);
}

impl Ayiya<'_> {
    /// True when the packet that follows is to be forwarded, and every kind and
    /// method is one that there is.
    #[must_use]
    pub fn is_forwarded(self) -> bool {
        self.0[0] & 0x0f <= MAX_ID_TYPE
            && self.0[1] & 0x0f <= MAX_HASH
            && self.0[2] >> 4 <= MAX_AUTHENTICATION
            && FORWARD.contains(&(self.0[2] & 0x0f))
    }

    /// Octets with identity and signature.
    #[must_use]
    pub fn header_len(self) -> usize {
        Self::LEN + (1 << (self.0[0] >> 4)) + usize::from(self.0[1] >> 4) * WORD
    }

    /// The protocol number of what follows.
    #[must_use]
    pub fn next_header(self) -> u8 {
        self.0[3]
    }
}
