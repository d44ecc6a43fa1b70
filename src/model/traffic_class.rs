//! Differentiated services code points.

use std::fmt;

/// The code point of a header's traffic class (RFC 2474): the upper six bits of
/// the IPv6 Traffic Class or the IPv4 Type of Service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TrafficClass(u8);

impl TrafficClass {
    /// That of a header's octet, which has two bits of ECN (RFC 3168) too.
    #[inline]
    #[must_use]
    pub fn from_octet(octet: u8) -> Self {
        Self(octet >> 2)
    }

    /// By its code point; bits beyond the six are left out.
    #[must_use]
    pub fn from_code_point(code_point: u8) -> Self {
        Self(code_point & 0x3f)
    }

    /// The code point, 0 to 63.
    #[must_use]
    pub fn code_point(self) -> u8 {
        self.0
    }
}

impl fmt::Display for TrafficClass {
    /// The name in the registry of the IANA (RFC 2474, 2597, 3246, 5865, 8622);
    /// without one `dscp-N`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            1 => f.write_str("le"),
            44 => f.write_str("voice-admit"),
            46 => f.write_str("ef"),
            selector if selector % 8 == 0 => write!(f, "cs{}", selector / 8),
            // Assured forwarding: class 1 to 4, drop precedence 1 to 3.
            assured @ 10..=38 if assured % 2 == 0 => {
                write!(f, "af{}{}", assured / 8, assured % 8 / 2)
            }
            other => write!(f, "dscp-{other}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_points_have_their_names() {
        let name = |octet| TrafficClass::from_octet(octet).to_string();
        assert_eq!(name(0), "cs0");
        assert_eq!(name(0xb8), "ef");
        assert_eq!(name(0xbb), "ef", "the two bits of ECN are no part of it");
        assert_eq!(name(10 << 2), "af11");
        assert_eq!(name(38 << 2), "af43");
        assert_eq!(name(48 << 2), "cs6");
        assert_eq!(name(1 << 2), "le");
        assert_eq!(name(63 << 2), "dscp-63");
    }
}
