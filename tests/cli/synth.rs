//! `v6share synth`, and that `analyze` finds in its captures what it put there.

use crate::capture::{COMPRESSIONS, compressed};
use crate::program::{analyze, json, json_of_pipe, program, run};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const SMALL: [&str; 6] = ["-n", "3000", "--flows", "300", "--prefixes", "100"];

/// Writes a capture by a recipe; gives it with its truth.
fn written(folder: &Path, recipe: &[&str]) -> (PathBuf, Value) {
    let (capture, truth) = (folder.join("capture"), folder.join("truth.json"));
    let mut command = program();
    command.arg("synth").args(SMALL).args(recipe);
    let ran = run(command.arg("-o").arg(&capture).arg("--truth").arg(&truth).arg("--prefix-truth"));
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), ""), "{recipe:?}: {}", ran.stderr);
    assert!(ran.message().starts_with("note: 3000 records: IPv4 "), "{ran:?}");
    (capture, serde_json::from_slice(&fs::read(truth).unwrap()).unwrap())
}

/// Packets, octets and wire octets of both families under a value.
fn families(value: &Value) -> Vec<u64> {
    let of = |family: &str| {
        ["packets", "octets", "wire_octets"].map(|measure| value[family][measure].as_u64().unwrap())
    };
    ["ipv4", "ipv6"].into_iter().flat_map(of).collect()
}

/// Rows by the text of their keys.
fn rows(rows: &Value, key: &str) -> BTreeMap<String, Vec<u64>> {
    let row = |row: &Value| (row["key"][key].to_string(), families(row));
    rows.as_array().unwrap().iter().map(row).collect()
}

#[track_caller]
fn agrees(report: &Value, truth: &Value, recipe: &[&str]) {
    for view in ["transport", "end_to_end"] {
        let both = [report, truth].map(|from| families(&from["totals"][view]));
        assert_eq!(both[0], both[1], "{view} {recipe:?}");
    }
    for field in ["records", "ipv4", "ipv6", "not_ip", "undecodable", "wire_octets", "closed"] {
        assert_eq!(report["account"][field], truth["account"][field], "{field} {recipe:?}");
    }
    let not_ip = "not_ip_by_ethertype";
    assert_eq!(report["account"][not_ip], truth["account"][not_ip], "{recipe:?}");
    assert_eq!(report["time"], truth["time"], "{recipe:?}");
    let protocols = &report["breakdowns"][0];
    assert_eq!(
        (&protocols["by"][0], &protocols["view"]),
        (&"protocol".into(), &"transport".into())
    );
    let prefixes = &report["breakdowns"][1];
    let truth = &truth["prefixes"]["transport"]["rows"];
    assert_eq!(rows(&prefixes["rows"], "prefix"), rows(truth, "prefix"), "{recipe:?}");
}

#[test]
fn what_was_put_in_comes_out() {
    let recipes: [&[&str]; 20] = [
        &[],
        &["--vlan", "0.5"],
        &["--vlan", "0.3", "--qinq", "0.3", "--mpls", "0.2"],
        &["--mpls", "1"],
        &["--pppoe", "1"],
        &["--fragments", "0.5"],
        &["--extension-headers", "0.8", "--ipv6-share", "0.9"],
        &["--non-ip", "0.3"],
        &["--container", "pcapng"],
        &["--container", "pcapng", "--big-endian", "--nanoseconds"],
        &["--big-endian"],
        &["--nanoseconds", "--big-endian"],
        &["--container", "erf", "--nanoseconds", "--vlan", "0.3", "--snap-len", "96"],
        &["--container", "erf", "--non-ip", "0.3", "--sizes", "full"],
        &["--container", "snoop", "--non-ip", "0.2", "--qinq", "0.3"],
        &["--snap-len", "96"],
        &["--snap-len", "64", "--container", "pcapng", "--vlan", "0.4", "--sizes", "full"],
        &["--link", "raw", "--fragments", "0.2", "--extension-headers", "0.2"],
        &["--link", "linux-sll", "--non-ip", "0.1", "--sizes", "1500"],
        &["--link", "linux-sll2", "--ipv6-share", "0", "--big-endian"],
    ];
    let folder = tempfile::tempdir().unwrap();
    for recipe in recipes {
        let (capture, truth) = written(folder.path(), recipe);
        let ran = json([&capture]);
        agrees(&ran.is_quiet().json(), &truth, recipe);
    }
}

