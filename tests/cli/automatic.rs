//! Automatic prefixes and distinct addresses, as a user asks for them.

use crate::capture::{file_header, ipv4, ipv6, record};
#[cfg(feature = "columnar")]
use crate::program::program;
use crate::program::{analyze, report, run, write};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A thousand networks of one customer with a packet each, 600 octets of IPv4
/// packets of two hosts, and ten networks here and there.
fn capture(folder: &TempDir) -> String {
    let mut file = file_header();
    for network in 0..1000_u16 {
        let mut frame = ipv6(1, 100);
        // The last two octets of the /64 of the source: 14 + 8 + 6.
        frame[28..30].copy_from_slice(&network.to_be_bytes());
        file.extend(record(u32::from(network), &frame));
    }
    for _ in 0..300 {
        file.extend(record(1, &ipv4(7, 100)));
    }
    for net in 100..110 {
        file.extend(record(2, &ipv6(net, 100)));
    }
    write(folder, "a.pcap", &file)
}

/// Prefix and packets of each row.
fn rows(report: &Value) -> Vec<(String, u64)> {
    let rows = report["breakdowns"][0]["rows"].as_array().unwrap();
    let packets = |row: &Value| {
        ["ipv4", "ipv6"].map(|family| row[family]["packets"].as_u64().unwrap()).iter().sum()
    };
    let prefix = |row: &Value| row["key"]["prefix"].as_str().unwrap_or("-").to_owned();
    rows.iter().map(|row| (prefix(row), packets(row))).collect()
}

fn named(rows: &[(&str, u64)]) -> Vec<(String, u64)> {
    rows.iter().map(|(prefix, packets)| ((*prefix).to_owned(), *packets)).collect()
}

#[test]
fn a_customer_is_one_row_however_many_networks_it_has() {
    let folder = tempfile::tempdir().unwrap();
    let path = capture(&folder);
    let found = report(&path, &["--by", "prefix=auto", "--auto-share", "5"]);
    let want = [
        ("2001:db8:ffff::/64", 1010),
        // 256 networks each: the 256 of one octet are a /56.
        ("2001:db8:1::/56", 256),
        ("2001:db8:1:100::/56", 256),
        ("2001:db8:1:200::/56", 256),
        ("192.0.7.1/32", 300),
        ("198.51.100.7/32", 300),
        ("2001:db8:1:300::/56", 232),
        ("others", 10),
    ];
    let mut got = rows(&found);
    got.sort();
    let mut want = named(&want);
    want.sort();
    assert_eq!(got, want);
    let found = report(&path, &["--by", "prefix=auto", "--auto-share", "25"]);
    assert_eq!(
        rows(&found)[..2],
        named(&[("2001:db8:ffff::/64", 1010), ("2001:db8:1::/52", 1000)])
    );
    assert_eq!(rows(&found)[2..], named(&[("others", 310)]));
    assert_eq!(
        found["breakdowns"][0]["auto"],
        json!({
            "percent": 25.0,
            "longest": {"ipv4": 32, "ipv6": 64},
            "counted": {"ipv4": 32, "ipv6": 64},
            "bounded": false,
            "error": 0,
        })
    );
    assert_eq!(found["breakdowns"][0]["prefix_side"], "both");
}

#[test]
fn bounded_memory_is_told_and_loses_no_packet() {
    let folder = tempfile::tempdir().unwrap();
    let path = capture(&folder);
    let more = ["--by", "source-prefix=auto", "--auto-share", "5", "--auto-keys", "100"];
    let found = report(&path, &more);
    let auto = &found["breakdowns"][0]["auto"];
    assert_eq!(
        (&auto["bounded"], &auto["counted"]),
        (&json!(true), &json!({"ipv4": 32, "ipv6": 60}))
    );
    // 63 keys of /60 of the customer, and ten others.
    let total: u64 = rows(&found).iter().map(|(_, packets)| packets).sum();
    assert_eq!(total, 1310);
    for split in [&["-j", "3", "--piece-size", "1000"][..], &["-j", "1", "--piece-size", "77"]] {
        let again = report(&path, &[&more[..], split].concat());
        assert_eq!(again, found, "{split:?}");
    }
    let table = run(analyze([&path]).args(more)).is_quiet().stdout.clone();
    assert!(table.contains("Bounded: with more than 100 keys of a family"), "{table}");
    assert!(table.contains("no prefixes longer than /32 and /60 were told apart"), "{table}");
}

