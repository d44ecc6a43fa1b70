//! Where the result goes, that it goes there whole, and that nothing else does.

use crate::capture::{pairs, small};
use crate::program::{analyze, json, program, run};
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

const FORMATS: [&str; 4] = ["table", "json", "ndjson", "csv"];

/// A folder with a capture in it.
fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.pcap");
    fs::write(&path, small(5).0).unwrap();
    (folder, path)
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn standard_output_holds_the_result_and_nothing_else() {
    let (folder, path) = folder();
    fs::write(folder.path().join("broken"), "text").unwrap();
    for format in FORMATS {
        for option in ["-v", "-q", "--keep-going"] {
            let all = run(analyze([folder.path(), &path]).args(["--format", format, option]));
            let plain = run(analyze([folder.path()]).args(["--format", format, "-q"]));
            assert_eq!(all.stdout, plain.ends_with(2).stdout, "{format} {option}");
            assert!(all.stderr.lines().all(|line| line.starts_with("v6share: ")), "{}", all.stderr);
        }
    }
}

#[test]
fn every_format_says_the_same_totals() {
    let (_folder, path) = folder();
    let (_, counts) = small(5);
    let with = |format: &str| run(analyze([&path]).args(["--format", format]));
    let table = with("table");
    let share = counts.v6_octets as f64 / (counts.v4_octets + counts.v6_octets) as f64 * 100.0;
    let headline = format!("IPv6 carries {share:.2} % of the IP traffic measured (by octets,");
    assert!(table.is_quiet().stdout.starts_with(&headline), "{headline}\n{}", table.stdout);
    assert_eq!(with("json").is_quiet().counts(), counts);

    let ndjson = with("ndjson");
    let lines = ndjson.is_quiet().stdout.lines();
    let lines: Vec<serde_json::Value> =
        lines.map(|line| serde_json::from_str(line).unwrap()).collect();
    let totals = lines.iter().find(|line| line["record"] == "totals").unwrap();
    assert_eq!(totals["ipv4_octets"], counts.v4_octets);
    assert_eq!(totals["ipv6_packets"], counts.v6_packets);
    assert!(lines.iter().all(|line| line["record"].is_string()));

    let csv = with("csv");
    let mut rows = csv.is_quiet().stdout.lines();
    let header: Vec<_> = rows.next().unwrap().split(',').collect();
    let total: Vec<_> = rows.next().unwrap().split(',').collect();
    let at = |name| total[header.iter().position(|column| *column == name).unwrap()];
    assert_eq!(at("ipv4_octets"), counts.v4_octets.to_string());
    assert_eq!(at("ipv6_packets"), counts.v6_packets.to_string());
}

#[test]
fn a_result_file_holds_what_standard_output_would() {
    let (folder, path) = folder();
    let result = folder.path().join("result");
    for format in FORMATS {
        let printed = run(analyze([&path]).args(["--format", format]));
        let written = run(analyze([&path]).args(["--format", format, "-o"]).arg(&result));
        assert_eq!(written.is_quiet().stdout, "");
        assert_eq!(fs::read_to_string(&result).unwrap(), printed.stdout);
    }
    assert_eq!(names(folder.path()), ["a.pcap", "result"], "no temporary file is left");
    let relative = run(analyze(["a.pcap"]).args(["-o", "here"]).current_dir(folder.path()));
    assert_eq!(relative.is_quiet().stdout, "");
    assert!(folder.path().join("here").is_file());
}

#[test]
fn a_result_file_has_the_mode_of_any_new_file_and_follows_links() {
    let (folder, path) = folder();
    let (result, link) = (folder.path().join("result"), folder.path().join("link"));
    symlink("result", &link).unwrap();
    for (umask, mode) in [("022", 0o644), ("027", 0o640), ("077", 0o600), ("000", 0o666)] {
        let script = format!("umask {umask}; exec \"$0\" analyze \"$1\" -o \"$2\"");
        let mut shell = Command::new("sh");
        shell.args(["-c", &script, env!("CARGO_BIN_EXE_v6share")]).args([&path, &link]);
        run(&mut shell).is_quiet();
        assert_eq!(fs::metadata(&result).unwrap().mode() & 0o777, mode, "umask {umask}");
        assert!(link.is_symlink(), "what it points to is replaced");
    }
}

