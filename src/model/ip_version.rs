//! The two families that the whole measurement is about.

/// Version of an IP header (IPFIX `ipVersion`, IE 60).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum IpVersion {
    /// Internet Protocol version 4 (RFC 791).
    V4 = 0,
    /// Internet Protocol version 6 (RFC 8200).
    V6 = 1,
}

impl IpVersion {
    /// Octets of a header without options or extension headers.
    #[must_use]
    pub fn header_len(self) -> u64 {
        match self {
            Self::V4 => 20,
            Self::V6 => 40,
        }
    }

    /// Both families, IPv4 first, in the order of every output.
    pub const ALL: [Self; 2] = [Self::V4, Self::V6];

    /// `ipv4` or `ipv6`: the key in JSON and CSV.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::V4 => "ipv4",
            Self::V6 => "ipv6",
        }
    }

    /// `IPv4` or `IPv6`: the name for people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::V4 => "IPv4",
            Self::V6 => "IPv6",
        }
    }

    /// Index into a table with one place a family.
    #[inline]
    #[must_use]
    pub fn index(self) -> usize {
        self as usize
    }

    /// Bits of an address of this family: 32 or 128.
    #[must_use]
    pub const fn address_bits(self) -> u8 {
        match self {
            Self::V4 => 32,
            Self::V6 => 128,
        }
    }
}
