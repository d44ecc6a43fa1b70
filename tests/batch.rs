//! `--save-each`: one result an input, resumed where it stopped.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![cfg(feature = "columnar")]

use assert_cmd::Command;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

/// A folder with copies of a fixture, no two alike.
fn captures(folder: &Path, number: u16) -> PathBuf {
    let inputs = folder.join("inputs");
    fs::create_dir(&inputs).unwrap();
    let fixture = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/snap96/input.pcap");
    let bytes = fs::read(fixture).unwrap();
    for n in 0..number {
        let mut bytes = bytes.clone();
        // Seconds of the first record.
        bytes[24..26].copy_from_slice(&n.to_le_bytes());
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
    // The result of what it was before is gone: it would count twice.
    assert_eq!(files(&kept).len(), 5);
    let sum = folder.path().join("sum");
    let mut merge = Command::cargo_bin("v6share").unwrap();
    merge.arg("merge").arg(&kept).arg("-o").arg(&sum).assert().success();
    // A result without a digest is made again where digests are wanted.
    let said = String::from_utf8(analyze(&inputs, &kept, &["--digest"]).stderr).unwrap();
    assert!(!said.contains("not read again"), "{said}");
    let said = String::from_utf8(analyze(&inputs, &kept, &["--digest"]).stderr).unwrap();
    assert!(said.contains("5 inputs not read again"), "{said}");
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
    // A file that has another path on each machine.
    let mut command = Command::cargo_bin("v6share").unwrap();
    command.args(["analyze", "-q", "--format", "json", "--name", "monday", fixture]);
    let json: serde_json::Value =
        serde_json::from_slice(&command.output().unwrap().stdout).unwrap();
    assert_eq!(json["inputs"][0]["name"], "monday");
    // It is not the only one where another is missing.
    let mut command = Command::cargo_bin("v6share").unwrap();
    command.args(["analyze", "-q", "--format", "json", "--name", "monday", fixture, "/nowhere"]);
    let json: serde_json::Value =
        serde_json::from_slice(&command.output().unwrap().stdout).unwrap();
    let names = json["inputs"].as_array().unwrap().iter().map(|input| &input["name"]);
    assert!(names.clone().count() == 2 && names.clone().all(|name| name != "monday"), "{json}");
}

/// How many inputs a run says that it did not read again.
fn known(output: &Output) -> usize {
    let said = String::from_utf8(output.stderr.clone()).unwrap();
    let line = said.lines().find(|line| line.contains("not read again"));
    line.map_or(0, |line| line.split_whitespace().nth(2).unwrap().parse().unwrap())
}

/// The results in the folder that appeared whole.
fn kept_files(kept: &Path) -> usize {
    let all = fs::read_dir(kept).into_iter().flatten();
    all.filter(|file| !file.as_ref().unwrap().file_name().to_string_lossy().starts_with('.'))
        .count()
}

#[test]
fn a_run_over_5000_files_that_was_killed_goes_on_where_it_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let (inputs, kept) = (captures(folder.path(), 5_000), folder.path().join("kept"));
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_v6share"))
        .args(["analyze", "-q", "-o", "/dev/null", "--save-each"])
        .args([&kept, &inputs])
        .spawn()
        .unwrap();
    let started = Instant::now();
    while kept_files(&kept) < 1_500 {
        assert!(started.elapsed() < Duration::from_secs(600), "{} results", kept_files(&kept));
        assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
        thread::sleep(Duration::from_millis(5));
    }
    // SIGKILL: nothing can be tidied up.
    child.kill().unwrap();
    child.wait().unwrap();
    let before = kept_files(&kept);
    assert!((1_500..5_000).contains(&before), "{before}");
    let resumed = analyze(&inputs, &kept, &[]);
    assert!(resumed.status.success(), "{resumed:?}");
    assert_eq!(known(&resumed), before);
    assert_eq!(kept_files(&kept), 5_000);
    let mut plain = Command::cargo_bin("v6share").unwrap();
    let plain = plain.args(["analyze", "-q", "--format", "json"]).arg(&inputs).output().unwrap();
    assert!(resumed.stdout == plain.stdout);
}