#[test]
fn an_existing_result_survives_a_failure() {
    let (folder, path) = folder();
    let result = folder.path().join("result");
    fs::write(&result, "the old result").unwrap();
    // Usage errors, and a writing that fails in the middle: a file may not
    // grow beyond some kilobytes here.
    assert_eq!(run(analyze([&path]).args(["--top", "x", "-o"]).arg(&result)).code, Some(2));
    let big = folder.path().join("big.pcap");
    fs::write(&big, pairs(20_000).0).unwrap();
    let mut shell = Command::new("sh");
    let script = "trap '' XFSZ; ulimit -f 8; exec \"$0\" analyze --format json \
                  --prefix-len 32,128 --prefix-len 31,127 --prefix-len 30,126 \"$1\" -o \"$2\"";
    shell.args(["-c", script, env!("CARGO_BIN_EXE_v6share")]).args([&big, &result]);
    let ran = run(&mut shell);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""));
    let start =
        format!("error: {}: the result cannot be written: File too large", result.display());
    assert!(ran.message().starts_with(&start), "{ran:?}");
    assert_eq!(fs::read_to_string(&result).unwrap(), "the old result");
    assert_eq!(names(folder.path()), ["a.pcap", "big.pcap", "result"], "no temporary file is left");
}

#[test]
fn a_result_that_cannot_be_written_is_told_before_anything_is_read() {
    let (folder, path) = folder();
    let file_as_folder = path.join("result");
    let cases = [
        (
            folder.path().join("absent/result"),
            "No such file or directory",
            "make its folder first, or give another file",
        ),
        (file_as_folder, "Not a directory", "make its folder first, or give another file"),
        (folder.path().to_path_buf(), "is a directory", "give the name of a file"),
        (PathBuf::from("/proc/result"), "", "give a file in a folder that this user may write to"),
    ];
    for (result, what, advice) in cases {
        // Standard input stays open and says nothing: it is not waited for.
        let (reader, writer) = std::io::pipe().unwrap();
        let ran =
            run(analyze([path.as_path(), Path::new("-")]).arg("-o").arg(&result).stdin(reader));
        drop(writer);
        let start = format!("error: {}: the result cannot be written: {what}", result.display());
        let message = ran.ends_with(2).message();
        assert!(message.starts_with(&start) || what.is_empty(), "{message}");
        assert!(!message.contains(".v6share-"), "{message}");
        assert!(message.contains(&result.display().to_string()), "{message}");
        assert!(message.ends_with(&format!("({advice})")) || what.is_empty(), "{message}");
        assert_eq!(ran.stdout, "");
    }
}

#[test]
fn an_input_is_never_replaced_by_the_result() {
    let (folder, path) = folder();
    let link = folder.path().join("link");
    symlink("a.pcap", &link).unwrap();
    let before = fs::read(&path).unwrap();
    for input in [path.as_path(), folder.path()] {
        for output in [&path, &link] {
            let ran = run(analyze([input]).arg("-o").arg(output));
            let what = "it is an input, which the result would replace";
            let advice = "give another file";
            let start =
                format!("error: {}: the result cannot be written: {what}", output.display());
            assert!(ran.ends_with(2).message().starts_with(&start), "{ran:?}");
            assert!(ran.message().contains(advice), "{ran:?}");
            assert_eq!(fs::read(&path).unwrap(), before);
        }
    }
}