#[test]
fn the_transport_view_of_tunnels_is_what_was_put_in() {
    let folder = tempfile::tempdir().unwrap();
    let kinds = [
        "6in4", "6to4", "isatap", "teredo", "4in6", "ipip", "6in6", "gre", "vxlan", "geneve",
        "gtp-u", "nat64",
    ];
    let mixture = kinds.map(|kind| format!("{kind}=0.05")).join(",");
    let all = ["--tunnels", &mixture, "--vlan", "0.2", "--fragments", "0.1", "--non-ip", "0.05"];
    let (capture, truth) = written(folder.path(), &all);
    let report = json([&capture]).is_quiet().json();
    assert_eq!(families(&report["totals"]["transport"]), families(&truth["totals"]["transport"]));
    assert_eq!(report["account"]["ipv6"], truth["account"]["ipv6"]);
    let prefixes = &truth["prefixes"]["transport"]["rows"];
    assert_eq!(rows(&report["breakdowns"][1]["rows"], "prefix"), rows(prefixes, "prefix"));
}

#[test]
fn compressed_and_piped_it_is_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let recipe = ["--vlan", "0.2", "--container", "pcapng"];
    let (capture, truth) = written(folder.path(), &recipe);
    let bytes = fs::read(&capture).unwrap();
    for key in COMPRESSIONS {
        let stored = compressed(key, &bytes);
        agrees(&json_of_pipe(&stored, ["-"]).is_quiet().json(), &truth, &recipe);
    }
    let pieces = run(analyze([&capture]).args(["--format", "json", "-j4", "--piece-size", "4096"]));
    agrees(&pieces.is_quiet().json(), &truth, &recipe);
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = |seed: &str| {
        let (capture, truth) = written(folder.path(), &["--seed", seed, "--tunnels", "gre=0.1"]);
        (fs::read(capture).unwrap(), truth)
    };
    let (first, truth) = bytes("7");
    assert_eq!(bytes("7"), (first.clone(), truth.clone()));
    assert_ne!(bytes("8").0, first);
    assert_eq!(truth["file_octets"], first.len());
    // On standard output too, where the note of the totals is not in the way.
    let mut command = program();
    command.arg("synth").args(SMALL).args(["--seed", "7", "--tunnels", "gre=0.1", "-o", "-"]);
    let output = command.output().unwrap();
    assert_eq!(output.stdout, first);
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("v6share: note: 3000 records: "));
}

#[test]
fn a_truth_that_cannot_be_written_is_told_before_the_capture_is() {
    let folder = tempfile::tempdir().unwrap();
    let (capture, truth) = (folder.path().join("capture"), folder.path().join("absent/truth"));
    let mut command = program();
    command.arg("synth").args(SMALL).arg("-o").arg(&capture).arg("--truth").arg(&truth);
    let ran = run(&mut command);
    let start = format!("error: {}: the result cannot be written: No such file", truth.display());
    assert!(ran.ends_with(2).message().starts_with(&start), "{ran:?}");
    assert!(!capture.exists());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn flow_records_of_the_same_packets_have_their_totals() {
    let folder = tempfile::tempdir().unwrap();
    let (_, of_packets) = written(folder.path(), &[]);
    let file = folder.path().join("flows");
    for format in ["ipfix", "netflow9", "nfcapd", "vpc", "zeek", "csv", "jsonl", "sflow"] {
        let truth = folder.path().join("flows.json");
        let mut command = program();
        command.arg("synth").args(SMALL).args(["--as", format, "--record-packets", "4"]);
        let ran = run(command.arg("-o").arg(&file).arg("--truth").arg(&truth));
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), ""), "{format}: {}", ran.stderr);
        let truth: Value = serde_json::from_slice(&fs::read(truth).unwrap()).unwrap();
        assert_eq!(truth["file_octets"], fs::metadata(&file).unwrap().len());
        for family in ["ipv4", "ipv6"] {
            let [flows, packets] =
                [&truth, &of_packets].map(|of| &of["totals"]["transport"][family]);
            for measure in ["packets", "octets"] {
                assert_eq!(flows[measure], packets[measure], "{format} {family}");
            }
            assert_eq!(flows["flows"], truth["account"][family], "{format} {family}");
        }
    }
    let mut command = program();
    command.current_dir(folder.path()).args(["synth", "-n", "10", "-o", "x", "--truth", "./x"]);
    let ran = run(&mut command);
    assert_eq!(ran.code, Some(2));
    assert!(ran.message().contains("--output and --truth both write to it"), "{}", ran.stderr);
    assert!(!folder.path().join("x").exists());
    for (container, more) in [("snoop", "--nanoseconds"), ("erf", "--big-endian")] {
        let mut command = program();
        command.args(["synth", "-o", "-", "--container", container, more]);
        let ran = run(&mut command);
        assert_eq!(ran.code, Some(2));
        assert!(ran.stderr.contains(" cannot hold "), "{}", ran.stderr);
    }
    let mut command = program();
    let ran = run(command.args(["synth", "-o", "-", "--as", "csv", "--snap-len", "96"]));
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("cannot be used with"), "{}", ran.stderr);
}
