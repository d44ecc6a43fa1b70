//! Databases in MaxMind's format: autonomous system and country by prefix.
//!
//! The layouts differ by who made the database, so each key is looked for under
//! all names in use: `autonomous_system_number` or `asn` (`AS64496` or a number,
//! at the top or within `as`), `country_code`, `country.iso_code` or a `country`
//! that is itself a code (at the top or within `geo`), and `registered_country`
//! where there is no other. A database is read whole when it is opened: what is
//! damaged is told then, and not in the midst of a run.

use super::origins::OriginBuilder;
use super::reading::Trouble;
use super::table::TableBuilder;
use crate::model::{Asn, Country, IpAddress, IpVersion, Origin, Prefix, Timestamp};
use foldhash::fast::RandomState;
use hashbrown::HashMap;
use maxminddb::{MaxMindDbError, Reader, WithinOptions};
use serde::Deserialize;
use std::net::IpAddr;

/// What stands before the description at the end of every database.
const MARKER: &[u8] = b"\xab\xcd\xefMaxMind.com";
/// The description lies within this many bytes of the end.
const MARKER_REACH: usize = 128 << 10;

/// What a database says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// When it was built.
    pub date: Option<Timestamp>,
    /// What its maker calls it: `GeoLite2-ASN`.
    pub kind: String,
    /// Networks with an autonomous system.
    pub with_origin: u64,
    /// Networks with a country.
    pub with_country: u64,
}

/// Reads a database whole.
///
/// # Errors
/// When it is damaged, or says neither autonomous systems nor countries.
pub fn read(
    bytes: &[u8],
    origins: &mut OriginBuilder<'_>,
    countries: &mut TableBuilder<Country>,
) -> Result<Facts, Trouble> {
    let reader = Reader::from_source(bytes).map_err(|error| damaged(&error))?;
    let metadata = reader.metadata();
    let date = Timestamp::from_wide(i128::from(metadata.build_epoch) * 1_000_000_000);
    let mut facts =
        Facts { date, kind: metadata.database_type.clone(), with_origin: 0, with_country: 0 };
    // A tree has one leaf more than nodes. Makers let a few branches grow from
    // several nodes (aliases); one that does so throughout has no end.
    let most = 8 * (u64::from(metadata.node_count) + 1);
    let mut known: HashMap<usize, Said, RandomState> = HashMap::default();
    let all = WithinOptions::default().include_networks_without_data();
    for (leaf, network) in (0..).zip(reader.networks(all).map_err(|error| damaged(&error))?) {
        if leaf > most {
            return Err(Trouble::damaged("its search tree leads in circles"));
        }
        let network = network.map_err(|error| damaged(&error))?;
        let Some(offset) = network.offset() else { continue };
        let said = match known.get(&offset) {
            Some(said) => said,
            None => {
                let record: Option<Record<'_>> =
                    network.decode().map_err(|error| damaged(&error))?;
                let said = record.map(|record| record.said(origins)).unwrap_or_default();
                known.entry(offset).or_insert(said)
            }
        };
        let network = network.network().map_err(|error| damaged(&error))?;
        let prefix = prefix(network.network(), network.prefix());
        if let Some(origin) = &said.origin {
            origins.insert(prefix, origin);
            facts.with_origin += 1;
        }
        if let Some(country) = said.country {
            countries.insert(prefix, country);
            facts.with_country += 1;
        }
    }
    if facts.with_origin + facts.with_country == 0 {
        return Err(Trouble::content(
            format!("the database ({}) says neither autonomous systems nor countries", facts.kind),
            "give one that does: ASN, ISP, Country, City, or one of both",
        ));
    }
    Ok(facts)
}

/// Whether these bytes, the last of a file, are the end of a database.
pub(super) fn ends(last: &[u8]) -> bool {
    let last = &last[last.len().saturating_sub(MARKER_REACH)..];
    memchr::memmem::rfind(last, MARKER).is_some()
}

fn damaged(error: &MaxMindDbError) -> Trouble {
    Trouble::damaged(format!("the mmdb database is damaged: {error}"))
}

fn prefix(address: IpAddr, len: u8) -> Prefix {
    let (version, address) = match address {
        IpAddr::V4(v4) => (IpVersion::V4, IpAddress::from_v4(v4.octets())),
        IpAddr::V6(v6) => (IpVersion::V6, IpAddress::from_v6(v6.octets())),
    };
    Prefix::new(version, address, len)
}