#[test]
fn every_format_has_automatic_prefixes_and_distinct_addresses() {
    let folder = tempfile::tempdir().unwrap();
    let path = capture(&folder);
    let with = |format: &str| {
        let more = ["--by", "prefix=auto", "--auto-share", "25", "--distinct", "--format", format];
        run(analyze([&path]).args(more)).is_quiet().stdout.clone()
    };
    let table = with("table");
    for line in [
        "By prefix, automatic (transport view, source or destination)",
        "  A row is a prefix that carries at least 25 % of the octets, without the longer rows within it; the rest is in others.",
        "Distinct addresses and prefixes (source or destination)",
        "  transport                2         2           1,011     1,011        15        12",
    ] {
        assert!(table.lines().any(|each| each == line), "{line}\n{table}");
    }
    let csv = with("csv");
    assert!(csv.contains("\nprefix,transport,,2001:db8:1::/52,0,0,0,0,1000,"), "{csv}");
    assert!(csv.contains("\nprefix,transport,,others,300,30000,"), "{csv}");
    let lines = with("ndjson");
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of =
        |record: &str| lines.iter().filter(|line| line["record"] == record).collect::<Vec<_>>();
    assert_eq!(of("distinct").len(), 12);
    assert_eq!(
        *of("distinct")[2],
        json!({
            "record": "distinct", "view": "transport", "family": "ipv6", "what": "addresses",
            "side": "both", "count": 1011, "standard_error": 0.0
        })
    );
    assert_eq!(of("auto")[0]["counted_ipv6"], 64);
    let json: Value = serde_json::from_str(&with("json")).unwrap();
    assert_eq!(json["distinct"]["transport"]["ipv6"]["prefixes_56"]["count"], 15);
    assert_eq!(json["distinct"]["end_to_end"]["ipv4"]["prefixes_24"]["count"], 2);
}

#[test]
fn flow_records_have_them_too() {
    let folder = tempfile::tempdir().unwrap();
    let mut log = String::from("ts,src_addr,dst_addr,packets,bytes\n");
    for network in 0..200 {
        log += &format!("2026-01-01T00:00:00Z,2001:db8:1:{network:x}::1,2001:db8:2::7,2,100\n");
    }
    let path = write(&folder, "flows.csv", log.as_bytes());
    let map = "src=src_addr,dst=dst_addr,packets=packets,octets=bytes,start=ts";
    let more = ["--map", map, "--by", "source-prefix=auto", "--auto-share", "90", "--distinct"];
    let found = report(&path, &more);
    assert_eq!(
        found["breakdowns"][0]["rows"][0]["key"],
        json!({"source_prefix": "2001:db8:1::/56"})
    );
    assert_eq!(found["breakdowns"][0]["rows"][0]["ipv6"]["packets"], 400);
    assert_eq!(found["distinct"]["transport"]["ipv6"]["addresses"]["count"], 201);
}

#[cfg(feature = "columnar")]
#[test]
fn what_is_kept_has_all_keys_and_is_decided_when_it_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let path = capture(&folder);
    let file = |name: &str| folder.path().join(name).display().to_string();
    let kept = file("kept.parquet");
    let more =
        ["--by", "prefix=auto", "--by", "protocol,prefix=auto", "--distinct", "--save", &kept];
    run(analyze([&path]).args(more)).is_quiet();
    let shown = |file: &str, share: &str| {
        run(program().args(["report", file, "--auto-share", share, "--format", "json"]))
            .is_quiet()
            .json()
    };
    for share in ["1", "5", "25"] {
        let want = report(&path, &[&more[..5], &["--auto-share", share]].concat());
        assert_eq!(shown(&kept, share), want, "{share}");
    }
    // Twice the same traffic has the same rows, twice as large, and no address more.
    let (copy, sum) = (file("copy.parquet"), file("sum.parquet"));
    std::fs::copy(&kept, &copy).unwrap();
    run(program().args(["merge", "--allow-same-input", &kept, &copy, "-o", &sum])).is_quiet();
    let (one, two) = (shown(&kept, "5"), shown(&sum, "5"));
    let doubled = rows(&one).into_iter().map(|(prefix, packets)| (prefix, 2 * packets));
    assert_eq!(rows(&two), doubled.collect::<Vec<_>>());
    assert_eq!(one["distinct"], two["distinct"]);
    let compared = run(program().args(["compare", &kept, &sum])).is_quiet().stdout.clone();
    assert!(compared.contains("by prefix, automatic from 1 %, both"), "{compared}");
}

#[test]
fn labels_and_macs_tie_the_families_of_a_host() {
    let folder = tempfile::tempdir().unwrap();
    let path = capture(&folder);
    let networks =
        "label,prefix\na,192.0.7.0/24\na,2001:db8:1::/48\nb,2001:db8:64::/48\nc,198.51.100.0/24\n";
    let networks = write(&folder, "n.csv", networks.as_bytes());
    let found = report(&path, &["--networks", &networks, "--by", "label", "--by", "source-mac"]);
    assert_eq!(
        found["breakdowns"][0]["active"],
        json!({"ipv4_only": 1, "ipv6_only": 1, "both": 1})
    );
    assert_eq!(
        found["breakdowns"][1]["active"],
        json!({"ipv4_only": 0, "ipv6_only": 0, "both": 1})
    );
    let table = run(analyze([&path]).args(["--by", "mac"])).is_quiet().stdout.clone();
    let line = "  With traffic of both families: 2; of IPv4 alone: 0; of IPv6 alone: 0.";
    assert!(table.lines().any(|each| each == line), "{table}");
}

