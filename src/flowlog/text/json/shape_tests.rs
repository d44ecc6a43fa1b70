//! Records that follow a form against the same records by serde_json and a row.

use super::super::super::super::Column;
use super::super::super::record::{Outcome, outcome};
use super::super::tree::{CAME_BY, Place};
use super::super::walk::Slots;
use super::*;
use proptest::prelude::*;
use std::net::{Ipv4Addr, Ipv6Addr};

/// A key for each column, some of them within an object, and one for what brought the
/// record.
fn key(column: Column) -> String {
    match column {
        Column::Start | Column::End => format!("flow.{}", column.key()),
        _ => column.key().to_owned(),
    }
}

fn tree() -> Tree {
    let keys: Vec<(String, Place)> =
        Column::ALL.iter().map(|column| (key(*column), Place::Column(*column))).collect();
    let mut paths: Vec<(&str, Place)> =
        keys.iter().map(|(key, place)| (key.as_str(), *place)).collect();
    paths.push(("type", Place::Extra(CAME_BY)));
    Tree::of(&paths)
}

/// What a column may hold: what it usually does, or anything that is near it.
fn value(column: Column) -> BoxedStrategy<String> {
    let number = prop_oneof![
        8 => (0_u64..100_000).prop_map(|number| number.to_string()),
        1 => any::<u64>().prop_map(|number| number.to_string()),
        1 => "\"[0-9]{1,20}\"",
        1 => Just("01".to_owned()),
    ];
    let usual = match column {
        Column::Source | Column::Destination | Column::Source6 | Column::Destination6 => {
            prop_oneof![
                4 => any::<u32>().prop_map(|bits| format!("\"{}\"", Ipv4Addr::from(bits))),
                4 => any::<u64>().prop_map(|bits| {
                    format!("\"{}\"", Ipv6Addr::from(0x2001_0db8 << 96 | u128::from(bits)))
                }),
                1 => "\"0.0.0.0\"|\"::\"|\"::ffff:192.0.2.1\"|\"1.2.3.4.\"|\"1.2.3.4 \"",
            ]
            .boxed()
        }
        Column::Exporter => "\"192.0.2.[0-9]\"|\"2001:db8::[0-9a-f]\"|\"\"|\"x\"".boxed(),
        Column::Protocol => "6|17|1|58|256|\"tcp\"|\"UDP\"|\"icmp\"|\"arp\"|\"man\"|\"6\"".boxed(),
        Column::Start | Column::End => {
            "1767225600[0-9]{3}|17672256[0-9]{2}|0|\"2022-09-13T08:51:07.179Z\"|1.5".boxed()
        }
        Column::Duration => "[0-9]{1,3}|\"[0-9]{1,3}[.][0-9]\"".boxed(),
        Column::Action => "\"ACCEPT\"|\"ACCEPT\"|\"REJECT\"|\"accept\"".boxed(),
        Column::Status => "\"OK\"|\"OK\"|\"NODATA\"|\"ok\"|7".boxed(),
        Column::Direction => "\"ingress\"|\"egress\"|0|1|2|\"out\"".boxed(),
        Column::Family => "4|6|\"ipv4\"|\"IPv6\"|\"\"|0|5".boxed(),
        Column::EtherType => "\"IPv4\"|\"IPv6\"|\"\"|2048|34525|2054|\"0x86dd\"|\"x\"".boxed(),
        _ => number.boxed(),
    };
    let odd =
        "null|true|-1|\"-\"|\"\"|\\[\\]|\\{\\}|\"[ -~&&[^\"\\\\]]{0,12}\"|\"\\\\u0041\"|\"é\"";
    prop_oneof![60 => usual, 1 => odd].boxed()
}

/// Values that nobody looks at.
const OTHERS: &str = "true|false|null|-?[1-9][0-9]{0,3}(\\.[0-9]{1,3})?|\"[a-z ]{0,20}\"|\\[\\]|\
                      \\{\"a\":1,\"src\":\"b\"\\}|1e999|\\[1\\]";

/// Texts of two records with the same keys, the white space of their producer, and what
/// is damaged in the second.
fn records() -> impl Strategy<Value = [Vec<u8>; 2]> {
    let columns = prop::sample::subsequence(Column::ALL.to_vec(), 2..8).prop_shuffle();
    let ends = Just(vec![Column::Source, Column::Destination]);
    let members = (ends, columns, 0..4_usize, any::<bool>()).prop_flat_map(
        |(ends, columns, others, came_by)| {
            let mut all = Vec::new();
            for column in ends.into_iter().chain(columns) {
                all.push((key(column), (value(column), value(column)).boxed()));
            }
            for other in 0..others {
                let name = format!("some other key number {other}");
                all.push((name, (OTHERS, OTHERS).boxed()));
            }
            if came_by {
                let words = "\"SFLOW_5\"|\"IPFIX\"|\"IPFIX\"|\"IPFIX\"";
                all.push(("type".to_owned(), (words, words).boxed()));
            }
            let (keys, values): (Vec<_>, Vec<_>) = all.into_iter().unzip();
            (Just(keys), values)
        },
    );
    let spaced = prop_oneof![3 => Just(("", "")), 1 => Just((" ", "")), 1 => Just((" ", " "))];
    let flip = prop::option::weighted(0.2, (any::<prop::sample::Index>(), any::<u8>()));
    (members, spaced, flip).prop_map(|((keys, values), (behind, before), flip)| {
        let text = |of: &dyn Fn(&(String, String)) -> String| {
            let members: Vec<String> = keys
                .iter()
                .zip(&values)
                .map(|(key, value)| match key.strip_prefix("flow.") {
                    Some(key) => format!("\"flow\":{{\"{key}\":{}}}", of(value)),
                    None => format!("\"{key}\"{before}:{behind}{}", of(value)),
                })
                .collect();
            format!("{{{}}}", members.join(&format!("{before},{behind}"))).into_bytes()
        };
        let (first, mut second) =
            (text(&|(one, _)| one.clone()), text(&|(_, other)| other.clone()));
        if let Some((at, byte)) = flip {
            let at = at.index(second.len());
            second[at] = byte;
        }
        [first, second]
    })
}

