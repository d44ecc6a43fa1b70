//! The protocol field of PPP (RFC 1661, section 2), and the address and
//! control fields that HDLC-like framing puts before it (RFC 1662, section 3.1).
//!
//! ```text
//! + - - - - - - - - + - - - - - - - - +-----------------+ - - - - - - - - +
//! | Address 0xff    | Control 0x03    | Protocol        | low octet       |
//! + - - - - - - - - + - - - - - - - - +-----------------+ - - - - - - - - +
//!   absent without HDLC-like framing    odd: all of it    absent then
//! ```

use super::HeaderError;

/// The address of HDLC-like framing.
pub const ADDRESS: u8 = 0xff;
/// Its control field.
pub const CONTROL: u8 = 0x03;

/// IPv4 (RFC 1332).
pub const IPV4: u16 = 0x0021;
/// IPv6 (RFC 5072).
pub const IPV6: u16 = 0x0057;
/// TCP with a header compressed by RFC 1144.
pub const VJ_COMPRESSED: u16 = 0x002d;
/// TCP with its IPv4 header whole, but a slot number for its protocol (RFC 1144).
pub const VJ_UNCOMPRESSED: u16 = 0x002f;
/// A bridged frame (RFC 3518).
pub const BRIDGING: u16 = 0x0031;
/// A fragment of multilink PPP (RFC 1990).
pub const MULTILINK: u16 = 0x003d;
/// Encrypted (RFC 1968), and the same on one link of several.
pub const ENCRYPTED: [u16; 2] = [0x0053, 0x0055];
/// Compressed (RFC 1962), and the same on one link of several. What Microsoft
/// calls encryption (RFC 3078) is sent as the former.
pub const COMPRESSED: [u16; 2] = [0x00fd, 0x00fb];
/// MPLS (RFC 3032, section 4), unicast and multicast.
pub const MPLS: [u16; 2] = [0x0281, 0x0283];

/// The low bit of the last octet of a protocol field (RFC 1661, section 2).
const LAST: u8 = 0x01;

/// The protocol field of a PPP packet, one or two octets long.
#[derive(Clone, Copy, Debug)]
pub struct Protocol {
    number: u16,
    len: u8,
}

impl Protocol {
    /// The field at the start of `bytes`.
    ///
    /// # Errors
    /// [`HeaderError::Truncated`] when `bytes` end before the field does.
    #[inline]
    pub fn new_checked(bytes: &[u8]) -> Result<Self, HeaderError> {
        match *bytes {
            [low, ..] if low & LAST != 0 => Ok(Self { number: u16::from(low), len: 1 }),
            [high, low, ..] => Ok(Self { number: u16::from_be_bytes([high, low]), len: 2 }),
            _ => Err(HeaderError::Truncated),
        }
    }

    /// The number, as if it had been sent in two octets.
    #[inline]
    #[must_use]
    pub fn number(self) -> u16 {
        self.number
    }

    /// Octets of the field as it was sent.
    #[inline]
    #[must_use]
    pub fn header_len(self) -> usize {
        usize::from(self.len)
    }
}
