//! Classes of packet sizes.

use std::fmt;

/// A class of packets by their IP-layer octets: the bins of RMON's size
/// distribution (RFC 2819, etherStatsPkts), which count octets of a frame, drawn
/// for IP packets by the same limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SizeClass(u8);

/// The largest packet of each class but the last.
const LIMITS: [u64; 7] = [63, 127, 255, 511, 1023, 1500, 9000];

impl SizeClass {
    /// How many there are.
    pub const NUMBER: u8 = 8;

    /// That of a packet.
    #[inline]
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "there are eight classes")]
    pub fn of(octets: u64) -> Self {
        Self(LIMITS.iter().filter(|limit| octets > **limit).count() as u8)
    }

    /// By its number, smallest packets first; the last one where there is none.
    #[must_use]
    pub fn from_number(number: u8) -> Self {
        Self(number.min(Self::NUMBER - 1))
    }

    /// The number.
    #[must_use]
    pub fn number(self) -> u8 {
        self.0
    }

    /// The octets of its smallest packet.
    #[must_use]
    pub fn first(self) -> u64 {
        usize::from(self.0).checked_sub(1).map_or(0, |before| LIMITS[before] + 1)
    }

    /// The octets of its largest packet; `None` for the last class.
    #[must_use]
    pub fn last(self) -> Option<u64> {
        LIMITS.get(usize::from(self.0)).copied()
    }
}

impl fmt::Display for SizeClass {
    /// `64-127`, and `9001-` for the last.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.last() {
            Some(last) => write!(f, "{}-{last}", self.first()),
            None => write!(f, "{}-", self.first()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_join_without_gaps() {
        for number in 0..SizeClass::NUMBER {
            let class = SizeClass::from_number(number);
            assert_eq!(SizeClass::of(class.first()), class);
            if let Some(last) = class.last() {
                assert_eq!(SizeClass::of(last), class);
                assert_eq!(SizeClass::of(last + 1).number(), number + 1);
            }
        }
        assert_eq!(SizeClass::of(0).to_string(), "0-63");
        assert_eq!(SizeClass::of(1500).to_string(), "1024-1500");
        assert_eq!(SizeClass::of(1 << 33).to_string(), "9001-");
    }
}
