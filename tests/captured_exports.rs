//! `--exports`: flow exports out of a capture, wherever their collector listens.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use assert_cmd::Command;
use serde_json::Value;
use support::datagrams::{captured, netflow5};

fn analyze(arguments: &[&str]) -> Value {
    let (exporter, export) = ("203.0.113.1", netflow5(10, 0));
    let capture = captured(&[
        (exporter, 21_000, &export),
        (exporter, 2055, &export),
        (exporter, 21_000, b"\x00\x05 is no export"),
        (exporter, 53, b"a question"),
    ]);
    let mut command = Command::cargo_bin("v6share").unwrap();
    command.args(["analyze", "-q", "--format", "json", "-"]).args(arguments);
    let output = command.write_stdin(capture).output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

fn flows_and_others(report: &Value) -> (u64, u64, u64) {
    let ipv4 = &report["totals"]["transport"]["ipv4"];
    let excluded = &report["account"]["excluded_by_reason"]["no_export"];
    let number = |value: &Value| value.as_u64().unwrap_or(0);
    (number(&ipv4["flows"]), number(&ipv4["packets"]), number(excluded))
}

#[test]
fn an_export_shows_itself_on_any_port() {
    let report = analyze(&["--exports"]);
    assert_eq!(flows_and_others(&report), (2, 20, 2));
    assert_eq!(report["account"]["closed"], true);
}

#[test]
fn ports_that_are_named_are_the_only_ones_beside_the_known() {
    assert_eq!(flows_and_others(&analyze(&["--export-port", "21000"])), (2, 20, 2));
    assert_eq!(flows_and_others(&analyze(&["--export-port", "999"])), (1, 10, 3));
}

#[test]
fn without_the_option_a_capture_is_traffic() {
    assert_eq!(flows_and_others(&analyze(&[])), (0, 4, 0));
}
