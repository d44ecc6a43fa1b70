//! The scanner of JSON objects against serde_json.

use super::super::super::super::Column;
use super::*;
use proptest::prelude::*;

fn tree() -> Tree {
    Tree::of(&[
        ("src", Place::Column(Column::Source)),
        ("flow.bytes", Place::Column(Column::Octets)),
        ("flow.deep.start", Place::Column(Column::Start)),
        ("kind", Place::Extra(1)),
        ("parents", Place::List),
        ("vpc", Place::Presence(0)),
    ])
}

/// What a text gives by this way, and what by that of serde_json.
fn both<'a>(
    tree: &Tree,
    trail: &mut Trail,
    text: &'a [u8],
) -> (Option<Slots<'a>>, Option<Slots<'a>>) {
    let mut slots = Slots::default();
    let scanned = fill(tree, trail, text, &mut slots).map(|()| slots);
    (scanned, Slots::general(tree, text).ok())
}

/// Holds what is read here against what serde_json reads; says whether it is read
/// here.
#[track_caller]
fn agrees(tree: &Tree, trail: &mut Trail, text: &[u8]) -> bool {
    let (scanned, general) = both(tree, trail, text);
    let Some(scanned) = scanned else { return false };
    let shown = String::from_utf8_lossy(text);
    let general = general.unwrap_or_else(|| panic!("serde_json refuses {shown}"));
    assert_eq!((scanned.row, scanned.extra), (general.row, general.extra), "{shown}");
    assert_eq!(scanned.list(), general.list());
    true
}

#[test]
fn usual_objects_are_read_here() {
    let mut trail = Trail::default();
    for text in [
        r#"{}"#,
        r#" { } "#,
        r#"{"src":"192.0.2.1","flow":{"bytes":7,"deep":{"start":1.5}},"vpc":{"a":[1,{}]}}"#,
        r#"{ "src" : null , "kind" : true , "other" : [ 1 , -2.5e+3 , "x" , [ ] ] }"#,
        r#"{"src":1,"src":2,"flow.bytes":18446744073709551615,"kind":18446744073709551616}"#,
        r#"{"kind":-1,"src":0,"vpc":0.0,"flow":{"bytes":1E5,"bytes":1e-5}}"#,
        r#"{"parents":[],"flow":null,"src":1,"parents":[ ]}"#,
        r#"{"flow":"-","flow":-2.5,"flow":true,"flow":[1,{"bytes":2}],"flow":{"deep":7}}"#,
    ] {
        for mut trail in [Trail::default(), trail.clone()] {
            assert!(agrees(&tree(), &mut trail, text.as_bytes()), "{text}");
        }
        assert!(agrees(&tree(), &mut trail, text.as_bytes()), "{text}");
    }
}

