//! Captures that end within a record, or contradict their format.

use crate::capture::{Counts, file_header, ipv4, ipv6, pairs, pcap, pcapng, record};
use crate::program::{inputs, json, json_of_pipe};
use std::fs;

const STILL_WRITTEN: &str = "(what came before is counted; if the capture is still being written, run again when it is done)";
const REPAIR: &str = "(what came before is counted; take the capture again or repair the file)";

/// What is told of a capture of two whole records that is cut within the third,
/// at `at`, of which `left` bytes are there.
fn told(header: u64, whole: u64, at: usize, left: usize) -> String {
    let left_u64 = left as u64;
    let (unit, needed) =
        if left_u64 < header { ("record header", header) } else { ("record", whole) };
    format!("at byte {at}: cut short: the {unit} here needs {needed} bytes and {left} are left")
}

#[test]
fn a_pcap_cut_at_every_byte_of_its_last_record() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cut.pcap");
    let before = pcap([ipv4(1, 60), ipv6(1, 80)]);
    let last = record(2, &ipv4(1, 40));
    let two = Counts { records: 2, v4_packets: 1, v4_octets: 60, v6_packets: 1, v6_octets: 80 };
    for keep in 0..=last.len() {
        let bytes = [&before[..], &last[..keep]].concat();
        fs::write(&path, &bytes).unwrap();
        let (file, piped) = (json([&path]), json_of_pipe(&bytes, ["-"]));
        if keep == 0 || keep == last.len() {
            let mut all = two;
            if keep > 0 {
                all += Counts { records: 1, v4_packets: 1, v4_octets: 40, ..Counts::default() };
            }
            assert_eq!((file.is_quiet().counts(), piped.is_quiet().counts()), (all, all));
            continue;
        }
        let what = told(16, last.len() as u64, before.len(), keep);
        for (ran, name) in [(file, path.to_str().unwrap()), (piped, "standard input")] {
            let message = format!("error: {name}: {what} {STILL_WRITTEN}");
            assert_eq!(ran.ends_with(2).message(), message);
            assert_eq!(ran.counts(), two, "{keep} bytes of the last record");
            let (_, status, error) = inputs(&ran.json()).remove(0);
            assert_eq!((status.as_str(), error), ("partial", Some(what.clone())));
            assert_eq!(ran.json()["inputs"][0]["bytes"], before.len());
        }
    }
}

#[test]
fn a_pcapng_cut_at_every_byte_of_its_last_block() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cut.pcapng");
    let frames = [ipv4(1, 60), ipv6(1, 80), ipv4(1, 41)];
    let (before, whole) = (pcapng(&frames[..2]), pcapng(&frames));
    let two = Counts { records: 2, v4_packets: 1, v4_octets: 60, v6_packets: 1, v6_octets: 80 };
    for len in before.len() + 1..whole.len() {
        fs::write(&path, &whole[..len]).unwrap();
        let (file, piped) = (json([&path]), json_of_pipe(&whole[..len], ["-"]));
        let start = format!("at byte {}: cut short: the block here needs ", before.len());
        let end = format!(" bytes and {} are left", len - before.len());
        for ran in [&file, &piped] {
            assert_eq!(ran.ends_with(2).counts(), two);
            let error = inputs(&ran.json()).remove(0).2.unwrap();
            assert!(error.starts_with(&start) && error.ends_with(&end), "{error}");
        }
        assert_eq!(inputs(&file.json())[0].2, inputs(&piped.json())[0].2, "one message for both");
    }
}

/// The status and the message of a capture on standard input and in a file,
/// which must agree, and the totals.
fn outcome(bytes: &[u8]) -> (String, String, Counts) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("capture");
    fs::write(&path, bytes).unwrap();
    let (file, piped) = (json([&path]), json_of_pipe(bytes, ["-"]));
    let told = |ran: &crate::program::Ran| {
        let message = ran.ends_with(2).message();
        message.replace(path.to_str().unwrap(), "X").replace("standard input", "X")
    };
    assert_eq!((told(&file), file.counts()), (told(&piped), piped.counts()));
    let (_, status, _) = inputs(&file.json()).remove(0);
    (status, told(&file), file.counts())
}

#[test]
fn a_record_that_cannot_be_is_told_with_its_claim() {
    let (whole, counts) = pairs(1_500);
    let mut bytes = whole.clone();
    bytes.extend([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xf0, 60, 0, 0, 0]);
    bytes.extend([0; 200]);
    let at = whole.len();
    let claim =
        "the record claims 4026531840 captured bytes, more than any capture holds (134217728)";
    let (status, message, read) = outcome(&bytes);
    assert_eq!(message, format!("error: X: at byte {at}: {claim} {REPAIR}"));
    assert_eq!((status.as_str(), read), ("partial", counts));

    let mut bytes = file_header();
    bytes.extend([0xff; 16]);
    let (status, message, read) = outcome(&bytes);
    assert_eq!((status.as_str(), read), ("failed", Counts::default()));
    assert!(
        message.starts_with("error: X: at byte 24: the record claims 4294967295 "),
        "{message}"
    );
}

#[test]
fn a_block_that_contradicts_itself_is_told_with_both_lengths() {
    let mut bytes = pcapng([ipv4(1, 60), ipv4(1, 60)]);
    let trailer = bytes.len() - 4;
    let len = bytes[trailer];
    bytes[trailer] = len + 4;
    let (status, message, read) = outcome(&bytes);
    assert_eq!((status.as_str(), read.records), ("partial", 1));
    let at = bytes.len() - usize::from(len);
    assert!(message.starts_with(&format!("error: X: at byte {at}: ")), "{message}");
    assert!(
        message.contains(&len.to_string()) && message.contains(&(len + 4).to_string()),
        "{message}"
    );
    assert!(message.ends_with(REPAIR), "{message}");
}

#[test]
fn captures_put_end_to_end_are_never_a_success() {
    let (bytes, counts) = pairs(10);
    let (status, message, read) = outcome(&[&bytes[..], &bytes].concat());
    assert_eq!(status, "partial");
    // The header of the second one is told as such, where it stands.
    let offset = bytes.len();
    let told = format!("error: X: at byte {offset}: the header of another pcap file");
    assert!(message.starts_with(&told), "{message}");
    assert_eq!(read.records, counts.records);
    assert_eq!((read.v4_packets, read.v6_packets), (counts.v4_packets, counts.v6_packets));
    // pcapng may be put end to end: a new section begins.
    let two = pcapng([ipv4(1, 60)]).repeat(2);
    assert_eq!(json_of_pipe(&two, ["-"]).is_quiet().counts().v4_octets, 120);
}
