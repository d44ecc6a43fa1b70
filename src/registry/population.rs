//! Inhabitants of countries, from a file of the user's.
//!
//! One country a line: its two letters, then the number, between them a comma, a
//! semicolon or a tab. Lines that begin with `#` tell the source; a first line
//! that is no country is a heading.

use super::country::CountryCode;
use super::lists::ListError;
use std::collections::BTreeMap;

/// Inhabitants by country.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Population {
    by_country: BTreeMap<CountryCode, u64>,
    /// What the file says of its source.
    pub source: String,
}

impl Population {
    /// Reads the text of a file.
    ///
    /// # Errors
    /// When a line is neither a comment nor a country and a number.
    pub fn parse(text: &str) -> Result<Self, ListError> {
        let mut population = Self::default();
        let mut heading = true;
        for (at, line) in text.lines().enumerate() {
            let line = line.trim().trim_start_matches('\u{feff}');
            if let Some(comment) = line.strip_prefix('#') {
                let separator = if population.source.is_empty() { "" } else { " " };
                population.source += separator;
                population.source += comment.trim();
            } else if !line.is_empty() {
                match of_line(line) {
                    Some((country, inhabitants)) => {
                        population.by_country.insert(country, inhabitants);
                    }
                    None if heading => {}
                    None => {
                        let what = "expected a country of two letters and its inhabitants, such as \
                                    SN,18032473";
                        return Err(ListError { line: at + 1, what: what.into() });
                    }
                }
                heading = false;
            }
        }
        Ok(population)
    }

    /// The inhabitants of a country, where the file has them.
    #[must_use]
    pub fn of(&self, country: CountryCode) -> Option<u64> {
        self.by_country.get(&country).copied()
    }

    /// All countries that the file has.
    pub fn iter(&self) -> impl Iterator<Item = (CountryCode, u64)> + '_ {
        self.by_country.iter().map(|(country, inhabitants)| (*country, *inhabitants))
    }
}

fn of_line(line: &str) -> Option<(CountryCode, u64)> {
    let (country, inhabitants) = line.split_once([',', ';', '\t'])?;
    let country = CountryCode::new(country.trim().trim_matches('"').as_bytes())?;
    let digits: String =
        inhabitants.chars().filter(|c| !c.is_whitespace() && !"_'\"\u{a0}".contains(*c)).collect();
    Some((country, digits.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_and_numbers_are_read() {
        let text = "# World Population Prospects\n# 2024\ncountry,inhabitants\nSN,18032473\n\
                    ml;23 769 127\n\"NE\"\t26207977\n";
        let population = Population::parse(text).unwrap();
        let of = |code: &[u8]| population.of(CountryCode::new(code).unwrap());
        assert_eq!((of(b"SN"), of(b"ML")), (Some(18_032_473), Some(23_769_127)));
        assert_eq!((of(b"NE"), of(b"FR")), (Some(26_207_977), None));
        assert_eq!(population.source, "World Population Prospects 2024");
        assert_eq!(Population::parse("SN,1\nsum,many\n").unwrap_err().line, 2);
    }
}
