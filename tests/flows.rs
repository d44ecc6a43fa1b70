//! Flow logs as a black box: sampling from wherever it is told and never twice,
//! duplicates, what cannot be observed, standard input, mixed runs, and that the
//! split of the work never shows. The exports are built here, octet by octet.
#![allow(clippy::unwrap_used, reason = "helpers of tests, where a panic is the report")]

#[path = "cli/capture.rs"]
#[allow(dead_code, reason = "the program's runner has its types from there")]
mod capture;
#[path = "cli/program.rs"]
#[allow(dead_code, reason = "each test program uses a part of it")]
mod program;
mod support;

use program::{Ran, analyze, program, run};
use serde_json::Value;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use support::datagrams::{Field, captured, ipfix, netflow5, netflow9, options9, record, template};
use tempfile::TempDir;

fn written(folder: &TempDir, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    path
}

fn ran(files: &[&Path], options: &[&str]) -> Ran {
    run(analyze(["-q", "--format", "json"]).args(options).args(files))
}

fn report(files: &[&Path], options: &[&str]) -> Value {
    let ran = ran(files, options);
    let report = ran.is_quiet().json();
    assert_eq!(report["account"]["closed"], true);
    report
}

/// Packets of IPv4 and of IPv6: scaled, and as they were exported.
fn packets(report: &Value) -> [[u64; 2]; 2] {
    ["transport", "as_exported"].map(|of| {
        ["ipv4", "ipv6"].map(|family| report["totals"][of][family]["packets"].as_u64().unwrap())
    })
}

/// One record of 2 packets of IPv4 and one of 3 of IPv6, with these fields beside.
fn both_families(beside: &[(Field, u64)]) -> Vec<u8> {
    let (four, six) =
        ([Field::V4Source, Field::V4Destination], [Field::V6Source, Field::V6Destination]);
    let fields = |addresses: [Field; 2]| {
        let mut fields = vec![(addresses[0], 1), (addresses[1], 2), (Field::Packets, 0)];
        fields.push((Field::Octets, 1000));
        fields.extend(beside);
        fields
    };
    let mut sets = Vec::new();
    for (id, addresses, packets) in [(256, four, 2), (257, six, 3)] {
        let mut fields = fields(addresses);
        fields[2].1 = packets;
        sets.push(template(id, &fields));
        sets.push(record(id, &fields));
    }
    sets.concat()
}

#[test]
fn sampling_is_taken_from_where_it_is_told_and_never_twice() {
    let folder = tempfile::tempdir().unwrap();
    let in_record = both_families(&[(Field::SamplingInterval, 10)]);
    let of_sampler = both_families(&[(Field::Sampler, 7)]);
    let cases: [(&str, Vec<u8>, u64); 5] = [
        ("record of netflow 9", netflow9(1, &in_record), 10),
        ("record of ipfix", ipfix(1, &in_record), 10),
        (
            "options of the exporter",
            netflow9(1, &[options9(&[], 20), both_families(&[])].concat()),
            20,
        ),
        (
            "options of a sampler",
            netflow9(1, &[options9(&[(Field::Sampler, 7)], 30), of_sampler].concat()),
            30,
        ),
        ("header", netflow5(2, 40), 40),
    ];
    for (name, bytes, interval) in cases {
        let file = written(&folder, "export", bytes);
        let plain = report(&[&file], &[]);
        let [scaled, exported] = packets(&plain);
        let six = if name == "header" { 0 } else { 3 };
        assert_eq!(exported, [2, six], "{name}");
        assert_eq!(scaled, [2 * interval, six * interval], "{name}");
        // What the user says is for records that do not tell.
        assert_eq!(packets(&report(&[&file], &["--sampling", "7"])), [scaled, exported], "{name}");
        let sampling = &plain["exporters"][0]["sampling"][0];
        assert_eq!((&sampling["population"], &sampling["sampled"]), (&interval.into(), &1.into()));
        assert_eq!(plain["flows"]["unknown_sampling"], 0, "{name}");
    }
}

#[test]
fn unknown_sampling_is_said_and_not_one() {
    let folder = tempfile::tempdir().unwrap();
    let file = written(&folder, "export", netflow9(1, &both_families(&[])));
    let plain = report(&[&file], &[]);
    assert_eq!(packets(&plain), [[2, 3], [2, 3]]);
    assert_eq!(plain["flows"]["unknown_sampling"], 2);
    assert_eq!(plain["exporters"][0]["sampling"][0]["sampling"], "unknown");
    let text = run(&mut analyze([&file]));
    assert!(text.stdout.contains("Sampling unknown: 2 flow records"), "{}", text.stdout);
    let given = report(&[&file], &["--sampling", "7"]);
    assert_eq!(packets(&given), [[14, 21], [2, 3]]);
    assert_eq!(given["flows"]["unknown_sampling"], 0);
}

