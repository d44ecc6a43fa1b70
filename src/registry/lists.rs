//! Lists of countries: regions, groups of States, and names.
//!
//! The lists of the project are files under `data/`, each with its source and
//! date; a file of the user's replaces the list of the same scheme, or adds one:
//!
//! ```text
//! # a comment
//! scheme: region
//! title: Region (UN M49)|Région (ONU, M49)
//! source: where the list is from
//! date: of when it is
//!
//! Africa|Afrique: AO BF BI
//!     BJ BW
//! Europe: AD AL
//! ```
//!
//! Names are English, and French behind a bar. A country is in one group of a
//! scheme, or in none.

use super::country::CountryCode;
use std::collections::BTreeMap;

/// Words in both languages of the reports.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bilingual {
    /// English.
    pub en: String,
    /// French.
    pub fr: String,
}

impl Bilingual {
    /// `English|French`, or one for both.
    fn parse(text: &str) -> Self {
        let (en, fr) = text.split_once('|').unwrap_or((text, text));
        Self { en: en.trim().into(), fr: fr.trim().into() }
    }
}

/// One way to group countries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scheme {
    /// Its word on the command line.
    pub key: String,
    /// What it is called.
    pub title: Bilingual,
    /// Whose list it follows, and who compiled it.
    pub source: Bilingual,
    /// Of when it is.
    pub date: String,
    /// Its groups, in the list's order.
    pub groups: Vec<Group>,
    by_country: BTreeMap<CountryCode, usize>,
}

/// Countries with a name in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The name.
    pub name: Bilingual,
    /// Its countries, in the list's order.
    pub countries: Vec<CountryCode>,
}

impl Scheme {
    /// The group that a country is in, by its place.
    #[must_use]
    pub fn group_of(&self, country: CountryCode) -> Option<usize> {
        self.by_country.get(&country).copied()
    }
}

/// A list cannot be read: where, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("in line {line}: {what}")]
pub struct ListError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub what: String,
}

/// All schemes, and the names of countries.
#[derive(Clone, Debug)]
pub struct Lists {
    schemes: Vec<Scheme>,
    names: BTreeMap<CountryCode, Bilingual>,
}

/// The lists that the project brings.
const BUILT_IN: [&str; 7] = [
    include_str!("data/m49-regions.txt"),
    include_str!("data/m49-subregions.txt"),
    include_str!("data/itu-regions.txt"),
    include_str!("data/ldc.txt"),
    include_str!("data/lldc.txt"),
    include_str!("data/sids.txt"),
    include_str!("data/eu.txt"),
];

impl Default for Lists {
    /// The project's own.
    fn default() -> Self {
        let mut lists = Self { schemes: Vec::new(), names: BTreeMap::new() };
        for text in BUILT_IN {
            lists.add(text).expect("the project's lists are read by the tests");
        }
        for line in include_str!("data/country-names.tsv").lines() {
            let mut fields = line.split('\t');
            if let (Some(code), Some(en), Some(fr)) = (fields.next(), fields.next(), fields.next())
                && let Some(code) = CountryCode::new(code.as_bytes())
            {
                lists.names.insert(code, Bilingual { en: en.into(), fr: fr.into() });
            }
        }
        lists
    }
}

impl Lists {
    /// Reads one scheme, which replaces that of the same key.
    ///
    /// # Errors
    /// When the text is no such list, or a country is in two of its groups.
    pub fn add(&mut self, text: &str) -> Result<(), ListError> {
        let scheme = parse(text)?;
        self.schemes.retain(|known| known.key != scheme.key);
        self.schemes.push(scheme);
        Ok(())
    }

    /// The scheme of that key.
    #[must_use]
    pub fn scheme(&self, key: &str) -> Option<&Scheme> {
        self.schemes.iter().find(|scheme| scheme.key == key)
    }

    /// All of them.
    #[must_use]
    pub fn schemes(&self) -> &[Scheme] {
        &self.schemes
    }

    /// A country's name; its code where it has none.
    #[must_use]
    pub fn name(&self, country: CountryCode) -> Bilingual {
        let code = || Bilingual { en: country.to_string(), fr: country.to_string() };
        self.names.get(&country).cloned().unwrap_or_else(code)
    }
}

