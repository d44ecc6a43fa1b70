//! Flow logs of Google Cloud, with one reporter and with both.

use super::super::super::FlowReader;
use super::super::TextOptions;
use super::super::testing::{read_all, read_in_windows};
use super::*;
use crate::model::Sampling;

fn payload(reporter: &str, port: u16, sides: &str) -> String {
    let vpc = |side: &str| match sides.contains(side) {
        true => format!("\"{side}_vpc\":{{\"vpc_name\":\"default\"}},"),
        false => String::new(),
    };
    format!(
        "{{{}{}\"connection\":{{\"src_ip\":\"2001:db8::1\",\"dest_ip\":\"2001:db8::2\",\"src_port\":{port},\
         \"dest_port\":443,\"protocol\":6}},\"bytes_sent\":\"100\",\"packets_sent\":\"2\",\"reporter\":\"{reporter}\",\
         \"start_time\":\"2019-06-14T03:45:37.186193305Z\",\"end_time\":\"2019-06-14T03:45:37.301953198Z\"}}",
        vpc("src"),
        vpc("dest")
    )
}

fn entry(reporter: &str, port: u16, sides: &str) -> String {
    let payload = payload(reporter, port, sides);
    format!("{{\"insertId\":\"x\",\"jsonPayload\":{payload},\"logName\":\"vpc_flows\"}}")
}

#[test]
fn a_flow_that_both_ends_report_counts_once() {
    let both = [entry("SRC", 1, "src dest"), entry("DEST", 1, "src dest")];
    let reversed = [both[1].clone(), both[0].clone()];
    for lines in [both, reversed] {
        let text = lines.join("\n");
        let (reader, seen) = read_all(text.as_bytes(), &TextOptions::default());
        assert_eq!((reader.format(), seen.flows, seen.octets), (FORMAT, [0, 1], [0, 100]));
        assert_eq!(seen.excluded["duplicate_reporter"], 1);
        assert_eq!(seen.last.unwrap().sampling, Sampling::Scaled);
        assert_eq!(read_in_windows(text.as_bytes(), 99, &TextOptions::default()), seen);
    }
}

#[test]
fn what_one_end_alone_reports_counts() {
    let lines = [
        entry("SRC", 1, "src"),
        entry("DEST", 2, "dest"),
        entry("DEST", 3, "src dest"),
        entry("SRC", 4, "src dest"),
        "{\"insertId\":\"y\",\"textPayload\":\"other\"}".to_owned(),
    ];
    let (_, seen) = read_all(lines.join("\n").as_bytes(), &TextOptions::default());
    assert_eq!((seen.flows, seen.records()), ([0, 4], 5));
    assert_eq!(seen.excluded["other_record"], 1);
}

#[test]
fn arrays_and_payloads_alone_are_read_too() {
    let lines = [entry("SRC", 1, "src dest"), entry("DEST", 1, "src dest")];
    let array = format!("[\n  {},\n  {}\n]\n", lines[0], lines[1]);
    let (reader, seen) = read_all(array.as_bytes(), &TextOptions::default());
    assert_eq!((reader.format(), seen.flows, seen.records()), (FORMAT, [0, 1], 2));
    assert_eq!(read_in_windows(array.as_bytes(), 33, &TextOptions::default()), seen);
    let alone = [payload("SRC", 1, "src"), payload("DEST", 2, "dest")].join("\n");
    let (reader, seen) = read_all(alone.as_bytes(), &TextOptions::default());
    assert_eq!((reader.format(), seen.flows), (FORMAT, [0, 2]));
}
