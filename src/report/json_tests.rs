//! The JSON report read back.

use super::*;
use crate::model::{Dimension, Measure, View, Views};
use crate::report::tests_support::{broken, choose, empty, example, huge, tunnelled};
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::{Value, json};
use std::fmt;

fn text(summary: &Summary) -> String {
    let mut out = Vec::new();
    write(summary, &mut out).expect("a Vec takes all");
    String::from_utf8(out).expect("JSON is UTF-8")
}

fn parsed(summary: &Summary) -> Value {
    serde_json::from_str(&text(summary)).expect("the report is JSON")
}

/// The keys of an object in the order of the text.
struct Keys(Vec<String>);

impl<'de> Deserialize<'de> for Keys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Keys;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Keys, A::Error> {
                let mut keys = Vec::new();
                while let Some((key, IgnoredAny)) = map.next_entry()? {
                    keys.push(key);
                }
                Ok(Keys(keys))
            }
        }
        deserializer.deserialize_map(Collect)
    }
}

fn keys(text: &str) -> Vec<String> {
    serde_json::from_str::<Keys>(text).expect("an object").0
}

/// The value of a field of the top level that stands on one line.
fn field<'a>(text: &'a str, key: &str) -> &'a str {
    let start = format!("  \"{key}\": ");
    let line = text.lines().find_map(|line| line.strip_prefix(&start)).expect("the field");
    line.trim_end_matches(',')
}

#[test]
fn the_keys_stand_in_the_order_of_the_contract() {
    let text = text(&example());
    assert_eq!(
        keys(&text),
        [
            "schema_version",
            "tool",
            "measure",
            "profile",
            "totals",
            "account",
            "anomalies",
            "time",
            "inputs",
            "breakdowns",
            "profile_definition",
            "anomaly_octets",
            "packet_sizes",
            "interrupted",
        ]
    );
    assert_eq!(
        keys(field(&text, "account")),
        [
            "records",
            "ipv4",
            "ipv6",
            "not_ip",
            "undecodable",
            "undecodable_by_reason",
            "not_ip_by_ethertype",
            "closed",
            "excluded",
            "excluded_by_reason",
            "wire_octets",
            "unsupported_link_types",
        ]
    );
    assert_eq!(keys(field(&text, "totals")), ["transport", "end_to_end"]);
    let input = text.lines().find(|line| line.contains("\"a.pcap\"")).expect("an input");
    assert_eq!(
        keys(input),
        [
            "name",
            "format",
            "compression",
            "records",
            "status",
            "error",
            "bytes",
            "ipv4",
            "ipv6",
            "not_ip",
            "undecodable",
            "excluded",
            "anomalies",
            "time",
        ]
    );
    let row = text.lines().find(|line| line.contains("\"tcp\"")).expect("a row");
    assert_eq!(keys(row.trim_end_matches(',')), ["key", "ipv4", "ipv6", "share", "part"]);
}

#[test]
fn the_figures_are_those_of_the_summary() {
    let report = parsed(&example());
    assert_eq!(report["schema_version"], 1);
    assert_eq!(report["tool"], json!({"name": "v6share", "version": env!("CARGO_PKG_VERSION")}));
    let ipv4 = json!({"packets": 600, "octets": 600_000, "wire_octets": 624_000, "flows": 0});
    assert_eq!(report["totals"]["transport"]["ipv4"], ipv4);
    let share = json!({
        "packets": 0.4, "octets": 440.0 / 1040.0, "wire_octets": 456.0 / 1080.0, "flows": null
    });
    assert_eq!(report["totals"]["transport"]["share"], share);
    assert_eq!(report["totals"]["end_to_end"]["share"]["packets"], 0.5);
    let account = &report["account"];
    assert_eq!((&account["records"], &account["closed"]), (&json!(1012), &json!(true)));
    assert_eq!(account["not_ip_by_ethertype"], json!({"0x0806": 5, "0x1234": 1, "llc:0x42": 2}));
    assert_eq!(
        account["undecodable_by_reason"],
        json!({"unsupported_link_type": 3, "version_mismatch": 1})
    );
    assert_eq!(account["unsupported_link_types"], json!({"USER0 (147)": 3}));
    assert_eq!(report["anomalies"], json!({"truncated_header": 1, "length_exceeds_frame": 2}));
    assert_eq!(report["anomaly_octets"], json!({"length_exceeds_frame": 1234}));
    assert_eq!(report["time"]["first"], "2026-01-01T00:00:00.000000000Z");
    let sizes = &report["packet_sizes"]["transport"]["ipv4"];
    assert_eq!(
        (&sizes["min"], &sizes["p99"], &sizes["mean"]),
        (&500.into(), &1500.into(), &1000.0.into())
    );
}

