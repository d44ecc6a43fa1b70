//! Countries by the delegated statistics of the address registries, which the
//! room of registries reads: what is taken from it is plain data.

use super::table::TableBuilder;
use crate::model::{Country, IpAddress, IpVersion};

/// Addresses that a registry delegated to someone in a country.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delegation {
    /// The family.
    pub version: IpVersion,
    /// The first address.
    pub first: IpAddress,
    /// The last address.
    pub last: IpAddress,
    /// The country, or what stands in its place.
    pub country: Country,
}

/// Adds delegations to a table of countries.
pub fn insert(
    delegations: impl IntoIterator<Item = Delegation>,
    countries: &mut TableBuilder<Country>,
) {
    for Delegation { version, first, last, country } in delegations {
        countries.insert_range(version, first, last, country);
    }
}

/// Whether a text that begins so is a registry's file: its version line.
pub(super) fn begins(text: &str) -> bool {
    let mut lines = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    lines.next().is_some_and(|line| {
        let fields: Vec<&str> = line.split('|').collect();
        let version = fields[0].split('.').next().unwrap_or_default();
        fields.len() >= 6
            && !version.is_empty()
            && version.len() <= 2
            && version.bytes().all(|byte| byte.is_ascii_digit())
    })
}
