//! TRILL header (RFC 6325, section 3).
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +---+---+-+---------+-----------+-------------------------------+
//! | V | R |M|Op-Length| Hop count |   Egress RBridge nickname     |
//! +---+---+-+---------+-----------+-------------------------------+
//! |   Ingress RBridge nickname    | Options ..., inner Ethernet frame
//! +-------------------------------+-------------------------------+
//! ```

use super::field::{be16, fixed_header};

const OPTIONS_SHIFT: u16 = 6;
const OPTIONS_MASK: u16 = 0x1f;
const WORD: usize = 4;

fixed_header! {
    /// The header without its options.
    pub struct Trill(6);
}

impl Trill<'_> {
    /// Octets with all options.
    #[must_use]
    pub fn header_len(self) -> usize {
        Self::LEN + usize::from((be16(self.0, 0) >> OPTIONS_SHIFT) & OPTIONS_MASK) * WORD
    }
}