#[test]
fn what_is_no_json_is_not_read() {
    for text in [
        "",
        "{",
        "[]",
        "{}x",
        r#"{"a"}"#,
        r#"{"a":}"#,
        r#"{"a":1,}"#,
        r#"{,"a":1}"#,
        r#"{"a":01}"#,
        r#"{"src":01}"#,
        r#"{"a":1.}"#,
        r#"{"a":.5}"#,
        r#"{"a":+1}"#,
        r#"{"a":1e}"#,
        r#"{"a":-}"#,
        r#"{"a":nul}"#,
        r#"{"a":truely}"#,
        r#"{"a":[1,]}"#,
        r#"{"a":[1 2]}"#,
        r#"{"a":"b}"#,
        "{\"a\":\"\u{1}\"}",
        "{\u{c}}",
        r#"{"src":1 2}"#,
        r#"{"src":0x10}"#,
        r#"{"src":1e999}"#,
        r#"{"flow":1e999}"#,
        r#"{"flow":}"#,
        r#"{"flow":[}"#,
        r#"{"parents":[}"#,
        r#"{"parents":[,]}"#,
        r#"{"parents":}"#,
        r#"{'a':1}"#,
        r#"{a:1}"#,
        "{\"a\":1}\0",
    ] {
        let (scanned, _) = both(&tree(), &mut Trail::default(), text.as_bytes());
        assert!(scanned.is_none(), "{text}");
    }
    let deep = format!("{}1{}", "{\"flow\":".repeat(10_000), "}".repeat(10_000));
    assert!(both(&tree(), &mut Trail::default(), deep.as_bytes()).0.is_none());
    let lists = format!("{{\"a\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(both(&tree(), &mut Trail::default(), lists.as_bytes()).0.is_none());
}

/// A value of JSON as text, or nearly so.
fn value() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        4 => any::<u32>().prop_map(|number| number.to_string()),
        1 => any::<u64>().prop_map(|number| number.to_string()),
        2 => any::<i32>().prop_map(|number| number.to_string()),
        2 => any::<f64>().prop_map(|number| format!("{number:?}")),
        2 => "-?[0-9]{1,22}([.][0-9]{0,3})?([eE][+-]?[0-9]{0,3})?",
        1 => "[0-9]{1,3}[eE][+]?[0-9]{3}",
        1 => "null|true|false|nan|tru",
        1 => "\\[ {0,2}\\]",
        4 => "\"[ -!#-\\[\\]-~]{0,20}\"",
        1 => "\"(a|é|\\\\n|\\\\u0041|\\\\x|\t){0,3}\"",
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let members = prop::collection::vec((key(), inner.clone()), 0..4).prop_map(|members| {
            let members: Vec<_> =
                members.into_iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
            format!("{{{}}}", members.join(","))
        });
        let list = prop::collection::vec(inner, 0..4)
            .prop_map(|values| format!("[{}]", values.join(" , ")));
        prop_oneof![3 => members, 1 => list]
    })
}

fn key() -> impl Strategy<Value = String> {
    "src|flow|bytes|flow[.]bytes|deep|start|kind|parents|vpc|[a-z.]{0,12}|é|k\\\\u0069nd"
}

fn object() -> impl Strategy<Value = Vec<u8>> {
    let members = prop::collection::vec((key(), value(), " {0,2}"), 0..8);
    let flips = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..2);
    let flips = prop_oneof![4 => Just(Vec::new()), 1 => flips];
    (members, flips).prop_map(|(members, flips)| {
        let members: Vec<_> = members
            .into_iter()
            .map(|(key, value, space)| format!("\"{key}\"{space}:{space}{value}{space}"))
            .collect();
        let mut text = format!("{{{}}}", members.join(",")).into_bytes();
        for (at, byte) in flips {
            let at = at.index(text.len());
            text[at] = byte;
        }
        text
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2048))]

    #[test]
    fn objects_are_read_as_serde_json_reads_them(
        texts in prop::collection::vec(object(), 1..4),
        order in prop::collection::vec(0_usize..4, 0..12),
    ) {
        let (tree, mut trail) = (tree(), Trail::default());
        // One after the other, so that keys are followed, missed and learned anew.
        for at in order.into_iter().chain(0..texts.len()) {
            agrees(&tree, &mut trail, &texts[at % texts.len()]);
        }
    }

    #[test]
    fn any_bytes_are_read_as_serde_json_reads_them(
        text in prop::collection::vec(
            prop_oneof![
                Just(b'{'), Just(b'}'), Just(b'"'), Just(b':'), Just(b','), Just(b'['), Just(b']'),
                Just(b'1'), any::<u8>(),
            ],
            0..40,
        ),
    ) {
        agrees(&tree(), &mut Trail::default(), &text);
    }

    #[test]
    fn special_bytes_are_found_in_eight_at_once(bytes: [u8; 8]) {
        let marks = special(u64::from_le_bytes(bytes)).to_le_bytes();
        prop_assert_eq!(marks, bytes.map(|byte| if is_special(byte) { 0x80 } else { 0 }));
    }
}
