//! L2TP version 2 (RFC 2661, section 3.1): the header of a data message.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +-+-+---+-+-+-+-+-------+-------+-------------------------------+
//! |T|L|   |S| |O|P|       |  Ver  |  Length (L)                   |
//! +-+-+---+-+-+-+-+-------+-------+-------------------------------+
//! |           Tunnel ID           |           Session ID          |
//! +-------------------------------+-------------------------------+
//! |  Ns (S)                       |  Nr (S)                       |
//! +-------------------------------+-------------------------------+
//! |  Offset size (O)              |  Offset pad ...               |
//! +-------------------------------+-------------------------------+
//! ```

use super::HeaderError;
use super::field::be16;

const CONTROL: u16 = 0x8000;
const LENGTH: u16 = 0x4000;
const SEQUENCE: u16 = 0x0800;
const OFFSET: u16 = 0x0200;
const RESERVED: u16 = 0x34f0;
const VERSION_MASK: u16 = 0x000f;

/// Flags, tunnel and session.
const BASE_LEN: usize = 6;
const LENGTH_LEN: usize = 2;
const SEQUENCE_LEN: usize = 4;
const OFFSET_LEN: usize = 2;

/// The header of a data message; PPP follows.
#[derive(Clone, Copy, Debug)]
pub struct L2tpData {
    len: usize,
    message_len: Option<usize>,
}

impl L2tpData {
    /// The header at the start of `bytes`.
    ///
    /// # Errors
    /// [`HeaderError::Truncated`] when `bytes` end before the header does,
    /// [`HeaderError::Malformed`] for control messages, other versions, reserved
    /// bits that are set, and a length that its own header exceeds.
    pub fn new_checked(bytes: &[u8]) -> Result<Self, HeaderError> {
        let number = |at: usize| {
            let field = bytes.get(at..).and_then(<[u8]>::first_chunk::<2>);
            field.map(|field| be16(field, 0)).ok_or(HeaderError::Truncated)
        };
        let flags = number(0)?;
        if flags & (CONTROL | RESERVED | VERSION_MASK) != 2 {
            return Err(HeaderError::Malformed);
        }
        let (mut len, mut message_len) = (BASE_LEN, None);
        if flags & LENGTH != 0 {
            message_len = Some(usize::from(number(2)?));
            len += LENGTH_LEN;
        }
        if flags & SEQUENCE != 0 {
            len += SEQUENCE_LEN;
        }
        if flags & OFFSET != 0 {
            len += OFFSET_LEN + usize::from(number(len)?);
        }
        if message_len.is_some_and(|octets| octets < len) {
            return Err(HeaderError::Malformed);
        }
        if bytes.len() < len {
            return Err(HeaderError::Truncated);
        }
        Ok(Self { len, message_len })
    }

    /// Octets of the header.
    #[must_use]
    pub fn header_len(self) -> usize {
        self.len
    }

    /// Octets of header and payload, where the header says so.
    #[must_use]
    pub fn message_len(self) -> Option<usize> {
        self.message_len
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn optional_fields_are_counted() {
        let mut bytes = vec![0x4a, 0x02, 0, 30, 0, 1, 0, 2, 0, 0, 0, 0, 0, 3];
        bytes.extend([0; 3]);
        let header = L2tpData::new_checked(&bytes).unwrap();
        assert_eq!((header.header_len(), header.message_len()), (17, Some(30)));
        assert_eq!(L2tpData::new_checked(&bytes[..16]).unwrap_err(), HeaderError::Truncated);
        assert_eq!(L2tpData::new_checked(&[0, 2, 0, 1, 0, 1]).unwrap().header_len(), 6);
    }

    #[test]
    fn what_is_no_data_message_is_malformed() {
        for flags in [0xc802_u16, 0x0003, 0x1002, 0x0012] {
            let bytes = [&flags.to_be_bytes()[..], &[0; 10]].concat();
            assert_eq!(L2tpData::new_checked(&bytes).unwrap_err(), HeaderError::Malformed);
        }
    }
}
