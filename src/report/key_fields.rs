//! The values of a row's key as named fields: what JSON and NDJSON have in
//! common.

use super::flat::Figure;
use crate::model::{Dimension, IpVersion, Key, TimeBins, Value};
use std::borrow::Cow;

/// A field's name.
type Name = Cow<'static, str>;

/// The fields of a key, in the order of the dimensions. Where a key has several
/// values, the protocol and the service of a port have names of their own, so that
/// no field stands there twice.
pub(super) fn fields(dimensions: &[Dimension], key: &Key, bins: &TimeBins) -> Vec<(Name, Figure)> {
    let alone = dimensions.len() == 1;
    let values = dimensions.iter().zip(key.values());
    values.flat_map(|(dimension, value)| of_value(dimension, value, alone, bins)).collect()
}

fn of_value(
    dimension: &Dimension,
    value: &Value,
    alone: bool,
    bins: &TimeBins,
) -> Vec<(Name, Figure)> {
    if *value == Value::Others {
        // The fields of what is unknown, but for the first.
        let mut fields = of_value(dimension, &Value::Unknown, alone, bins);
        fields[0].1 = text(value);
        return fields;
    }
    match dimension {
        Dimension::Protocol => {
            let (name, number) = match value {
                Value::Protocol(protocol) => (text(value), u64::from(protocol.0).into()),
                _ => ("unknown".into(), Figure::Null),
            };
            vec![field("protocol", name), field("number", number)]
        }
        Dimension::Port => port(value, alone),
        Dimension::Encapsulation => families(field("encapsulation", text(value)), value),
        Dimension::EncapsulationPath => families(field("path", text(value)), value),
        Dimension::Time => {
            let start = match value {
                Value::Time(start) => Figure::Text(bins.shown(*start)),
                _ => Figure::Null,
            };
            vec![field("time", start)]
        }
        Dimension::Vlan => {
            let tags = match value {
                Value::Vlan(tags) => [tags.outer, tags.inner],
                _ => [None; 2],
            };
            let [outer, inner] = tags.map(|id| number(id.map(u64::from)));
            vec![field("vlan", outer), field("inner_vlan", inner)]
        }
        Dimension::TrafficClass => {
            vec![field("traffic_class", text(value)), field("dscp", as_number(value))]
        }
        Dimension::Interface => vec![field("interface", as_number(value))],
        Dimension::Exporter => exporter(value),
        Dimension::Asn(_) => {
            let name = dimension.word().replace('-', "_");
            let number = format!("{name}_number");
            vec![(name.into(), text(value)), (number.into(), as_number(value))]
        }
        other => vec![(other.word().replace('-', "_").into(), text(value))],
    }
}

/// The number that a value is; null for a set of several.
fn as_number(value: &Value) -> Figure {
    number(match value {
        Value::TrafficClass(class) => Some(class.code_point().into()),
        Value::Interface(number) => Some((*number).into()),
        Value::Origin(origin) => origin.as_single().map(|asn| asn.0.into()),
        _ => None,
    })
}

fn exporter(value: &Value) -> Vec<(Name, Figure)> {
    let (address, domain) = match value {
        Value::Exporter(exporter) => {
            let address = exporter.address.map(|(version, address)| address.to_std(version));
            (address.map(|address| address.to_string()), Some(exporter.domain.into()))
        }
        _ => (None, None),
    };
    let address = address.map_or(Figure::Null, Figure::Text);
    vec![field("exporter", address), field("domain", number(domain))]
}

fn port(value: &Value, alone: bool) -> Vec<(Name, Figure)> {
    let (protocol, number, service) = match value {
        Value::Port(port) => (
            Figure::Text(port.protocol.to_string()),
            u64::from(port.port).into(),
            port.service().map_or(Figure::Null, Figure::from),
        ),
        _ => (Figure::Null, Figure::Null, Figure::Null),
    };
    if alone {
        vec![field("protocol", protocol), field("port", number), field("service", service)]
    } else {
        vec![
            field("port", number),
            field("port_protocol", protocol),
            field("port_service", service),
        ]
    }
}

/// The families of a mechanism or a path behind its name.
fn families(name: (Name, Figure), value: &Value) -> Vec<(Name, Figure)> {
    let (outer, inner) = match value {
        Value::Encapsulation(_, outer, inner) | Value::Path(_, outer, inner) => {
            (Some(*outer), *inner)
        }
        _ => (None, None),
    };
    let [outer, inner] =
        [outer, inner].map(|family| family.map(IpVersion::key).map_or(Figure::Null, Figure::from));
    vec![name, field("outer", outer), field("inner", inner)]
}

/// The text of a value; null for what is unknown.
fn text(value: &Value) -> Figure {
    match value {
        Value::Unknown => Figure::Null,
        known => Figure::Text(known.to_string()),
    }
}

fn number(number: Option<u64>) -> Figure {
    number.map_or(Figure::Null, Figure::from)
}

fn field(name: &'static str, figure: Figure) -> (Name, Figure) {
    (name.into(), figure)
}
