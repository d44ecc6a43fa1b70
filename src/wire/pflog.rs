//! The packet filter log of OpenBSD and its kin (LINKTYPE_PFLOG).
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +---------------+---------------+---------------+---------------+
//! | Header length | Address family|    Action     |    Reason     |
//! +---------------+---------------+---------------+---------------+
//! |  Interface, rule, user, ...                                   |
//! ```
//!
//! The systems differ in what follows, but the length is told; it leaves out
//! the padding to a multiple of four octets.

use super::field::fixed_header;

const LENGTH: usize = 0;
const FAMILY: usize = 1;
const ALIGNMENT: usize = 4;

fixed_header! {
    /// The fields that all systems have in common.
    pub struct Pflog(4);
}

impl Pflog<'_> {
    /// Octets of the header with its padding.
    #[must_use]
    pub fn header_len(self) -> usize {
        usize::from(self.0[LENGTH]).next_multiple_of(ALIGNMENT).max(Self::LEN)
    }

    /// The AF_ number of the system that wrote it.
    #[must_use]
    pub fn family(self) -> u16 {
        u16::from(self.0[FAMILY])
    }
}