#[test]
fn rows_have_keys_shares_and_parts() {
    let report = parsed(&example());
    let [protocols, prefixes] = report["breakdowns"].as_array().expect("an array").as_slice()
    else {
        panic!("two breakdowns");
    };
    assert_eq!((&protocols["by"], &protocols["view"]), (&json!(["protocol"]), &json!("transport")));
    assert_eq!(protocols["rows"][0]["key"], json!({"protocol": "tcp", "number": 6}));
    assert_eq!(protocols["rows"][0]["share"]["packets"], 300.0 / 700.0);
    assert_eq!(protocols["rows"][0]["part"]["packets"], 0.7);
    assert_eq!(protocols["rows"][3]["key"], json!({"protocol": "unknown", "number": null}));
    assert_eq!((&protocols["others"], &prefixes["others"]), (&Value::Null, &Value::Null));
    assert_eq!(prefixes["prefix_len"], json!({"ipv4": 24, "ipv6": 48}));
    assert_eq!(prefixes["prefix_side"], "both");
    assert_eq!(prefixes["rows"][1]["key"], json!({"prefix": "2001:db8::/48"}));
    assert_eq!(prefixes["rows"][4]["key"], json!({"prefix": null}));
}

#[test]
fn an_empty_summary_has_nulls_and_no_zero_shares() {
    let report = parsed(&empty());
    let none = json!({"packets": null, "octets": null, "wire_octets": null, "flows": null});
    assert_eq!(report["totals"]["transport"]["share"], none);
    assert_eq!(report["time"], json!({"first": null, "last": null}));
    assert_eq!((&report["inputs"], &report["breakdowns"][1]["rows"]), (&json!([]), &json!([])));
    assert_eq!(report["packet_sizes"]["transport"], json!({"ipv4": null, "ipv6": null}));
    assert_eq!(report["anomalies"], json!({}));
    assert_eq!(report.get("anomaly_octets"), None);
    assert_eq!(report["account"].get("unsupported_link_types"), None);
}

#[test]
fn sums_beyond_64_bits_are_exact_integers() {
    let text = text(&huge());
    assert!(text.contains(&format!("\"octets\": {},", u128::MAX / 4)));
    assert!(text.contains(&format!("\"wire_octets\": {},", u128::MAX / 4 + 1)));
    assert_eq!(parsed(&huge())["totals"]["transport"]["share"]["octets"], 0.5);
}

#[test]
fn failed_inputs_say_why() {
    let report = parsed(&broken());
    assert_eq!(report["inputs"][1]["name"], "b \u{1b}[31m\"x\",y.pcap");
    assert_eq!(report["inputs"][1]["status"], "partial");
    assert_eq!(report["inputs"][2]["error"], "not a capture");
    assert_eq!(report["inputs"][2]["format"], Value::Null);
    assert!(!text(&broken()).contains('\u{1b}'));
}

#[test]
fn another_profile_brings_its_own_totals() {
    let mut summary = example();
    summary.settings.profile = Profile::AllFrames;
    let report = parsed(&summary);
    let totals = &report["profile_totals"]["transport"];
    assert_eq!(
        totals["denominator"],
        json!({"packets": 1012, "octets": null, "wire_octets": 1_100_000, "flows": null})
    );
    assert_eq!(totals["share"], report["totals"]["transport"]["share"]);
    assert_eq!(totals["share"]["packets"], 400.0 / 1012.0);
    assert_eq!(report["breakdowns"][0]["rows"][0]["part"]["octets"], Value::Null);
    summary.settings.profile = Profile::IpOnly;
    assert_eq!(parsed(&summary).get("profile_totals"), None);
}

#[test]
fn each_row_is_a_line_and_each_view_has_its_breakdowns() {
    let mut summary = example();
    summary.settings.views = Views::Both;
    summary.settings.measure = Measure::Packets;
    let report = parsed(&summary);
    let views: Vec<_> =
        report["breakdowns"].as_array().expect("an array").iter().map(|b| &b["view"]).collect();
    let [transport, end_to_end] = View::ALL.map(|view| json!(view.key()));
    assert_eq!(views, [&transport, &transport, &end_to_end, &end_to_end]);
    let rows = text(&summary).lines().filter(|line| line.starts_with("      {\"key\": ")).count();
    assert_eq!(rows, 2 * (4 + 5));
}

