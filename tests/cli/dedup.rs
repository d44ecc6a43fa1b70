//! Copies of frames: told where there are many, left out with `--dedup`.

use crate::capture::{arp, compressed, ipv4, ipv6, pcap, pcapng};
use crate::program::{Ran, analyze, json, json_of_pipe, program, run};
use serde_json::Value;
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

/// So many packets of each family, all different, each followed at once by its
/// copies as a router hands them on.
fn mirrored(packets: u8, copies: usize) -> Vec<Vec<u8>> {
    let mut frames = Vec::new();
    for net in 1..=packets {
        for (mut frame, hops) in [(ipv4(net, 60), 22), (ipv6(net, 80), 21)] {
            for _ in 0..=copies {
                frames.push(frame.clone());
                frame[hops] -= 1;
                frame[..6].fill(net);
            }
        }
    }
    frames
}

fn written(bytes: &[u8]) -> (TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path: PathBuf = folder.path().join("capture");
    fs::write(&path, bytes).unwrap();
    let path = path.to_str().unwrap().to_owned();
    (folder, path)
}

fn account(ran: &Ran) -> [u64; 4] {
    let report = ran.json();
    let account = &report["account"];
    assert_eq!(account["closed"], true, "{account}");
    let reason = account["excluded_by_reason"]["duplicate"].as_u64().unwrap_or(0);
    assert_eq!(account["excluded"], reason);
    ["records", "ipv4", "ipv6", "excluded"].map(|name| account[name].as_u64().unwrap())
}

#[test]
fn copies_are_left_out_and_counted() {
    let (_folder, path) = written(&pcap(mirrored(20, 2)));
    let all = json([&path, "--quiet"]);
    assert_eq!(account(&all), [120, 60, 60, 0]);
    let once = json([&path, "--dedup", "1000"]);
    assert_eq!(account(once.is_quiet()), [40, 20, 20, 80]);
    let report = once.json();
    assert_eq!(report["dedup"], "1000");
    assert_eq!(report["totals"]["transport"]["ipv6"]["octets"], 20 * 80);
    let table = run(&mut analyze([&path, "--dedup", "1000"]));
    assert!(table.is_quiet().stdout.contains("80 excluded"), "{}", table.stdout);
    assert!(table.stdout.contains("duplicate: "), "{}", table.stdout);
}

#[test]
fn a_window_that_is_too_short_keeps_what_lies_further_apart() {
    let mut frames: Vec<_> = (1..=10).map(|net| ipv4(net, 60)).collect();
    frames.extend(frames.clone());
    let (_folder, path) = written(&pcap(frames));
    assert_eq!(account(&json([&path, "--dedup", "9"])), [20, 20, 0, 0]);
    assert_eq!(account(&json([&path, "--dedup", "10"])), [10, 10, 0, 10]);
    // Each record is a second after the one before.
    assert_eq!(account(&json([&path, "--dedup", "9s"])), [20, 20, 0, 0]);
    assert_eq!(account(&json([&path, "--dedup", "10000ms"])), [10, 10, 0, 10]);
}

#[test]
fn every_way_of_reading_leaves_out_the_same() {
    let capture = pcap(mirrored(60, 1));
    let (folder, path) = written(&capture);
    let gzip = folder.path().join("capture.gz");
    fs::write(&gzip, compressed("gzip", &capture)).unwrap();
    let ng = folder.path().join("capture.pcapng");
    fs::write(&ng, pcapng(mirrored(60, 1))).unwrap();
    let expected = [120, 60, 60, 120];
    assert_eq!(account(&json([&path, "--dedup", "50"])), expected);
    assert_eq!(account(&json([gzip.to_str().unwrap(), "--dedup", "50"])), expected);
    assert_eq!(account(&json([ng.to_str().unwrap(), "--dedup", "50"])), expected);
    assert_eq!(account(&json_of_pipe(&capture, ["-", "--dedup", "50"])), expected);
    let [one, more] = ["1", "7"].map(|piece| {
        let threads = ["--threads", piece, "--piece-size", piece, "--dedup", "50"];
        json([path.as_str()].into_iter().chain(threads)).stdout
    });
    assert_eq!(one, more);
}

#[test]
fn a_large_capture_is_read_in_order_by_whatever_threads() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.pcap");
    let path = path.to_str().unwrap();
    run(program().args(["synth", "-o", path, "-n", "30000", "--flows", "50", "--snap-len", "60"]))
        .ends_with(0);
    let ran = |threads: &str, piece: &str| {
        let options = ["--threads", threads, "--piece-size", piece, "--dedup", "200"];
        json([path].into_iter().chain(options)).ends_with(0).stdout.clone()
    };
    let plain = ran("1", "100000000");
    let account = &serde_json::from_str::<Value>(&plain).unwrap()["account"];
    let [records, excluded] = ["records", "excluded"].map(|name| account[name].as_u64().unwrap());
    assert_eq!(records + excluded, 30_000);
    assert_eq!(ran("1", "10000"), plain);
    assert_eq!(ran("4", "5000"), plain);
}

#[test]
fn many_copies_are_told_without_the_option() {
    let (_folder, path) = written(&pcap(mirrored(10, 1)));
    let ran = json([&path]);
    let message = ran.ends_with(0).message();
    assert!(message.contains("20 of its first 40 IP frames are copies"), "{message}");
    assert!(message.contains("--dedup 1000"), "{message}");
    let copies = &ran.json()["inputs"][0]["suspected_copies"];
    assert_eq!((&copies["frames"], &copies["copies"]), (&40.into(), &20.into()));
    assert_eq!(
        json_of_pipe(&pcap(mirrored(10, 1)), ["-"]).json()["inputs"][0]["suspected_copies"],
        *copies
    );
    json([&path, "--quiet"]).is_quiet();
    json([&path, "--dedup", "10"]).is_quiet();
}

#[test]
fn few_copies_and_frames_without_ip_are_nothing_to_tell() {
    let mut frames: Vec<_> = (1..=100).map(|net| ipv4(net, 60)).collect();
    frames.extend([ipv4(1, 60), ipv4(2, 60)]);
    frames.extend(vec![arp(); 50]);
    let (_folder, path) = written(&pcap(frames));
    json([&path]).is_quiet();
    assert_eq!(account(&json([&path, "--dedup", "1000"])), [150, 100, 0, 2]);
}

#[test]
fn what_is_no_window_is_refused() {
    let (_folder, path) = written(&pcap(mirrored(1, 0)));
    for window in ["0", "x", "1m"] {
        let ran = json([&path, "--dedup", window]);
        assert!(ran.ends_with(2).stderr.contains("such as 1000, 50ms or 1s"), "{ran:?}");
    }
}
