//! The lines of the NDJSON report read back.

use super::*;
use crate::model::{Dimension, Exporter, ExporterFacts, ExporterTally, Sampling};
use crate::report::tests_support::{broken, choose, empty, example, huge, input, tunnelled};
use crate::summary::{FlowSummary, Status};
use serde_json::{Value, json};

fn lines(summary: &Summary) -> Vec<Value> {
    let mut out = Vec::new();
    write(summary, &mut out).expect("a Vec takes all");
    let text = String::from_utf8(out).expect("text");
    text.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect()
}

fn records<'a>(lines: &'a [Value], record: &str) -> Vec<&'a Value> {
    lines.iter().filter(|line| line["record"] == record).collect()
}

#[test]
fn every_line_is_a_flat_object_that_says_what_it_is() {
    let mut tunnels = tunnelled();
    tunnels.settings.all_profiles = true;
    tunnels.settings.breakdowns.push(vec![Dimension::Encapsulation]);
    for summary in [empty(), example(), huge(), broken(), tunnels] {
        for line in lines(&summary) {
            let object = line.as_object().expect("an object");
            assert!(object["record"].is_string());
            assert!(object.values().all(|v| !v.is_object() && !v.is_array()), "{line}");
        }
    }
}

#[test]
fn rows_carry_their_key_and_their_figures() {
    let all = lines(&example());
    let rows = records(&all, "row");
    assert_eq!((&rows[0]["by"], &rows[0]["key"]), (&"protocol".into(), &"tcp".into()));
    assert_eq!(rows[0]["number"], 6);
    let prefix = rows.iter().find(|row| row["key"] == "2001:db8::/48").expect("a row");
    assert_eq!((&prefix["prefix_len_ipv4"], &prefix["prefix_len_ipv6"]), (&24.into(), &48.into()));
    assert_eq!((&prefix["ipv6_packets"], &prefix["share_packets"]), (&350.into(), &1.0.into()));
    assert_eq!(prefix["part_packets"], 0.35);
    assert_eq!(rows.last().expect("rows")["key"], Value::Null);
    assert_eq!(records(&all, "totals").len(), 2);
    assert_eq!(records(&all, "packet_sizes").len(), 2);
    assert_eq!(records(&all, "profile_totals").len(), 0);
    assert_eq!(records(&all, "not_ip")[0]["reason"], "0x0806");
}

#[test]
fn an_empty_summary_still_has_its_frame() {
    let all = lines(&empty());
    let names: Vec<_> = all.iter().map(|line| line["record"].as_str().expect("text")).collect();
    assert_eq!(names, ["summary", "account", "totals", "totals"]);
    assert_eq!(all[2]["share_octets"], Value::Null);
}

#[test]
fn rows_of_tunnels_and_ports_are_flat_too() {
    let mut summary = tunnelled();
    let by = [&[Dimension::EncapsulationPath][..], &[Dimension::Port], &[Dimension::Service]];
    choose(&mut summary, &by);
    let all = lines(&summary);
    let rows = records(&all, "row");
    assert_eq!(
        *rows[4],
        json!({
            "record": "row", "by": "encapsulation-path", "view": null, "key": "ipv4/esp",
            "outer": "ipv4", "inner": null, "packets": 20, "octets_outer": 20_000,
            "octets_inner": 20_000, "wire_octets": 20_800, "octets_overhead": null,
            "part_packets": 0.02, "part_octets_outer": 20.0 / 1040.0,
            "part_octets_inner": 20_000.0 / 1_037_780.0, "part_wire_octets": 20.8 / 1080.0
        })
    );
    let row = |by: &str, key: Option<&str>| {
        let found = rows.iter().find(|row| row["by"] == by && row["key"] == json!(key));
        found.expect("a row")
    };
    let port = row("port", Some("udp/443"));
    assert_eq!(
        (&port["protocol"], &port["port"], &port["service"]),
        (&json!("udp"), &json!(443), &json!("quic"))
    );
    assert_eq!(row("port", None)["port"], Value::Null);
    assert_eq!(row("service", Some("domain"))["ipv6_packets"], 25);
    assert_eq!(row("service", None)["part_packets"], 0.3);
    let totals = records(&all, "totals");
    assert_eq!(totals[0]["inner_unknown_packets"], Value::Null);
    assert_eq!(totals[1]["inner_unknown_octets"], 20_000);
}

#[test]
fn each_profile_is_a_line_a_view() {
    let mut summary = tunnelled();
    summary.settings.all_profiles = true;
    let all = lines(&summary);
    let profiles = records(&all, "profile");
    assert_eq!(profiles.len(), 8);
    assert_eq!(
        (&profiles[2]["profile"], &profiles[2]["view"]),
        (&json!("all-frames"), &json!("transport"))
    );
    assert_eq!(profiles[2]["denominator_packets"], 1012);
    assert_eq!(profiles[2]["denominator_octets"], Value::Null);
    assert_eq!(profiles[2]["share_packets"], 400.0 / 1012.0);
}

/// One that lost all that it sent is no less an exporter.
#[test]
fn exporters_without_records_and_with_more_samplings_than_are_kept_are_there() {
    let mut busy = ExporterTally::default();
    (1..=20).for_each(|interval| busy.add([1, 0], Sampling::one_in(interval)));
    let facts = ExporterFacts { lost: 7, ..ExporterFacts::default() };
    let silent = ExporterTally { facts: Some(facts), ..ExporterTally::default() };
    let mut flows = FlowSummary::default();
    for (domain, tally) in [(1, busy), (2, silent)] {
        flows.exporters.insert(Some(Exporter { address: None, domain }), tally);
    }
    let mut summary = empty();
    let input = input("flows", Status::Complete, None);
    summary.inputs.push(InputSummary { flows: Some(Box::new(flows)), ..input });
    let all = lines(&summary);
    let exporters = records(&all, "exporter");
    let (silent, busy) = exporters.split_last().expect("lines");
    assert_eq!(busy.len(), 16);
    assert!(busy.iter().all(|line| line["more_sampling"] == true && line["domain"] == 1));
    assert_eq!(
        **silent,
        json!({
            "record": "exporter", "address": null, "domain": 2, "records": 0, "ipv4": 0,
            "ipv6": 0, "ipv6_observable": false, "lost": 7, "dropped": 0, "sampling": null,
            "population": null, "sampled": null, "sampling_records": 0, "more_sampling": false
        })
    );
}
