//! ARCNET as BSD and Linux hand it on (RFC 1201; ATA 878.1).
//!
//! ```text
//! +--------+-------------+- - - - - - - - -+------+- - - -+- - - - - - - -+
//! | Source | Destination | Offset (2)      | Type | Split | Sequence (2)  |
//! +--------+-------------+- - - - - - - - -+------+- - - -+- - - - - - - -+
//!                          Linux only               not RFC 1051 and kin
//!
//! BSD: a Split of 0xff makes it an exception frame, in which two octets of
//! padding and the type again come before the real Split.
//! ```

use super::HeaderError;

const EXCEPTION: u8 = 0xff;
const EXCEPTION_LEN: usize = 4;
const FRAGMENTATION_LEN: usize = 3;
/// A split flag of 0 is a whole packet, an odd one its first fragment
/// (RFC 1201, section 2).
const FIRST_FRAGMENT: u8 = 0x01;

/// IPv4 and ARP of RFC 1051, the diagnostic protocol, BACnet: their headers
/// know no fragments.
const UNFRAGMENTED: [u8; 4] = [0xf0, 0xf1, 0x80, 0xcd];

/// Who wrote the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// LINKTYPE_ARCNET_BSD.
    Bsd,
    /// LINKTYPE_ARCNET_LINUX.
    Linux,
}

/// The header.
#[derive(Clone, Copy, Debug)]
pub struct Arcnet {
    protocol: u8,
    split: u8,
    len: usize,
}

impl Arcnet {
    /// IPv4 (RFC 1201).
    pub const IPV4: u8 = 0xd4;
    /// IPv4 (RFC 1051).
    pub const IPV4_RFC1051: u8 = 0xf0;
    /// IPv6 (RFC 2497).
    pub const IPV6: u8 = 0xc4;
    /// An Ethernet frame.
    pub const ETHERNET: u8 = 0xe8;

    /// The header at the start of `bytes`.
    ///
    /// # Errors
    /// [`HeaderError::Truncated`] when `bytes` end before the header does.
    pub fn new_checked(bytes: &[u8], dialect: Dialect) -> Result<Self, HeaderError> {
        let octet = |at: usize| bytes.get(at).copied().ok_or(HeaderError::Truncated);
        let at = match dialect {
            Dialect::Bsd => 2,
            Dialect::Linux => 4,
        };
        let protocol = octet(at)?;
        let mut arcnet = Self { protocol, split: 0, len: at + 1 };
        if !UNFRAGMENTED.contains(&protocol) {
            if dialect == Dialect::Bsd && octet(arcnet.len)? == EXCEPTION {
                arcnet.len += EXCEPTION_LEN;
            }
            arcnet.split = octet(arcnet.len)?;
            arcnet.len += FRAGMENTATION_LEN;
        }
        Ok(arcnet)
    }

    /// What the payload is.
    #[must_use]
    pub fn protocol(self) -> u8 {
        self.protocol
    }

    /// Octets of the header.
    #[must_use]
    pub fn header_len(self) -> usize {
        self.len
    }

    /// True for a fragment that is not the first.
    #[must_use]
    pub fn is_later_fragment(self) -> bool {
        self.split != 0 && self.split & FIRST_FRAGMENT == 0
    }
}
