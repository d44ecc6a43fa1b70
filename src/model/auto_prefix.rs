//! Automatic prefixes: those that carry enough of the traffic to be told apart.
//!
//! What is counted are *leaves*: addresses cut to the finest length that may become
//! a row. Which of their prefixes become rows is decided when the result is
//! evaluated.

use super::{IpVersion, PrefixLens};
use std::fmt;
use std::str::FromStr;

/// The length of the leaves where none is given: an IPv4 address, and the network
/// of an IPv6 host (RFC 4291 section 2.5.1: what follows is its interface, which
/// changes by the day, RFC 8981).
#[must_use]
pub fn auto_leaves() -> PrefixLens {
    PrefixLens::new(32, 64).unwrap_or_default()
}

/// The next shorter length that a row may have: a multiple of four, which is a
/// digit of an IPv6 address (and half an octet of an IPv4 one); 0 below that.
#[must_use]
pub fn shorter_level(len: u8) -> u8 {
    len.saturating_sub(1) / 4 * 4
}

/// How automatic prefixes are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AutoOptions {
    /// What a prefix must carry to be a row.
    pub share: AutoShare,
    /// Keys of one family that a table holds at most: where there are more, the
    /// leaves of that family are cut shorter until there are not. That depends on
    /// the set of keys alone, in whatever order they come and however they are
    /// spread over tables: a table is cut where it alone has too many, and then the
    /// whole has too.
    pub keys: usize,
}

impl Default for AutoOptions {
    /// 1 %, and 1,048,576 keys.
    fn default() -> Self {
        Self { share: AutoShare::default(), keys: 1 << 20 }
    }
}

/// A part of the traffic, in percent of at most four decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AutoShare {
    /// Millionths of the whole.
    millionths: u32,
}

impl Default for AutoShare {
    /// 1 %.
    fn default() -> Self {
        Self { millionths: 10_000 }
    }
}

impl AutoShare {
    /// Whether `part` is at least this share of `whole`. Nothing never is.
    #[must_use]
    pub fn reached_by(self, part: u128, whole: u128) -> bool {
        let needed = whole.saturating_mul(self.millionths.into());
        part > 0 && part.saturating_mul(1_000_000) >= needed
    }

    /// The share in percent.
    #[must_use]
    pub fn percent(self) -> f64 {
        f64::from(self.millionths) / 10_000.0
    }
}

/// The text is no percentage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a percentage above 0 and at most 100, with at most four decimals, such as 0.5")]
pub struct InvalidAutoShare;

impl FromStr for AutoShare {
    type Err = InvalidAutoShare;

    fn from_str(text: &str) -> Result<Self, InvalidAutoShare> {
        let text = text.trim().trim_end_matches('%').trim_end();
        let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
        let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !is_number(whole) || !is_number(decimals) || decimals.len() > 4 {
            return Err(InvalidAutoShare);
        }
        let number = |part: &str| part.parse::<u32>().map_err(|_| InvalidAutoShare);
        let parts = number(&format!("{decimals:0<4}"))?;
        let all = number(whole)?.checked_mul(10_000).and_then(|all| all.checked_add(parts));
        match all {
            Some(millionths @ 1..=1_000_000) => Ok(Self { millionths }),
            _ => Err(InvalidAutoShare),
        }
    }
}

impl fmt::Display for AutoShare {
    /// The percentage without its sign: `1`, `0.25`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.millionths / 10_000)?;
        match format!("{:04}", self.millionths % 10_000).trim_end_matches('0') {
            "" => Ok(()),
            decimals => write!(f, ".{decimals}"),
        }
    }
}

/// To which lengths the leaves of each family are cut now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeafLens([u8; 2]);

impl From<PrefixLens> for LeafLens {
    fn from(lens: PrefixLens) -> Self {
        Self(IpVersion::ALL.map(|version| lens.len(version)))
    }
}

impl LeafLens {
    /// The length for a family.
    #[must_use]
    pub fn len(self, version: IpVersion) -> u8 {
        self.0[version.index()]
    }

    /// Cuts the leaves of a family to `len`, where they are longer.
    pub fn shorten(&mut self, version: IpVersion, len: u8) {
        let own = &mut self.0[version.index()];
        *own = len.min(*own);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_are_read_and_written() {
        for text in ["1", "0.5", "100", "0.0001", "33.25"] {
            assert_eq!(text.parse::<AutoShare>().expect(text).to_string(), text);
        }
        assert_eq!("2.50 %".parse::<AutoShare>().expect("a percentage").to_string(), "2.5");
        for bad in ["", "0", "0.0", "-1", "101", "1.00001", "1.", ".5", "1,5", "NaN", "99999999999"]
        {
            assert_eq!(bad.parse::<AutoShare>(), Err(InvalidAutoShare), "{bad}");
        }
    }

    #[test]
    fn a_share_is_reached_exactly() {
        let percent: AutoShare = "1".parse().expect("a percentage");
        assert!(percent.reached_by(10, 1000) && !percent.reached_by(10, 1001));
        assert!(!percent.reached_by(0, 0) && percent.reached_by(u128::MAX, u128::MAX));
    }

    #[test]
    fn levels_are_multiples_of_four() {
        let levels: Vec<u8> =
            std::iter::successors(Some(23), |len| (*len > 0).then(|| shorter_level(*len)))
                .collect();
        assert_eq!(levels, [23, 20, 16, 12, 8, 4, 0]);
        assert_eq!((shorter_level(64), shorter_level(1), shorter_level(0)), (60, 0, 0));
    }
}
