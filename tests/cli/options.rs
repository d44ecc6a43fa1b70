//! What each option does to a result whose figures are known.

use crate::capture::{arp, ipv4, ipv6, pcap};
use crate::program::{Ran, analyze, run};
use serde_json::Value;
use std::fs;
use tempfile::NamedTempFile;

/// An SCTP packet in IPv4, of 160 octets.
fn sctp() -> Vec<u8> {
    let mut frame = ipv4(9, 160);
    frame[14 + 9] = 132;
    frame
}

/// A DNS question in IPv4.
fn dns() -> Vec<u8> {
    let mut frame = ipv4(2, 70);
    frame[36..38].copy_from_slice(&53_u16.to_be_bytes());
    frame
}

/// Traffic with a packet of each kind that an option tells apart: IPv4 of 100
/// octets twice, of 70 (DNS) and of 160 (SCTP); IPv6 of 200; an ARP request.
fn capture() -> NamedTempFile {
    let file = NamedTempFile::new().unwrap();
    let frames = [ipv4(1, 100), ipv4(2, 100), dns(), sctp(), ipv6(1, 200), arp()];
    fs::write(file.path(), pcap(frames)).unwrap();
    file
}

fn with(arguments: &[&str]) -> Ran {
    let capture = capture();
    let ran = run(analyze([capture.path()]).args(arguments));
    ran.is_quiet();
    ran
}

fn json(arguments: &[&str]) -> Value {
    with(&[arguments, &["--format", "json"]].concat()).json()
}

/// The breakdown with this index.
fn rows(report: &Value, breakdown: usize) -> Vec<(String, u64, u64)> {
    let rows = report["breakdowns"][breakdown]["rows"].as_array().unwrap();
    let packets = |row: &Value, family: &str| row[family]["packets"].as_u64().unwrap();
    rows.iter()
        .map(|row| {
            let key = row["key"].get("protocol").or(row["key"].get("prefix")).unwrap();
            let key = key.as_str().unwrap_or("none").to_owned();
            (key, packets(row, "ipv4"), packets(row, "ipv6"))
        })
        .collect()
}

/// The rows of a breakdown by prefix with the options given.
fn prefixes(arguments: &[&str]) -> Vec<(String, u64, u64)> {
    let mut rows = rows(&json(arguments), 1);
    rows.sort();
    rows
}

fn row(prefix: &str, v4: u64, v6: u64) -> (String, u64, u64) {
    (prefix.to_owned(), v4, v6)
}

#[test]
fn the_view_decides_whose_header_breakdowns_follow() {
    let by = |arguments: &[&str]| {
        let report = json(arguments);
        let all = report["breakdowns"].as_array().unwrap().clone();
        let name =
            |b: &Value| format!("{} {}", b["by"][0].as_str().unwrap(), b["view"].as_str().unwrap());
        all.iter().map(name).collect::<Vec<_>>()
    };
    let (transport, end_to_end) =
        (["protocol transport", "prefix transport"], ["protocol end_to_end", "prefix end_to_end"]);
    assert_eq!(by(&[]), transport);
    assert_eq!(by(&["--view", "transport"]), transport);
    assert_eq!(by(&["--view", "end-to-end"]), end_to_end);
    let mut both = by(&["--view", "both"]);
    both.sort();
    assert_eq!(both, [end_to_end[1], transport[1], end_to_end[0], transport[0]]);

    // Both views are in the totals, whatever is broken down.
    for view in ["transport", "end-to-end", "both"] {
        let totals = &json(&["--view", view])["totals"];
        assert_eq!(totals["transport"]["ipv4"]["octets"], 430);
        assert_eq!(totals["end_to_end"]["ipv6"]["octets"], 200);
    }
}

#[test]
fn the_measure_decides_the_order_and_the_headline() {
    let order = |measure: &str| {
        let report = json(&["--measure", measure]);
        assert_eq!(report["measure"], measure.replace('-', "_"));
        rows(&report, 0).into_iter().map(|row| row.0).collect::<Vec<_>>()
    };
    assert_eq!(order("octets"), ["udp", "tcp", "sctp"]);
    assert_eq!(order("packets"), ["udp", "tcp", "sctp"], "equal ones by key");
    assert_eq!(order("wire-octets"), ["udp", "tcp", "sctp"]);
    for (measure, headline) in [
        ("octets", "IPv6 carries 31.75 % of the IP traffic measured (by octets, "),
        ("packets", "IPv6 carries 20.00 % of the IP traffic measured (by packets, "),
        ("wire-octets", "IPv6 carries 30.57 % of the IP traffic measured (by wire octets, "),
    ] {
        let table = with(&["--measure", measure]).stdout;
        assert!(table.starts_with(headline), "{table}");
    }
}

