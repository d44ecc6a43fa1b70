//! The usual line of a table against the same line through its row.

use super::super::brief::Brief;
use super::super::record::{Outcome, outcome};
use super::super::row::Row;
use super::super::table::Layout;
use super::*;
use crate::model::BriefFlow;
use proptest::prelude::*;
use std::net::{Ipv4Addr, Ipv6Addr};

/// What a field may hold: what it usually does, or anything that is near it.
fn value(column: Column) -> BoxedStrategy<String> {
    let number = prop_oneof![
        8 => (0_u64..100_000).prop_map(|number| number.to_string()),
        1 => any::<u64>().prop_map(|number| number.to_string()),
        1 => "[0-9]{1,21}",
    ];
    let usual = match column {
        Column::Source | Column::Destination | Column::Source6 | Column::Destination6 => {
            prop_oneof![
                4 => any::<u32>().prop_map(|bits| Ipv4Addr::from(bits).to_string()),
                4 => any::<u64>().prop_map(|bits| {
                    Ipv6Addr::from(0x2001_0db8 << 96 | u128::from(bits)).to_string()
                }),
                1 => Just("0.0.0.0".to_owned()),
                1 => Just("::".to_owned()),
                1 => Just("::ffff:192.0.2.1".to_owned()),
            ]
            .boxed()
        }
        Column::Protocol => "6|17|1|58|tcp|udp|UDP|icmp|arp|man|255|256|ospf".boxed(),
        Column::Start | Column::End => prop_oneof![
            8 => (1_500_000_000_u64..1_700_000_000).prop_map(|time| time.to_string()),
            2 => (0_u64..u64::MAX).prop_map(|time| time.to_string()),
            2 => "15000000[0-9]{2}[.][0-9]{1,9}",
            1 => Just("2022-09-13T08:51:07.179Z".to_owned()),
            1 => Just("0".to_owned()),
        ]
        .boxed(),
        Column::Duration => "[0-9]{1,6}[.][0-9]{1,6}|[0-9]{1,3}".boxed(),
        Column::Action => "ACCEPT|ACCEPT|ACCEPT|REJECT|accept|Deny".boxed(),
        Column::Status => "OK|OK|OK|NODATA|SKIPDATA|ok".boxed(),
        Column::Direction => "ingress|egress|0|1|2|in".boxed(),
        _ => number.boxed(),
    };
    prop_oneof![40 => usual, 1 => Just("-".to_owned()), 1 => "[ -~&&[^,]]{0,12}"].boxed()
}

/// Some columns in some order, with a line of them.
fn line() -> impl Strategy<Value = (Vec<Column>, Vec<String>)> {
    let columns = prop::sample::subsequence(Column::ALL.to_vec(), 1..Column::COUNT).prop_shuffle();
    columns.prop_flat_map(|columns| {
        let values: Vec<_> = columns.iter().map(|column| value(*column)).collect();
        (Just(columns), values)
    })
}

/// The columns of a brief flow and some of those that may stand beside them, in some
/// order, with a line of them.
fn brief_line() -> impl Strategy<Value = (Vec<Column>, Vec<String>)> {
    use Column::{
        Action, Destination, DestinationPort, End, Octets, Packets, Protocol, Source, SourcePort,
        Start, Status,
    };
    let beside = prop::sample::subsequence(vec![Action, Status, SourcePort, DestinationPort], 0..5);
    let columns = beside.prop_map(|beside| {
        [vec![Source, Destination, Protocol, Packets, Octets, Start, End], beside].concat()
    });
    columns.prop_shuffle().prop_flat_map(|columns| {
        let values: Vec<_> = columns.iter().map(|column| value(*column)).collect();
        (Just(columns), values)
    })
}

/// Leaves in a record what an earlier line with this column may have left.
fn dirty(column: Column, record: &mut FlowRecord) {
    let time = Some(Timestamp::from_nanoseconds(7));
    record.family = Some(IpVersion::V6);
    (record.source, record.destination) = (Some(IpAddress::from_bits(7)), None);
    record.ports = Some((7, 7));
    (record.packets, record.octets) = (7, 7);
    match column {
        Column::Protocol => record.protocol = Some(IpProtocol(7)),
        Column::WireOctets => record.wire_octets = 7,
        Column::Start => record.start = time,
        Column::End | Column::Duration => record.end = time,
        Column::Sampling => record.sampling = Sampling::one_in(7),
        Column::Input => record.input = Some(7),
        Column::Output => record.output = Some(7),
        Column::Direction => record.direction = Some(FlowDirection::Egress),
        _ => {}
    }
}

