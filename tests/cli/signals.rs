//! Ctrl-C: the first signal prints what there is, the second ends at once.

use crate::capture::{Counts, ipv6, pairs, record};
use crate::program::{Ran, analyze, counts, inputs};
use rustix::fs::{CWD, Mode, mkfifoat};
use rustix::io::ioctl_fionread;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Longest wait for something that takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(60);
/// Longer than two signals may be apart to be taken for one.
const APART: Duration = Duration::from_millis(1_000);

fn started(arguments: &[&str]) -> (Child, ChildStdin) {
    let mut command = analyze(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let stdin = child.stdin.take().unwrap();
    (child, stdin)
}

/// Writes into the pipe and waits until the program has taken all of it.
fn fed(mut stdin: ChildStdin, bytes: &[u8]) -> ChildStdin {
    stdin.write_all(bytes).unwrap();
    let start = Instant::now();
    while ioctl_fionread(&stdin).unwrap() > 0 {
        assert!(start.elapsed() < PATIENCE, "never read");
        thread::sleep(Duration::from_millis(1));
    }
    stdin
}

fn send(child: &Child, signals: &[&str]) {
    let kill: Vec<_> = signals.iter().map(|name| format!("kill -{name} {}", child.id())).collect();
    let sent = Command::new("sh").args(["-c", &kill.join(" && ")]).status().unwrap();
    assert!(sent.success());
}

fn ended(child: Child) -> Ran {
    child.wait_with_output().unwrap().into()
}

/// Asserts what an interrupted run of `-` prints.
#[track_caller]
fn is_interrupted(ran: &Ran, at: usize, expected: Counts) {
    let what = format!("at byte {at}: interrupted by the user");
    let told = format!("error: standard input: {what} (what came before is counted)");
    assert_eq!(ran.ends_with(2).message(), told);
    let report = ran.json();
    assert_eq!(report["interrupted"], true);
    assert_eq!(counts(&report), expected);
    let status = if expected.records > 0 { "partial" } else { "failed" };
    assert_eq!(inputs(&report), [("-".into(), status.into(), Some(what))]);
}

#[test]
fn what_was_read_of_a_pipe_that_stays_open_is_printed() {
    // Few bytes too: as they come from a quiet network.
    for number in [1, 10, 5_000] {
        for signal in ["INT", "TERM", "HUP"] {
            let (bytes, expected) = pairs(number);
            let (child, stdin) = started(&["--format", "json"]);
            let open = fed(stdin, &bytes);
            send(&child, &[signal]);
            is_interrupted(&ended(child), bytes.len(), expected);
            drop(open);
        }
    }
}

#[test]
fn a_record_that_had_come_in_part_is_left_out() {
    let (bytes, expected) = pairs(10);
    let (child, stdin) = started(&["--format", "json"]);
    let open = fed(stdin, &[&bytes[..], &record(11, &ipv6(1, 80))[..50]].concat());
    send(&child, &["INT"]);
    is_interrupted(&ended(child), bytes.len(), expected);
    drop(open);
}

#[test]
fn two_signals_at_once_are_one() {
    // As timeout(1) sends them: to the program, and to its group.
    let (bytes, expected) = pairs(10);
    let (child, stdin) = started(&["--format", "json"]);
    let open = fed(stdin, &bytes);
    send(&child, &["INT", "INT", "TERM"]);
    is_interrupted(&ended(child), bytes.len(), expected);
    drop(open);
}

#[test]
fn the_table_says_that_it_was_interrupted() {
    let (bytes, _) = pairs(10);
    let (child, stdin) = started(&[]);
    let open = fed(stdin, &bytes);
    send(&child, &["INT"]);
    let ran = ended(child);
    drop(open);
    assert!(ran.ends_with(2).stdout.to_lowercase().contains("interrupted"), "{}", ran.stdout);
    assert!(ran.stdout.starts_with("IPv6 carries 57.14 %"), "{}", ran.stdout);
}

#[test]
fn keep_going_makes_an_interrupted_run_a_success() {
    let (bytes, expected) = pairs(10);
    let (child, stdin) = started(&["--format", "json", "--keep-going"]);
    let open = fed(stdin, &bytes);
    send(&child, &["INT"]);
    let ran = ended(child);
    drop(open);
    assert_eq!(ran.ends_with(0).counts(), expected);
    assert_eq!(ran.json()["interrupted"], true);
}

#[test]
fn a_result_file_is_written_whole_after_the_first_signal() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("result");
    let (bytes, expected) = pairs(10);
    let (child, stdin) = started(&["--format", "json", "-o", path.to_str().unwrap()]);
    let open = fed(stdin, &bytes);
    assert!(!path.exists());
    send(&child, &["INT"]);
    assert_eq!(ended(child).ends_with(2).stdout, "");
    drop(open);
    let report = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    assert_eq!(counts(&report), expected);
}

/// Waits until the process sleeps in a wait that the first signal ends: its
/// handler stands then, for it is set before anything is read.
fn until_waiting(child: &Child, fifo: &Path) {
    let folder = format!("/proc/{}/fd", child.id());
    let start = Instant::now();
    let open = || {
        let links = std::fs::read_dir(&folder).expect("Linux has /proc");
        links.flatten().any(|link| std::fs::read_link(link.path()).is_ok_and(|to| to == fifo))
    };
    while !open() {
        assert!(start.elapsed() < PATIENCE, "never opened");
        thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn waiting_for_the_writer_of_a_fifo_can_be_interrupted() {
    let folder = tempfile::tempdir().unwrap();
    let fifo = folder.path().canonicalize().unwrap().join("fifo");
    mkfifoat(CWD, &fifo, Mode::RUSR | Mode::WUSR).unwrap();
    let (child, stdin) = started(&["--format", "json", fifo.to_str().unwrap()]);
    until_waiting(&child, &fifo);
    send(&child, &["INT"]);
    let ran = ended(child);
    drop(stdin);
    let what = "interrupted by the user (what came before is counted)";
    assert_eq!(ran.ends_with(2).message(), format!("error: {}: {what}", fifo.display()));
    assert_eq!((ran.counts().records, &ran.json()["interrupted"]), (0, &true.into()));
}

#[test]
fn a_second_signal_ends_at_once() {
    // The result is larger than a pipe holds and nobody reads it: the program
    // cannot end by itself.
    let (bytes, _) = pairs(1_000);
    let (mut child, stdin) =
        started(&["--format", "json", "--prefix-len", "32,128", "--view", "both"]);
    let open = fed(stdin, &bytes);
    send(&child, &["INT"]);
    let mut told = String::new();
    BufReader::new(child.stderr.as_mut().unwrap()).read_line(&mut told).unwrap();
    assert!(told.contains("interrupted by the user"), "{told}");
    thread::sleep(APART);
    assert!(child.try_wait().unwrap().is_none(), "it waits for its reader");
    send(&child, &["INT"]);
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        assert!(start.elapsed() < PATIENCE, "it does not end");
        thread::sleep(Duration::from_millis(1));
    };
    drop(open);
    assert_eq!(status.code(), Some(130));
}
