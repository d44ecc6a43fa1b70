//! What the words of the command line find: files, patterns, lists, odd names.

use crate::capture::{Counts, small};
use crate::program::{analyze, as_common_user, inputs, json, json_of_pipe, program, run};
use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A folder with `a.pcap`, `b.pcap` and `c.cap`, and the totals of the first
/// two and of all.
fn folder() -> (TempDir, Counts, Counts) {
    let folder = tempfile::tempdir().unwrap();
    let mut sum = Counts::default();
    let mut two = Counts::default();
    for (seed, name) in [(1, "a.pcap"), (2, "b.pcap"), (3, "c.cap")] {
        let (bytes, counts) = small(seed);
        fs::write(folder.path().join(name), bytes).unwrap();
        two = sum;
        sum += counts;
    }
    (folder, two, sum)
}

#[test]
fn a_missing_path_is_told_and_the_rest_is_read() {
    let (folder, two, _) = folder();
    let absent = folder.path().join("absent.pcap");
    let ran = json([&absent, &folder.path().join("a.pcap"), &folder.path().join("b.pcap")]);
    assert_eq!(ran.ends_with(2).counts(), two);
    let what = "No such file or directory (os error 2)";
    assert_eq!(ran.message(), format!("error: {}: {what} (check the path)", absent.display()));
    let all = inputs(&ran.json());
    assert_eq!(all[1], (absent.display().to_string(), "failed".into(), Some(what.into())));
}

#[test]
fn an_empty_name_is_told_as_one() {
    let ran = json([""]);
    assert!(ran.ends_with(2).message().starts_with("error: \"\": No such file"), "{ran:?}");
}

#[test]
fn patterns_that_no_shell_expanded_are_expanded() {
    let (folder, two, sum) = folder();
    let pattern = |text: &str| folder.path().join(text);
    assert_eq!(json([pattern("*.pcap")]).is_quiet().counts(), two);
    assert_eq!(json([pattern("[ab].pcap")]).is_quiet().counts(), two);
    assert_eq!(json([pattern("*")]).is_quiet().counts(), sum);
    assert_eq!(json([pattern("**/?.*cap")]).is_quiet().counts(), sum);

    let ran = json([pattern("*.erf")]);
    let what = "no such file, and as a pattern it matches nothing (check the path)";
    assert_eq!(
        ran.ends_with(2).message(),
        format!("error: {}: {what}", pattern("*.erf").display())
    );
    assert!(ran.json()["totals"]["transport"]["share"]["octets"].is_null());
}

#[test]
fn a_file_whose_name_is_a_pattern_is_the_file() {
    let (folder, ..) = folder();
    let (bytes, counts) = small(9);
    fs::write(folder.path().join("[ab].pcap"), bytes).unwrap();
    assert_eq!(json([folder.path().join("[ab].pcap")]).is_quiet().counts(), counts);
}

/// A list of the three files in one of the ways it can be written.
fn list(folder: &TempDir, before: &str, between: &[u8]) -> Vec<u8> {
    let mut list = before.as_bytes().to_vec();
    for name in ["a.pcap", "b.pcap", "c.cap"] {
        list.extend(folder.path().join(name).as_os_str().as_bytes());
        list.extend(between);
    }
    list
}

#[test]
fn lists_by_line_of_any_kind_by_nul_and_from_standard_input() {
    let (folder, _, sum) = folder();
    let path = folder.path().join("list");
    let ways: [(&str, &[u8], &[&str]); 5] = [
        ("", b"\n", &[]),
        ("", b"\r\n", &[]),
        ("\u{feff}", b"\n\n", &[]),
        ("", b"\0", &["-0"]),
        ("", b"\0", &["--null"]),
    ];
    for (before, between, options) in ways {
        let list = list(&folder, before, between);
        fs::write(&path, &list).unwrap();
        let from_file = [OsStr::new("--files-from"), path.as_os_str()];
        let file = json(from_file.into_iter().chain(options.iter().map(OsStr::new)));
        assert_eq!(file.is_quiet().counts(), sum, "{between:?}");
        let stdin = json_of_pipe(&list, ["--files-from", "-"].iter().chain(options));
        assert_eq!(stdin.is_quiet().stdout, file.stdout);
    }
}

