//! Space in the units that are spoken of, and keys as words.

use super::document::Value;
use crate::registry::{CountryCode, Kind, Lists, Record, RowKey};
use crate::report::share::Ratio;
use std::net::{Ipv4Addr, Ipv6Addr};

/// Addresses in blocks of so many: exact where they are whole blocks.
#[expect(clippy::cast_precision_loss, reason = "dividing by a power of two loses nothing more")]
pub(super) fn in_blocks(space: u128, block_bits: u32) -> Value {
    let block = 1_u128 << block_bits;
    if space.is_multiple_of(block) {
        Value::Count(space >> block_bits)
    } else {
        Value::Number(space as f64 / block as f64)
    }
}

/// IPv6 addresses in /32s.
pub(super) fn slash32(space: u128) -> Value {
    in_blocks(space, 96)
}

/// IPv6 addresses in /48s.
pub(super) fn slash48(space: u128) -> Value {
    in_blocks(space, 80)
}

/// IPv4 addresses in /24s.
pub(super) fn slash24(space: u128) -> Value {
    in_blocks(space, 8)
}

/// The space of a kind in its larger unit: /32s, /24s, AS numbers.
pub(super) fn in_units(kind: Kind, space: u128) -> Value {
    match kind {
        Kind::Ipv6 => slash32(space),
        Kind::Ipv4 => slash24(space),
        Kind::Asn => Value::Count(space),
    }
}

/// What [`in_units`] counts.
pub(super) fn unit(kind: Kind) -> &'static str {
    match kind {
        Kind::Ipv6 => "/32",
        Kind::Ipv4 => "/24",
        Kind::Asn => "AS numbers",
    }
}

/// A part of a whole.
pub(super) fn share(part: impl Into<u128>, whole: impl Into<u128>) -> Value {
    Value::Share(Ratio::new(part.into(), whole.into()))
}

/// So many to a million inhabitants.
#[expect(clippy::cast_precision_loss, reason = "a figure of a few digits for people")]
pub(super) fn per_million(count: u128, per: u32, inhabitants: Option<u64>) -> Value {
    match inhabitants.filter(|inhabitants| *inhabitants > 0) {
        None => Value::None,
        Some(inhabitants) => {
            Value::Number(count as f64 / f64::from(per).exp2() * 1e6 / inhabitants as f64)
        }
    }
}

/// The short word of a row, and its name.
pub(super) fn row_words(key: &RowKey, lists: &Lists) -> [String; 2] {
    match key {
        RowKey::World => ["world".into(), "World".into()],
        RowKey::Country(country) => [country.to_string(), lists.name(*country).en],
        RowKey::Registry(name) => [name.clone(), registry_name(name).into()],
        RowKey::Group(_, name) => [name.en.clone(), name.en.clone()],
        RowKey::Ungrouped => ["others".into(), "Countries in none of these".into()],
        RowKey::Code(code) => [code.to_string(), code_name(*code).into()],
        RowKey::Nowhere => ["ZZ".into(), "No country (code ZZ, or none)".into()],
    }
}

/// What the codes that are no country stand for.
fn code_name(code: CountryCode) -> &'static str {
    match code {
        CountryCode::EU => "Code EU: in several countries of Europe",
        CountryCode::AP => "Code AP: in several countries of Asia and the Pacific",
        _ => "No country",
    }
}

/// A registry as it calls itself.
pub(super) fn registry_name(name: &str) -> &str {
    match name {
        "afrinic" => "AFRINIC",
        "apnic" => "APNIC",
        "arin" => "ARIN",
        "iana" => "IANA",
        "lacnic" => "LACNIC",
        "nro" => "NRO",
        "ripencc" => "RIPE NCC",
        other => other,
    }
}

/// A block as it is written: a prefix where it is one, else first and last.
pub(super) fn block(record: &Record) -> String {
    let (first, last) = (record.first, record.last);
    let prefix_len = |bits: u32| {
        let host = (last - first).checked_add(1).map_or(128, u128::ilog2);
        let is_prefix =
            host == 128 || (first >> host) << host == first && (last - first).count_ones() == host;
        is_prefix.then(|| bits - host.min(bits))
    };
    let v4 = |address: u128| Ipv4Addr::from(u32::try_from(address).unwrap_or(u32::MAX));
    match (record.kind, record.kind == Kind::Asn) {
        (_, true) if first == last => format!("AS{first}"),
        (_, true) => format!("AS{first}-AS{last}"),
        (Kind::Ipv4, _) => match prefix_len(32) {
            Some(len) => format!("{}/{len}", v4(first)),
            None => format!("{}-{}", v4(first), v4(last)),
        },
        _ => match prefix_len(128) {
            Some(len) => format!("{}/{len}", Ipv6Addr::from(first)),
            None => format!("{}-{}", Ipv6Addr::from(first), Ipv6Addr::from(last)),
        },
    }
}

/// `1 record`, `2 records`.
pub(super) fn counted(count: impl Into<u128>, what: &str) -> String {
    let count = count.into();
    let number = crate::report::table::exact(count);
    format!("{number} {what}{}", if count == 1 { "" } else { "s" })
}