/// What a record says of its networks.
#[derive(Default)]
struct Said {
    origin: Option<Origin>,
    country: Option<Country>,
}

/// A record, as far as it is of use. What has another shape than expected is as
/// good as not there.
#[derive(Deserialize)]
struct Record<'a> {
    #[serde(borrow, default)]
    autonomous_system_number: Option<Loose<'a>>,
    #[serde(borrow, default)]
    autonomous_system_organization: Option<Loose<'a>>,
    #[serde(borrow, default)]
    asn: Option<Loose<'a>>,
    #[serde(borrow, default)]
    as_name: Option<Loose<'a>>,
    #[serde(borrow, default)]
    name: Option<Loose<'a>>,
    #[serde(borrow, default, rename = "as")]
    autonomous_system: Option<Loose<'a>>,
    #[serde(borrow, default)]
    country_code: Option<Loose<'a>>,
    #[serde(borrow, default)]
    country: Option<Loose<'a>>,
    #[serde(borrow, default)]
    registered_country: Option<Loose<'a>>,
    #[serde(borrow, default)]
    geo: Option<Loose<'a>>,
}

/// A value of any shape.
#[derive(Deserialize)]
#[serde(untagged)]
enum Loose<'a> {
    Number(u32),
    Text(&'a str),
    Map(#[serde(borrow)] Fields<'a>),
    Other(serde::de::IgnoredAny),
}

/// The fields of use of a map within a record.
#[derive(Deserialize)]
struct Fields<'a> {
    #[serde(borrow, default)]
    asn: Option<Leaf<'a>>,
    #[serde(borrow, default)]
    name: Option<Leaf<'a>>,
    #[serde(borrow, default)]
    iso_code: Option<Leaf<'a>>,
    #[serde(borrow, default)]
    country_code: Option<Leaf<'a>>,
}

/// A value within a map.
#[derive(Deserialize)]
#[serde(untagged)]
enum Leaf<'a> {
    Number(u32),
    Text(&'a str),
    Other(serde::de::IgnoredAny),
}

impl<'a> Loose<'a> {
    fn text(&self) -> Option<&'a str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    fn fields(&self) -> Option<&Fields<'a>> {
        match self {
            Self::Map(fields) => Some(fields),
            _ => None,
        }
    }

    fn asn(&self) -> Option<Asn> {
        match self {
            Self::Number(number) => Some(Asn(*number)),
            Self::Text(text) => text.parse().ok(),
            Self::Map(fields) => match fields.asn.as_ref()? {
                Leaf::Number(number) => Some(Asn(*number)),
                leaf => leaf.text()?.parse().ok(),
            },
            Self::Other(_) => None,
        }
    }

    fn country(&self) -> Option<Country> {
        match self {
            Self::Text(text) => text.parse().ok(),
            Self::Map(fields) => [&fields.iso_code, &fields.country_code]
                .into_iter()
                .find_map(|leaf| leaf.as_ref()?.text()?.parse().ok()),
            Self::Number(_) | Self::Other(_) => None,
        }
    }
}

impl<'a> Leaf<'a> {
    fn text(&self) -> Option<&'a str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl Record<'_> {
    fn said(&self, origins: &mut OriginBuilder<'_>) -> Said {
        let number = [&self.autonomous_system_number, &self.asn, &self.autonomous_system];
        let asn = number.into_iter().find_map(|value| value.as_ref()?.asn());
        if let Some((asn, name)) = asn.zip(self.as_name()) {
            origins.name(asn, name);
        }
        let country = [&self.country_code, &self.country, &self.geo, &self.registered_country];
        Said {
            origin: asn.map(Origin::single),
            country: country.into_iter().find_map(|value| value.as_ref()?.country()),
        }
    }

    fn as_name(&self) -> Option<&str> {
        let named = [&self.autonomous_system_organization, &self.as_name, &self.name];
        named
            .into_iter()
            .find_map(|value| value.as_ref()?.text())
            .or_else(|| self.autonomous_system.as_ref()?.fields()?.name.as_ref()?.text())
    }
}

#[cfg(test)]
#[path = "mmdb_tests.rs"]
mod tests;
