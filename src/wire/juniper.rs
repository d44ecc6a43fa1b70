//! The header that Juniper routers put before every packet they capture.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +-----------------------------------------------+---------------+
//! |                    'M' 'G' 'C'                |     Flags     |
//! +-------------------------------+---------------+---------------+
//! |  Length of extensions (BE)    | type, length, value ...         if EXT
//! +-------------------------------+-------------------------------+
//! |      Protocol of the packet (LE), instead of a link header      if NO_L2
//! +---------------------------------------------------------------+
//! ```

use super::HeaderError;
use super::field::fixed_header;

const MAGIC: [u8; 3] = *b"MGC";
const FLAGS: usize = 3;
const NO_LINK_HEADER: u8 = 0x02;
const EXTENSIONS: u8 = 0x80;
const EXTENSIONS_LEN: usize = 2;
const PROTOCOL_LEN: usize = 4;

fixed_header! {
    struct Fixed(4);
}

/// The header with its extensions.
#[derive(Clone, Copy, Debug)]
pub struct Juniper {
    len: usize,
    protocol: Option<u32>,
}

impl Juniper {
    /// Protocols of IPv4 packets, the second that came out of MPLS.
    pub const IPV4: [u32; 2] = [2, 3];
    /// Protocols of IPv6 packets, the second that came out of MPLS.
    pub const IPV6: [u32; 2] = [6, 7];
    /// Protocols of MPLS packets, the others that IP went into.
    pub const MPLS: [u32; 3] = [5, 4, 8];

    /// The header at the start of `bytes`.
    ///
    /// # Errors
    /// [`HeaderError::Truncated`] when `bytes` end before the header does,
    /// [`HeaderError::Malformed`] when they do not start with the magic number.
    pub fn new_checked(bytes: &[u8]) -> Result<Self, HeaderError> {
        let fixed = Fixed::new_checked(bytes)?.0;
        if !fixed.starts_with(&MAGIC) {
            return Err(HeaderError::Malformed);
        }
        let mut len = Fixed::LEN;
        if fixed[FLAGS] & EXTENSIONS != 0 {
            let octets = bytes.get(len..).and_then(<[u8]>::first_chunk);
            let octets: &[u8; EXTENSIONS_LEN] = octets.ok_or(HeaderError::Truncated)?;
            len += EXTENSIONS_LEN + usize::from(u16::from_be_bytes(*octets));
        }
        let mut protocol = None;
        if fixed[FLAGS] & NO_LINK_HEADER != 0 {
            let octets = bytes.get(len..).and_then(<[u8]>::first_chunk);
            protocol = Some(u32::from_le_bytes(*octets.ok_or(HeaderError::Truncated)?));
            len += PROTOCOL_LEN;
        }
        if bytes.len() < len {
            return Err(HeaderError::Truncated);
        }
        Ok(Self { len, protocol })
    }

    /// Octets of the header.
    #[must_use]
    pub fn header_len(self) -> usize {
        self.len
    }

    /// The packet's protocol where it has no link header; `None` where it has.
    #[must_use]
    pub fn protocol(self) -> Option<u32> {
        self.protocol
    }
}
