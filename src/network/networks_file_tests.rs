//! Networks files of both kinds, and what is wrong with them.

use super::*;
use crate::model::{IpAddress, IpVersion};

const CSV: &str = "# ours\nlabel,prefix,local,region\n\
    campus, 2001:db8::/32 ,true,north\ncampus,192.0.2.0/24,,north\n\
    \"lab, west\",2001:db8:1::/48,no,\nhost,198.51.100.7,,\n";

const TOML: &str = "[[network]]\nlabel = \"campus\"\nprefixes = [\n  \"2001:db8::/32\",\n  \
    \"192.0.2.0/24\",\n]\nlocal = true\nregion = \"north\"\n\n[[network]]\n\
    label = \"lab, west\"\nprefixes = \"2001:db8:1::/48\"\nlocal = false\n\n\
    [[network]]\nlabel = \"host\"\nprefixes = [\"198.51.100.7\"]\n";

fn label(networks: &LabelledNetworks, text: &str) -> Option<String> {
    let (version, address) = match text.parse().unwrap() {
        std::net::IpAddr::V4(v4) => (IpVersion::V4, IpAddress::from_v4(v4.octets())),
        std::net::IpAddr::V6(v6) => (IpVersion::V6, IpAddress::from_v6(v6.octets())),
    };
    networks.table.lookup(version, address).map(|id| networks.labels[id.index()].name.clone())
}

#[track_caller]
fn message(text: &str) -> String {
    read(text).unwrap_err().into_error("networks").to_string()
}

#[test]
fn both_notations_say_the_same() {
    for (text, lines) in [(CSV, (5, 3)), (TOML, (12, 4))] {
        let networks = read(text).unwrap();
        assert_eq!(networks.labels.len(), 3);
        assert_eq!(networks.labels[0].attributes["region"], "north");
        assert_eq!(
            networks.labels.iter().map(|l| l.local).collect::<Vec<_>>(),
            [true, false, false]
        );
        assert!(networks.labels[1].attributes.is_empty());
        for (address, name) in [
            ("192.0.2.255", Some("campus")),
            ("2001:db8:2::", Some("campus")),
            ("2001:db8:1::1", Some("lab, west")),
            ("198.51.100.7", Some("host")),
            ("198.51.100.8", None),
            ("2001:db9::", None),
        ] {
            assert_eq!(label(&networks, address).as_deref(), name, "{address}");
        }
        let nested = format!(
            "2001:db8:1::/48 of \"lab, west\" (line {}) lies within 2001:db8::/32 of \"campus\" (line {}): its addresses count for \"lab, west\"",
            lines.0, lines.1
        );
        assert_eq!(networks.notes, [nested]);
        assert_eq!(networks.table.prefixes(), [2, 2]);
    }
}

#[test]
fn a_prefix_under_two_labels_is_an_error_that_names_both_lines() {
    let csv = "label,prefix\na,192.0.2.0/24\nb,192.0.2.0/24\n";
    let toml = "[[network]]\nlabel = \"a\"\nprefixes = [\"192.0.2.0/24\"]\n[[network]]\nlabel = \"b\"\nprefixes = [\"192.0.2.0/24\"]\n";
    let what = "192.0.2.0/24 is under \"b\" here and under \"a\" in line";
    assert!(
        message(csv).starts_with(&format!("networks: in line 3: {what} 2: ")),
        "{}",
        message(csv)
    );
    assert!(
        message(toml).starts_with(&format!("networks: in line 6: {what} 3: ")),
        "{}",
        message(toml)
    );
}

#[test]
fn the_same_prefix_twice_under_one_label_is_a_note() {
    let networks = read("label,prefix\na,192.0.2.0/24\na,192.0.2.0/24\n").unwrap();
    assert_eq!(networks.notes, ["192.0.2.0/24 is given twice under \"a\", in lines 2 and 3"]);
}

