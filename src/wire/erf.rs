//! Endace's extensible record format (LINKTYPE_ERF).
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +---------------------------------------------------------------+
//! |                     Time stamp, 8 octets (LE)                 |
//! +-+-------------+---------------+-------------------------------+
//! |E|    Type     |     Flags     |     Record length (BE)        |
//! +-+-------------+---------------+-------------------------------+
//! |       Loss or color           |      Wire length (BE)         |
//! +-------------------------------+-------------------------------+
//! |  Extension headers of 8 octets, if E; the first bit of each   |
//! |  says whether another follows                                 |
//! ```

use super::HeaderError;
use super::field::{be16, fixed_header};

const TYPE: usize = 8;
const WIRE_LEN: usize = 14;
const TYPE_MASK: u8 = 0x7f;
const MORE: u8 = 0x80;
const EXTENSION_LEN: usize = 8;

fixed_header! {
    struct Fixed(16);
}

/// The record header with its extension headers.
#[derive(Clone, Copy, Debug)]
pub struct Erf<'a> {
    fixed: Fixed<'a>,
    len: usize,
}

impl<'a> Erf<'a> {
    /// The header at the start of `bytes`.
    ///
    /// # Errors
    /// [`HeaderError::Truncated`] when `bytes` end before the header does.
    pub fn new_checked(bytes: &'a [u8]) -> Result<Self, HeaderError> {
        let fixed = Fixed::new_checked(bytes)?;
        let mut len = Fixed::LEN;
        let mut more = fixed.0[TYPE] & MORE != 0;
        while more {
            more = bytes.get(len).ok_or(HeaderError::Truncated)? & MORE != 0;
            len += EXTENSION_LEN;
        }
        if bytes.len() < len {
            return Err(HeaderError::Truncated);
        }
        Ok(Self { fixed, len })
    }

    /// The record's type without the extension bit.
    #[must_use]
    pub fn record_type(self) -> u8 {
        self.fixed.0[TYPE] & TYPE_MASK
    }

    /// Octets of the header.
    #[must_use]
    pub fn header_len(self) -> usize {
        self.len
    }

    /// Octets of the packet on the wire, FCS included where the link has one.
    #[must_use]
    pub fn wire_len(self) -> usize {
        usize::from(be16(self.fixed.0, WIRE_LEN))
    }
}
