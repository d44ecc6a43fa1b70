//! The same input gives the same bytes of output, for any number of threads,
//! any pieces, any order of the arguments and any luck in a race.

use crate::capture::{COMPRESSIONS, compressed, ipv4, numbered, pairs, pcapng, small};
use crate::program::{Ran, analyze, run};
use std::ffi::OsString;
use std::fs;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;
use tempfile::TempDir;

/// Captures of several sizes, formats and compressions, and broken ones.
fn folder() -> (TempDir, Vec<PathBuf>) {
    let folder = tempfile::tempdir().unwrap();
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for seed in 0..20 {
        files.push((format!("small {seed}"), small(seed).0));
    }
    let (large, _) = pairs(8_000);
    files.push(("large cut".into(), large[..large.len() - 7].to_vec()));
    for key in COMPRESSIONS {
        files.push((format!("large {key}"), compressed(key, &large)));
    }
    files.push(("large".into(), large));
    files.push(("next".into(), pcapng((0..4_000).map(|number| numbered(number, ipv4(1, 60))))));
    files.push(("empty".into(), Vec::new()));
    files.push(("text".into(), b"text".to_vec()));
    let write = |(name, bytes): (String, Vec<u8>)| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    };
    let paths = files.into_iter().map(write).collect();
    (folder, paths)
}

fn messages(ran: &Ran) -> Vec<&str> {
    let mut lines: Vec<_> = ran.stderr.lines().collect();
    lines.sort_unstable();
    lines
}

#[test]
fn threads_and_pieces_change_nothing() {
    let (folder, _) = folder();
    for format in ["table", "json", "ndjson", "csv"] {
        let with = |options: &[&str]| {
            let ran = run(analyze([folder.path()]).args(["--format", format]).args(options));
            ran.ends_with(2);
            ran
        };
        let one = with(&["-j1"]);
        assert_eq!(messages(&one).len(), 3);
        let others: [&[&str]; 8] = [
            &[],
            &["-j2"],
            &["-j16"],
            &["-j0"],
            &["-j", "100000"],
            &["-j3", "--piece-size", "5000"],
            &["-j16", "--piece-size", "70001"],
            &["-j1", "--piece-size", "997"],
        ];
        for options in others {
            let other = with(options);
            assert_eq!(other.stdout, one.stdout, "{format} {options:?}");
            assert_eq!(messages(&other), messages(&one), "{format} {options:?}");
        }
    }
}

#[test]
fn the_order_of_the_arguments_changes_nothing() {
    let (folder, paths) = folder();
    let with = |paths: &[PathBuf], options: &[&str]| {
        let ran = run(analyze(paths).args(["--format", "json"]).args(options));
        ran.ends_with(2).stdout.clone()
    };
    let expected = with(&paths, &["-j2"]);
    assert_eq!(
        with(&[folder.path().to_path_buf()], &["-j2"]),
        expected,
        "nor does the way to them"
    );
    let mut order = paths;
    for step in [1, 7, 11] {
        order.rotate_left(step);
        order.reverse();
        assert_eq!(with(&order, &["-j4"]), expected);
    }
}

#[test]
fn inputs_whose_names_look_the_same_have_their_order_too() {
    let folder = tempfile::tempdir().unwrap();
    let write = |byte: u8, seed: u16| {
        let name = OsString::from_vec(vec![b'a', byte]);
        let path = folder.path().join(name);
        fs::write(&path, small(seed).0).unwrap();
        path
    };
    let paths: Vec<_> = (0..40).map(|n| write(0xc0 + u8::try_from(n).unwrap(), n)).collect();
    let with = |paths: &[PathBuf]| run(analyze(paths).args(["--format", "json", "-j1"])).stdout;
    let expected = with(&paths);
    let reversed: Vec<_> = paths.into_iter().rev().collect();
    assert_eq!(with(&reversed), expected);
}

#[test]
fn a_run_leaves_nothing_of_itself_in_the_result() {
    let (folder, _) = folder();
    for format in ["table", "json", "ndjson", "csv"] {
        let with = |options: &[&str]| {
            run(analyze([folder.path()]).args(["--format", format]).args(options)).stdout
        };
        let plain = with(&[]);
        assert_eq!(with(&["-v"]), plain);
        assert_eq!(with(&["-q"]), plain);
        assert_eq!(with(&["--keep-going"]), plain);
        let elsewhere = run(analyze([folder.path()])
            .args(["--format", format])
            .env("TZ", "Asia/Tokyo")
            .env("LANG", "de_DE.UTF-8")
            .current_dir("/"));
        assert_eq!(elsewhere.stdout, plain);
    }
}
