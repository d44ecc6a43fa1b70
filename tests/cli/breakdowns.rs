//! Breakdowns by several dimensions together, by time, and by the tables that say
//! whose an address is.

use crate::capture::{file_header, ipv4, ipv6, pcap, record};
use crate::program::{analyze, report, run, write};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Three packets of either family in the first minute, one of IPv6 ten minutes on,
/// one of IPv4 before all of them: the records are not in the order of time.
fn capture(folder: &TempDir) -> String {
    let mut file = file_header();
    for net in 1..=3 {
        file.extend(record(u32::from(net), &ipv4(net, 100)));
        file.extend(record(u32::from(net), &ipv6(net, 200)));
    }
    file.extend(record(600, &ipv6(1, 1000)));
    file.extend(record(0, &ipv4(9, 60)));
    write(folder, "a.pcap", &file)
}

/// Keys and packets of IPv4 and IPv6 of each row.
fn rows(report: &Value) -> Vec<(Value, u64, u64)> {
    let rows = report["breakdowns"][0]["rows"].as_array().unwrap();
    let packets = |row: &Value, family: &str| row[family]["packets"].as_u64().unwrap();
    rows.iter()
        .map(|row| (row["key"].clone(), packets(row, "ipv4"), packets(row, "ipv6")))
        .collect()
}

#[test]
fn a_key_of_several_dimensions_has_the_fields_of_each() {
    let folder = tempfile::tempdir().unwrap();
    let path = capture(&folder);
    let report = report(&path, &["--by", "protocol,source-prefix=16/48,packet-size,vlan,mac"]);
    assert_eq!(
        report["breakdowns"][0]["by"],
        json!(["protocol", "source-prefix", "packet-size", "vlan", "mac"])
    );
    let rows = rows(&report);
    assert_eq!(
        rows[0],
        (
            json!({
                "protocol": "tcp", "number": 6, "source_prefix": "2001:db8:1::/48",
                "packet_size": "512-1023", "vlan": null, "inner_vlan": null,
                "mac": "02:00:00:00:00:01"
            }),
            0,
            1
        )
    );
    // Two MAC addresses each: every packet is in two rows.
    let sum: u64 = rows.iter().map(|(_, v4, v6)| v4 + v6).sum();
    assert_eq!(sum, 16);
    assert_eq!(rows.len(), 2 * (4 + 1 + 1));
}

#[test]
fn an_unknown_or_impossible_breakdown_is_told() {
    let told = |by: &str| {
        let ran = run(analyze(["x.pcap"]).args(["--by", by]));
        ran.ends_with(2).stderr.clone()
    };
    assert!(told("port,port").contains("named twice"));
    assert!(told("prefix=24").contains("prefix=24/48"));
    assert!(told("asn").contains("--asn FILE"));
    assert!(told("source-country,port").contains("--country FILE"));
    assert!(told("label.region").contains("--networks FILE"));
    assert!(told("direction").contains("--networks FILE"));
}

#[test]
fn time_has_its_bins_in_order_and_its_gaps() {
    let folder = tempfile::tempdir().unwrap();
    let path = capture(&folder);
    // The capture begins at 2023-11-14T22:13:20Z.
    let report = report(&path, &["--by", "time", "--bin", "5m", "--tz", "Asia/Kathmandu"]);
    let breakdown = &report["breakdowns"][0];
    assert_eq!((&breakdown["bin"], &breakdown["zone"]), (&json!("5m"), &json!("Asia/Kathmandu")));
    let at = |minute: u32| json!({"time": format!("2023-11-15T03:{minute}:00+05:45")});
    // 22:13:20 + 5:45 = 03:58:20; the packet ten minutes on is past four o'clock.
    let after = |minute: &str| json!({"time": format!("2023-11-15T04:{minute}:00+05:45")});
    assert_eq!(rows(&report), [(at(55), 4, 3), (after("00"), 0, 0), (after("05"), 0, 1)]);
    assert_eq!(breakdown["rows"][1]["share"]["packets"], Value::Null);
    let bins = &breakdown["bins"];
    assert_eq!((&bins["count"], &bins["empty"]), (&json!(3), &json!(1)));
    assert_eq!(bins["median"]["total"], json!(960));
    assert_eq!(bins["p95"]["total"], json!(1000));
    assert_eq!(bins["peak"]["start"], after("05")["time"]);
    assert_eq!(bins["peak_hour"]["start"], after("00")["time"]);
    let table = run(analyze([&path]).args(["--by", "time", "--bin", "5m", "--top", "1"]));
    let table = &table.is_quiet().stdout;
    assert!(table.contains("3 bins of 5m (UTC), 1 without traffic"), "{table}");
    assert!(table.contains("2 others"), "{table}");
}

#[test]
fn what_has_no_time_is_counted_in_a_row_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    // Simple packet blocks have no time.
    let block = |kind: u32, body: &[u8]| {
        let len = u32::try_from(body.len() + 12).unwrap().to_le_bytes();
        [&kind.to_le_bytes(), &len, body, &len].concat()
    };
    let section = [&[0x4d, 0x3c, 0x2b, 0x1a, 1, 0, 0, 0][..], &[0xff; 8]].concat();
    let mut file = block(0x0a0d_0d0a, &section);
    file.extend(block(1, &[1, 0, 0, 0, 0, 0, 4, 0]));
    let frame = ipv6(1, 100);
    let mut body = u32::try_from(frame.len()).unwrap().to_le_bytes().to_vec();
    body.extend(&frame);
    body.resize(body.len().next_multiple_of(4), 0);
    file.extend(block(3, &body));
    let path = write(&folder, "simple.pcapng", &file);
    assert_eq!(rows(&report(&path, &["--by", "time"])), [(json!({"time": null}), 0, 1)]);
    let windowed = report(&path, &["--by", "time", "--from", "2020-01-01T00:00:00Z"]);
    assert_eq!(windowed["account"]["excluded_by_reason"], json!({"without_time": 1}));
}

