//! DOCSIS MAC header (CM-SP-MULPIv3.1, section 6.2).
//!
//! ```text
//! +------+-------+---------+----------+-------------+- - - - - - -+---------+
//! | Type | Parm  | EHDR_ON | MAC_PARM | Length (2)  | Extended    | HCS (2) |
//! |  2b  |  5b   |   1b    |          |             | header      |         |
//! +------+-------+---------+----------+-------------+- - - - - - -+---------+
//!                            its octets, if EHDR_ON   MAC_PARM octets
//! ```

use super::HeaderError;
use super::field::fixed_header;

const MAC_PARM: usize = 1;
const TYPE_MASK: u8 = 0xc0;
const PACKET: u8 = 0x00;
const ISOLATION_PACKET: u8 = 0x80;
const EXTENDED: u8 = 0x01;

/// Baseline privacy elements, up and down: the high nibble of their first octet.
const PRIVACY: [u8; 2] = [3, 4];
/// In the second octet of their value: the payload is encrypted.
const ENCRYPTED: u8 = 0x80;

fixed_header! {
    struct Fixed(6);
}

/// The header with its extended header.
#[derive(Clone, Copy, Debug)]
pub struct Docsis<'a> {
    control: u8,
    extended: &'a [u8],
}

impl<'a> Docsis<'a> {
    /// The header at the start of `bytes`.
    ///
    /// # Errors
    /// [`HeaderError::Truncated`] when `bytes` end before the header does.
    pub fn new_checked(bytes: &'a [u8]) -> Result<Self, HeaderError> {
        let fixed = Fixed::new_checked(bytes)?.0;
        let control = fixed[0];
        let extended_len = if control & EXTENDED != 0 { usize::from(fixed[MAC_PARM]) } else { 0 };
        // The extended header lies between the length and the check sequence.
        let extended = bytes.get(4..4 + extended_len).ok_or(HeaderError::Truncated)?;
        if bytes.len() < Fixed::LEN + extended_len {
            return Err(HeaderError::Truncated);
        }
        Ok(Self { control, extended })
    }

    /// Octets of the header.
    #[must_use]
    pub fn header_len(self) -> usize {
        Fixed::LEN + self.extended.len()
    }

    /// True when an Ethernet frame with its FCS follows.
    #[must_use]
    pub fn is_packet(self) -> bool {
        matches!(self.control & TYPE_MASK, PACKET | ISOLATION_PACKET)
    }

    /// True when that frame is encrypted behind its addresses.
    #[must_use]
    pub fn is_encrypted(self) -> bool {
        let mut rest = self.extended;
        while let [head, value @ ..] = rest {
            if PRIVACY.contains(&(head >> 4)) {
                return value.get(1).is_some_and(|octet| octet & ENCRYPTED != 0);
            }
            rest = value.get(usize::from(head & 0x0f)..).unwrap_or_default();
        }
        false
    }
}