#[test]
fn lists_add_to_arguments_and_hold_no_patterns() {
    let (folder, _, sum) = folder();
    let list = folder.path().join(".list");
    let pattern = folder.path().join("*.pcap");
    fs::write(&list, format!("{}\n", pattern.display())).unwrap();
    let (files, all) = (OsStr::new("--files-from"), folder.path().as_os_str());
    let ran = json([files, list.as_os_str(), all]);
    assert_eq!(ran.ends_with(2).counts(), sum);
    let what = "No such file or directory (os error 2) (check the path)";
    assert_eq!(ran.message(), format!("error: {}: {what}", pattern.display()));
}

#[test]
fn a_list_that_is_none_is_told_as_a_list() {
    let (folder, ..) = folder();
    let (capture, absent) = (folder.path().join("a.pcap"), folder.path().join("absent"));
    let list = |path: &Path| json([OsStr::new("--files-from"), path.as_os_str()]);
    let ran = list(&capture);
    let what = "the list cannot be read: not a list of lines: it holds NUL bytes, as a capture \
                does, and a list that is separated by them (check the arguments)";
    assert_eq!(ran.ends_with(2).message(), format!("error: {}: {what}", capture.display()));
    let ran = list(&absent);
    let what = "the list cannot be read: No such file or directory (os error 2) (check the path)";
    assert_eq!(ran.ends_with(2).message(), format!("error: {}: {what}", absent.display()));
}

#[test]
fn standard_input_cannot_be_a_list_and_an_input() {
    let (bytes, counts) = small(5);
    let ran = json_of_pipe(&bytes, ["-", "--files-from", "-"]);
    assert_eq!(
        ran.ends_with(2).message(),
        "error: standard input: standard input is read already and cannot be both an input and a \
         list, or two lists (check the arguments)"
    );
    assert_eq!(ran.counts(), counts, "what could be read is read");
}

#[test]
fn the_same_file_by_other_names_is_read_once_and_that_is_told() {
    let (folder, ..) = folder();
    let path = folder.path().join("a.pcap");
    let (link, hard) = (folder.path().join("link"), folder.path().join("hard"));
    symlink(&path, &link).unwrap();
    fs::hard_link(&path, &hard).unwrap();
    for again in [&path, &link, &hard, &folder.path().join(".").join("a.pcap")] {
        let ran = json([&path, again]);
        assert_eq!(ran.ends_with(0).counts(), small(1).1);
        let what = "the same file is given twice and read once";
        assert_eq!(ran.message(), format!("note: {}: {what}", again.display()));
        let quiet = run(analyze([&path, again]).args(["--format", "json", "-q"]));
        assert_eq!(quiet.is_quiet().stdout, ran.stdout);
    }
}

#[test]
fn nothing_to_read_is_no_success() {
    let folder = tempfile::tempdir().unwrap();
    let (empty, list) = (folder.path().join("empty"), folder.path().join("list"));
    fs::create_dir(&empty).unwrap();
    fs::write(&list, "\n").unwrap();
    let what =
        "error: nothing to read: what was given holds no files (check the folders and lists)";
    for arguments in [vec![empty.as_os_str()], vec![OsStr::new("--files-from"), list.as_os_str()]] {
        let ran = run(analyze(&arguments).args(["--format", "json", "-q"]));
        assert_eq!(ran.ends_with(2).message(), what);
        assert_eq!(ran.counts(), Counts::default());
        assert_eq!(ran.json()["inputs"], serde_json::json!([]));
        run(analyze(&arguments).arg("--keep-going")).ends_with(0);
    }
    let ran = json([&empty]);
    assert!(ran.stderr.contains("note: "), "{ran:?}");
    assert!(ran.stderr.contains("there are no files in this folder"), "{ran:?}");
}

