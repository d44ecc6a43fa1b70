//! `--exports`: flow exports out of a capture, wherever their collector listens; and
//! what a watcher is told of the bytes of inputs.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use assert_cmd::Command;
use serde_json::Value;
use std::fs;
use std::io::Write;
use std::path::Path;
use support::datagrams::{captured, netflow5};
use v6share::input::{self, Request};
use v6share::model::{DedupWindow, ExportPorts, FlowOptions};
use v6share::pipeline::{self, Control, Options};
use v6share::summary::{Settings, Status};

fn analyze(arguments: &[&str]) -> Value {
    let (exporter, export) = ("203.0.113.1", netflow5(10, 0));
    let capture = captured(&[
        (exporter, 21_000, &export),
        (exporter, 2055, &export),
        (exporter, 21_000, b"\x00\x05 is no export"),
        (exporter, 53, b"a question"),
    ]);
    let mut command = Command::cargo_bin("v6share").unwrap();
    command.args(["analyze", "-q", "--format", "json", "-"]).args(arguments);
    let output = command.write_stdin(capture).output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

fn flows_and_others(report: &Value) -> (u64, u64, u64) {
    let ipv4 = &report["totals"]["transport"]["ipv4"];
    let excluded = &report["account"]["excluded_by_reason"]["no_export"];
    let number = |value: &Value| value.as_u64().unwrap_or(0);
    (number(&ipv4["flows"]), number(&ipv4["packets"]), number(excluded))
}

#[test]
fn an_export_shows_itself_on_any_port() {
    let report = analyze(&["--exports"]);
    assert_eq!(flows_and_others(&report), (2, 20, 2));
    assert_eq!(report["account"]["closed"], true);
}

#[test]
fn ports_that_are_named_are_the_only_ones_beside_the_known() {
    assert_eq!(flows_and_others(&analyze(&["--export-port", "21000"])), (2, 20, 2));
    assert_eq!(flows_and_others(&analyze(&["--export-port", "999"])), (1, 10, 3));
}

#[test]
fn without_the_option_a_capture_is_traffic() {
    assert_eq!(flows_and_others(&analyze(&[])), (0, 4, 0));
}

/// What is opened to see what it is, and once more when its turn comes, counts once
/// among the bytes that were read, in whatever way it is read.
#[test]
fn stored_bytes_count_once() {
    let folder = tempfile::tempdir().unwrap();
    let export: Vec<u8> = (0..30_000).flat_map(|at| netflow5(at, 0)).collect();
    let flows = FlowOptions { exports: Some(ExportPorts::default()), ..FlowOptions::default() };
    let settings = Settings { flows, ..Settings::default() };
    let datagrams: Vec<_> = export.chunks(72).map(|one| ("203.0.113.1", 2055, one)).collect();
    for (name, plain) in [("export", &export), ("capture", &captured(&datagrams))] {
        let path = folder.path().join(name);
        for stored in [gzip_members(plain), zstd_frame(plain), plain.clone()] {
            fs::write(&path, &stored).unwrap();
            for threads in [1, 3] {
                let bytes = bytes_of_a_run(&path, settings.clone(), threads);
                assert_eq!(bytes, stored.len() as u64, "{name}");
            }
        }
    }
}

/// Also what stands before the first piece, and what reaches from one into the next.
#[test]
fn stored_bytes_of_pieces_count_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("input");
    let lines = "192.0.2.1,198.51.100.7,1200,3\n".repeat(30_000);
    let log = format!("src_addr,dst_addr,bytes,packets\n{lines}").into_bytes();
    let questions: Vec<_> = (0..30_000_u32).map(u32::to_be_bytes).collect();
    let frames: Vec<_> = questions.iter().map(|one| ("203.0.113.1", 53, &one[..])).collect();
    let capture = captured(&frames);
    let dedup = Settings { dedup: Some(DedupWindow::Packets(1)), ..Settings::default() };
    let cases = [(&log, Settings::default()), (&capture, Settings::default()), (&capture, dedup)];
    for (stored, settings) in cases {
        fs::write(&path, stored).unwrap();
        for threads in [1, 3] {
            let bytes = bytes_of_a_run(&path, settings.clone(), threads);
            assert_eq!(bytes, stored.len() as u64, "{:?}", settings.dedup);
        }
    }
}

/// Of 1 MiB each, stored as they are: large enough for threads beside the reader.
fn gzip_members(plain: &[u8]) -> Vec<u8> {
    let member = |bytes: &[u8]| {
        let none = flate2::Compression::none();
        let mut out = flate2::write::GzEncoder::new(Vec::new(), none);
        out.write_all(bytes).unwrap();
        out.finish().unwrap()
    };
    plain.chunks(1 << 20).flat_map(member).collect()
}

/// In one frame, behind a skippable one that makes it large enough for a thread.
fn zstd_frame(plain: &[u8]) -> Vec<u8> {
    let skipped = 2_u32 << 20;
    let mut frames = [0x184d_2a50_u32.to_le_bytes(), skipped.to_le_bytes()].concat();
    frames.extend(vec![7; 2 << 20]);
    frames.extend(zstd::encode_all(plain, 1).unwrap());
    frames
}

/// What a watcher is told of the bytes.
fn bytes_of_a_run(path: &Path, settings: Settings, threads: usize) -> u64 {
    let request = Request { arguments: vec![path.into()], lists: Vec::new() };
    let control = Control::default();
    let piece = 10_000;
    let options = Options { threads, piece, control: control.clone(), ..Options::default() };
    let sources = input::discover(&request).sources;
    let summary = pipeline::analyze(&sources, Vec::new(), settings, &options, &|_| {});
    assert_eq!(summary.inputs[0].status, Status::Complete);
    assert_eq!(summary.account.records, 30_000);
    control.bytes()
}