/// What a record is by the other way.
fn plain(tree: &Tree, text: &[u8], (rules, wants_ports): (Rules, bool)) -> Option<FlowRecord> {
    let slots = Slots::general(tree, text).ok()?;
    if slots.extra[CAME_BY] == Value::Text(b"SFLOW_5") {
        return None;
    }
    match outcome(&slots.row, rules) {
        Outcome::Flow(record) if wants_ports => Some(record),
        Outcome::Flow(record) => Some(FlowRecord { ports: None, ..record }),
        _ => None,
    }
}

/// A line with other bytes around it.
fn within(text: &[u8]) -> Vec<u8> {
    [&[b'x'; 20], text, b"\n", &[b'7'; 90][..]].concat()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn a_record_that_follows_a_form_is_what_it_is_by_the_other_way(
        [first, second] in records(),
        include_rejected: bool,
        wants_ports: bool,
    ) {
        let tree = tree();
        let wanted = (Rules { include_rejected, ..Rules::default() }, wants_ports);
        let mut shapes = Shapes::default();
        if Slots::general(&tree, &first).is_ok() {
            shapes.learn(&tree, &first, wanted.0);
        }
        for text in [&first, &second, &first, &second] {
            let bytes = within(text);
            let read = shapes.follow(Near::new(&bytes, 20), text.len(), wanted).copied();
            if let Some(read) = read {
                let shown = String::from_utf8_lossy(text);
                prop_assert_eq!(Some(read), plain(&tree, text, wanted), "{}", shown);
            }
        }
    }
}

/// Whether the second record follows the form of the first.
fn follows(first: &str, second: &str) -> bool {
    let (tree, wanted) = (tree(), (Rules::default(), true));
    let mut shapes = Shapes::default();
    shapes.learn(&tree, first.as_bytes(), wanted.0);
    let bytes = within(second.as_bytes());
    let read = shapes.follow(Near::new(&bytes, 20), second.len(), wanted).copied();
    assert!(read.is_none() || read == plain(&tree, second.as_bytes(), wanted), "{second}");
    read.is_some()
}

#[test]
fn the_usual_record_follows_the_one_before() {
    let record = |src: &str, dst: &str, rest: &str| {
        format!("{{\"type\":\"IPFIX\",\"src\":\"{src}\",\"dst\":\"{dst}\",{rest}}}")
    };
    let first =
        record("192.0.2.1", "198.51.100.7", r#""x":{"y":[],"z":true},"octets":1,"proto":6"#);
    let long = r#""x":{"y":[],"z":false},"octets":18446744073709551,"proto":17"#;
    assert!(follows(&first, &record("2001:db8::1", "2001:db8:1:2:3:4:5:6", long)));
    assert!(follows(&first, &first));
    // Another end, and another list.
    assert!(!follows(&first, &first.replace('}', " }")));
    assert!(!follows(&first, &first.replace("[]", "[1]")));
    assert!(!follows(&first, &first.replace("IPFIX", "SFLOW_5")));
    assert!(!follows(&first, &first.replace("\"octets\":1", "\"octets\":1.5")));
    // What does not fit one form has its own.
    let (tree, wanted) = (tree(), (Rules::default(), true));
    let mut shapes = Shapes::default();
    let other = record("2001:db8::1", "2001:db8::2", r#""octets":1"#);
    for text in [&first, &other] {
        shapes.learn(&tree, text.as_bytes(), wanted.0);
    }
    for text in [&first, &other, &first, &first, &other] {
        let bytes = within(text.as_bytes());
        assert!(shapes.follow(Near::new(&bytes, 20), text.len(), wanted).is_some());
    }
}

#[test]
fn forms_that_never_come_again_are_seldom_learned() {
    let (tree, wanted) = (tree(), (Rules::default(), true));
    let mut shapes = Shapes::default();
    let mut learned = 0;
    for number in 0..2000 {
        let text = format!("{{\"src\":\"192.0.2.1\",\"key {number}\":1}}");
        let bytes = within(text.as_bytes());
        assert!(shapes.follow(Near::new(&bytes, 20), text.len(), wanted).is_none());
        shapes.learn(&tree, text.as_bytes(), wanted.0);
        learned += u32::from(shapes.follow(Near::new(&bytes, 20), text.len(), wanted).is_some());
        assert!(shapes.forms.len() <= FORMS);
    }
    assert_eq!(learned, 8 + 2 * 2000 / PRICE);
}
