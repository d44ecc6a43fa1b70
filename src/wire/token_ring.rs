//! Token ring MAC header (IEEE 802.5, 3.2).
//!
//! ```text
//! +--------+--------+-----------------+------------+- - - - - - - - - - +
//! | Access | Frame  | Destination (6) | Source (6) | Routing (2 to 30)  |
//! +--------+--------+-----------------+------------+- - - - - - - - - - +
//!                                      its first bit says whether
//! ```

use super::HeaderError;
use super::field::fixed_header;

const FRAME_CONTROL: usize = 1;
const SOURCE: usize = 8;
const TYPE_MASK: u8 = 0xc0;
const LLC: u8 = 0x40;
const HAS_ROUTING: u8 = 0x80;
const ROUTING_LEN_MASK: u8 = 0x1f;

fixed_header! {
    struct Fixed(14);
}

/// The header with its routing information.
#[derive(Clone, Copy, Debug)]
pub struct TokenRing<'a> {
    fixed: Fixed<'a>,
    len: usize,
}

impl<'a> TokenRing<'a> {
    /// The header at the start of `bytes`.
    ///
    /// # Errors
    /// [`HeaderError::Truncated`] when `bytes` end before the header does.
    pub fn new_checked(bytes: &'a [u8]) -> Result<Self, HeaderError> {
        let fixed = Fixed::new_checked(bytes)?;
        let mut len = Fixed::LEN;
        if fixed.0[SOURCE] & HAS_ROUTING != 0 {
            let control = bytes.get(Fixed::LEN).ok_or(HeaderError::Truncated)?;
            len += usize::from(control & ROUTING_LEN_MASK);
        }
        if bytes.len() < len {
            return Err(HeaderError::Truncated);
        }
        Ok(Self { fixed, len })
    }

    /// Octets of the header.
    #[must_use]
    pub fn header_len(self) -> usize {
        self.len
    }

    /// True when an LLC header follows; MAC frames carry none.
    #[must_use]
    pub fn is_llc(self) -> bool {
        self.fixed.0[FRAME_CONTROL] & TYPE_MASK == LLC
    }
}
