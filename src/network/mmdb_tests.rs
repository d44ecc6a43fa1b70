//! Databases made value by value, whole and damaged.

use super::super::origins::Origins;
use super::*;

/// A value of the data section (MaxMind DB format, version 2).
enum Value {
    Text(&'static str),
    Short(u16),
    Number(u64),
    Map(Vec<(&'static str, Value)>),
}
use Value::{Map, Number, Short, Text};

/// 2014-05-13T06:00:00Z; the one number that is stored in 64 bits.
const BUILT: u64 = 1_399_960_800;

fn control(kind: u8, len: usize) -> Vec<u8> {
    let len = u8::try_from(len).unwrap();
    let (size, more) = if len < 29 { (len, None) } else { (29, Some(len - 29)) };
    let mut bytes = if kind < 8 { vec![kind << 5 | size] } else { vec![size, kind - 7] };
    bytes.extend(more);
    bytes
}

fn encoded(value: &Value) -> Vec<u8> {
    let mut bytes;
    match value {
        Text(text) => {
            bytes = control(2, text.len());
            bytes.extend(text.bytes());
        }
        Short(number) => {
            bytes = control(5, 2);
            bytes.extend(number.to_be_bytes());
        }
        Number(number) => {
            let long = *number > u64::from(u32::MAX) || *number == BUILT;
            let octets: Vec<u8> =
                number.to_be_bytes().into_iter().skip_while(|octet| *octet == 0).collect();
            bytes = control(if long { 9 } else { 6 }, octets.len());
            bytes.extend(octets);
        }
        Map(fields) => {
            bytes = control(7, fields.len());
            for (key, value) in fields {
                bytes.extend(encoded(&Text(key)));
                bytes.extend(encoded(value));
            }
        }
    }
    bytes
}

/// A database for IPv4 with records of 24 bits. Numbers below that of the nodes
/// lead to a node, that number itself to nothing, and the rest to the values.
fn database(nodes: &[[usize; 2]], values: &[Value]) -> Vec<u8> {
    let mut data = Vec::new();
    let mut places = Vec::new();
    for value in values {
        places.push(data.len());
        data.extend(encoded(value));
    }
    let mut bytes = Vec::new();
    for branch in nodes.iter().flatten() {
        let place =
            branch.checked_sub(nodes.len() + 1).map(|value| nodes.len() + 16 + places[value]);
        bytes.extend(&u32::try_from(place.unwrap_or(*branch)).unwrap().to_be_bytes()[1..]);
    }
    bytes.extend([0; 16]);
    bytes.extend(data);
    bytes.extend(MARKER);
    let node_count = nodes.len() as u64;
    bytes.extend(encoded(&Map(vec![
        ("binary_format_major_version", Short(2)),
        ("binary_format_minor_version", Short(0)),
        ("build_epoch", Number(BUILT)),
        ("database_type", Text("Test")),
        ("description", Map(vec![("en", Text("a test"))])),
        ("ip_version", Short(4)),
        ("node_count", Number(node_count)),
        ("record_size", Short(24)),
    ])));
    // The languages are an empty array.
    let end = bytes.len();
    let map = memchr::memmem::rfind(&bytes[..end], MARKER).unwrap() + MARKER.len();
    bytes[map] += 1;
    bytes.extend(encoded(&Text("languages")));
    bytes.extend(control(11, 0));
    bytes
}

fn said(bytes: &[u8]) -> Result<(Facts, [String; 2], String), String> {
    let mut origins = Origins::default();
    let mut builder = OriginBuilder::new(&mut origins);
    let mut countries = TableBuilder::default();
    let facts = read(bytes, &mut builder, &mut countries)
        .map_err(|trouble| trouble.into_error("db").to_string())?;
    let (table, countries) = (builder.build(), countries.build(|first, _| first));
    let says = |first: u8| {
        let address = IpAddress::from_v4([first, 0, 0, 1]);
        let origin = table.lookup(IpVersion::V4, address);
        let origin = origin.map_or("-".into(), |id| origins.list()[id.index()].to_string());
        let country = countries.lookup(IpVersion::V4, address);
        format!("{origin} {}", country.map_or("-".into(), |country| country.to_string()))
    };
    let name = origins.name_of(Asn(64496)).unwrap_or_default().to_owned();
    Ok((facts, [says(10), says(200)], name))
}

#[test]
fn each_layout_is_understood() {
    let iso = |code| Map(vec![("iso_code", Text(code))]);
    for (record, want) in [
        (
            Map(vec![
                ("autonomous_system_number", Number(64496)),
                ("autonomous_system_organization", Text("Example")),
            ]),
            "64496 -",
        ),
        (
            Map(vec![("asn", Text("AS64496")), ("name", Text("Example")), ("country", Text("ch"))]),
            "64496 CH",
        ),
        (Map(vec![("country", Text("China")), ("country_code", Text("CN"))]), "- CN"),
        (Map(vec![("country", iso("SE")), ("registered_country", iso("DE"))]), "- SE"),
        (Map(vec![("registered_country", iso("DE"))]), "- DE"),
        (
            Map(vec![
                ("as", Map(vec![("asn", Text("AS64496")), ("name", Text("Example"))])),
                ("geo", Map(vec![("country_code", Text("NL"))])),
            ]),
            "64496 NL",
        ),
        (
            Map(vec![("asn", Number(64496)), ("as_name", Text("Example")), ("country", Number(7))]),
            "64496 -",
        ),
    ] {
        let (facts, [low, high], name) = said(&database(&[[2, 1]], &[record])).unwrap();
        assert_eq!((low.as_str(), high.as_str()), (want, "- -"));
        assert_eq!(name, if want.starts_with('6') { "Example" } else { "" });
        assert_eq!(facts.date.unwrap().to_string(), "2014-05-13T06:00:00.000000000Z");
        assert_eq!(facts.kind, "Test");
    }
}

#[test]
fn networks_have_the_length_of_their_branch() {
    let country = |code| Map(vec![("country_code", Text(code))]);
    // 0/1 is one country, 128/2 has none, 192/2 another.
    let bytes = database(&[[3, 1], [2, 4]], &[country("CH"), country("SE")]);
    let (facts, said, _) = said(&bytes).unwrap();
    assert_eq!(said, ["- CH", "- SE"]);
    assert_eq!((facts.with_country, facts.with_origin), (2, 0));
}

#[test]
fn what_says_nothing_of_use_is_told() {
    let message = said(&database(&[[2, 1]], &[Map(vec![("city", Text("Bern"))])])).unwrap_err();
    assert!(message.starts_with("db: the database (Test) says neither"), "{message}");
}

#[test]
fn a_tree_without_end_is_damaged() {
    let country = Map(vec![("country_code", Text("CH"))]);
    // Each node leads to the next by both branches: 2^31 leaves.
    let mut nodes: Vec<[usize; 2]> = (1..31).map(|next| [next, next]).collect();
    nodes.push([32, 32]);
    let message = said(&database(&nodes, &[country])).unwrap_err();
    assert!(message.starts_with("db: its search tree leads in circles"), "{message}");
    let message = said(&database(&[[0, 0]], &[Map(vec![])])).unwrap_err();
    assert!(message.contains("damaged"), "{message}");
}

#[test]
fn no_cut_and_no_flipped_byte_makes_it_panic() {
    let record = Map(vec![
        ("as", Map(vec![("asn", Text("AS64496")), ("name", Text("Example"))])),
        ("country", Map(vec![("iso_code", Text("NL"))])),
    ]);
    let whole = database(&[[3, 1], [2, 3]], &[record]);
    for at in 0..whole.len() {
        let _ = said(&whole[..at]);
        for flip in [0x01, 0x10, 0x80, 0xff] {
            let mut bytes = whole.clone();
            bytes[at] ^= flip;
            let _ = said(&bytes);
        }
    }
}