#[test]
fn tunnels_have_rows_without_a_view() {
    let mut summary = tunnelled();
    choose(&mut summary, &[&[Dimension::Encapsulation], &[Dimension::EncapsulationPath]]);
    summary.settings.views = Views::Both;
    let report = parsed(&summary);
    let [mechanisms, paths] = report["breakdowns"].as_array().expect("an array").as_slice() else {
        panic!("each is there once: {report}");
    };
    assert_eq!(mechanisms["by"], json!(["encapsulation"]));
    assert_eq!((&mechanisms["view"], &mechanisms["others"]), (&Value::Null, &Value::Null));
    assert_eq!(
        mechanisms["rows"][5],
        json!({
            "key": {"encapsulation": "gre", "outer": "ipv4", "inner": "ipv6"},
            "packets": 20, "octets_outer": 20_000, "octets_inner": 19_380, "wire_octets": 20_800,
            "octets_overhead": 620,
            "part": {
                "packets": 0.02, "octets_outer": 20.0 / 1040.0,
                "octets_inner": 19_380.0 / 1_037_780.0, "wire_octets": 20.8 / 1080.0
            }
        })
    );
    let opaque = &mechanisms["rows"][6];
    assert_eq!(opaque["key"], json!({"encapsulation": "esp", "outer": "ipv4", "inner": null}));
    assert_eq!(opaque["octets_overhead"], Value::Null);
    assert_eq!(paths["by"], json!(["encapsulation-path"]));
    assert_eq!(
        paths["rows"][6]["key"],
        json!({"path": "ipv4/gre/ethernet/ipv6", "outer": "ipv4", "inner": "ipv6"})
    );
    assert_eq!(
        paths["rows"][3]["key"],
        json!({"path": "translated", "outer": "ipv6", "inner": "ipv4"})
    );
    let text = text(&summary);
    let row = text.lines().find(|line| line.contains("\"gre\"")).expect("a row");
    assert_eq!(
        keys(row.trim_end_matches(',')),
        [
            "key",
            "packets",
            "octets_outer",
            "octets_inner",
            "wire_octets",
            "octets_overhead",
            "part"
        ]
    );
}

#[test]
fn what_cannot_be_seen_inside_stands_beside_the_end_to_end_view() {
    let report = parsed(&tunnelled());
    assert_eq!(
        report["totals"]["end_to_end"]["inner_unknown"],
        json!({"packets": 20, "octets": 20_000, "wire_octets": 20_800})
    );
    assert_eq!(report["totals"]["transport"].get("inner_unknown"), None);
    let none = json!({"packets": 0, "octets": 0, "wire_octets": 0});
    assert_eq!(parsed(&example())["totals"]["end_to_end"]["inner_unknown"], none);
}

#[test]
fn ports_and_services_have_keys_of_their_own() {
    let mut summary = tunnelled();
    choose(&mut summary, &[&[Dimension::Port], &[Dimension::Service]]);
    let report = parsed(&summary);
    let keys = |at: usize| -> Vec<Value> {
        let rows = report["breakdowns"][at]["rows"].as_array().expect("an array");
        rows.iter().map(|row| row["key"].clone()).collect()
    };
    let port = |protocol: Option<&str>, port: Option<u16>, service: Option<&str>| json!({"protocol": protocol, "port": port, "service": service});
    let tcp = |number: u16, service: Option<&str>| port(Some("tcp"), Some(number), service);
    let udp = |number: u16, service: Option<&str>| port(Some("udp"), Some(number), service);
    assert_eq!(
        keys(0),
        [
            tcp(443, Some("https")),
            port(None, None, None),
            udp(443, Some("quic")),
            tcp(4242, None),
            udp(53, Some("domain")),
            tcp(53, Some("domain")),
        ]
    );
    let service = |service: Option<&str>| json!({"service": service});
    assert_eq!(
        keys(1),
        [Some("https"), None, Some("quic"), Some("domain"), Some("tcp/4242")].map(service)
    );
    assert_eq!(report["breakdowns"][1]["rows"][3]["ipv6"]["packets"], 25);
}

#[test]
fn every_profile_has_its_definition_and_its_shares() {
    let mut summary = tunnelled();
    assert_eq!(parsed(&summary).get("profiles"), None);
    summary.settings.all_profiles = true;
    let report = parsed(&summary);
    assert_eq!(report["profile"], "ip-only");
    assert_eq!(
        keys(field(&text(&summary), "profiles")),
        ["ip-only", "all-frames", "native-only", "user-traffic"]
    );
    let profiles = &report["profiles"];
    for profile in Profile::ALL {
        assert_eq!(profiles[profile.key()]["definition"], profile.definition());
    }
    let user = &profiles["user-traffic"]["end_to_end"];
    assert_eq!(
        (&user["ipv6"]["packets"], &user["denominator"]["packets"]),
        (&json!(420), &json!(850))
    );
    assert_eq!(
        profiles["all-frames"]["transport"],
        json!({
            "ipv6": {"packets": 400, "octets": 440_000, "wire_octets": 456_000, "flows": 0},
            "denominator":
                {"packets": 1012, "octets": null, "wire_octets": 1_100_000, "flows": null},
            "share": {
                "packets": 400.0 / 1012.0, "octets": null, "wire_octets": 456.0 / 1100.0,
                "flows": null
            }
        })
    );
    for view in ["transport", "end_to_end"] {
        assert_eq!(profiles["ip-only"][view]["share"], report["totals"][view]["share"]);
    }
}