fn layout(columns: &[Column]) -> Layout {
    let names: Vec<&str> = columns.iter().map(|column| column.key()).collect();
    Layout::of_names(b',', &names, Column::from_key).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn a_line_is_read_as_through_its_row(
        (columns, values) in line(),
        include_rejected: bool,
        wants_ports: bool,
    ) {
        let layout = layout(&columns);
        let line = values.join(",");
        let line = line.as_bytes();
        let mut ends = Ends::new();
        let rules = Rules { sampling: Sampling::Every, include_rejected };
        let mut row = Row::default();
        let filled = layout.fill_plain(line, &mut ends, &mut row);
        prop_assert!(filled);
        let Some(quick) = Quick::of(&layout.fields) else { return Ok(()) };
        // As a record looks that was filled before.
        let mut record = Quick::record(rules);
        for (_, column) in &layout.fields {
            dirty(*column, &mut record);
        }
        let read = quick.read(Near::new(line, 0), &ends, (rules, wants_ports), &mut record);
        let Some(()) = read else { return Ok(()) };
        let Outcome::Flow(mut plain) = outcome(&row, rules) else {
            panic!("{record:?} is {:?}", outcome(&row, rules));
        };
        if !wants_ports {
            plain.ports = None;
        }
        prop_assert_eq!(record, plain);
    }
}

/// What a brief flow says of a record; `None` where it has more or less than one has.
fn brief_of(record: &FlowRecord) -> Option<BriefFlow> {
    let brief = record.brief()?;
    let FlowRecord { family, source, destination, protocol, .. } = *record;
    let all = FlowRecord {
        family,
        source,
        destination,
        protocol,
        packets: brief.packets,
        octets: brief.octets,
        start: Some(brief.start),
        end: Some(brief.end),
        ..FlowRecord::default()
    };
    (all == *record).then_some(brief)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn a_brief_flow_is_all_that_its_line_says(
        (columns, values) in brief_line(),
        include_rejected: bool,
    ) {
        let layout = layout(&columns);
        let line = values.join(",");
        let line = Near::new(line.as_bytes(), 0);
        let rules = Rules { include_rejected, ..Rules::default() };
        let mut ends = Ends::new();
        ends.find(line.bytes, b',', layout.wanted());
        if let Some(flow) = Brief::of(&layout.fields).unwrap().read(line, &ends, rules) {
            let quick = Quick::of(&layout.fields).unwrap();
            let mut record = Quick::record(rules);
            prop_assert!(quick.read(line, &ends, (rules, false), &mut record).is_some());
            prop_assert_eq!(brief_of(&record), Some(flow));
        }
    }
}

#[test]
fn a_table_that_says_more_has_no_brief_flows() {
    let columns = |keys: &[&str]| {
        let layout = Layout::of_names(b',', keys, Column::from_key).unwrap();
        Brief::of(&layout.fields).is_some()
    };
    let brief = ["src", "dst", "proto", "packets", "octets", "start", "end"];
    assert!(columns(&brief));
    assert!(!columns(&brief[..6]));
    for more in ["src6", "sampling", "wire_octets", "reverse_packets", "exporter", "direction"] {
        assert!(!columns(&[&brief[..], &[more]].concat()), "{more}");
    }
}

#[test]
fn the_usual_line_is_not_left_to_the_row() {
    let names = [
        "srcaddr",
        "dstaddr",
        "srcport",
        "dstport",
        "protocol",
        "packets",
        "bytes",
        "start",
        "end",
        "action",
        "log-status",
    ];
    let layout = Layout::of_names(b' ', &names, super::super::vpc::meaning).unwrap();
    let quick = Quick::of(&layout.fields).unwrap();
    let rules = Rules::default();
    for line in [
        &b"192.0.2.1 198.51.100.7 443 50000 6 10 8400 1620140661 1620140721 ACCEPT OK"[..],
        b"2001:db8::1 2001:db8:5::2 0 0 58 1 64 1620140661 1620140721 ACCEPT OK",
    ] {
        let mut ends = Ends::new();
        assert_eq!(ends.find(line, b' ', layout.wanted()), layout.wanted());
        let mut record = Quick::record(rules);
        quick
            .read(Near::new(line, 0), &ends, (rules, true), &mut record)
            .expect("it is a usual line");
        let brief = Brief::of(&layout.fields).unwrap();
        let flow = brief.read(Near::new(line, 0), &ends, rules).expect("it is a usual line");
        assert_eq!(brief_of(&FlowRecord { ports: None, ..record }), Some(flow));
        let mut row = Row::default();
        assert!(layout.fill_plain(line, &mut ends, &mut row));
        assert_eq!(Outcome::Flow(record), outcome(&row, rules));
    }
}
