//! What is no capture is named, whatever its name says, and a capture is read,
//! whatever its name says.

use crate::capture::{COMPRESSIONS, compressed, small};
use crate::program::{analyze, inputs, json, json_of_pipe, run};
use std::fs;

const ADVICE: &str = "give a capture (pcap, pcapng, ERF, snoop) or a flow log (NetFlow, IPFIX, sFlow, nfcapd, cloud \
     and sensor logs, tables with --map), plain or compressed with gzip, zstd, xz, bzip2 or lz4";

/// Bytes that are no capture, under which name, and what they look like.
fn no_captures() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let mut tar = b"inside.pcap".to_vec();
    tar.resize(257, 0);
    tar.extend(b"ustar\x0000");
    tar.resize(10_240, 0);
    vec![
        ("zip.pcap", b"PK\x03\x04\x14\0\0\0\x08\0".to_vec(), ": it looks like a zip archive"),
        ("tar.pcap", tar, ": it looks like a tar archive"),
        ("json.pcap", b"{\"a\": [1, 2]}\n".to_vec(), ": it looks like JSON"),
        ("text.pcap", "Grüße\n".repeat(50_000).into_bytes(), ": it looks like text"),
        ("zeros.pcap", vec![0; 300_000], ": it looks like all zero bytes"),
        ("html", b"<!DOCTYPE html><html>".to_vec(), ": it looks like HTML"),
        ("zeek.log", b"#separator \\x09\n".to_vec(), ": it looks like a Zeek log"),
        ("noise", b"\x01\x02\x03\xff\xfe".repeat(9), ""),
    ]
}

#[test]
fn what_is_no_capture_is_named_by_its_content() {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes, looks) in no_captures() {
        let path = folder.path().join(name);
        fs::write(&path, &bytes).unwrap();
        let shown = path.display().to_string();
        let told =
            |name: &str| format!("error: {name}: not a capture or flow log{looks} ({ADVICE})");
        let ran = json([&path]);
        assert_eq!(ran.ends_with(2).message(), told(&shown));
        let error = Some(format!("not a capture or flow log{looks}"));
        assert_eq!(inputs(&ran.json()), [(shown, "failed".to_owned(), error)]);
        let piped = json_of_pipe(&bytes, ["-"]);
        assert_eq!(piped.ends_with(2).message(), told("standard input"));
        let inside = json_of_pipe(&compressed("zstd", &bytes), ["-"]);
        assert_eq!(inside.ends_with(2).message(), told("standard input"));
    }
}

#[test]
fn compressed_twice_is_told_as_that() {
    let (bytes, _) = small(1);
    let ran = json_of_pipe(&compressed("zstd", &compressed("gzip", &bytes)), ["-"]);
    let what =
        "not a capture or flow log: it looks like a compressed stream within a compressed stream";
    assert_eq!(ran.ends_with(2).message(), format!("error: standard input: {what} ({ADVICE})"));
}

#[test]
fn a_capture_is_known_by_its_content_and_not_by_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let (bytes, counts) = small(8);
    for name in ["capture.txt", "capture.gz", "capture.zip", "capture", "capture.pcapng"] {
        let path = folder.path().join(name);
        fs::write(&path, &bytes).unwrap();
        assert_eq!(json([&path]).is_quiet().counts(), counts, "{name}");
    }
}

#[test]
fn a_file_header_that_is_cut_is_told() {
    let (bytes, _) = small(1);
    for len in 1..24 {
        let ran = json_of_pipe(&bytes[..len], ["-"]);
        let what = match len {
            0..4 => format!("not a capture or flow log ({ADVICE})"),
            _ => format!(
                "at byte 0: cut short: the file header here needs 24 bytes and {len} are left (what \
                 came before is counted; if the capture is still being written, run again when it \
                 is done)"
            ),
        };
        assert_eq!(ran.ends_with(2).message(), format!("error: standard input: {what}"));
    }
}

#[test]
fn damaged_compression_names_its_format_and_the_place() {
    let (bytes, _) = crate::capture::pairs(3_000);
    for key in COMPRESSIONS {
        let stored = compressed(key, &bytes);
        let cut = json_of_pipe(&stored[..stored.len() / 2], ["-"]);
        let told = cut.ends_with(2).message();
        assert!(told.starts_with("error: standard input: at byte "), "{told}");
        let what = format!(" after decompression: the {key} stream is damaged or cut short: ");
        assert!(told.contains(&what), "{told}");
        let advice =
            "(what came before is counted; test the file with its own tool and copy it again)";
        assert!(told.ends_with(advice), "{told}");

        let place = told.split(' ').nth(5).unwrap().parse::<u64>().unwrap();
        let read = cut.json()["inputs"][0]["bytes"].as_u64().unwrap();
        assert!(read <= place && place - read < 130, "{key}: {read} of {place} bytes make records");
        let counts = cut.counts();
        assert_eq!(counts.records, counts.v4_packets + counts.v6_packets);
        let status = if counts.records > 0 { "partial" } else { "failed" };
        assert_eq!(inputs(&cut.json())[0].1, status, "{key}");
    }
}

#[test]
fn a_record_cut_within_a_compressed_capture_is_placed_after_decompression() {
    let (bytes, counts) = small(2);
    let stored = compressed("gzip", &bytes[..bytes.len() - 1]);
    let ran = json_of_pipe(&stored, ["-"]);
    let at = bytes.len() - 76;
    let what = format!(
        "error: standard input: at byte {at} after decompression: cut short: the record here needs \
         76 bytes and 75 are left ("
    );
    assert!(ran.ends_with(2).message().starts_with(&what), "{ran:?}");
    assert_eq!(ran.counts().records, counts.records - 1);
}

#[test]
fn every_error_says_which_input_what_is_wrong_and_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes, _) in no_captures() {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    fs::write(folder.path().join("cut"), &small(1).0[..50]).unwrap();
    fs::write(folder.path().join("empty"), b"").unwrap();
    let root = folder.path().display().to_string();
    let ran = run(&mut analyze([folder.path()]));
    assert_eq!(ran.ends_with(2).stderr.lines().count(), no_captures().len() + 2);
    for line in ran.stderr.lines() {
        assert!(line.starts_with(&format!("v6share: error: {root}/")), "{line}");
        assert!(line.ends_with(')') && line.contains(" ("), "{line}");
        assert!(!line.contains("  ") && !line.contains("os error 0"), "{line}");
    }
}
