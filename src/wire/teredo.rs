//! The indications before and the trailers behind a packet of Teredo (RFC 4380,
//! section 5.1.1; RFC 6081, section 4).
//!
//! ```text
//! +--------+--------+--------+--------+ - - - - - - - +-----------------+
//! |  0x00  |  0x01  | ID-len | AU-len | ID, AU value  | nonce 8, conf 1 |
//! +--------+--------+--------+--------+ - - - - - - - +-----------------+
//! |  0x00  |  0x00  | Origin port (2) | Origin IPv4 address (4) |
//! +--------+--------+-----------------+-------------------------+
//! | IPv6 packet ...
//! +--------+--------+ - - - - - - - -
//! | Type   | Length | Value            trailers
//! +--------+--------+ - - - - - - - -
//! ```

use super::HeaderError;

/// Nonce and confirmation.
const NONCE_LEN: usize = 9;
const ORIGIN_LEN: usize = 8;
const TRAILER_LEN: usize = 2;

/// Octets of the indications before the packet.
///
/// # Errors
/// [`HeaderError::Truncated`] when `bytes` end before they do.
pub fn indications_len(bytes: &[u8]) -> Result<usize, HeaderError> {
    let mut len = 0;
    if let [0, 1, rest @ ..] = bytes {
        let [id, authentication, ..] = *rest else { return Err(HeaderError::Truncated) };
        len = 4 + usize::from(id) + usize::from(authentication) + NONCE_LEN;
    }
    if let Some([0, 0, ..]) = bytes.get(len..) {
        len += ORIGIN_LEN;
    }
    if bytes.len() < len { Err(HeaderError::Truncated) } else { Ok(len) }
}

/// True when `bytes`, which end where the datagram does, can be nothing but a
/// sequence of trailers. There may be none.
#[must_use]
pub fn are_trailers(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    while let [_, len, ..] = *rest {
        match rest.get(TRAILER_LEN + usize::from(len)..) {
            Some(behind) => rest = behind,
            None => return false,
        }
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_indications_are_passed() {
        let mut bytes = vec![0, 1, 2, 3, 1, 1, 4, 4, 4];
        bytes.extend([9; 9]);
        assert_eq!(indications_len(&bytes), Ok(18));
        bytes.extend([0, 0, 1, 2, 3, 4, 5, 6, 0x60]);
        assert_eq!(indications_len(&bytes), Ok(26));
        assert_eq!(indications_len(&bytes[..20]), Err(HeaderError::Truncated));
        assert_eq!(indications_len(&[0x60]), Ok(0));
        assert_eq!(indications_len(&[0, 1]), Err(HeaderError::Truncated));
    }

    #[test]
    fn trailers_end_where_the_datagram_does() {
        assert!(are_trailers(&[]));
        assert!(are_trailers(&[1, 2, 0, 0, 4, 0]));
        assert!(!are_trailers(&[1, 2, 0]));
        assert!(!are_trailers(&[1]));
    }
}