#[test]
fn many_nested_prefixes_are_counted() {
    let mut text = "label,prefix\nouter,10.0.0.0/8\nsame,11.0.0.0/8\nsame,11.1.0.0/16\n".to_owned();
    for third in 0..9 {
        text += &format!("inner,10.0.{third}.0/24\n");
    }
    let networks = read(&text).unwrap();
    assert_eq!(networks.notes.len(), 6);
    assert!(networks.notes[0].starts_with("10.0.0.0/24 of \"inner\" (line 5) lies within"));
    assert_eq!(networks.notes[5], "4 more prefixes lie within one of another label");
}

#[test]
fn what_is_wrong_is_told_with_its_line() {
    for (text, want) in [
        ("name,prefix\na,192.0.2.0/24\n", "in line 1: neither TOML nor CSV"),
        ("label,prefix\n", "no network is in it"),
        ("label,prefix\n,192.0.2.0/24\n", "in line 2: the label is missing"),
        (
            "label,prefix\na,192.0.2.1/24\n",
            "in line 2: \"192.0.2.1/24\": the address has bits behind the prefix length; meant is 192.0.2.0/24",
        ),
        (
            "label,prefix\n\na,2001:db8::/129\n",
            "in line 3: \"2001:db8::/129\": the length is beyond",
        ),
        ("label,prefix\na,192.0.2.0/24,x\n", "in line 2: 3 fields here and 2 in the header"),
        ("label,prefix,local\na,192.0.2.0/24,maybe\n", "in line 2: local is \"maybe\""),
        ("label,prefix,\na,192.0.2.0/24,\n", "in line 1: column 3 has no name of its own"),
        ("label,prefix,x,x\n", "in line 1: column 4 has no name of its own"),
        (
            "label,prefix,region\na,192.0.2.0/24,n\na,10.0.0.0/8,s\n",
            "in line 3: region of \"a\" is \"s\" here and \"n\" from line 2 on",
        ),
        (
            "label,prefix,local\na,192.0.2.0/24,yes\na,10.0.0.0/8,no\n",
            "in line 3: \"a\" is not local here and local in line 2",
        ),
        ("[[network]]\nprefixes = []\n", "in line 1: this network has no label"),
        ("[[network]]\nlabel = 1\n", "in line 2: label: expected a text"),
        (
            "[[network]]\nlabel = \"a\"\nprefixes = [\n1]\n",
            "in line 3: prefixes: expected prefixes in quotes",
        ),
        (
            "[[network]]\nlabel = \"a\"\nprefixes = [\n\"::1/64\"]\n",
            "in line 4: \"::1/64\": the address has bits",
        ),
        (
            "[[network]]\nlabel = \"a\"\nlocal = \"yes\"\n",
            "in line 3: local: expected true or false",
        ),
        ("[[network]]\nlabel = \"a\"\nx = [1]\n", "in line 3: x: expected one value"),
        ("[network]\nlabel = \"a\"\n", "in line 1: network: expected [[network]]"),
        (
            "[[network]]\nlabel = \"a\"\n[[networks]]\n",
            "in line 3: networks: expected [[network]] and nothing else",
        ),
        ("[[network]]\nlabel = \"a\n", "in line 2: no TOML"),
        ("[[network]]\nlabel = \"a\"\nprefixes = []\n", "no network is in it"),
    ] {
        let message = message(text);
        assert!(message.starts_with(&format!("networks: {want}")), "{text:?}: {message}");
    }
}

#[test]
fn attributes_are_any_single_values() {
    let text = "[[network]]\nlabel = \"a\"\nprefix = \"10.0.0.0/8\"\nas = 64496\nratio = 0.5\nnew = true\nsince = 2024-01-05\n";
    let label = &read(text).unwrap().labels[0];
    let attributes: Vec<_> =
        label.attributes.iter().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(attributes, ["as=64496", "new=true", "ratio=0.5", "since=2024-01-05"]);
}

#[test]
fn no_text_makes_it_panic() {
    for text in [CSV, TOML] {
        for end in 0..text.len() {
            let _ = read(&text[..end]);
            for byte in [b'"', b'\n', b',', b'[', b'\0'] {
                let mut bytes = text.as_bytes().to_vec();
                bytes[end] = byte;
                let _ = read(&String::from_utf8(bytes).unwrap());
            }
        }
    }
}
