//! The two letters of a record: a country, or a code that stands for none.

use std::fmt;
use std::str::FromStr;

/// An ISO 3166-1 alpha-2 code as the registries use it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CountryCode([u8; 2]);

impl CountryCode {
    /// The European Union, used for networks in several of its countries.
    pub const EU: Self = Self(*b"EU");
    /// Asia and the Pacific, used for networks in several of its countries.
    pub const AP: Self = Self(*b"AP");
    /// No country: what is available or reserved.
    pub const ZZ: Self = Self(*b"ZZ");

    /// The code that two letters spell, in either case.
    #[must_use]
    pub fn new(letters: &[u8]) -> Option<Self> {
        match letters {
            [a, b] if a.is_ascii_alphabetic() && b.is_ascii_alphabetic() => {
                Some(Self([a.to_ascii_uppercase(), b.to_ascii_uppercase()]))
            }
            _ => None,
        }
    }

    /// False for EU, AP and ZZ, which are codes and no countries.
    #[must_use]
    pub fn is_country(self) -> bool {
        ![Self::EU, Self::AP, Self::ZZ].contains(&self)
    }

    /// The letters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // They are ASCII by construction.
        std::str::from_utf8(&self.0).unwrap_or("??")
    }
}

/// The text is not two letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a country as two letters (ISO 3166-1 alpha-2), such as SN")]
pub struct InvalidCountry;

impl FromStr for CountryCode {
    type Err = InvalidCountry;

    fn from_str(text: &str) -> Result<Self, InvalidCountry> {
        Self::new(text.trim().as_bytes()).ok_or(InvalidCountry)
    }
}

impl fmt::Display for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
