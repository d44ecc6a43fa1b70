//! The rows of a table: by country, registry, group of countries, or one for the
//! world.

use super::country::CountryCode;
use super::lists::{Bilingual, Lists, Scheme};
use super::record::RegistryId;

/// What rows are made by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Grouping {
    /// One row.
    World,
    /// One a country, and one a code that is none (EU, AP, ZZ).
    Country,
    /// One a registry.
    Registry,
    /// One a group of a scheme of the lists.
    Scheme(String),
}

impl Grouping {
    /// The grouping that a word of the command line names.
    #[must_use]
    pub fn of_word(word: &str, lists: &Lists) -> Option<Self> {
        match word {
            "world" => Some(Self::World),
            "country" => Some(Self::Country),
            "rir" | "registry" => Some(Self::Registry),
            word => lists.scheme(word).map(|scheme| Self::Scheme(scheme.key.clone())),
        }
    }

    /// Its word.
    #[must_use]
    pub fn key(&self) -> &str {
        match self {
            Self::World => "world",
            Self::Country => "country",
            Self::Registry => "rir",
            Self::Scheme(key) => key,
        }
    }
}

/// What a row stands for. The order is that of the alphabet or the list, with
/// what is no country behind.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RowKey {
    /// All that was read.
    World,
    /// A country.
    Country(CountryCode),
    /// A registry, by its name.
    Registry(String),
    /// A group, by its place in the scheme, and its name.
    Group(usize, Bilingual),
    /// The countries that are in no group of the scheme.
    Ungrouped,
    /// A code that is no country.
    Code(CountryCode),
    /// Records without a country.
    Nowhere,
}

/// Says in which row a record belongs.
#[derive(Clone, Copy, Debug)]
pub(super) enum Classifier<'l> {
    World,
    Country,
    Registry,
    Scheme(&'l Scheme),
}

impl<'l> Classifier<'l> {
    /// `None` where the lists have no such scheme.
    pub(super) fn new(grouping: &Grouping, lists: &'l Lists) -> Option<Self> {
        Some(match grouping {
            Grouping::World => Self::World,
            Grouping::Country => Self::Country,
            Grouping::Registry => Self::Registry,
            Grouping::Scheme(key) => Self::Scheme(lists.scheme(key)?),
        })
    }

    pub(super) fn row(
        self,
        country: Option<CountryCode>,
        registry: RegistryId,
        registry_name: impl Fn(RegistryId) -> String,
    ) -> RowKey {
        match self {
            Self::World => return RowKey::World,
            Self::Registry => return RowKey::Registry(registry_name(registry)),
            Self::Country | Self::Scheme(_) => {}
        }
        match (country, self) {
            // What is free or kept back is given as ZZ by some, as nothing by others.
            (None | Some(CountryCode::ZZ), _) => RowKey::Nowhere,
            (Some(code), _) if !code.is_country() => RowKey::Code(code),
            (Some(country), Self::Scheme(scheme)) => match scheme.group_of(country) {
                Some(at) => RowKey::Group(at, scheme.groups[at].name.clone()),
                None => RowKey::Ungrouped,
            },
            (Some(country), _) => RowKey::Country(country),
        }
    }
}