#[test]
fn rules_tie_the_addresses_of_a_customer() {
    let folder = tempfile::tempdir().unwrap();
    let mut file = file_header();
    // 192.0.7.1 and 2001:db8:7::1 are of one customer, 192.0.8.1 of another.
    for (net, packets) in [(7, 2), (8, 1)] {
        (0..packets).for_each(|_| file.extend(record(1, &ipv4(net, 100))));
    }
    file.extend(record(1, &ipv6(7, 200)));
    file.extend(record(1, &ipv6(9, 200)));
    let path = write(&folder, "a.pcap", &file);
    let rule = "2001:db8::/32=192.0.0.0/16";
    // 16 bits behind the /32 are 7 and 9: hosts 192.0.0.7 and 192.0.0.9.
    let found = report(&path, &["--by", "source-host", "--host-rule", rule]);
    let host = |at: usize| found["breakdowns"][0]["rows"][at]["key"]["source_host"].clone();
    let hosts: Vec<_> = (0..4).map(host).collect();
    assert_eq!(hosts, ["192.0.0.7/32", "192.0.0.9/32", "192.0.7.1/32", "192.0.8.1/32"]);
    let rule = "2001:db8::/40=192.0.0.0/24";
    let rules = ["--host-rule", "2001:db8:7::/48=192.0.7.1/32", "--host-rule", rule];
    let found = report(&path, &[&["--by", "source-host"], &rules[..]].concat());
    assert_eq!(found["breakdowns"][0]["rows"][0]["key"], json!({"source_host": "192.0.7.1/32"}));
    assert_eq!(found["breakdowns"][0]["rows"][0]["ipv4"]["packets"], 2);
    assert_eq!(found["breakdowns"][0]["rows"][0]["ipv6"]["packets"], 1);
    let active = json!({"ipv4_only": 0, "ipv6_only": 1, "both": 1});
    assert_eq!(found["breakdowns"][0]["active"], active);
    let ran = run(analyze([&path]).args(["--by", "host"]));
    assert!(ran.ends_with(2).stderr.contains("--host-rule"), "{}", ran.stderr);
}

#[test]
fn what_cannot_be_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = capture(&folder);
    for (more, word) in [
        (&["--by", "prefix=auto", "--auto-share", "0"][..], "percentage"),
        (&["--by", "prefix=auto:33/64"], "prefix=auto:V4/V6"),
        (&["--by", "prefix=auto", "--min-cell", "5"], "fixed lengths"),
        (&["--distinct", "--truncate", "24,48"], "handed on"),
    ] {
        let ran = run(analyze([&path]).args(more));
        assert!(ran.ends_with(2).stderr.contains(word), "{more:?}: {}", ran.stderr);
    }
}

/// Whether a result can be kept is told by what is asked for, before anything is read
/// and whatever is in it.
#[test]
fn a_key_that_has_no_room_in_a_kept_result_is_told_before_anything_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = capture(&folder);
    let (kept, each) = (folder.path().join("kept"), folder.path().join("each"));
    let save = ["--save".as_ref(), kept.as_os_str()];
    let save_each = ["--save-each".as_ref(), each.as_os_str()];
    let emit = ["--emit", "ndjson"].map(str::as_ref);
    let four = "protocol,port,vlan,time";
    // The ends of no packet differ in an Ethernet address alone: it is a pair still.
    for by in [format!("prefix=auto,{four}"), format!("source-prefix=auto,mac,{four}")] {
        for more in [save, save_each, emit] {
            let ran = run(analyze(["nowhere.pcap", "--by", &by]).args(more));
            let told = format!(
                "error: a breakdown by {by}: a summary keeps up to eight dimensions; with \
                 automatic prefixes and any dimension by both ends, four (leave one out, give a \
                 side to each, or keep no result)"
            );
            assert_eq!(ran.ends_with(2).message(), told, "{more:?}");
        }
        run(&mut analyze([&path, "--by", &by])).is_quiet();
    }
    assert!(!kept.exists() && !each.exists());
    for (by, side) in [
        (format!("prefix=auto,{four}"), "source"),
        (format!("source-prefix=auto,{four}"), "both"),
        ("prefix=auto,protocol,port,vlan".to_owned(), "both"),
        (format!("prefix,mac,label,{four}"), "both"),
    ] {
        let networks = write(&folder, "n.csv", b"label,prefix\na,192.0.2.0/24\n");
        let choices = ["--networks", &networks, "--by", &by, "--prefix-side", side];
        run(analyze([&path]).args(choices).args(emit)).is_quiet();
    }
}
