//! A networks file in TOML: a `[[network]]` for each label, with its `prefixes`;
//! `local`, and any others, are as they are named.

use super::networks_file::Network;
use super::reading::Trouble;
use super::written::{LineNumbers, host_or_prefix};
use std::borrow::Cow;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The networks in the order of the file.
pub(super) fn read(text: &str) -> Result<Vec<Network>, Trouble> {
    let lines = LineNumbers::of(text);
    let document = DeTable::parse(text).map_err(|error| {
        let line = error.span().map_or(1, |span| lines.of_byte(span.start));
        Trouble::at_line(line, format!("no TOML: {}", error.message()))
    })?;
    let mut networks = Vec::new();
    for (key, value) in document.get_ref() {
        let wrong = |what: &str| {
            Err(Trouble::at_line(
                lines.of_byte(key.span().start),
                format!("{}: {what}", key.get_ref()),
            ))
        };
        match (key.get_ref().as_ref(), value.get_ref()) {
            ("network", DeValue::Array(tables)) => {
                for table in tables {
                    let DeValue::Table(fields) = table.get_ref() else {
                        return wrong("expected [[network]]");
                    };
                    networks.push(network(fields, lines.of_byte(table.span().start), &lines)?);
                }
            }
            ("network", _) => return wrong("expected [[network]], with two brackets"),
            _ => return wrong("expected [[network]] and nothing else"),
        }
    }
    networks.sort_by_key(|network| network.line);
    Ok(networks)
}

fn network(fields: &DeTable<'_>, line: u64, lines: &LineNumbers) -> Result<Network, Trouble> {
    let mut network = Network { line, ..Network::default() };
    for (key, value) in fields {
        let at = lines.of_byte(value.span().start);
        let name = key.get_ref().as_ref();
        let expected = |what: &str| Trouble::at_line(at, format!("{name}: expected {what}"));
        match (name, value.get_ref()) {
            ("label", DeValue::String(label)) if !label.is_empty() => {
                network.label = label.clone().into_owned();
            }
            ("label", _) => return Err(expected("a text in quotes")),
            ("prefixes" | "prefix", value_of_any) => {
                network.prefixes.extend(prefixes(value_of_any, at, lines, &expected)?);
            }
            ("local", DeValue::Boolean(local)) => network.local = Some(*local),
            ("local", _) => return Err(expected("true or false, without quotes")),
            (_, value) => {
                let text = shown(value).ok_or_else(|| expected("one value: a text, a number"))?;
                network.attributes.insert(name.to_owned(), text.into_owned());
            }
        }
    }
    if network.label.is_empty() {
        return Err(Trouble::at_line(line, "this network has no label"));
    }
    Ok(network)
}

fn prefixes(
    value: &DeValue<'_>,
    line: u64,
    lines: &LineNumbers,
    expected: &dyn Fn(&str) -> Trouble,
) -> Result<Vec<(u64, crate::model::Prefix)>, Trouble> {
    let one = |text: &str, line: u64| {
        host_or_prefix(text).map(|prefix| (line, prefix)).map_err(|why| Trouble::at_line(line, why))
    };
    match value {
        DeValue::String(text) => Ok(vec![one(text, line)?]),
        DeValue::Array(list) => list
            .iter()
            .map(|item: &Spanned<DeValue<'_>>| match item.get_ref() {
                DeValue::String(text) => one(text, lines.of_byte(item.span().start)),
                _ => Err(expected("prefixes in quotes, such as [\"2001:db8::/32\"]")),
            })
            .collect(),
        _ => Err(expected("prefixes in quotes, such as [\"2001:db8::/32\"]")),
    }
}

/// A single value as it is written.
fn shown<'v>(value: &'v DeValue<'_>) -> Option<Cow<'v, str>> {
    match value {
        DeValue::String(text) => Some(Cow::Borrowed(text)),
        DeValue::Integer(number) if number.radix() == 10 => Some(Cow::Borrowed(number.as_str())),
        DeValue::Float(number) => Some(Cow::Borrowed(number.as_str())),
        DeValue::Boolean(truth) => Some(Cow::Borrowed(if *truth { "true" } else { "false" })),
        DeValue::Datetime(time) => Some(Cow::Owned(time.to_string())),
        DeValue::Integer(_) | DeValue::Array(_) | DeValue::Table(_) => None,
    }
}