#[test]
fn what_was_exported_and_the_interval_are_in_every_format() {
    let folder = tempfile::tempdir().unwrap();
    let file =
        written(&folder, "export", netflow9(1, &both_families(&[(Field::SamplingInterval, 10)])));
    let json = report(&[&file], &[]);
    let bounds = &json["totals"]["transport"]["interval"]["packets"];
    assert!(bounds[0].as_f64().unwrap() < 0.6 && bounds[1].as_f64().unwrap() > 0.6, "{bounds}");
    let csv = run(analyze(["-q", "--format", "csv"]).arg(&file)).is_quiet().stdout.clone();
    assert!(csv.contains("\nas_exported,transport,,,2,1000,"), "{csv}");
    assert!(csv.contains("\nexporter,,,/1,,,,1,,,,1,,"), "{csv}");
    let low = csv.lines().find(|line| line.starts_with("interval_low,transport")).unwrap();
    assert_eq!(low.split(',').nth(12).unwrap(), bounds[0].to_string());
    let ndjson = run(analyze(["-q", "--format", "ndjson"]).arg(&file)).is_quiet().stdout.clone();
    let lines: Vec<Value> =
        ndjson.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |record: &str| lines.iter().find(|line| line["record"] == record).unwrap();
    assert_eq!(of("as_exported")["ipv6_packets"], 3);
    assert_eq!(of("interval")["high_packets"], bounds[1]);
    assert_eq!((&of("flows")["records"], &of("exporter")["population"]), (&2.into(), &10.into()));
}

#[test]
fn a_flow_told_at_both_sides_of_a_device_counts_once_where_that_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    let side = |direction| {
        both_families(&[(Field::Input, 1), (Field::Output, 2), (Field::Direction, direction)])
    };
    let both = netflow9(1, &[side(0), side(1)].concat());
    let file = written(&folder, "both", both);
    assert_eq!(packets(&report(&[&file], &[]))[0], [4, 6]);
    let once = report(&[&file], &["--dedup-direction"]);
    assert_eq!(packets(&once)[0], [2, 3]);
    assert_eq!(once["account"]["excluded_by_reason"]["duplicate_direction"], 2);
    // An exporter that tells of the way out alone is not left out.
    let out = written(&folder, "out", netflow9(1, &side(1)));
    assert_eq!(packets(&report(&[&out], &["--dedup-direction"]))[0], [2, 3]);
}

#[test]
fn of_several_observation_points_those_that_are_named_count() {
    let folder = tempfile::tempdir().unwrap();
    let export = netflow9(1, &both_families(&[]));
    let file = captured(&[("203.0.113.1", 2055, &export), ("203.0.113.2", 2055, &export)]);
    let file = written(&folder, "capture", file);
    assert_eq!(packets(&report(&[&file], &["--exports"]))[0], [4, 6]);
    let one = report(&[&file], &["--exports", "--observation-point", "203.0.113.2"]);
    assert_eq!(packets(&one)[0], [2, 3]);
    assert_eq!(one["account"]["excluded_by_reason"]["duplicate_observation_point"], 2);
    let exporters = one["exporters"].as_array().unwrap();
    assert_eq!((exporters.len(), &exporters[0]["address"]), (1, &"203.0.113.2".into()));
    let both = ["--exports", "--observation-point", "203.0.113.1,203.0.113.2"];
    assert_eq!(packets(&report(&[&file], &both))[0], [4, 6]);
}

#[test]
fn what_cannot_be_observed_has_no_share() {
    let folder = tempfile::tempdir().unwrap();
    let file = written(&folder, "netflow5", netflow5(2, 0));
    let plain = report(&[&file], &[]);
    for measure in ["packets", "octets", "flows"] {
        assert_eq!(plain["totals"]["transport"]["share"][measure], Value::Null);
    }
    assert_eq!(plain["exporters"][0]["ipv6_observable"], false);
    assert_eq!(plain["flows"]["ipv6_unobservable"], 1);
    let text = run(&mut analyze([&file])).stdout;
    assert!(text.starts_with("The share of IPv6 is not observable"), "{text}");
    // Beside an exporter that can, there is a share, and a word on those that cannot.
    let other = written(&folder, "netflow9", netflow9(1, &both_families(&[])));
    let mixed = report(&[&file, &other], &[]);
    assert_eq!(mixed["totals"]["transport"]["share"]["packets"], 3.0 / 7.0);
    let text = run(&mut analyze([&file, &other])).stdout;
    assert!(text.contains("IPv6 was not observable in 1 flow record"), "{text}");
}