#[test]
fn a_file_that_may_not_be_read_is_told() {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let path = folder.path().join("secret.pcap");
    fs::write(&path, small(1).0).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    let ran = run(as_common_user(folder.path()).args(["analyze", "--format", "json"]).arg(&path));
    let what = "Permission denied (os error 13)";
    let advice = "make it readable for this user, or run as one who may read it";
    assert_eq!(ran.ends_with(2).message(), format!("error: {}: {what} ({advice})", path.display()));
    assert_eq!(inputs(&ran.json())[0].2.as_deref(), Some(what));
}

#[test]
fn what_cannot_be_opened_is_told_for_root_too() {
    let folder = tempfile::tempdir().unwrap();
    let (socket, circle) = (folder.path().join("socket"), folder.path().join("circle"));
    let _listener = UnixListener::bind(&socket).unwrap();
    symlink(&circle, &circle).unwrap();
    for (path, what) in
        [(&socket, "No such device or address"), (&circle, "Too many levels of symbolic links")]
    {
        let ran = json([path]);
        let message = ran.ends_with(2).message();
        assert!(message.starts_with(&format!("error: {}: {what}", path.display())), "{message}");
    }
}

#[test]
fn names_of_any_bytes_and_length_are_read_and_shown() {
    let folder = tempfile::tempdir().unwrap();
    let names: [OsString; 4] = [
        OsString::from_vec(b"\xff\xfe not utf-8.pcap".to_vec()),
        "x".repeat(255).into(),
        "a name, with \"quotes\" and \\ and ' and ümläut 日本".into(),
        "-n".into(),
    ];
    let mut sum = Counts::default();
    for (seed, name) in (1..).zip(&names) {
        let (bytes, counts) = small(seed);
        fs::write(folder.path().join(name), bytes).unwrap();
        let one = json([folder.path().join(name)]);
        assert_eq!(one.is_quiet().counts(), counts);
        let shown = folder.path().join(name).to_string_lossy().into_owned();
        assert_eq!(inputs(&one.json())[0].0, shown);
        sum += counts;
    }
    for format in ["table", "json", "ndjson", "csv"] {
        run(analyze([folder.path()]).args(["--format", format])).is_quiet();
    }
    assert_eq!(json([folder.path()]).counts(), sum);
    let deep: PathBuf = folder.path().join(vec!["d".repeat(200); 15].join("/"));
    fs::create_dir_all(&deep).unwrap();
    fs::write(deep.join("deep.pcap"), small(30).0).unwrap();
    sum += small(30).1;
    assert_eq!(json([folder.path()]).is_quiet().counts(), sum);
    let dashed =
        run(program().current_dir(folder.path()).args(["analyze", "--format", "json", "--", "-n"]));
    assert_eq!(dashed.is_quiet().counts(), small(4).1);
}

#[test]
fn a_name_cannot_break_a_line_nor_command_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a\nv6share: note: all is well\x1b[2J");
    fs::write(&path, "text").unwrap();
    for format in ["table", "json", "ndjson", "csv"] {
        let ran = run(analyze([&path]).args(["--format", format]));
        assert!(ran.ends_with(2).message().contains("/a\\u{a}v6share: note"), "{ran:?}");
        assert!(!ran.stderr.contains('\x1b') && !ran.stdout.contains('\x1b'), "{ran:?}");
    }
    assert_eq!(inputs(&json([&path]).json())[0].0, path.to_str().unwrap(), "as it is in the JSON");
}

#[test]
fn a_result_written_into_the_folder_that_is_read_is_no_input() {
    let (folder, _, sum) = folder();
    let path = folder.path().join("result.json");
    let stdout = fs::File::create(&path).unwrap();
    let ran = run(analyze([folder.path()]).args(["--format", "json"]).stdout(stdout));
    let what = "left out, for the result is written to it";
    assert_eq!(ran.ends_with(0).message(), format!("note: {}: {what}", path.display()));
    let report = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    assert_eq!(crate::program::counts(&report), sum);
}
