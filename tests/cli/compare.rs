//! Two results side by side: a difference that is known beforehand is told in
//! percentage points, and what made it comes first.

use crate::capture::{ipv4, ipv6, numbered, pcap};
use crate::program::{Ran, analyze, program, run};
use std::fs;
use tempfile::TempDir;

/// Packets of 100 octets: so many of IPv4 from 192.0.1.0/24, so many of IPv6 from
/// each of the networks 2001:db8:1::/48 and 2001:db8:2::/48.
fn kept(folder: &TempDir, name: &str, v4: usize, v6: [usize; 2]) -> String {
    let mut frames = vec![ipv4(1, 100); v4];
    frames.extend(vec![ipv6(1, 100); v6[0]]);
    frames.extend(vec![ipv6(2, 100); v6[1]]);
    let frames = (0..).zip(frames).map(|(number, frame)| numbered(number, frame));
    let capture = folder.path().join("capture");
    fs::write(&capture, pcap(frames)).unwrap();
    let path = folder.path().join(name).display().to_string();
    let by = ["--by", "source-prefix", "--by", "protocol", "--save", &path, "-o", "/dev/null"];
    run(analyze([&capture]).args(by)).is_quiet();
    path
}

fn compare(files: [&str; 2], format: &str) -> Ran {
    run(program().args(["compare", "--format", format]).args(files))
}

#[test]
fn a_known_difference_is_told_in_points_and_in_what_moved_most() {
    let folder = tempfile::tempdir().unwrap();
    let old = kept(&folder, "old", 60, [20, 0]);
    let new = kept(&folder, "new", 30, [20, 50]);
    let table = compare([&old, &new], "table");
    let first = table.is_quiet().stdout.lines().next().unwrap().replace('\u{a0}', " ");
    let told = "The share of IPv6 went from 25 % to 70 %: +45 percentage points.";
    assert!(first.replace(".00", "").starts_with(told), "{first}");
    let json = compare([&old, &new], "json").json();
    let total = &json["totals"]["transport"];
    for measure in ["octets", "packets"] {
        assert!((total[measure]["points"].as_f64().unwrap() - 45.0).abs() < 1e-9, "{total}");
    }
    let rows = json["breakdowns"][0]["rows"].as_array().unwrap();
    let keys: Vec<_> = rows.iter().map(|row| row["key"].as_str().unwrap()).collect();
    assert_eq!(keys, ["2001:db8:2::/48", "2001:db8:1::/48", "192.0.1.0/24"], "{rows:#?}");
    // Of all traffic, 50 % is IPv6 of the second network, which had none; the first
    // one's 20 packets were 25 % and are 20 %.
    for (row, expected) in rows.iter().zip([50.0, -5.0, 0.0]) {
        let contribution = row["contribution"].as_f64().unwrap();
        assert!((contribution - expected).abs() < 1e-9, "{row}");
    }
    // The other way round it is the same with the other sign.
    let back = compare([&new, &old], "json").json();
    let points = back["totals"]["transport"]["octets"]["points"].as_f64().unwrap();
    assert!((points + 45.0).abs() < 1e-9, "{points}");
    let csv = compare([&old, &new], "csv");
    assert!(csv.is_quiet().stdout.lines().count() > 6);
}

#[test]
fn a_result_does_not_differ_from_itself() {
    let folder = tempfile::tempdir().unwrap();
    let one = kept(&folder, "one", 3, [2, 1]);
    let json = compare([&one, &one], "json").json();
    assert_eq!(json["totals"]["transport"]["octets"]["points"], 0.0);
    for table in json["breakdowns"].as_array().unwrap() {
        for row in table["rows"].as_array().unwrap() {
            assert_eq!(row["contribution"], 0.0, "{row}");
        }
    }
}
