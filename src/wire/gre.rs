//! Generic routing encapsulation (RFC 2784, RFC 2890, RFC 1701), and its
//! version 1 under PPTP (RFC 2637, section 4.1).
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +-+-+-+-+-+-----+-+-------+-----+-------------------------------+
//! |C|R|K|S|s|Recur|A| Flags | Ver |         Protocol type         |
//! +-+-+-+-+-+-----+-+-------+-----+-------------------------------+
//! |  Checksum (C or R)            |  Offset (C or R)              |
//! +-------------------------------+-------------------------------+
//! |  Key (K); version 1: payload length and call ID               |
//! +---------------------------------------------------------------+
//! |  Sequence number (S)                                          |
//! +---------------------------------------------------------------+
//! |  Version 0: source routes (R); version 1: acknowledgement (A) |
//! +---------------------------------------------------------------+
//! ```

use super::HeaderError;
use super::field::be16;

const BASE_LEN: usize = 4;
const WORD: usize = 4;

const CHECKSUM: u16 = 0x8000;
const ROUTING: u16 = 0x4000;
const KEY: u16 = 0x2000;
const SEQUENCE: u16 = 0x1000;
const ACKNOWLEDGEMENT: u16 = 0x0080;
const VERSION_MASK: u16 = 0x0007;
/// What a receiver of RFC 2784 must not see (section 2.3): the bits go with
/// source routes, which are of RFC 1701 alone.
const WITH_ROUTES: u16 = 0x0c00;
/// What must be sent as 0, and what a receiver must not mind (ibid.).
const RESERVED: u16 = 0x03f8;

/// The protocol type of PPP, the only one of version 1.
const PPP: u16 = 0x880b;

/// A header with all its optional fields.
#[derive(Clone, Copy, Debug)]
pub struct Gre {
    flags: u16,
    protocol: u16,
    len: usize,
}

impl Gre {
    /// The header at the start of `bytes`.
    ///
    /// # Errors
    /// [`HeaderError::Truncated`] when `bytes` end before the header does,
    /// [`HeaderError::Malformed`] for another version, for bits of source
    /// routes without any, and for a version 1 that is not PPTP's.
    pub fn new_checked(bytes: &[u8]) -> Result<Self, HeaderError> {
        let base: &[u8; BASE_LEN] = bytes.first_chunk().ok_or(HeaderError::Truncated)?;
        let (flags, protocol) = (be16(base, 0), be16(base, 2));
        let has = |bit| usize::from(flags & bit != 0) * WORD;
        let len = match flags & VERSION_MASK {
            0 if flags & WITH_ROUTES == 0 || flags & ROUTING != 0 => {
                let fixed = BASE_LEN + has(CHECKSUM | ROUTING) + has(KEY) + has(SEQUENCE);
                if flags & ROUTING == 0 { fixed } else { behind_routes(bytes, fixed)? }
            }
            1 if flags & (CHECKSUM | ROUTING | KEY) == KEY && protocol == PPP => {
                BASE_LEN + WORD + has(SEQUENCE) + has(ACKNOWLEDGEMENT)
            }
            _ => return Err(HeaderError::Malformed),
        };
        if bytes.len() < len {
            return Err(HeaderError::Truncated);
        }
        Ok(Self { flags, protocol, len })
    }

    /// Octets of the header.
    #[must_use]
    pub fn header_len(self) -> usize {
        self.len
    }

    /// What the payload is: an EtherType, or a number of GRE's own.
    #[must_use]
    pub fn protocol(self) -> u16 {
        self.protocol
    }

    /// True when every reserved bit is 0, as it must be sent, and there are no
    /// source routes.
    #[must_use]
    pub fn is_exact(self) -> bool {
        self.flags & (RESERVED | ROUTING | VERSION_MASK) == 0
    }

    /// True when nothing but a key is added: the form that RFC 7637 asks of a
    /// virtual subnet (section 3.2).
    #[must_use]
    pub fn has_key_alone(self) -> bool {
        self.flags == KEY
    }

    /// True for an acknowledgement of PPTP that carries nothing.
    #[must_use]
    pub fn is_bare_acknowledgement(self) -> bool {
        self.flags & VERSION_MASK == 1 && self.flags & SEQUENCE == 0
    }
}

/// Where the list of source routes ends (RFC 1701): entries of family, offset
/// and length, up to one of family 0 and length 0.
fn behind_routes(bytes: &[u8], start: usize) -> Result<usize, HeaderError> {
    const ENTRY_LEN: usize = 4;
    let mut at = start;
    loop {
        let entry = bytes.get(at..).and_then(<[u8]>::first_chunk::<ENTRY_LEN>);
        let entry = entry.ok_or(HeaderError::Truncated)?;
        let len = usize::from(entry[3]);
        at += ENTRY_LEN + len;
        if be16(entry, 0) == 0 && len == 0 {
            return Ok(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_optional_field_has_its_length() {
        for (flags, len) in [(0x0000, 4), (0x8000, 8), (0x2000, 8), (0x1000, 8), (0xb000, 16)] {
            let mut bytes = u16::to_be_bytes(flags).to_vec();
            bytes.extend([0x08, 0x00]);
            bytes.resize(len, 0);
            assert_eq!(Gre::new_checked(&bytes).unwrap().header_len(), len, "{flags:#06x}");
            let cut = Gre::new_checked(&bytes[..len - 1]).unwrap_err();
            assert_eq!(cut, HeaderError::Truncated);
        }
    }

    #[test]
    fn source_routes_are_passed() {
        let mut bytes = vec![0x40, 0, 0x08, 0, 0, 0, 0, 0];
        bytes.extend([8, 0, 0, 4, 192, 0, 2, 1]);
        bytes.extend([0, 0, 0, 0]);
        assert_eq!(Gre::new_checked(&bytes).unwrap().header_len(), 20);
        assert!(Gre::new_checked(&bytes[..18]).is_err());
    }

    #[test]
    fn other_versions_and_forms_are_malformed() {
        for flags in [0x0002_u16, 0x0400, 0x0001, 0xa001] {
            let bytes = [&flags.to_be_bytes()[..], &[0x08, 0, 0, 0, 0, 0]].concat();
            assert_eq!(Gre::new_checked(&bytes).unwrap_err(), HeaderError::Malformed);
        }
    }
}
