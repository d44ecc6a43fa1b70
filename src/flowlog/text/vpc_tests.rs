//! VPC flow logs of AWS in the forms in which they come.

use super::super::super::FlowReader;
use super::super::testing::{Counting, read_all, read_in_windows};
use super::super::{TextOptions, detect};
use super::*;

fn seen_with(text: &str, include_rejected: bool) -> Counting {
    let options = TextOptions { mapping: None, include_rejected };
    let (reader, seen) = read_all(text.as_bytes(), &options);
    assert_eq!(reader.format(), FORMAT);
    assert_eq!(read_in_windows(text.as_bytes(), 60, &options), seen);
    seen
}

fn seen(text: &str) -> Counting {
    seen_with(text, false)
}

const ACCEPTED: &str = "2 123456789010 eni-1 2001:db8::1 2001:db8::2 34892 22 6 54 8855 1477913708 1477913820 ACCEPT OK\n";
const REJECTED: &str = "2 123456789010 eni-1 192.0.2.1 10.0.0.1 49761 3389 6 20 4249 1418530010 1418530070 REJECT OK\n";
const NO_DATA: &str = "2 123456789010 eni-1 - - - - - - - 1431280876 1431280934 - NODATA\n";
const SKIPPED: &str = "2 123456789010 eni-1 - - - - - - - 1431280876 1431280934 - SKIPDATA\n";

#[test]
fn the_default_format_needs_no_header() {
    let text = [NO_DATA, ACCEPTED, REJECTED, SKIPPED].concat();
    let without = seen(&text);
    assert_eq!((without.flows, without.packets, without.octets), ([0, 1], [0, 54], [0, 8855]));
    let excluded: Vec<_> = without.excluded.iter().map(|(why, count)| (*why, *count)).collect();
    assert_eq!(excluded, [("no_data", 1), ("rejected", 1), ("skipped_data", 1)]);
    assert_eq!(without.last.unwrap().ports, Some((34892, 22)));
    let with = seen_with(&text, true);
    assert_eq!((with.flows, with.octets), ([1, 1], [4249, 8855]));
    let header = format!("{}\n", DEFAULT[..VERSION_2].join(" "));
    assert_eq!(seen(&format!("{header}{text}{header}{ACCEPTED}")).flows, [0, 2]);
}

#[test]
fn a_header_gives_any_order_and_the_packets_addresses_go_first() {
    let text = "pkt-srcaddr bytes dstaddr srcaddr action packets pkt-dstaddr flow-direction interface-id\n\
        2001:db8::9 100 10.0.0.2 10.0.0.1 ACCEPT 7 - ingress eni-1\n\
        - 50 10.0.0.2 10.0.0.1 ACCEPT 1 - egress eni-1\n";
    let seen = seen(text);
    assert_eq!((seen.flows, seen.octets), ([1, 1], [50, 100]));
}

#[test]
fn tables_made_of_it_are_read() {
    let csv = "account_id,action,bytes,dstaddr,log_status,packets,srcaddr\n\
        1,ACCEPT,100,2001:db8::2,OK,7,2001:db8::1\n1,-,-,-,NODATA,-,-\n";
    let csv_seen = seen(csv);
    assert_eq!((csv_seen.flows, csv_seen.excluded["no_data"]), ([0, 1], 1));
    let json = "[\n  {\"account_id\": \"1\", \"action\": \"REJECT\", \"bytes\": 40, \"dstaddr\": \"192.0.2.1\",\n\
        \"log_status\": \"OK\", \"packets\": 1, \"srcaddr\": \"192.0.2.2\"}\n]\n";
    assert_eq!(seen(json).excluded["rejected"], 1);
    assert_eq!(seen_with(json, true).flows, [1, 0]);
}

#[test]
fn all_fields_of_version_5_are_known_without_a_header() {
    let text = "5 1 eni-1 10.1.0.1 10.2.0.1 50041 33004 17 52 1 1640000066 1640000297 ACCEPT OK vpc-1 subnet-1 \
        i-1 1 IPv4 192.0.2.1 192.0.2.2 us-east-1 use1-az5 - - AMAZON CLOUDFRONT ingress 1\n";
    let seen = seen(text);
    let source = seen.last.unwrap().source.unwrap().to_std(crate::model::IpVersion::V4);
    assert_eq!((seen.flows, source.to_string().as_str()), ([1, 0], "192.0.2.1"));
}

#[test]
fn exports_of_cloudwatch_are_unwrapped() {
    let text = format!("2016-10-30T10:57:46.000Z {ACCEPTED}2016-10-30T10:57:46.000Z {NO_DATA}");
    let exported = seen(&text);
    assert_eq!((exported.flows, exported.excluded["no_data"]), ([0, 1], 1));
    let event =
        |line: &str| format!("{{\"timestamp\":1,\"message\":\"{}\",\"id\":\"x\"}}", line.trim());
    let lines = [event(ACCEPTED), event(NO_DATA)].join("\n");
    assert_eq!(seen(&lines).flows, [0, 1]);
    let list = format!(
        "{{\"owner\":\"1\",\"logEvents\":[{},{}],\"z\":[1]}}",
        event(ACCEPTED),
        event(REJECTED)
    );
    let listed = seen(&list);
    assert_eq!((listed.flows, listed.excluded["rejected"]), ([0, 1], 1));
    let pretty = format!(
        "{{\n \"events\": [\n  {},\n  {}\n ],\n \"next\": \"f/1\"\n}}\n",
        event(ACCEPTED),
        event("x y")
    );
    let bad = seen(&pretty);
    assert_eq!((bad.flows, bad.undecodable), ([0, 1], 1));
}

#[test]
fn bad_lines_are_counted() {
    let text = format!("{ACCEPTED}2 1 eni-1 2001:db8::1\n{}", ACCEPTED.replace("8855", "88x5"));
    let seen = seen(&text);
    assert_eq!((seen.flows, seen.undecodable), ([0, 1], 2));
    assert_eq!(seen.remarks[1].1, "`88x5` is no number of octets");
}

#[test]
fn lines_of_other_logs_are_not_claimed() {
    for text in ["3 1 eni-1 a b c d e f g h i j k\n", "2 3 4\n", &ACCEPTED.replace("OK", "FINE")] {
        assert!(detect(text.as_bytes(), true, &TextOptions::default()).is_none(), "{text}");
    }
}

#[test]
fn a_split_stretch_reads_the_same() {
    let header = format!("{}\n", DEFAULT[..VERSION_2].join(" "));
    let text = format!("{header}{}", [ACCEPTED, REJECTED, NO_DATA].concat());
    let (reader, whole) = read_all(text.as_bytes(), &TextOptions::default());
    let window = |data| super::super::super::Window { data, offset: 0, ended: true };
    let mut parts = Counting::default();
    for line in [ACCEPTED, REJECTED, NO_DATA] {
        let mut stretch = reader.split(window(line.as_bytes())).unwrap();
        stretch.read(window(line.as_bytes()), &mut parts);
    }
    assert_eq!(parts, whole);
}