/// The formats of the generator but NetFlow 5, which has no IPv6.
const FORMATS: [&str; 8] = ["ipfix", "netflow9", "nfcapd", "vpc", "zeek", "csv", "jsonl", "sflow"];

fn generated(folder: &TempDir, arguments: &[&str]) -> PathBuf {
    let path = folder.path().join(arguments.join("-").replace("--", ""));
    let mut command = program();
    command.args(["synth", "-n", "4000", "--flows", "400", "--prefixes", "50", "-o"]);
    run(command.arg(&path).args(arguments)).ends_with(0);
    path
}

#[test]
fn every_format_says_the_packets_of_the_capture() {
    let folder = tempfile::tempdir().unwrap();
    let capture = report(&[&generated(&folder, &["--container", "pcap"])], &[]);
    let of = |report: &Value| {
        ["ipv4", "ipv6", "share"].map(|what| {
            let of = &report["totals"]["transport"][what];
            ["packets", "octets"].map(|measure| of[measure].to_string())
        })
    };
    for format in FORMATS {
        let flows = report(&[&generated(&folder, &["--as", format])], &[]);
        assert_eq!(of(&flows), of(&capture), "{format}");
        let by_protocol = |report: &Value| {
            let rows = report["breakdowns"][0]["rows"].as_array().unwrap().iter();
            let row = |row: &Value| (row["key"].to_string(), row["ipv6"]["octets"].to_string());
            rows.map(row).collect::<Vec<_>>()
        };
        // Zeek has names for TCP, UDP and ICMP alone.
        if format != "zeek" {
            assert_eq!(by_protocol(&flows), by_protocol(&capture), "{format}");
        }
    }
    let five = report(&[&generated(&folder, &["--as", "netflow5"])], &[]);
    assert_eq!(packets(&five)[0][0], capture["totals"]["transport"]["ipv4"]["packets"]);
}

#[test]
fn threads_pieces_and_pipes_never_show() {
    let folder = tempfile::tempdir().unwrap();
    for format in FORMATS {
        let file = generated(&folder, &["--as", format, "--record-packets", "3"]);
        let whole = ran(&[&file], &["-j", "1"]).is_quiet().stdout.clone();
        for options in [["-j", "4", "--piece-size", "4096"], ["-j", "2", "--piece-size", "20000"]] {
            assert_eq!(ran(&[&file], &options).stdout, whole, "{format} {options:?}");
        }
        let mut piped = analyze(["-q", "--format", "json", "-"]);
        let piped = run(piped.stdin(File::open(&file).unwrap()));
        let (piped, whole) =
            (piped.is_quiet().json(), serde_json::from_str::<Value>(&whole).unwrap());
        for part in ["totals", "account", "breakdowns", "exporters", "time"] {
            assert_eq!(piped[part], whole[part], "{format} {part}");
        }
    }
}

#[test]
fn captures_and_flow_logs_in_one_run_add_up() {
    let folder = tempfile::tempdir().unwrap();
    let capture = generated(&folder, &["--container", "pcapng", "--seed", "5"]);
    let log = generated(&folder, &["--as", "zeek", "--seed", "6"]);
    let other = generated(&folder, &["--as", "csv", "--seed", "7"]);
    let files = [capture.as_path(), &log, &other];
    let whole = report(&files, &[]);
    let sum = |what: &dyn Fn(&Value) -> u64| {
        files.map(|file| what(&report(&[file], &[]))).iter().sum::<u64>()
    };
    for family in ["ipv4", "ipv6"] {
        for measure in ["packets", "octets", "wire_octets", "flows"] {
            let of =
                |report: &Value| report["totals"]["transport"][family][measure].as_u64().unwrap();
            assert_eq!(of(&whole), sum(&of), "{family} {measure}");
        }
    }
    let records = |report: &Value| report["account"]["records"].as_u64().unwrap();
    assert_eq!(records(&whole), sum(&records));
    // All packets are known where no flow record is of neither family.
    let frames = report(&files, &["--profile", "all-frames"]);
    let [v4, v6] = packets(&whole)[0].map(|count| count as f64);
    assert_eq!(frames["totals"]["transport"]["share"]["packets"], v6 / (v4 + v6));
    assert_eq!(frames["totals"]["transport"]["share"]["wire_octets"], Value::Null);
    let turned = report(&[&other, &capture, &log], &[]);
    assert_eq!(turned["totals"], whole["totals"]);
}