#[test]
fn two_runs_at_once_on_one_folder_do_each_other_no_harm() {
    let folder = tempfile::tempdir().unwrap();
    let (inputs, kept) = (captures(folder.path(), 300), folder.path().join("kept"));
    let outputs: Vec<_> = thread::scope(|scope| {
        let runs: Vec<_> = (0..3).map(|_| scope.spawn(|| analyze(&inputs, &kept, &[]))).collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    for output in &outputs {
        assert!(output.status.success(), "{output:?}");
        assert!(output.stdout == outputs[0].stdout);
    }
    assert_eq!(files(&kept).len(), 300);
    let again = analyze(&inputs, &kept, &[]);
    assert_eq!(known(&again), 300);
    assert!(again.stdout == outputs[0].stdout);
}

#[test]
fn what_a_killed_run_left_behind_is_removed_when_it_is_old() {
    let folder = tempfile::tempdir().unwrap();
    let (inputs, kept) = (captures(folder.path(), 1), folder.path().join("kept"));
    fs::create_dir(&kept).unwrap();
    let [old, new] = [".v6share-old", ".v6share-new"].map(|name| kept.join(name));
    for path in [&old, &new] {
        fs::write(path, "half a result").unwrap();
    }
    let before = SystemTime::now() - Duration::from_secs(7_200);
    fs::File::options().write(true).open(&old).unwrap().set_modified(before).unwrap();
    assert!(analyze(&inputs, &kept, &[]).status.success());
    // The new one may be another run's, which is writing it now.
    assert_eq!((old.exists(), new.exists()), (false, true));
}

/// The program where no file may grow beyond so many blocks of 512 bytes: as on a
/// disk that is full.
fn on_a_full_disk(blocks: u32, arguments: &[&str]) -> Output {
    let limited = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\"");
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", &limited, "sh", env!("CARGO_BIN_EXE_v6share")]).args(arguments);
    shell.output().unwrap()
}

#[test]
fn a_full_disk_is_told_and_what_was_there_stays() {
    let folder = tempfile::tempdir().unwrap();
    let inputs = captures(folder.path(), 2);
    let [input, other] = ["000.pcap", "001.pcap"].map(|name| inputs.join(name));
    let [old, more, kept] = ["old.parquet", "more.parquet", "kept"].map(|n| folder.path().join(n));
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    for (file, input) in [(&old, &input), (&more, &other)] {
        let saved = ["analyze", "-q", "-o", "/dev/null", "--save"];
        let mut command = Command::cargo_bin("v6share").unwrap();
        command.args(saved).args([file, input]).assert().success();
    }
    let before = fs::read(&old).unwrap();
    let (o, i, k) = (text(&old), text(&input), text(&kept));
    let whole = ["analyze", "-q", "--save", &o, &i];
    let each = ["analyze", "-q", "--save-each", &k, &i];
    let merge = ["merge", &o, &text(&more), "-o", &o];
    for arguments in [&whole[..], &each, &merge] {
        let output = on_a_full_disk(2, arguments);
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("cannot be written") && said.contains("make room"), "{said}");
        assert!(!said.contains("panicked"), "{said}");
        assert_eq!(fs::read(&old).unwrap(), before, "{arguments:?}");
    }
    assert_eq!(files(&kept), Vec::<PathBuf>::new());
    let device = ["analyze", "-q", "--save", "/dev/full", &i];
    let mut command = Command::cargo_bin("v6share").unwrap();
    let said = command.args(device).output().unwrap();
    assert_eq!(said.status.code(), Some(2));
    let said = String::from_utf8(said.stderr).unwrap();
    assert!(said.contains("/dev/full: ") && said.contains("make room"), "{said}");
}

#[test]
fn results_within_the_folder_of_the_inputs_are_no_inputs() {
    let folder = tempfile::tempdir().unwrap();
    let inputs = captures(folder.path(), 3);
    let kept = inputs.join("kept");
    let first = analyze(&inputs, &kept, &[]);
    let second = analyze(&inputs, &kept, &[]);
    assert!(first.status.success() && second.status.success(), "{second:?}");
    assert!(first.stdout == second.stdout && known(&second) == 3, "{second:?}");
    let said = String::from_utf8(second.stderr).unwrap();
    assert!(said.contains("3 files left out: the results are in"), "{said}");
}

#[test]
fn what_cannot_be_kept_is_told_before_anything_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let inputs = captures(folder.path(), 2);
    let (a, b) = (inputs.join("000.pcap"), inputs.join("001.pcap"));
    let [a, b] = [a, b].map(|path| path.to_str().unwrap().to_owned());
    let before = fs::read(&a).unwrap();
    std::os::unix::fs::symlink("y", folder.path().join("link")).unwrap();
    for (arguments, expected) in [
        (&["--save", &a, &a][..], "it is an input, which the result would replace"),
        (&["--save", "/nowhere/x", &a], "/nowhere/x: the result cannot be written"),
        (&["--save", "x", "-o", "x", &a], "both write to it"),
        (&["--save", "x", "-o", "./x", &a], "both write to it"),
        (&["--save", "inputs/../y", "-o", "link", &a], "both write to it"),
        (&["--save", "-", "--emit", "ndjson", &a], "both write to standard output"),
        (&["--name", "monday", &a, &b], "it names standard input or the only input"),
    ] {
        let mut command = Command::cargo_bin("v6share").unwrap();
        command.current_dir(folder.path()).args(["analyze", "-q"]).args(arguments);
        let output = command.output().unwrap();
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{output:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains(expected) && said.lines().count() == 1, "{arguments:?}: {said}");
    }
    assert_eq!(fs::read(&a).unwrap(), before);
    assert!(["x", "y"].iter().all(|name| !folder.path().join(name).exists()));
}
