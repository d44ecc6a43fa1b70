//! Apple's packet tap (LINKTYPE_PKTAP).
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +---------------------------------------------------------------+
//! |                       Length of the header                    |
//! +---------------------------------------------------------------+
//! |               Record type: 1, a packet follows                |
//! +---------------------------------------------------------------+
//! |        Link type of the packet, its number in memory          |
//! +---------------------------------------------------------------+
//! |  Interface, process, ...                                      |
//! ```
//!
//! In the byte order of the capturing machine, which a file does not tell: the
//! one in which the length is the smaller.

use super::HeaderError;
use super::field::{be32, fixed_header, le32};

const LENGTH: usize = 0;
const RECORD: usize = 4;
const LINK_TYPE: usize = 8;
const PACKET: u32 = 1;

fixed_header! {
    /// The fields that say what follows.
    pub struct Pktap(12);
}

impl Pktap<'_> {
    /// Octets of the header.
    ///
    /// # Errors
    /// [`HeaderError::Malformed`] when they are fewer than its fields have.
    pub fn header_len(self) -> Result<usize, HeaderError> {
        match usize::try_from(self.number(LENGTH)) {
            Ok(len) if len >= Self::LEN => Ok(len),
            _ => Err(HeaderError::Malformed),
        }
    }

    /// True when a packet follows.
    #[must_use]
    pub fn is_packet(self) -> bool {
        self.number(RECORD) == PACKET
    }

    /// The link type of what follows, by its number in memory (DLT_).
    #[must_use]
    pub fn link_type(self) -> u32 {
        self.number(LINK_TYPE)
    }

    fn number(self, at: usize) -> u32 {
        if le32(self.0, LENGTH) <= be32(self.0, LENGTH) {
            le32(self.0, at)
        } else {
            be32(self.0, at)
        }
    }
}
