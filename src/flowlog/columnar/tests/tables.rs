//! What columns mean: mappings, VPC flow logs, rows that cannot be read.

use super::build::{numbers, read, read_with, sample, table, text, ways, write};
use crate::model::{Excluded, FlowDirection, IpVersion, Undecodable};
use arrow_array::{ArrayRef, Int32Array, Int64Array, RecordBatch, StringArray};
use std::sync::Arc;

/// Five rows of a VPC flow log; `-` or `_` stands between words.
fn vpc(between: &str) -> RecordBatch {
    let names = [
        "account-id",
        "interface-id",
        "srcaddr",
        "dstaddr",
        "pkt-srcaddr",
        "pkt-dstaddr",
        "srcport",
        "dstport",
        "protocol",
        "packets",
        "bytes",
        "start",
        "end",
        "action",
        "log-status",
        "flow-direction",
    ]
    .map(|name| name.replace('-', between));
    let texts =
        |values: [Option<&str>; 5]| -> ArrayRef { Arc::new(StringArray::from(values.to_vec())) };
    let ints =
        |values: [Option<i32>; 5]| -> ArrayRef { Arc::new(Int32Array::from(values.to_vec())) };
    let longs =
        |values: [Option<i64>; 5]| -> ArrayRef { Arc::new(Int64Array::from(values.to_vec())) };
    let start = Some(1_700_000_000);
    let columns = [
        texts([Some("123456789010"); 5]),
        texts([Some("eni-1"); 5]),
        texts([Some("10.0.0.1"), Some("2001:db8::1"), Some("10.0.0.1"), Some("-"), None]),
        texts([Some("10.0.0.2"), Some("2001:db8::2"), Some("10.0.0.2"), Some("-"), None]),
        texts([Some("203.0.113.9"), Some("2001:db8::1"), Some("-"), Some("-"), None]),
        texts([Some("10.0.0.2"), Some("2001:db8::2"), Some("-"), Some("-"), None]),
        ints([Some(443), Some(53), Some(22), None, None]),
        ints([Some(50000), Some(5353), Some(23), None, None]),
        ints([Some(6), Some(17), Some(6), None, None]),
        longs([Some(10), Some(20), Some(1), None, None]),
        longs([Some(1000), Some(3000), Some(40), None, None]),
        longs([start; 5]),
        longs([Some(1_700_000_060); 5]),
        texts([Some("ACCEPT"), Some("ACCEPT"), Some("REJECT"), Some("-"), None]),
        texts([Some("OK"), Some("OK"), Some("OK"), Some("NODATA"), Some("SKIPDATA")]),
        texts([Some("ingress"), Some("egress"), None, None, None]),
    ];
    RecordBatch::try_from_iter(names.iter().zip(columns)).unwrap()
}

#[test]
fn vpc_flow_logs_keep_their_meaning() {
    for (way, between) in ways().into_iter().zip(["-", "_"].into_iter().cycle()) {
        let file = write(way, &[vpc(between)]);
        let (kept, stop) = read(&file);
        assert_eq!(stop, None);
        let [first, second] = kept.flows[..] else { panic!("{kept:?}") };
        assert_eq!((first.family, second.family), (Some(IpVersion::V4), Some(IpVersion::V6)));
        let source = first.source.unwrap().to_std(IpVersion::V4).to_string();
        assert_eq!(source, "203.0.113.9", "the packet's address goes before the interface's");
        assert_eq!((first.packets, first.octets, second.octets), (10, 1000, 3000));
        assert_eq!(first.ports, Some((443, 50000)));
        assert_eq!(first.start.unwrap().nanoseconds(), 1_700_000_000_000_000_000);
        assert_eq!(second.direction, Some(FlowDirection::Egress));
        let excluded = [Excluded::Rejected, Excluded::NoData, Excluded::SkippedData];
        assert_eq!(kept.excluded, excluded.map(|why| (why, 1)));
        let (all, _) = read_with(&file, "", true);
        assert_eq!(all.flows.len(), 3);
        let source = all.flows[2].source.unwrap().to_std(IpVersion::V4).to_string();
        assert_eq!(source, "10.0.0.1", "where the packet's is unset");
        // What the user says goes before what is known of the format.
        let (mapped, _) = read_with(&file, "octets=packets", false);
        assert_eq!(mapped.flows[0].octets, 10);
    }
}

#[test]
fn a_mapping_names_the_columns() {
    let batch = table(vec![
        ("a", text(&["192.0.2.1", "2001:db8::1"])),
        ("b", text(&["192.0.2.2", "2001:db8::2"])),
        ("c", numbers(&[5, 6])),
        ("bytes", numbers(&[50, 60])),
        ("d", numbers(&[100, 1])),
    ]);
    for way in ways() {
        let file = write(way, std::slice::from_ref(&batch));
        let (kept, stop) = read_with(&file, "src=a,dst=b,packets=c,sampling=d", false);
        assert_eq!(stop, None);
        assert_eq!((kept.flows[0].packets, kept.flows[0].octets), (5, 50));
        assert_eq!(kept.flows[0].sampling.scale(5), 500);
        let (_, stop) = read_with(&file, "src=nothing", false);
        assert!(format!("{stop:?}").contains("there is no column `nothing`"));
    }
}

#[test]
fn rows_that_cannot_be_read_are_counted_and_told() {
    let mut columns: Vec<(String, ArrayRef)> = Vec::new();
    let batch = sample();
    for (field, array) in batch.schema().fields().iter().zip(batch.columns()) {
        let array = match field.name().as_str() {
            "bytes" => numbers(&[1000, -1, 3000]),
            "dst_addr" => text(&["192.0.2.2", "2001:db8::2", "nobody"]),
            _ => array.clone(),
        };
        columns.push((field.name().clone(), array));
    }
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    for way in ways() {
        let (kept, stop) = read(&write(way, std::slice::from_ref(&batch)));
        assert_eq!(stop, None);
        assert_eq!(kept.undecodable, [(Undecodable::MalformedRecord, 1); 2]);
        assert_eq!(kept.records(), 3);
        assert_eq!(
            kept.remarks,
            ["row 2: -1 is no number of octets", "row 3: `nobody` is no destination address"]
        );
    }
}
