//! Autonomous systems, and which of them a prefix is announced by.

use std::fmt;
use std::str::FromStr;

/// An autonomous system number (RFC 6793: 32 bits).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Asn(pub u32);

impl Asn {
    /// AS_TRANS (RFC 6793 section 9): what a number beyond 16 bits becomes on its
    /// way through those who know no other. It names nobody.
    pub const TRANS: Self = Self(23456);
}

impl fmt::Display for Asn {
    /// `64496` (RFC 5396 section 2, asplain).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// The text is no autonomous system number, or no set of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected an AS number such as 64496, 64496_64497 for several origins, {{64496,64497}} for a set"
)]
pub struct InvalidOrigin;

impl FromStr for Asn {
    type Err = InvalidOrigin;

    /// `64496`, `AS64496`, and the dotted way `1.10` (RFC 5396).
    fn from_str(text: &str) -> Result<Self, InvalidOrigin> {
        let digits = match text.as_bytes() {
            [b'A' | b'a', b'S' | b's', ..] => &text[2..],
            _ => text,
        };
        let number = |part: &str| match part.as_bytes() {
            [b'0'..=b'9', ..] => part.parse::<u32>().map_err(|_| InvalidOrigin),
            _ => Err(InvalidOrigin),
        };
        match digits.split_once('.') {
            None => number(digits).map(Self),
            Some((high, low)) => match (number(high)?, number(low)?) {
                (high @ ..=0xffff, low @ ..=0xffff) => Ok(Self(high << 16 | low)),
                _ => Err(InvalidOrigin),
            },
        }
    }
}

/// One origin of a prefix: an AS, or the set that an aggregate was made of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Part {
    One(Asn),
    /// Sorted, each once.
    Set(Box<[Asn]>),
}

/// By whom a prefix is announced, as the table says it.
///
/// Most prefixes have a single origin. A prefix seen from several origins at once
/// keeps all of them (`64496_64497`), and the AS_SET at the end of an aggregate's
/// path stays a set (`{64496,64497}`): neither is counted for one of its members.
/// The parts are sorted, so that two tables that say the same are equal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin(Box<[Part]>);

impl Origin {
    /// A single origin.
    #[must_use]
    pub fn single(asn: Asn) -> Self {
        Self(Box::new([Part::One(asn)]))
    }

    /// The set at the end of an aggregate's path. A set of one is that one; `None`
    /// for an empty one.
    #[must_use]
    pub fn set(members: impl IntoIterator<Item = Asn>) -> Option<Self> {
        let mut members: Vec<Asn> = members.into_iter().collect();
        members.sort_unstable();
        members.dedup();
        match members[..] {
            [] => None,
            [asn] => Some(Self::single(asn)),
            _ => Some(Self(Box::new([Part::Set(members.into())]))),
        }
    }

    /// The origins of both: the prefix is seen from either.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let mut parts: Vec<Part> = self.0.iter().chain(&other.0).cloned().collect();
        parts.sort_unstable();
        parts.dedup();
        Self(parts.into())
    }

    /// The AS, where there is but one.
    #[must_use]
    pub fn as_single(&self) -> Option<Asn> {
        match self.0[..] {
            [Part::One(asn)] => Some(asn),
            _ => None,
        }
    }
}

impl fmt::Display for Origin {
    /// `64496`, `64496_64497`, `{64496,64497}`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, part) in self.0.iter().enumerate() {
            f.write_str(if place > 0 { "_" } else { "" })?;
            match part {
                Part::One(asn) => write!(f, "{asn}")?,
                Part::Set(members) => {
                    for (place, asn) in members.iter().enumerate() {
                        write!(f, "{}{asn}", if place > 0 { "," } else { "{" })?;
                    }
                    f.write_str("}")?;
                }
            }
        }
        Ok(())
    }
}

impl FromStr for Origin {
    type Err = InvalidOrigin;

    /// As it is written here, and as CAIDA writes it: several origins joined by
    /// `_`, the members of a set by `,`, with or without braces.
    fn from_str(text: &str) -> Result<Self, InvalidOrigin> {
        if let Ok(asn) = text.parse() {
            return Ok(Self::single(asn));
        }
        let mut whole: Option<Self> = None;
        for part in text.split('_') {
            let inside = part.strip_prefix('{').map(|rest| rest.strip_suffix('}'));
            let members = inside.unwrap_or(Some(part)).ok_or(InvalidOrigin)?;
            let members = members.split(',').map(|asn| asn.trim().parse());
            let part = Self::set(members.collect::<Result<Vec<Asn>, _>>()?).ok_or(InvalidOrigin)?;
            whole = Some(whole.map_or_else(|| part.clone(), |before| before.and(&part)));
        }
        whole.ok_or(InvalidOrigin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_each_notation() {
        for (text, number) in
            [("64496", 64496), ("AS64496", 64496), ("as1.10", 65546), ("4294967295", u32::MAX)]
        {
            assert_eq!(text.parse(), Ok(Asn(number)), "{text}");
        }
        for bad in ["", "AS", "-1", "+1", "4294967296", "1.65536", "65536.1", "1.", "é1"] {
            assert_eq!(bad.parse::<Asn>(), Err(InvalidOrigin), "{bad}");
        }
    }

    #[test]
    fn origins_keep_what_the_table_says_in_one_order() {
        for (text, shown) in [
            ("64496", "64496"),
            ("64497_64496", "64496_64497"),
            ("64497,64496", "{64496,64497}"),
            ("{64497,64496}", "{64496,64497}"),
            ("{64496}", "64496"),
            ("{7,5}_3_5,7_3", "3_{5,7}"),
        ] {
            let origin: Origin = text.parse().expect(text);
            assert_eq!(origin.to_string(), shown);
            assert_eq!(shown.parse(), Ok(origin));
        }
        for bad in ["", "_", "64496_", "{64496", "64496}", "{}", "a_b", "1__2"] {
            assert_eq!(bad.parse::<Origin>(), Err(InvalidOrigin), "{bad}");
        }
        assert_eq!(Origin::set([Asn(1), Asn(1)]), Some(Origin::single(Asn(1))));
        assert_eq!(Origin::set([]), None);
    }

    #[test]
    fn a_single_origin_is_told_from_others() {
        assert_eq!(Origin::single(Asn(1)).as_single(), Some(Asn(1)));
        assert_eq!("1_2".parse::<Origin>().unwrap().as_single(), None);
        assert_eq!("{1,2}".parse::<Origin>().unwrap().as_single(), None);
    }
}