fn parse(text: &str) -> Result<Scheme, ListError> {
    let mut scheme = Scheme::default();
    for (at, line) in text.lines().enumerate() {
        let failed = |what: String| ListError { line: at + 1, what };
        let line = line.trim_end().trim_start_matches('\u{feff}');
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let codes = if line.starts_with(char::is_whitespace) {
            line
        } else {
            let (name, value) = line
                .split_once(':')
                .ok_or_else(|| failed("expected NAME: CC CC ..., and there is no colon".into()))?;
            match name.trim() {
                "scheme" => scheme.key = value.trim().into(),
                "title" => scheme.title = Bilingual::parse(value),
                "source" => scheme.source = Bilingual::parse(value),
                "date" => scheme.date = value.trim().into(),
                name => {
                    let name = Bilingual::parse(name);
                    scheme.groups.push(Group { name, countries: Vec::new() });
                    add(&mut scheme, value).map_err(failed)?;
                }
            }
            continue;
        };
        add(&mut scheme, codes).map_err(failed)?;
    }
    if scheme.key.is_empty() || scheme.groups.is_empty() {
        let what = "expected a line scheme: KEY, and groups as NAME: CC CC ...".into();
        return Err(ListError { line: 1, what });
    }
    if scheme.title.en.is_empty() {
        scheme.title = Bilingual::parse(&scheme.key.clone());
    }
    Ok(scheme)
}

/// Adds countries to the last group.
fn add(scheme: &mut Scheme, codes: &str) -> Result<(), String> {
    let at = scheme.groups.len().checked_sub(1).ok_or("countries without a group's name")?;
    for word in codes.split([' ', ',', '\t']).filter(|word| !word.is_empty()) {
        let code = CountryCode::new(word.as_bytes())
            .ok_or_else(|| format!("{word} is no country of two letters"))?;
        if scheme.by_country.insert(code, at).is_some() {
            return Err(format!("{code} stands twice"));
        }
        scheme.groups[at].countries.push(code);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_projects_lists_are_whole() {
        let lists = Lists::default();
        let size = |key: &str| -> Vec<usize> {
            lists.scheme(key).unwrap().groups.iter().map(|group| group.countries.len()).collect()
        };
        assert_eq!(size("itu-region"), [44, 35, 22, 39, 9, 46]);
        assert_eq!((size("ldc"), size("lldc"), size("eu")), (vec![44], vec![32], vec![27]));
        assert_eq!(size("sids"), [57]);
        assert_eq!((size("region").len(), size("subregion").len()), (5, 22));
        assert_eq!(size("region").iter().sum::<usize>(), size("subregion").iter().sum::<usize>());
        for scheme in lists.schemes() {
            assert!(!scheme.source.en.is_empty() && !scheme.date.is_empty());
            assert_ne!(scheme.title.en, scheme.title.fr);
            for country in scheme.groups.iter().flat_map(|group| &group.countries) {
                assert!(lists.names.contains_key(country), "{country} has no name");
                assert!(country.is_country());
            }
        }
        let region = lists.scheme("region").unwrap();
        let senegal = CountryCode::new(b"SN").unwrap();
        assert_eq!(region.groups[region.group_of(senegal).unwrap()].name.fr, "Afrique");
        assert_eq!(lists.name(senegal).fr, "Sénégal");
        // It stood in Polynesia once.
        let subregion = lists.scheme("subregion").unwrap();
        let nauru = subregion.group_of(CountryCode::new(b"NR").unwrap()).unwrap();
        assert_eq!(subregion.groups[nauru].name.en, "Micronesia");
    }

    #[test]
    fn a_list_of_ones_own_replaces_or_adds() {
        let mut lists = Lists::default();
        let count = lists.schemes().len();
        lists.add("scheme: ldc\ndate: 2030\nLDC|PMA: SN, ML\n  NE\n").unwrap();
        assert_eq!(lists.schemes().len(), count);
        let ldc = lists.scheme("ldc").unwrap();
        assert_eq!((ldc.groups.len(), ldc.groups[0].countries.len()), (1, 3));
        lists.add("scheme: uemoa\ntitle: UEMOA\nUEMOA: BJ BF CI GW ML NE SN TG\n").unwrap();
        assert_eq!(lists.schemes().len(), count + 1);
    }

    #[test]
    fn what_is_no_list_is_told_with_its_line() {
        let failed = |text| Lists::default().add(text).unwrap_err().to_string();
        assert_eq!(failed("scheme: x\nA: SN\nB: ML SN\n"), "in line 3: SN stands twice");
        assert_eq!(failed("scheme: x\nA: SEN\n"), "in line 2: SEN is no country of two letters");
        assert_eq!(
            failed("scheme: x\nSN\n"),
            "in line 2: expected NAME: CC CC ..., and there is no colon"
        );
        assert_eq!(failed(" SN\n"), "in line 1: countries without a group's name");
        assert!(failed("").starts_with("in line 1: expected a line scheme"));
    }
}