#[test]
fn the_profile_decides_the_denominator() {
    let share = |profile: &str| {
        let report = json(&["--profile", profile]);
        assert_eq!(report["profile"], profile);
        assert!(report["profile_definition"].as_str().unwrap().starts_with(['I', 'n']));
        assert_eq!(report["totals"]["transport"]["ipv4"]["packets"], 4, "totals hold all traffic");
        let share = |view: &str| {
            let share = &report["totals"][view]["share"];
            (share["packets"].as_f64(), share["octets"].as_f64())
        };
        (share("transport"), share("end_to_end"))
    };
    let of = |a: u32, b: u32| Some(f64::from(a) / f64::from(b));
    for (profile, packets, octets) in [
        ("ip-only", of(1, 5), of(200, 630)),
        ("all-frames", of(1, 6), None),
        ("native-only", of(1, 5), of(200, 630)),
        ("user-traffic", of(1, 4), of(200, 560)),
    ] {
        assert_eq!(share(profile), ((packets, octets), (packets, octets)), "{profile}");
    }
}

#[test]
fn prefixes_are_cut_to_the_lengths_given() {
    let common = ["192.0.1.0/24", "192.0.2.0/24", "192.0.9.0/24", "198.51.100.0/24"];
    let default = prefixes(&[]);
    assert_eq!(default, prefixes(&["--prefix-len", "24,48"]));
    assert_eq!(
        default,
        [
            row(common[0], 1, 0),
            row(common[1], 2, 0),
            row(common[2], 1, 0),
            row(common[3], 4, 0),
            row("2001:db8:1::/48", 0, 1),
            row("2001:db8:ffff::/48", 0, 1),
        ]
    );
    assert_eq!(
        prefixes(&["--prefix-len", "8,32"]),
        [row("192.0.0.0/8", 4, 0), row("198.0.0.0/8", 4, 0), row("2001:db8::/32", 0, 1)],
        "both ends in one prefix count once"
    );
    assert_eq!(prefixes(&["--prefix-len", "0,0"]), [row("0.0.0.0/0", 4, 0), row("::/0", 0, 1)]);
    assert_eq!(prefixes(&["--prefix-len", "/32,/128"])[0], row("192.0.1.1/32", 1, 0));
}

#[test]
fn several_lengths_make_as_many_breakdowns_in_the_order_given() {
    let report = json(&["--prefix-len", "8,32", "--prefix-len", "24,48", "--prefix-len", "8,32"]);
    let lens: Vec<_> = report["breakdowns"].as_array().unwrap()[1..]
        .iter()
        .map(|b| {
            (b["prefix_len"]["ipv4"].as_u64().unwrap(), b["prefix_len"]["ipv6"].as_u64().unwrap())
        })
        .collect();
    assert_eq!(lens, [(8, 32), (24, 48)], "what is given twice is there once");
    assert_eq!(rows(&report, 1), rows(&json(&["--prefix-len", "8,32"]), 1));
    assert_eq!(rows(&report, 2), rows(&json(&[]), 1));
}

#[test]
fn a_side_is_source_destination_or_both() {
    let sources = prefixes(&["--prefix-side", "source"]);
    assert_eq!(
        sources,
        [
            row("192.0.1.0/24", 1, 0),
            row("192.0.2.0/24", 2, 0),
            row("192.0.9.0/24", 1, 0),
            row("2001:db8:1::/48", 0, 1),
        ]
    );
    let destinations = prefixes(&["--prefix-side", "destination"]);
    assert_eq!(destinations, [row("198.51.100.0/24", 4, 0), row("2001:db8:ffff::/48", 0, 1)]);
    let mut both = [sources, destinations].concat();
    both.sort();
    assert_eq!(prefixes(&["--prefix-side", "both"]), both);
    for side in ["both", "source", "destination"] {
        assert_eq!(json(&["--prefix-side", side])["breakdowns"][1]["prefix_side"], side);
    }
}

#[test]
fn top_cuts_tables_and_nothing_else() {
    let prefix_rows = |arguments: &[&str]| {
        let table = with(arguments).stdout;
        let rows =
            table.lines().filter(|line| line.contains('/') && line.starts_with("  ")).count();
        (rows, table)
    };
    let (all, table) = prefix_rows(&["--top", "0"]);
    assert_eq!(all, 6, "{table}");
    let (two, table) = prefix_rows(&["--top", "2"]);
    assert_eq!(two, 2, "{table}");
    assert!(table.contains("\n  4 others "), "what is left out is told: {table}");
    assert_eq!(prefix_rows(&["--top", "1000000"]).0, all);
    let capture = capture();
    for format in ["json", "ndjson", "csv"] {
        let top =
            |rows| run(analyze([capture.path()]).args(["--format", format, "--top", rows])).stdout;
        assert_eq!(top("1"), top("20"), "{format}");
    }
}

#[test]
fn a_table_names_what_it_shows() {
    let table =
        with(&["--view", "both", "--profile", "user-traffic", "--prefix-side", "source"]).stdout;
    for words in [
        "user-traffic",
        "IPv6 / (IPv4 + IPv6) without ICMP",
        "transport view",
        "end-to-end view",
        "By protocol",
        "By prefix, /24 and /48",
        "source",
        "ARP (0x0806)",
        "1 input",
        "6 = 4 IPv4 + 1 IPv6 + 1 not IP + 0 undecodable",
        "Packet sizes",
    ] {
        assert!(table.contains(words), "{words} is missing:\n{table}");
    }
}
