//! The address field of Frame Relay (ITU-T Q.922, section 3.2), and the
//! fragment header of a multilink bundle (FRF.16.1).
//!
//! ```text
//!   8   7   6   5   4   3   2   1
//! +-----------------------+---+---+
//! |   DLCI, upper 6 bits  |C/R| 0 |
//! +---------------+---+---+---+---+
//! | DLCI, 4 bits  |FECN BECN DE|EA|   EA = 1: the last octet of the field
//! +---------------+---+---+---+---+
//! ```

use super::HeaderError;
use super::field::fixed_header;

/// The low bit of the last octet of the field.
const LAST: u8 = 0x01;
/// Q.922 knows two, three and four octets.
const SHORTEST: usize = 2;
const LONGEST: usize = 4;

/// Unnumbered information: an NLPID follows (RFC 2427, section 3).
pub const UNNUMBERED_INFORMATION: u8 = 0x03;

/// The address field.
#[derive(Clone, Copy, Debug)]
pub struct Address {
    len: usize,
}

impl Address {
    /// The field at the start of `bytes`.
    ///
    /// # Errors
    /// [`HeaderError::Truncated`] when `bytes` end before the field does,
    /// [`HeaderError::Malformed`] when it is not two to four octets long.
    pub fn new_checked(bytes: &[u8]) -> Result<Self, HeaderError> {
        let field = &bytes[..bytes.len().min(LONGEST)];
        match field.iter().position(|octet| octet & LAST != 0) {
            Some(last) if last + 1 >= SHORTEST => Ok(Self { len: last + 1 }),
            None if bytes.len() < LONGEST => Err(HeaderError::Truncated),
            _ => Err(HeaderError::Malformed),
        }
    }

    /// Octets of the field.
    #[must_use]
    pub fn header_len(self) -> usize {
        self.len
    }
}

const BEGINNING: u8 = 0x80;
const ENDING: u8 = 0x40;
const CONTROL: u8 = 0x20;

fixed_header! {
    /// The two octets before each fragment of a bundle: begin, end and control
    /// bits, and a sequence number.
    pub struct BundleFragment(2);
}

impl BundleFragment<'_> {
    /// True for a message of the bundle's own link integrity protocol.
    #[must_use]
    pub fn is_control(self) -> bool {
        self.0[0] & (BEGINNING | ENDING | CONTROL) == BEGINNING | ENDING | CONTROL
    }

    /// True for the fragment that starts with the frame's own header.
    #[must_use]
    pub fn is_first(self) -> bool {
        self.0[0] & BEGINNING != 0
    }
}
