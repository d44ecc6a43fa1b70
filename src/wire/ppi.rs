//! Per-packet information (PPI header format, CACE Technologies, 2007).
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +---------------+---------------+-------------------------------+
//! |  Version (0)  |     Flags     |    Length of all (LE)         |
//! +---------------+---------------+-------------------------------+
//! |                   Link type of the packet (LE)                |
//! +-------------------------------+-------------------------------+
//! |       Field type (LE)         |    Length of its data (LE)    |  any
//! +-------------------------------+-------------------------------+  number
//! |  Data ...                                                     |  of times
//! ```

use super::HeaderError;
use super::field::{fixed_header, le16, le32};

const LENGTH: usize = 2;
const LINK_TYPE: usize = 4;

/// The field with what is common to all IEEE 802.11 radios.
const COMMON_80211: u16 = 2;
/// Where its flags are, after the time.
const COMMON_FLAGS: usize = 8;
const FCS_AT_END: u16 = 0x0001;

fixed_header! {
    struct Preamble(8);
}

fixed_header! {
    struct Field(4);
}

/// The whole header.
#[derive(Clone, Copy, Debug)]
pub struct Ppi<'a> {
    header: &'a [u8],
    link_type: u32,
}

impl<'a> Ppi<'a> {
    /// The header at the start of `bytes`.
    ///
    /// # Errors
    /// [`HeaderError::Truncated`] when `bytes` end before the header does,
    /// [`HeaderError::Malformed`] when the length is below 8.
    pub fn new_checked(bytes: &'a [u8]) -> Result<Self, HeaderError> {
        let preamble = Preamble::new_checked(bytes)?.0;
        let len = usize::from(le16(preamble, LENGTH));
        if len < Preamble::LEN {
            return Err(HeaderError::Malformed);
        }
        let header = bytes.get(..len).ok_or(HeaderError::Truncated)?;
        Ok(Self { header, link_type: le32(preamble, LINK_TYPE) })
    }

    /// Octets of the header.
    #[must_use]
    pub fn header_len(self) -> usize {
        self.header.len()
    }

    /// The link type of what follows, by its number in memory (DLT_).
    #[must_use]
    pub fn link_type(self) -> u32 {
        self.link_type
    }

    /// True when an IEEE 802.11 frame ends with its frame check sequence.
    #[must_use]
    pub fn has_fcs(self) -> bool {
        let mut rest = &self.header[Preamble::LEN..];
        while let Ok(Field(field)) = Field::new_checked(rest) {
            let data = rest.get(Field::LEN..).unwrap_or_default();
            if le16(field, 0) == COMMON_80211 {
                let flags = data.get(COMMON_FLAGS..).and_then(<[u8]>::first_chunk);
                return flags.is_some_and(|f| u16::from_le_bytes(*f) & FCS_AT_END != 0);
            }
            rest = data.get(usize::from(le16(field, 2))..).unwrap_or_default();
        }
        false
    }
}
