//! WireGuard messages (the protocol's white paper, section 5.4).
//!
//! ```text
//! +--------+--------------------------+
//! |  Type  |      Reserved (0)        |
//! +--------+--------------------------+
//! | 1: initiation, 148 octets in all
//! | 2: response, 92 octets
//! | 3: cookie reply, 64 octets
//! | 4: receiver (4), counter (8), packet padded to 16 octets, tag (16)
//! +-----------------------------------
//! ```
//!
//! All numbers are little-endian.

use super::HeaderError;
use super::field::{fixed_header, le32};

const INITIATION_LEN: u64 = 148;
const RESPONSE_LEN: u64 = 92;
const COOKIE_REPLY_LEN: u64 = 64;
/// A data message without a packet: it keeps the session alive.
const KEEPALIVE_LEN: u64 = 32;
const BLOCK: u64 = 16;

/// What a message is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message {
    /// It sets a session up, or keeps it alive.
    Handshake,
    /// It carries a packet.
    Data,
}

fixed_header! {
    /// The type and what is reserved.
    pub struct WireGuard(4);
}

impl WireGuard<'_> {
    /// What a datagram of `octets` is.
    ///
    /// # Errors
    /// [`HeaderError::Malformed`] for a type that there is not, and for a length
    /// that its type cannot have.
    pub fn message(self, octets: u64) -> Result<Message, HeaderError> {
        match (le32(self.0, 0), octets) {
            (1, INITIATION_LEN)
            | (2, RESPONSE_LEN)
            | (3, COOKIE_REPLY_LEN)
            | (4, KEEPALIVE_LEN) => Ok(Message::Handshake),
            (4, octets) if octets > KEEPALIVE_LEN && octets.is_multiple_of(BLOCK) => {
                Ok(Message::Data)
            }
            _ => Err(HeaderError::Malformed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_type_has_its_length() {
        let message =
            |kind: u8, octets| WireGuard::new_checked(&[kind, 0, 0, 0]).unwrap().message(octets);
        for (kind, octets) in [(1, 148), (2, 92), (3, 64), (4, 32)] {
            assert_eq!(message(kind, octets), Ok(Message::Handshake));
            assert_eq!(message(kind, octets + 1), Err(HeaderError::Malformed));
        }
        assert_eq!(message(4, 128), Ok(Message::Data));
        assert_eq!(message(4, 120), Err(HeaderError::Malformed));
        assert_eq!(message(5, 148), Err(HeaderError::Malformed));
        assert!(WireGuard::new_checked(&[4, 0, 1, 0]).unwrap().message(128).is_err());
    }
}
