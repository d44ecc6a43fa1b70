//! The secret that decides which address becomes which.

use crate::model::hexadecimal;
use sha2::{Digest, Sha256};
use std::fmt;

/// 32 bytes: 16 for the cipher, 16 for the pad.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretKey(pub(super) [u8; 32]);

impl fmt::Debug for SecretKey {
    /// Never the key itself.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(..)")
    }
}

/// The bytes are no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidKey {
    /// Neither 32 bytes nor 64 hexadecimal digits.
    #[error(
        "expected 32 random bytes, or 64 hexadecimal digits, and nothing else; \
         make one with: head -c 32 /dev/urandom > FILE"
    )]
    Length,
    /// All bytes are the same: nobody drew that at random.
    #[error("all bytes of the key are the same: make one with: head -c 32 /dev/urandom > FILE")]
    NotRandom,
}

impl SecretKey {
    /// From a key file: 32 bytes as they are, or 64 hexadecimal digits with or
    /// without an end of line.
    ///
    /// # Errors
    /// When it is neither, or plainly not drawn at random.
    pub fn from_file(content: &[u8]) -> Result<Self, InvalidKey> {
        let key = match <[u8; 32]>::try_from(content) {
            Ok(key) => key,
            Err(_) => from_digits(content.trim_ascii()).ok_or(InvalidKey::Length)?,
        };
        if key.iter().all(|byte| *byte == key[0]) {
            return Err(InvalidKey::NotRandom);
        }
        Ok(Self(key))
    }

    /// Sixteen digits by which results of the same key are known, and nothing of
    /// the key: the start of its SHA-256 digest.
    #[must_use]
    pub fn id(&self) -> String {
        hexadecimal(&Sha256::digest(self.0)[..8])
    }
}

impl From<[u8; 32]> for SecretKey {
    fn from(key: [u8; 32]) -> Self {
        Self(key)
    }
}

fn from_digits(digits: &[u8]) -> Option<[u8; 32]> {
    if digits.len() != 64 || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let mut key = [0; 32];
    for (byte, pair) in key.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_bytes_or_digits() {
        let bytes: [u8; 32] = std::array::from_fn(|at| u8::try_from(at).unwrap());
        let digits: String = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
        for content in [&bytes[..], digits.as_bytes(), format!("{digits}\r\n").as_bytes()] {
            assert!(SecretKey::from_file(content).unwrap() == SecretKey(bytes));
        }
        for bad in [&bytes[..31], b"", &digits.as_bytes()[..63], &[b'g'; 64]] {
            assert_eq!(SecretKey::from_file(bad), Err(InvalidKey::Length));
        }
        assert_eq!(SecretKey::from_file(&[0; 32]), Err(InvalidKey::NotRandom));
        assert_eq!(format!("{:?}", SecretKey(bytes)), "SecretKey(..)");
        // printf of the bytes | sha256sum
        assert_eq!(SecretKey(bytes).id(), "630dcd2966c43366");
    }
}
