//! `--save-each`: one result an input, resumed where it stopped.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![cfg(feature = "columnar")]

use assert_cmd::Command;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

/// A folder with copies of a fixture, no two alike.
fn captures(folder: &Path, number: u8) -> PathBuf {
    let inputs = folder.join("inputs");
    fs::create_dir(&inputs).unwrap();
    let fixture = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/snap96/input.pcap");
    let bytes = fs::read(fixture).unwrap();
    for n in 0..number {
        let mut bytes = bytes.clone();
        // Seconds of the first record.
        bytes[24] = n;
        fs::write(inputs.join(format!("{n:03}.pcap")), bytes).unwrap();
    }
    inputs
}

fn analyze(inputs: &Path, kept: &Path, more: &[&str]) -> Output {
    let mut command = Command::cargo_bin("v6share").unwrap();
    command.args(["analyze", "--format", "json", "--save-each"]).arg(kept).arg(inputs).args(more);
    command.output().unwrap()
}

fn files(kept: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = fs::read_dir(kept).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn each_input_has_a_result_and_the_report_is_that_of_one_run() {
    let folder = tempfile::tempdir().unwrap();
    let (inputs, kept) = (captures(folder.path(), 7), folder.path().join("kept"));
    let batch = analyze(&inputs, &kept, &["-j2"]);
    assert!(batch.status.success(), "{batch:?}");
    assert_eq!(files(&kept).len(), 7);
    let mut plain = Command::cargo_bin("v6share").unwrap();
    let plain = plain.args(["analyze", "-q", "--format", "json"]).arg(&inputs).output().unwrap();
    assert_eq!(batch.stdout, plain.stdout);
    let mut report = Command::cargo_bin("v6share").unwrap();
    let report = report.args(["report", "--format", "json"]).arg(&kept).output().unwrap();
    assert_eq!(report.stdout, plain.stdout);
}

#[test]
fn what_is_there_and_matches_is_not_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let (inputs, kept) = (captures(folder.path(), 5), folder.path().join("kept"));
    let first = analyze(&inputs, &kept, &[]);
    // As if the run had been killed before the last two.
    let before = files(&kept);
    before.iter().take(2).for_each(|file| fs::remove_file(file).unwrap());
    let second = analyze(&inputs, &kept, &[]);
    assert_eq!(second.stdout, first.stdout);
    assert_eq!(files(&kept), before);
    let said = String::from_utf8(second.stderr).unwrap();
    assert!(said.contains("3 inputs not read again"), "{said}");
    // A changed input is read, and so is everything under other choices.
    fs::copy(inputs.join("000.pcap"), inputs.join("001.pcap")).unwrap();
    let said = String::from_utf8(analyze(&inputs, &kept, &[]).stderr).unwrap();
    assert!(said.contains("4 inputs not read again"), "{said}");
    let said = String::from_utf8(analyze(&inputs, &kept, &["--by", "port"]).stderr).unwrap();
    assert!(!said.contains("not read again"), "{said}");
}

#[test]
fn a_result_that_was_made_with_another_table_is_made_again() {
    let folder = tempfile::tempdir().unwrap();
    let (inputs, kept) = (captures(folder.path(), 2), folder.path().join("kept"));
    let table = folder.path().join("networks.csv");
    let run = |label: &str| {
        fs::write(&table, format!("label,prefix\n{label},0.0.0.0/0\n{label},::/0\n")).unwrap();
        analyze(&inputs, &kept, &["--by", "label", "--networks", table.to_str().unwrap()])
    };
    let said = |output: Output| String::from_utf8(output.stdout).unwrap();
    assert!(said(run("before")).contains(r#""label": "before""#));
    let after = said(run("after"));
    assert!(after.contains(r#""label": "after""#) && !after.contains("before"), "{after}");
}

#[test]
fn a_result_that_was_cut_is_made_again() {
    let folder = tempfile::tempdir().unwrap();
    let (inputs, kept) = (captures(folder.path(), 2), folder.path().join("kept"));
    let first = analyze(&inputs, &kept, &[]);
    let file = files(&kept).remove(0);
    let whole = fs::read(&file).unwrap();
    for cut in [0, 10, whole.len() / 2, whole.len() - 1] {
        fs::write(&file, &whole[..cut]).unwrap();
        assert_eq!(analyze(&inputs, &kept, &[]).stdout, first.stdout);
        assert_eq!(fs::read(&file).unwrap(), whole);
    }
}

#[test]
fn a_failed_input_is_told_and_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let (inputs, kept) = (captures(folder.path(), 2), folder.path().join("kept"));
    fs::write(inputs.join("bad.pcap"), "no capture at all").unwrap();
    let batch = analyze(&inputs, &kept, &[]);
    assert_eq!(batch.status.code(), Some(2));
    assert_eq!(files(&kept).len(), 2);
    let json: serde_json::Value = serde_json::from_slice(&batch.stdout).unwrap();
    let statuses: Vec<_> =
        json["inputs"].as_array().unwrap().iter().map(|i| &i["status"]).collect();
    assert_eq!(statuses, ["complete", "complete", "failed"]);
    assert!(analyze(&inputs, &kept, &["--keep-going"]).status.success());
    let blocked = folder.path().join("blocked");
    fs::write(&blocked, "a file").unwrap();
    let output = analyze(&inputs, &blocked, &[]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("blocked: ") && said.contains("give a folder"), "{said}");
}

#[test]
fn standard_input_has_the_name_that_it_is_given() {
    let fixture = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/snap96/input.pcap");
    let mut command = Command::cargo_bin("v6share").unwrap();
    command.args(["analyze", "-q", "--format", "json", "--name", "monday", "-"]);
    let output = command.write_stdin(fs::read(fixture).unwrap()).output().unwrap();
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["inputs"][0]["name"], "monday");
}
