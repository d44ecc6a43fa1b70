//! An address of either family in one integer.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// An IP address, left-aligned in 128 bits: an IPv4 address fills the upper 32
/// bits. Prefix arithmetic is then one code path for both families. The family
/// stands beside it (in the header, or in the table that holds it).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct IpAddress(u128);

impl IpAddress {
    /// From the four octets of an IPv4 header field.
    #[inline]
    #[must_use]
    pub const fn from_v4(octets: [u8; 4]) -> Self {
        Self((u32::from_be_bytes(octets) as u128) << 96)
    }

    /// From the sixteen octets of an IPv6 header field.
    #[inline]
    #[must_use]
    pub fn from_v6(octets: [u8; 16]) -> Self {
        Self(u128::from_be_bytes(octets))
    }

    /// From the left-aligned integer.
    #[inline]
    #[must_use]
    pub const fn from_bits(bits: u128) -> Self {
        Self(bits)
    }

    /// The left-aligned integer.
    #[inline]
    #[must_use]
    pub const fn bits(self) -> u128 {
        self.0
    }

    /// The upper 64 bits: all of an IPv4 address, the routing half of an IPv6 one.
    #[inline]
    #[must_use]
    pub fn high(self) -> u64 {
        (self.0 >> 64) as u64
    }

    /// The lower 64 bits: none of an IPv4 address, the interface identifier of most IPv6 ones.
    #[inline]
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "the lower half is meant")]
    pub fn low(self) -> u64 {
        self.0 as u64
    }

    /// Its first `len` bits, the others zero.
    #[inline]
    #[must_use]
    pub fn masked(self, len: u8) -> Self {
        let behind = 128_u32.saturating_sub(len.into());
        Self(self.0 & u128::MAX.checked_shl(behind).unwrap_or(0))
    }

    /// The address as the standard library knows it.
    #[must_use]
    pub fn to_std(self, version: super::IpVersion) -> IpAddr {
        match version {
            super::IpVersion::V4 => Ipv4Addr::from((self.0 >> 96) as u32).into(),
            super::IpVersion::V6 => Ipv6Addr::from(self.0).into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::IpVersion;

    #[test]
    fn addresses_come_back() {
        let v4 = IpAddress::from_v4([192, 0, 2, 1]);
        assert_eq!(v4.to_std(IpVersion::V4).to_string(), "192.0.2.1");
        assert_eq!(v4.high() >> 32, 0xc000_0201);
        let octets = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1).octets();
        assert_eq!(IpAddress::from_v6(octets).to_std(IpVersion::V6).to_string(), "2001:db8::1");
    }
}
