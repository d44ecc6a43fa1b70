//! One capture in parts: whatever the cuts, parts that join are the whole, byte for
//! byte, and what does not join says what to read again.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![cfg(feature = "columnar")]

mod support;

use assert_cmd::Command;
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::Output;
use support::captures;
use support::parts::{parquet, rejoined, run};
use support::{Interface, PcapNgFile, Random};
use tempfile::TempDir;

#[test]
fn parts_of_any_cuts_are_the_whole_byte_for_byte() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("capture");
    let mut random = Random::new(9);
    let mut repaired = 0;
    for capture in captures::all() {
        fs::write(&path, &capture.bytes).unwrap();
        let (len, whole) = (capture.bytes.len(), run(&path, None, 0));
        for number in [0, 1, 2, 6] {
            let mut cuts: Vec<u64> =
                (0..number).map(|_| u64::try_from(random.below(len + 1)).unwrap()).collect();
            cuts.sort_unstable();
            let (sum, turns) = rejoined(&path, &cuts, &mut random);
            let what = format!("{} cut at {cuts:?}", capture.name);
            assert_eq!(sum, whole, "{what}");
            assert_eq!(parquet(&sum), parquet(&whole), "{what}");
            // An ordinary capture needs no second reading.
            let hostile = capture.error_at.is_some() || turns == 0;
            assert!(hostile || !capture.name.contains("seconds"), "{what}: {turns} turns");
            repaired += turns;
        }
    }
    assert!(repaired > 0, "no capture fooled a guess");
}

/// Every format that is a chain of records, also those whose boundaries are not guessed.
#[test]
fn fixtures_of_every_format_join() {
    let mut random = Random::new(21);
    let mut formats = BTreeSet::new();
    for folder in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures")).unwrap() {
        let folder = folder.unwrap().path();
        for path in
            ["pcap", "pcapng", "erf", "snoop"].map(|e| folder.join("input").with_extension(e))
        {
            if !path.is_file() {
                continue;
            }
            let whole = run(&path, None, 0);
            let len = fs::metadata(&path).unwrap().len();
            let mut cuts: Vec<u64> = (0..4).map(|_| random.next() % (len + 1)).collect();
            cuts.sort_unstable();
            let (sum, _) = rejoined(&path, &cuts, &mut random);
            assert!(parquet(&sum) == parquet(&whole), "{} at {cuts:?}", path.display());
            formats.extend(whole.inputs[0].format);
        }
    }
    let all: Vec<_> = formats.into_iter().collect();
    assert_eq!(all, ["erf", "pcap", "pcapng", "snoop"]);
}

#[test]
fn every_cut_of_a_small_capture_joins() {
    let folder = tempfile::tempdir().unwrap();
    let mut random = Random::new(3);
    let records = captures::traffic(12);
    let ng = PcapNgFile::new(support::ByteOrder::Little).interface(Interface::new(1));
    let ng = ng.enhanced_all(0, records.clone()).bytes();
    let plain = support::PcapFile::new(1).add_all(records).bytes();
    for bytes in [plain, ng] {
        let path = folder.path().join("capture");
        fs::write(&path, &bytes).unwrap();
        let whole = run(&path, None, 0);
        for at in (0..=bytes.len()).step_by(7) {
            let at = u64::try_from(at).unwrap();
            assert_eq!(rejoined(&path, &[at], &mut random).0, whole, "cut at {at}");
        }
    }
}

/// The program over a capture, which is at hand under the name `capture`.
fn program(folder: &TempDir, arguments: &[&str]) -> Output {
    let mut command = Command::cargo_bin("v6share").unwrap();
    command.current_dir(folder.path()).args(arguments).output().unwrap()
}

fn said(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("capture");
    fs::write(&path, support::PcapFile::new(1).add_all(captures::traffic(400)).bytes()).unwrap();
    (folder, path)
}