#[test]
fn devices_and_pipes_are_written_to_and_not_replaced() {
    let (_folder, path) = folder();
    let printed = run(&mut analyze([&path]));
    let written = run(analyze([&path]).args(["-o", "/dev/stdout"]));
    assert_eq!(written.is_quiet().stdout, printed.stdout);
    run(analyze([&path]).args(["-o", "/dev/null"])).is_quiet();
    assert!(!fs::metadata("/dev/null").unwrap().is_file());
    let full = run(analyze([&path]).args(["-o", "/dev/full"]));
    let what = "the result cannot be written: No space left on device (os error 28)";
    let advice = "make room and run again, or give another file";
    assert_eq!(full.ends_with(2).message(), format!("error: /dev/full: {what} ({advice})"));
    let stdout = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let full = run(analyze([&path]).stdout(stdout));
    assert_eq!(full.ends_with(2).message(), format!("error: standard output: {what} ({advice})"));
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let (_folder, path) = folder();
    // Larger than a pipe holds, so that the program meets the closed pipe.
    let big = tempfile::NamedTempFile::new().unwrap();
    fs::write(big.path(), pairs(5_000).0).unwrap();
    for format in FORMATS {
        for path in [path.as_path(), big.path()] {
            let mut command = analyze([path]);
            command.args([
                "--format",
                format,
                "--top",
                "0",
                "--prefix-len",
                "32,128",
                "--view",
                "both",
            ]);
            let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
            let mut first = String::new();
            BufReader::with_capacity(16, child.stdout.take().unwrap())
                .read_line(&mut first)
                .unwrap();
            let ended = child.wait_with_output().unwrap();
            assert_eq!(String::from_utf8_lossy(&ended.stderr), "", "{format}");
            assert_eq!(ended.status.code(), Some(0), "{format}");
            assert!(!first.is_empty());
        }
    }
    let mut synth = program();
    synth.args(["synth", "-o", "-", "-n", "50000", "--flows", "100", "--prefixes", "50"]);
    let mut child = synth.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let ended = child.wait_with_output().unwrap();
    assert_eq!((ended.status.code(), ended.stderr.len()), (Some(0), 0), "{ended:?}");
}

#[test]
fn closed_standard_error_loses_no_result() {
    let (folder, path) = folder();
    let absent = folder.path().join("absent");
    let mut shell = Command::new("sh");
    shell.args(["-c", "exec \"$0\" analyze --format json \"$1\" \"$2\" 2>&-"]);
    shell.arg(env!("CARGO_BIN_EXE_v6share")).args([&absent, &path]);
    let ran = run(&mut shell);
    assert_eq!(ran.ends_with(2).counts(), small(5).1);
}

#[test]
fn colour_where_it_is_asked_for_alone() {
    let (folder, path) = folder();
    let colour = |command: &mut Command| run(command).is_quiet().stdout.contains('\x1b');
    assert!(!colour(&mut analyze([&path])), "a pipe is no terminal");
    assert!(colour(analyze([&path]).args(["--color", "always"])));
    assert!(colour(analyze([&path]).args(["--color", "always"]).env("NO_COLOR", "1")));
    assert!(!colour(analyze([&path]).args(["--color", "never"]).env("CLICOLOR_FORCE", "1")));
    assert!(colour(analyze([&path]).env("CLICOLOR_FORCE", "1")), "by a convention of old");
    assert!(!colour(analyze([&path]).env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1")));
    for format in ["json", "ndjson", "csv"] {
        assert!(
            !colour(analyze([&path]).args(["--color", "always", "--format", format])),
            "{format}"
        );
    }
    // The terminal is asked where the result goes to it, and not for a file.
    let terminal = || OpenOptions::new().read(true).write(true).open("/dev/ptmx").unwrap();
    let result = folder.path().join("result");
    run(analyze([&path]).arg("-o").arg(&result).stdout(terminal())).is_quiet();
    assert!(!fs::read_to_string(&result).unwrap().contains('\x1b'));
    run(analyze([&path]).args(["--color", "always", "-o"]).arg(&result)).is_quiet();
    assert!(fs::read_to_string(&result).unwrap().contains('\x1b'));
}

#[test]
fn no_progress_bar_where_nobody_sees_it() {
    let big = tempfile::NamedTempFile::new().unwrap();
    fs::write(big.path(), pairs(60_000).0).unwrap();
    let path = big.path();
    json([path]).is_quiet();
    let log = tempfile::NamedTempFile::new().unwrap();
    let stderr = File::create(log.path()).unwrap();
    let ran = run(analyze([path]).args(["--format", "json", "-j1"]).stderr(stderr));
    ran.ends_with(0);
    assert_eq!(fs::read(log.path()).unwrap(), b"");
}

#[test]
fn a_read_only_folder_is_refused_to_a_common_user() {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    let locked = folder.path().join("locked");
    fs::create_dir(&locked).unwrap();
    fs::set_permissions(&locked, Permissions::from_mode(0o555)).unwrap();
    let result = locked.join("result");
    let mut command = crate::program::as_common_user(folder.path());
    let ran = run(command.args(["analyze", "/dev/null", "-o"]).arg(&result));
    let what = "the result cannot be written: Permission denied (os error 13)";
    let advice = "give a file in a folder that this user may write to";
    assert_eq!(
        ran.ends_with(2).message(),
        format!("error: {}: {what} ({advice})", result.display())
    );
}
