//! Address prefixes and the lengths they are cut to.

use super::{IpAddress, IpVersion};
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// A prefix of either family; the host bits are zero.
///
/// Ordered by family, address and length: the tie-break of sorted rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Prefix {
    version: IpVersion,
    address: IpAddress,
    len: u8,
}

impl Prefix {
    /// The prefix of `len` bits that `address` lies in. A length beyond the
    /// family's address is taken as the whole address.
    #[must_use]
    pub const fn new(version: IpVersion, address: IpAddress, len: u8) -> Self {
        let bits = version.address_bits();
        let len = if len < bits { len } else { bits };
        let mask = if len == 0 { 0 } else { u128::MAX << (128 - len as u32) };
        Self { version, address: IpAddress::from_bits(address.bits() & mask), len }
    }

    /// Whether `address`, of family `version`, lies in the prefix.
    #[must_use]
    pub fn contains(self, version: IpVersion, address: IpAddress) -> bool {
        Self::new(version, address, self.len) == self
    }

    /// Whether all of `other` lies in the prefix, which may be the same.
    #[must_use]
    pub fn covers(self, other: Self) -> bool {
        self.len <= other.len && self.contains(other.version, other.address)
    }

    /// The first address.
    #[must_use]
    pub fn address(self) -> IpAddress {
        self.address
    }

    /// The length in bits.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "a prefix is no collection")]
    pub fn len(self) -> u8 {
        self.len
    }

    /// The family.
    #[must_use]
    pub fn version(self) -> IpVersion {
        self.version
    }
}

/// The text is no prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPrefix {
    /// Not ADDRESS/LENGTH.
    #[error("expected ADDRESS/LENGTH, such as 2001:db8::/32")]
    Syntax,
    /// The length is beyond the address.
    #[error("the length is beyond that of the address (32 for IPv4, 128 for IPv6)")]
    Length,
    /// There are bits behind the length.
    #[error("the address has bits behind the prefix length")]
    HostBits,
}

impl FromStr for Prefix {
    type Err = InvalidPrefix;

    fn from_str(text: &str) -> Result<Self, InvalidPrefix> {
        let (address, len) = text.trim().split_once('/').ok_or(InvalidPrefix::Syntax)?;
        let len: u8 = len.parse().map_err(|_| InvalidPrefix::Syntax)?;
        let (version, address) = match address.parse().map_err(|_| InvalidPrefix::Syntax)? {
            IpAddr::V4(v4) => (IpVersion::V4, IpAddress::from_v4(v4.octets())),
            IpAddr::V6(v6) => (IpVersion::V6, IpAddress::from_v6(v6.octets())),
        };
        if len > version.address_bits() {
            return Err(InvalidPrefix::Length);
        }
        let prefix = Self::new(version, address, len);
        if prefix.address == address { Ok(prefix) } else { Err(InvalidPrefix::HostBits) }
    }
}

impl fmt::Display for Prefix {
    /// `192.0.2.0/24`, `2001:db8::/48` (RFC 5952).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address.to_std(self.version), self.len)
    }
}

/// To how many bits addresses are cut, for each family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PrefixLens {
    v4: u8,
    v6: u8,
}

impl Default for PrefixLens {
    /// /24 and /48: the longest prefixes that are commonly routed.
    fn default() -> Self {
        Self { v4: 24, v6: 48 }
    }
}

impl PrefixLens {
    /// # Errors
    /// When a length is beyond 32 or 128.
    pub fn new(v4: u8, v6: u8) -> Result<Self, InvalidPrefixLens> {
        if v4 <= 32 && v6 <= 128 { Ok(Self { v4, v6 }) } else { Err(InvalidPrefixLens) }
    }

    /// The length for a family.
    #[inline]
    #[must_use]
    pub fn len(self, version: IpVersion) -> u8 {
        match version {
            IpVersion::V4 => self.v4,
            IpVersion::V6 => self.v6,
        }
    }

    /// Whether prefixes of both families have up to 64 bits.
    #[must_use]
    pub fn are_short(self) -> bool {
        self.v4.max(self.v6) <= 64
    }
}

/// The text is not `V4,V6` with V4 at most 32 and V6 at most 128.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected two lengths as V4,V6, such as 24,48 (V4 at most 32, V6 at most 128)")]
pub struct InvalidPrefixLens;

impl FromStr for PrefixLens {
    type Err = InvalidPrefixLens;

    fn from_str(text: &str) -> Result<Self, InvalidPrefixLens> {
        let number = |part: &str| part.trim().trim_start_matches('/').parse::<u8>();
        let (v4, v6) = text.split_once(',').ok_or(InvalidPrefixLens)?;
        match (number(v4), number(v6)) {
            (Ok(v4), Ok(v6)) => Self::new(v4, v6),
            _ => Err(InvalidPrefixLens),
        }
    }
}

impl fmt::Display for PrefixLens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/{} and /{}", self.v4, self.v6)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_bits_are_cleared() {
        let address = IpAddress::from_v4([192, 0, 2, 129]);
        assert_eq!(Prefix::new(IpVersion::V4, address, 24).to_string(), "192.0.2.0/24");
        assert_eq!(Prefix::new(IpVersion::V4, address, 0).to_string(), "0.0.0.0/0");
        assert_eq!(Prefix::new(IpVersion::V4, address, 200).to_string(), "192.0.2.129/32");
    }

    #[test]
    fn prefixes_are_parsed_and_checked() {
        for text in ["192.0.2.0/24", "2001:db8::/32", "::/0", "64:ff9b::/96"] {
            assert_eq!(text.parse::<Prefix>().expect(text).to_string(), text);
        }
        assert_eq!("2001:db8::".parse::<Prefix>(), Err(InvalidPrefix::Syntax));
        assert_eq!("x/32".parse::<Prefix>(), Err(InvalidPrefix::Syntax));
        assert_eq!("192.0.2.0/33".parse::<Prefix>(), Err(InvalidPrefix::Length));
        assert_eq!("2001:db8::1/32".parse::<Prefix>(), Err(InvalidPrefix::HostBits));
    }

    #[test]
    fn lengths_are_parsed_and_checked() {
        assert_eq!("16,32".parse(), PrefixLens::new(16, 32));
        assert_eq!("/0,/128".parse(), PrefixLens::new(0, 128));
        for bad in ["33,48", "24,129", "24", "", "a,b", "24,48,1", "-1,2"] {
            assert_eq!(bad.parse::<PrefixLens>(), Err(InvalidPrefixLens), "{bad}");
        }
    }
}
