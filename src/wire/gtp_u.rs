//! GTP-U, version 1 (3GPP TS 29.281, section 5), and its extension headers.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +-----+-+-+-+-+-+---------------+-------------------------------+
//! | Ver |P|0|E|S|N| Message type  |            Length             |
//! +-----+-+-+-+-+-+---------------+-------------------------------+
//! |                 Tunnel endpoint identifier                    |
//! +-------------------------------+---------------+---------------+
//! |  Sequence number              | N-PDU number  |Next extension |  E, S or N
//! +-------------------------------+---------------+---------------+
//! | Length (words) | Content ...                  |Next extension |  each
//! +----------------+------------------------------+---------------+
//! ```
//!
//! The length counts what follows the first eight octets. GTP' (charging, the P
//! bit 0) has the same port in some networks and is no tunnel.

use super::HeaderError;
use super::field::be16;

const BASE_LEN: usize = 8;
const OPTIONAL_LEN: usize = 4;
const WORD: usize = 4;

/// Version 1, protocol type GTP, the spare bit 0.
const FORM: u8 = 0x30;
const FORM_MASK: u8 = 0xf8;
const OPTIONAL: u8 = 0x07;
const EXTENSION: u8 = 0x04;
const NO_MORE_EXTENSIONS: u8 = 0;
/// A user's packet follows.
const G_PDU: u8 = 255;

/// The header of a user's packet with all that is optional.
#[derive(Clone, Copy, Debug)]
pub struct GtpU {
    len: usize,
    message_len: usize,
}

impl GtpU {
    /// The header at the start of `bytes`.
    ///
    /// # Errors
    /// [`HeaderError::Truncated`] when `bytes` end before the header does,
    /// [`HeaderError::Malformed`] for other versions, other messages, and a
    /// length that its own headers exceed.
    pub fn new_checked(bytes: &[u8]) -> Result<Self, HeaderError> {
        let base: &[u8; BASE_LEN] = bytes.first_chunk().ok_or(HeaderError::Truncated)?;
        if base[0] & FORM_MASK != FORM || base[1] != G_PDU {
            return Err(HeaderError::Malformed);
        }
        let message_len = BASE_LEN + usize::from(be16(base, 2));
        let len = if base[0] & OPTIONAL == 0 { BASE_LEN } else { behind_optional(bytes)? };
        if len > message_len {
            return Err(HeaderError::Malformed);
        }
        Ok(Self { len, message_len })
    }

    /// Octets of the header with its extensions.
    #[must_use]
    pub fn header_len(self) -> usize {
        self.len
    }

    /// Octets of the header and the user's packet, by the length field.
    #[must_use]
    pub fn message_len(self) -> usize {
        self.message_len
    }
}

/// Where the optional fields and the chain of extension headers end.
fn behind_optional(bytes: &[u8]) -> Result<usize, HeaderError> {
    let mut len = BASE_LEN + OPTIONAL_LEN;
    let mut next = *bytes.get(len - 1).ok_or(HeaderError::Truncated)?;
    if bytes[0] & EXTENSION == 0 {
        return Ok(len);
    }
    while next != NO_MORE_EXTENSIONS {
        match usize::from(*bytes.get(len).ok_or(HeaderError::Truncated)?) * WORD {
            0 => return Err(HeaderError::Malformed),
            extension => len += extension,
        }
        next = *bytes.get(len - 1).ok_or(HeaderError::Truncated)?;
    }
    Ok(len)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extensions_are_walked_and_bounded_by_the_length() {
        let mut bytes = vec![0x34, 255, 0, 40, 0, 0, 0, 1, 0, 0, 0, 0x85];
        bytes.extend([1, 0, 9, 0x40, 2, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(GtpU::new_checked(&bytes).unwrap().header_len(), 24);
        assert_eq!(GtpU::new_checked(&bytes).unwrap().message_len(), 48);
        assert_eq!(GtpU::new_checked(&bytes[..20]).unwrap_err(), HeaderError::Truncated);
        bytes[3] = 8;
        assert_eq!(GtpU::new_checked(&bytes).unwrap_err(), HeaderError::Malformed);
        bytes[12] = 0;
        assert_eq!(GtpU::new_checked(&bytes).unwrap_err(), HeaderError::Malformed);
    }

    #[test]
    fn other_messages_are_none() {
        for (flags, kind) in [(0x30, 1), (0x20, 255), (0x50, 255), (0x38, 255)] {
            let bytes = [flags, kind, 0, 0, 0, 0, 0, 0];
            assert_eq!(GtpU::new_checked(&bytes).unwrap_err(), HeaderError::Malformed);
        }
    }
}
