//! Files that others write to while they are read.

use crate::capture::{file_header, pairs, record};
use crate::program::{Ran, analyze, inputs, json};
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Longest wait for something that takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(60);

/// A capture of 64 GiB, all but its start a hole: records of no bytes, which no
/// machine reads before the test has cut it.
fn endless(folder: &Path) -> PathBuf {
    let path = folder.join("endless.pcap");
    let (start, _) = pairs(3_000);
    fs::write(&path, start).unwrap();
    OpenOptions::new().write(true).open(&path).unwrap().set_len(64 << 30).unwrap();
    path
}

fn started(path: &Path, arguments: &[&str]) -> Child {
    let mut command = analyze([path]);
    command.args(["--format", "json"]).args(arguments);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Waits until the program has mapped the file.
fn until_mapped(child: &Child, path: &Path) {
    let maps = format!("/proc/{}/maps", child.id());
    let name = path.to_str().unwrap();
    let start = Instant::now();
    while !fs::read_to_string(&maps).expect("Linux has /proc").contains(name) {
        assert!(start.elapsed() < PATIENCE, "never mapped");
        thread::sleep(Duration::from_millis(1));
    }
}

fn ended(child: Child) -> Ran {
    child.wait_with_output().unwrap().into()
}

#[test]
fn a_file_truncated_while_it_is_read_is_an_error_and_not_the_end_of_the_process() {
    for arguments in
        [&["-j1", "--piece-size", "65536"][..], &["-j1"], &["-j4", "--piece-size", "4096"]]
    {
        for len in [0, 100_000, 1 << 20] {
            let folder = tempfile::tempdir().unwrap();
            let path = endless(folder.path());
            let child = started(&path, arguments);
            until_mapped(&child, &path);
            OpenOptions::new().write(true).open(&path).unwrap().set_len(len).unwrap();
            let ran = ended(child);

            let what =
                format!("the file shrank from {} to {len} bytes while it was read", 64_u64 << 30);
            let advice = "give a file that nobody truncates, or pipe it in";
            let told = format!("error: {}: {what} ({advice})", path.display());
            assert_eq!(ran.ends_with(2).message(), told, "{arguments:?} {len}");
            let (_, status, error) = inputs(&ran.json()).remove(0);
            assert_eq!(error.as_deref(), Some(what.as_str()));
            let read = ran.counts().records;
            assert_eq!(status, if read > 0 { "partial" } else { "failed" });
            assert_eq!(ran.json()["interrupted"], false);
        }
    }
}

#[test]
fn a_file_removed_while_it_is_read_is_read_to_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("capture");
    let (bytes, counts) = pairs(20_000);
    fs::write(&path, bytes).unwrap();
    let child = started(&path, &["-j1", "--piece-size", "512"]);
    // Whether the program came first or not: it has the whole file or none.
    fs::remove_file(&path).unwrap();
    let ran = ended(child);
    match ran.code {
        Some(0) => assert_eq!(ran.is_quiet().counts(), counts),
        _ => assert!(ran.ends_with(2).message().contains("No such file"), "{ran:?}"),
    }
}

#[test]
fn a_capture_that_is_being_appended_to_gives_whole_records() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("growing.pcap");
    let (start, counts) = pairs(5_000);
    fs::write(&path, start).unwrap();
    let one = record(9, &crate::capture::ipv4(1, 60));
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let mut file = OpenOptions::new().append(true).open(&path).unwrap();
            let mut written = 0_u64;
            // In pieces that are no records, and no more than the disk bears.
            for piece in one.repeat(7).chunks(13).cycle().take(100_000) {
                if stop.load(Ordering::Relaxed) {
                    break;
                }
                file.write_all(piece).unwrap();
                written += piece.len() as u64;
            }
            written / one.len() as u64
        });
        let runs: Vec<_> = (0..10).map(|_| json([&path])).collect();
        stop.store(true, Ordering::Relaxed);
        let appended = writer.join().unwrap();
        let mut last = counts.records;
        for ran in runs {
            let read = ran.counts();
            assert!(read.records >= last && read.records <= counts.records + appended, "{read:?}");
            assert_eq!(read.v6_packets, counts.v6_packets);
            assert_eq!(read.v4_octets, read.v4_packets * 60);
            last = read.records;
            if ran.code != Some(0) {
                assert!(ran.ends_with(2).message().contains(": cut short: the record "), "{ran:?}");
                assert_eq!(inputs(&ran.json())[0].1, "partial");
            }
        }
    });
}

#[test]
fn a_file_that_only_grew_since_it_was_opened_is_complete() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("growing.pcap");
    let mut file = File::create(&path).unwrap();
    file.write_all(&file_header()).unwrap();
    for seconds in 0..3 {
        file.write_all(&record(seconds, &crate::capture::ipv4(1, 60))).unwrap();
        assert_eq!(json([&path]).is_quiet().counts().records, u64::from(seconds) + 1);
    }
}
