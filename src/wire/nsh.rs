//! Network service header (RFC 8300, section 2.2).
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +---+-+-+-----------+-----------+-------+-------+---------------+
//! |Ver|O|U|    TTL    |  Length   |   U   |MD type| Next protocol |
//! +---+-+-+-----------+-----------+-------+-------+---------------+
//! |          Service path identifier              | Service index |
//! +-----------------------------------------------+---------------+
//! | Context headers ...
//! ```

use super::HeaderError;
use super::field::fixed_header;

const LENGTH: usize = 1;
const NEXT_PROTOCOL: usize = 3;
/// The Length counts words of four octets.
const LENGTH_MASK: u8 = 0x3f;
const WORD: usize = 4;

fixed_header! {
    /// The base header and the service path header.
    pub struct Nsh(8);
}

impl Nsh<'_> {
    /// Octets with all context headers.
    ///
    /// # Errors
    /// [`HeaderError::Malformed`] when they are fewer than the header has.
    pub fn header_len(self) -> Result<usize, HeaderError> {
        match usize::from(self.0[LENGTH] & LENGTH_MASK) * WORD {
            short if short < Self::LEN => Err(HeaderError::Malformed),
            len => Ok(len),
        }
    }

    /// What the payload is: 1 IPv4, 2 IPv6, 3 Ethernet, 4 NSH, 5 MPLS.
    #[must_use]
    pub fn next_protocol(self) -> u8 {
        self.0[NEXT_PROTOCOL]
    }
}