#[test]
fn parts_kept_on_the_command_line_join_and_are_shown_as_parts() {
    let (folder, path) = folder();
    let len = fs::metadata(&path).unwrap().len();
    let keep = |range: &str, file: &str| {
        let arguments = ["analyze", "-q", "capture", "--save", file, "--format", "json"];
        let output = program(&folder, &[&arguments[..], &["--range", range]].concat());
        assert!(output.status.success(), "{output:?}");
        serde_json::from_slice::<serde_json::Value>(&output.stdout).unwrap()
    };
    keep("0-10KiB", "a.parquet");
    let middle = keep("10KiB-20k", "b.parquet");
    keep("20k-", "c.parquet");
    let range = &middle["inputs"][0]["range"];
    assert_eq!((&range["asked"], &range["of"]), (&"10240-20000".into(), &len.into()));
    let from = range["from"].as_u64().unwrap();
    assert!((10_240..10_240 + 2_000).contains(&from), "{from}");
    assert_eq!(middle["inputs"][0]["bytes"], range["reached"].as_u64().unwrap() - from);
    let table = program(&folder, &["report", "b.parquet"]);
    let table = String::from_utf8(table.stdout).unwrap();
    assert!(table.contains("These figures hold 1 part of a capture"), "{table}");
    assert!(table.contains("capture: a part, bytes ") && table.contains("10240-20000)"), "{table}");
    let lines = program(&folder, &["report", "--format", "ndjson", "b.parquet"]).stdout;
    assert!(String::from_utf8(lines).unwrap().contains(r#""range":"10240-20000""#));
    let compared = program(&folder, &["compare", "a.parquet", "b.parquet"]).stdout;
    let compared = String::from_utf8(compared).unwrap();
    assert!(compared.contains("1 of them not read to the end"), "{compared}");
    // All of them, and one run.
    let whole = ["analyze", "-q", "capture", "--save", "whole.parquet", "-o", "/dev/null"];
    assert!(program(&folder, &whole).status.success());
    let merge = |files: &[&str], more: &[&str]| {
        program(&folder, &[&["merge", "-o", "sum.parquet"], files, more].concat())
    };
    let done = merge(&["c.parquet", "a.parquet", "b.parquet"], &[]);
    assert!(done.status.success(), "{done:?}");
    let bytes = |name: &str| fs::read(folder.path().join(name)).unwrap();
    assert!(bytes("sum.parquet") == bytes("whole.parquet"));
    // Some of them alone, then the rest.
    let missing = said(&merge(&["c.parquet", "a.parquet"], &[]));
    assert!(missing.contains("capture: nothing of bytes ") && missing.contains("--exact-start"));
    assert!(merge(&["c.parquet", "a.parquet"], &["--allow-incomplete"]).status.success());
    fs::rename(folder.path().join("sum.parquet"), folder.path().join("some.parquet")).unwrap();
    assert!(merge(&["some.parquet", "b.parquet"], &[]).status.success());
    assert!(bytes("sum.parquet") == bytes("whole.parquet"));
    // What would count twice.
    let twice = said(&merge(&["some.parquet", "b.parquet", "b.parquet"], &[]));
    assert!(twice.contains("capture: this input is in two of the results"), "{twice}");
    keep("9k-20k", "overlap.parquet");
    let twice = said(&merge(&["some.parquet", "overlap.parquet"], &[]));
    assert!(twice.contains("are in two of the parts"), "{twice}");
    let twice = said(&merge(&["a.parquet", "whole.parquet"], &["--allow-incomplete"]));
    assert!(twice.contains("as a whole and in parts"), "{twice}");
}

#[test]
fn a_part_of_another_file_is_refused() {
    let (folder, path) = folder();
    let keep = |range: &str, file: &str| {
        let arguments = ["analyze", "-q", "capture", "-o", "/dev/null", "--save", file];
        assert!(program(&folder, &[&arguments[..], &["--range", range]].concat()).status.success());
    };
    keep("0-10k", "a.parquet");
    let mut bytes = fs::read(&path).unwrap();
    bytes[100] ^= 1;
    fs::write(&path, bytes).unwrap();
    keep("10k-", "b.parquet");
    let why = said(&program(&folder, &["merge", "a.parquet", "b.parquet", "-o", "sum.parquet"]));
    assert!(why.contains("the parts are of different files, for they begin differently"), "{why}");
    let why = said(&program(
        &folder,
        &["merge", "a.parquet", "b.parquet", "-o", "sum.parquet", "--allow-incomplete"],
    ));
    assert!(why.contains("different files"), "{why}");
    assert!(!folder.path().join("sum.parquet").exists());
}

#[test]
fn what_cannot_be_read_in_parts_is_told() {
    let (folder, path) = folder();
    let bytes = fs::read(&path).unwrap();
    fs::write(folder.path().join("packed"), zstd::encode_all(&bytes[..], 1).unwrap()).unwrap();
    fs::write(folder.path().join("log"), "srcaddr,dstaddr,packets,bytes\n1.2.3.4,5.6.7.8,1,40\n")
        .unwrap();
    for (arguments, expected) in [
        (
            &["packed", "--range", "0-9"][..],
            "packed: a range of it cannot be read: it is compressed (zstd)",
        ),
        (&["log", "--range", "0-9"], "log: a range of it cannot be read: it is no capture"),
        (&["-", "--range", "0-9"], "standard input comes in order alone"),
        (&["capture", "packed", "--range", "0-9"], "of one capture, and these are 2 inputs"),
        // The other one would be read whole.
        (&["capture", "nowhere", "--range", "0-9"], "of one capture, and these are 2 inputs"),
        (&["capture", "--range", "1GB-"], "it begins at byte 1000000000, and the file has"),
        (&["capture", "--range", "9-5"], "is no range of bytes"),
        (&["capture", "--range", "0-9", "--dedup", "5"], "cannot be used with"),
        (&["capture", "--range", "0-9", "--exports"], "cannot be used with"),
        (&["capture", "--exact-start"], "--range"),
    ] {
        let why = said(&program(&folder, &[&["analyze", "-q"], arguments].concat()));
        assert!(why.contains(expected), "{arguments:?}: {why}");
    }
}

#[test]
fn the_exact_start_of_a_block_is_checked() {
    let (folder, path) = folder();
    let file = PcapNgFile::new(support::ByteOrder::Little).interface(Interface::new(1));
    let file = file.enhanced_all(0, captures::traffic(50));
    let block = file.offsets()[20];
    fs::write(&path, file.bytes()).unwrap();
    let range = |at: usize| {
        let range = format!("{at}-");
        program(&folder, &["analyze", "-q", "capture", "--exact-start", "--range", &range])
    };
    assert!(range(block).status.success());
    let why = said(&range(block + 4));
    assert!(why.contains(&format!("no block begins at byte {}", block + 4)), "{why}");
}

#[test]
fn one_result_a_part_is_kept_and_found_again() {
    let (folder, _) = folder();
    let each = |range: &str| {
        let arguments = ["analyze", "capture", "--save-each", "kept", "-o", "/dev/null"];
        let output = program(&folder, &[&arguments[..], &["--range", range]].concat());
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stderr).unwrap().contains("1 input not read again")
    };
    assert_eq!(["0-9k", "9k-", "9k-", "0-9k", "0-8k"].map(each), [false, false, true, true, false]);
    let count = fs::read_dir(folder.path().join("kept")).unwrap().count();
    assert_eq!(count, 3);
}
