//! Encapsulating Security Payload (RFC 4303, section 2).
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +---------------------------------------------------------------+
//! |               Security parameters index (SPI)                 |
//! +---------------------------------------------------------------+
//! |                      Sequence number                          |
//! +---------------------------------------------------------------+
//! | Payload, padding (0 to 255) ...
//! +                               +---------------+---------------+
//! |                               |  Pad length   |  Next header  |
//! +-------------------------------+---------------+---------------+
//! | Integrity check value (ICV) ...
//! +---------------------------------------------------------------+
//! ```

use super::field::{be32, fixed_header};

/// 0 is for local use, 1 to 255 are reserved (RFC 4303, section 2.1).
const FIRST_SPI: u32 = 256;

fixed_header! {
    /// Eight octets; the rest is a secret.
    pub struct Esp(8);
}

impl Esp<'_> {
    /// True when both numbers can be those of a packet that was sent.
    #[must_use]
    pub fn is_valid(self) -> bool {
        be32(self.0, 0) >= FIRST_SPI && be32(self.0, 4) != 0
    }
}

/// The trailer of a packet that is not encrypted (RFC 2410): what `bytes`, the
/// payload up to the ICV, carry, and its protocol number. The padding must be
/// 1, 2, 3 ... as RFC 4303 section 2.4 asks.
#[must_use]
pub fn clear_payload(bytes: &[u8]) -> Option<(&[u8], u8)> {
    let [payload @ .., pad_len, next_header] = bytes else { return None };
    let at = payload.len().checked_sub(usize::from(*pad_len))?;
    let (payload, padding) = payload.split_at(at);
    let is_padding = padding.iter().zip(1_u8..=u8::MAX).all(|(octet, number)| *octet == number);
    is_padding.then_some((payload, *next_header))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clear_payload_ends_with_counted_padding() {
        assert_eq!(clear_payload(&[9, 9, 1, 2, 2, 41]), Some((&[9, 9][..], 41)));
        assert_eq!(clear_payload(&[9, 0, 4]), Some((&[9][..], 4)));
        assert_eq!(clear_payload(&[9, 9, 7, 2, 2, 41]), None);
        assert_eq!(clear_payload(&[9, 9, 41]), None);
        assert_eq!(clear_payload(&[4]), None);
    }
}