#[test]
fn a_window_of_time_leaves_out_what_is_outside_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = capture(&folder);
    let window = ["--from", "2023-11-14T22:13:21Z", "--to", "2023-11-14T23:23:20+01:00"];
    let report = report(&path, &[&window[..], &["--by", "protocol"]].concat());
    let account = &report["account"];
    assert_eq!(account["excluded_by_reason"], json!({"outside_time": 2}));
    assert_eq!((&account["records"], &account["closed"]), (&json!(6), &json!(true)));
    assert_eq!(report["window"]["from"], json!("2023-11-14T22:13:21.000000000Z"));
    for bad in [["--from", "yesterday"], ["--tz", "Nowhere"], ["--bin", "7m"]] {
        assert!(!run(analyze([&path]).args(bad)).ends_with(2).stderr.is_empty());
    }
    let empty = ["--from", "2024-01-01T00:00:00Z", "--to", "2024-01-01T00:00:00Z"];
    assert!(run(analyze([&path]).args(empty)).ends_with(2).stderr.contains("empty"));
}

#[test]
fn networks_give_labels_attributes_and_directions() {
    let folder = tempfile::tempdir().unwrap();
    let path = capture(&folder);
    let networks = write(
        &folder,
        "networks.csv",
        b"label,prefix,local,region\n\
          campus,192.0.0.0/22,yes,west\n\
          campus,2001:db8::/44,yes,west\n\
          peer,2001:db8:ffff::/48,no,east\n",
    );
    let with = |by: &str| report(&path, &["--networks", &networks, "--by", by]);
    let campus = json!({"label": "campus"});
    let labels = with("label");
    assert_eq!(
        rows(&labels),
        [(campus.clone(), 3, 4), (json!({"label": "peer"}), 0, 4), (json!({"label": null}), 4, 0)],
        "a packet is in the rows of both of its ends"
    );
    assert_eq!(labels["networks"][0]["kind"], json!("networks"));
    let sources = rows(&with("source-label"));
    assert_eq!(sources[0], (json!({"source_label": "campus"}), 3, 4));
    assert_eq!(
        rows(&with("direction")),
        [(json!({"direction": "out"}), 3, 4), (json!({"direction": "transit"}), 1, 0)]
    );
    assert_eq!(
        rows(&with("destination-label.region,source-label")),
        [
            (json!({"destination_label.region": "east", "source_label": "campus"}), 0, 4),
            (json!({"destination_label.region": null, "source_label": "campus"}), 3, 0),
            (json!({"destination_label.region": null, "source_label": null}), 1, 0),
        ]
    );
}

#[test]
fn origins_of_addresses_are_kept_as_the_table_has_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = capture(&folder);
    let table = write(
        &folder,
        "pfx2as",
        b"192.0.0.0\t16\t64496\n192.0.2.0\t24\t64497_64498\n2001:db8::\t32\t64499\n",
    );
    let with = |by: &str| rows(&report(&path, &["--asn", &table, "--by", by]));
    assert_eq!(
        with("source-asn"),
        [
            (json!({"source_asn": "64499", "source_asn_number": 64499}), 0, 4),
            (json!({"source_asn": "64496", "source_asn_number": 64496}), 3, 0),
            (json!({"source_asn": "64497_64498", "source_asn_number": null}), 1, 0),
        ]
    );
    // Both ends of the packets of IPv6 are of one origin: they count once.
    let both = with("asn,protocol");
    assert_eq!((both[0].1, both[0].2), (0, 4));
    let missing = run(analyze([&path]).args(["--asn", "nowhere.txt", "--by", "asn"]));
    assert!(missing.ends_with(2).stderr.contains("nowhere.txt"));
    assert_eq!(missing.stdout, "");
}

/// Everything at once: the same bytes by any number of threads and any split.
#[test]
fn every_dimension_is_the_same_for_any_split_of_the_work() {
    let folder = tempfile::tempdir().unwrap();
    let frames = (0..3000_u32).map(|at| {
        let net = u8::try_from(at * 7 % 200).unwrap();
        let len = u16::try_from(100 + at % 900).unwrap();
        if at % 3 == 0 { ipv4(net, len) } else { ipv6(net, len) }
    });
    let path = write(&folder, "many.pcap", &pcap(frames));
    let networks =
        write(&folder, "n.csv", b"label,prefix,local\na,192.0.64.0/18,1\nb,2001:db8:40::/42,0\n");
    let table = write(&folder, "t", b"192.0.0.0\t17\t1\n2001:db8::\t41\t2_3\n");
    let choices = format!(
        "--networks {networks} --asn {table} --by label --by asn,direction --by time --bin 5m \
         --by time,label,port --by prefix=20/40,asn --by source-prefix=32/128,destination-label \
         --from 2023-11-14T22:20:00Z --view both --format json"
    );
    let with = |more: &[&str]| {
        run(analyze([&path]).args(choices.split_whitespace()).args(more)).is_quiet().stdout.clone()
    };
    let plain = with(&["-j", "1"]);
    assert_eq!(with(&["-j", "3", "--piece-size", "5000"]), plain);
    assert_eq!(with(&["-j", "2", "--piece-size", "333"]), plain);
}
