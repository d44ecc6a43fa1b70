//! Country codes as the address registries and databases use them.

use std::fmt;
use std::str::FromStr;

/// Two letters of ISO 3166-1, or what registries write in their place: `EU` and
/// `AP` for regions, `ZZ` for none. Codes are kept as they are written, known or
/// not, in capitals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country([u8; 2]);

impl Country {
    /// From two ASCII letters; `None` for anything else.
    #[must_use]
    pub fn new(code: [u8; 2]) -> Option<Self> {
        code.iter().all(u8::is_ascii_alphabetic).then(|| Self(code.map(|c| c.to_ascii_uppercase())))
    }

    /// The two capital letters.
    #[must_use]
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).expect("two ASCII letters")
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// The text is no country code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a country code of two letters, such as CH")]
pub struct InvalidCountry;

impl FromStr for Country {
    type Err = InvalidCountry;

    fn from_str(text: &str) -> Result<Self, InvalidCountry> {
        let code: [u8; 2] = text.as_bytes().try_into().map_err(|_| InvalidCountry)?;
        Self::new(code).ok_or(InvalidCountry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_letters_are_a_country() {
        for (text, code) in [("CH", "CH"), ("eu", "EU"), ("ZZ", "ZZ")] {
            assert_eq!(text.parse::<Country>().unwrap().to_string(), code);
        }
        for bad in ["", "C", "CHE", "C1", "é"] {
            assert_eq!(bad.parse::<Country>(), Err(InvalidCountry), "{bad}");
        }
    }
}
