//! The headers that Linux drivers put before IEEE 802.11 frames before there
//! was radiotap: Prism's, and AVS's, which came under both link types.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +---------------------------------------------------------------+
//! |  AVS: magic 0x80211001 to 3 (BE); Prism: message code         |
//! +---------------------------------------------------------------+
//! |  AVS: length of the header (BE); Prism: 144 in all            |
//! +---------------------------------------------------------------+
//! ```

use super::HeaderError;
use super::field::{be32, fixed_header};

const LENGTH: usize = 4;
const AVS_MAGIC: u32 = 0x8021_1000;
const AVS_MAGIC_MASK: u32 = 0xffff_f000;
const PRISM_LEN: usize = 144;

fixed_header! {
    /// The first two words of either header.
    pub struct Avs(8);
}

impl Avs<'_> {
    /// Octets of the header.
    ///
    /// # Errors
    /// [`HeaderError::Malformed`] when AVS gives a length that is too short.
    pub fn header_len(self) -> Result<usize, HeaderError> {
        if be32(self.0, 0) & AVS_MAGIC_MASK != AVS_MAGIC {
            return Ok(PRISM_LEN);
        }
        match usize::try_from(be32(self.0, LENGTH)) {
            Ok(len) if len >= Self::LEN => Ok(len),
            _ => Err(HeaderError::Malformed),
        }
    }
}
