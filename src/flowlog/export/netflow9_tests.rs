//! NetFlow v9 and what it shares with IPFIX, from datagrams built field by field.

use super::build_tests::{Field, data_set, ipfix, netflow9, options_template9, template_set};
use super::collect_tests::{Kept, from, received, session, v4, v6};
use super::{ExportFormat, ExportSession};
use crate::model::{
    Excluded, FlowDirection, IpProtocol, IpVersion, NotIp, Sampling, Timestamp, Undecodable,
};

/// A template of the usual fields of IPv4.
const USUAL: &[Field] = &[
    (8, 4),
    (12, 4),
    (7, 2),
    (11, 2),
    (4, 1),
    (61, 1),
    (10, 2),
    (14, 4),
    (2, 4),
    (1, 8),
    (22, 4),
    (21, 4),
];

fn usual(packets: u64, octets: u64) -> Vec<(u64, usize)> {
    vec![
        (0xc000_0201, 4),
        (0xc633_6407, 4),
        (40_000, 2),
        (443, 2),
        (6, 1),
        (1, 1),
        (3, 2),
        (0x1_0004, 4),
        (packets, 4),
        (octets, 8),
        (50_000, 4),
        (59_000, 4),
    ]
}

#[test]
fn every_field_of_a_record_is_told() {
    let template = template_set(ExportFormat::NetFlow9, 260, USUAL);
    let data = data_set(260, &[usual(10, 1500), usual(7, 700)]);
    let kept = session(&[&netflow9(1, 9, &[template, data])]);
    assert_eq!((kept.flows.len(), kept.records()), (2, 2));
    let flow = kept.flows[0];
    assert_eq!((flow.family, flow.source), (Some(IpVersion::V4), v4([192, 0, 2, 1])));
    assert_eq!((flow.destination, flow.ports), (v4([198, 51, 100, 7]), Some((40_000, 443))));
    assert_eq!((flow.packets, flow.octets, flow.wire_octets), (10, 1500, 0));
    assert_eq!((flow.input, flow.output), (Some(3), Some(0x1_0004)));
    assert_eq!(flow.direction, Some(FlowDirection::Egress));
    assert_eq!(flow.protocol, Some(IpProtocol::TCP));
    assert_eq!(flow.start, Some(Timestamp::from_nanoseconds(1_699_999_990_000_000_000)));
    assert_eq!(flow.end, Some(Timestamp::from_nanoseconds(1_699_999_999_000_000_000)));
    assert_eq!((flow.sampling, flow.exporter.unwrap().domain), (Sampling::Unknown, 9));
    assert!(!kept.exporters[0].1.ipv6_observable, "no template has IPv6");
}

#[test]
fn data_waits_for_its_template_in_the_order_in_which_it_came() {
    let template = template_set(ExportFormat::NetFlow9, 260, USUAL);
    let first = netflow9(1, 9, &[data_set(260, &[usual(1, 1)])]);
    let second = netflow9(2, 9, &[data_set(260, &[usual(2, 2)]), template]);
    let kept = session(&[&first, &second]);
    assert_eq!(kept.flows.iter().map(|flow| flow.packets).collect::<Vec<_>>(), [1, 2]);
    assert!(kept.undecodable.is_empty());
    let kept = session(&[&first]);
    assert_eq!((kept.flows.len(), kept.undecodable[&Undecodable::MissingTemplate]), (0, 1));
}

#[test]
fn templates_belong_to_their_exporter_and_domain() {
    let template = netflow9(1, 9, &[template_set(ExportFormat::NetFlow9, 260, USUAL)]);
    let data = |domain| netflow9(2, domain, &[data_set(260, &[usual(1, 1)])]);
    let read = |domain, about: &super::Received| {
        let (mut session, mut kept) = (ExportSession::default(), Kept::default());
        assert!(session.datagram(&template, &received(), &mut kept).is_continue());
        assert!(session.datagram(&data(domain), about, &mut kept).is_continue());
        let before = kept.flows.len();
        session.finish(&mut kept);
        (before, kept.flows.len(), kept.undecodable.values().sum::<u64>())
    };
    assert_eq!(read(9, &received()), (1, 1, 0));
    assert_eq!(read(8, &received()), (0, 0, 1), "another domain");
    assert_eq!(read(9, &from([192, 0, 2, 253], 2055)), (0, 0, 1), "another exporter");
    assert_eq!(read(9, &from([192, 0, 2, 254], 9)), (0, 1, 0), "another port, at the end");
}

#[test]
fn a_template_that_comes_again_replaces() {
    let old = template_set(ExportFormat::NetFlow9, 260, &[(8, 4), (2, 4)]);
    let new = template_set(ExportFormat::NetFlow9, 260, &[(2, 4), (8, 4)]);
    let data = data_set(260, &[vec![(7, 4), (0x0101_0101, 4)]]);
    let kept = session(&[&netflow9(1, 0, &[old, data.clone(), new, data])]);
    let packets: Vec<_> = kept.flows.iter().map(|flow| flow.packets).collect();
    assert_eq!(packets, [0x0101_0101, 7]);
}

#[test]
fn the_family_is_that_of_the_version_the_address_or_the_ether_type() {
    let fields = [(60, 1), (8, 4), (12, 4), (27, 16), (28, 16), (256, 2), (2, 1)];
    let template = template_set(ExportFormat::NetFlow9, 300, &fields);
    let record = |version: u64, four: u64, six: u64, ether: u64| {
        vec![
            (version, 1),
            (four, 4),
            (0, 4),
            (six, 8),
            (u64::from(six != 0), 8),
            (0, 16),
            (ether, 2),
            (1, 1),
        ]
    };
    let six = 0x2001_0db8_0000_0000;
    let mapped =
        vec![(0, 1), (0, 4), (0, 4), (0, 8), (0xffff_0a00_0001, 8), (0, 16), (0, 2), (1, 1)];
    let records = [
        record(4, 0x0a00_0001, 0, 0),
        record(6, 0, six, 0),
        record(0, 0x0a00_0001, 0, 0),
        record(0, 0, six, 0),
        mapped,
        record(0, 0, 0, 0x86dd),
        record(0, 0, 0, 0),
        record(0, 0, 0, 0x0806),
        record(0, 0x0a00_0001, six, 0),
    ];
    let kept = session(&[&netflow9(1, 0, &[template, data_set(300, &records)])]);
    let (four, six) = (Some(IpVersion::V4), Some(IpVersion::V6));
    let families: Vec<_> = kept.flows.iter().map(|flow| flow.family).collect();
    assert_eq!(families, [four, six, four, six, four, six, None, four]);
    assert_eq!(kept.flows[4].source, v4([10, 0, 0, 1]), "a mapped address is told as IPv4");
    assert_eq!(kept.flows[1].source, v6("2001:db8::1"));
    assert_eq!(kept.flows[1].destination, v6("::"));
    assert_eq!(kept.flows[6].source, None);
    assert_eq!(kept.not_ip, [NotIp::EtherType(crate::model::EtherType(0x0806))]);
    assert!(kept.exporters[0].1.ipv6_observable);
}

#[test]
fn delta_counters_count_or_totals_never_both() {
    let read = |fields: &[Field], values: Vec<(u64, usize)>| {
        let template = template_set(ExportFormat::NetFlow9, 300, fields);
        let flow = session(&[&netflow9(1, 0, &[template, data_set(300, &[values])])]).flows[0];
        (flow.packets, flow.octets, flow.wire_octets)
    };
    let each = [(1, 4), (2, 4), (85, 4), (86, 4), (23, 4), (24, 4), (352, 4)];
    let values = |range: std::ops::Range<u64>| range.map(|n| (n, 4)).collect::<Vec<_>>();
    assert_eq!(read(&each, values(1..8)), (2, 1, 7));
    assert_eq!(read(&each[2..], values(3..8)), (4, 3, 7));
    assert_eq!(
        read(&each[4..], values(5..8)),
        (6, 5, 7),
        "what left counts where nothing else does"
    );
    let both = [(231, 4), (232, 4), (298, 4), (299, 4)];
    assert_eq!(read(&both, values(10..14)), (25, 21, 0), "the two directions of a biflow");
}

#[test]
fn events_of_a_firewall_carry_no_traffic_and_its_flows_do() {
    let template =
        template_set(ExportFormat::NetFlow9, 300, &[(8, 4), (233, 1), (231, 4), (232, 4)]);
    let record = |event, octets| vec![(0x0a00_0001, 4), (event, 1), (octets, 4), (0, 4)];
    let records = [record(1, 0), record(2, 500), record(3, 0), record(3, 40)];
    let kept = session(&[&netflow9(1, 0, &[template, data_set(300, &records)])]);
    assert_eq!(kept.flows.len(), 1);
    assert_eq!(kept.flows[0].octets, 500);
    assert_eq!(kept.excluded[&Excluded::Event], 2);
    assert_eq!(kept.excluded[&Excluded::Rejected], 1);
    let nat = template_set(ExportFormat::NetFlow9, 301, &[(8, 4), (225, 4), (230, 1), (323, 8)]);
    let event = vec![(0x0a00_0001, 4), (1, 4), (1, 1), (1_700_000_000_000, 8)];
    let kept = session(&[&netflow9(1, 0, &[nat, data_set(301, &[event])])]);
    assert_eq!((kept.flows.len(), kept.excluded[&Excluded::Event]), (0, 1));
}

#[test]
fn lengths_of_fields_are_what_the_template_says() {
    let fields = [(1, 3), (2, 1), (7, 4), (11, 1), (4, 2), (999, 0), (8, 4), (43, 5), (10, 8)];
    let template = template_set(ExportFormat::NetFlow9, 300, &fields);
    let values = vec![
        (0x01_0203, 3),
        (9, 1),
        (8080, 4),
        (53, 1),
        (17, 2),
        (0x0a00_0001, 4),
        (0, 5),
        (70_000, 8),
    ];
    let kept = session(&[&netflow9(1, 0, &[template, data_set(300, &[values.clone(), values])])]);
    let flow = kept.flows[1];
    assert_eq!((flow.octets, flow.packets), (0x01_0203, 9));
    assert_eq!((flow.ports, flow.input), (Some((8080, 53)), Some(70_000)));
    let short = template_set(ExportFormat::NetFlow9, 301, &[(2, 1), (8, 4)]);
    let records: Vec<_> = (1..=4u64).map(|n| vec![(n, 1), (0x0a00_0001, 4)]).collect();
    let kept = session(&[&netflow9(1, 0, &[short, data_set(301, &records)])]);
    let packets: Vec<_> = kept.flows.iter().map(|flow| flow.packets).collect();
    assert_eq!(packets, [1, 2, 3, 4], "shorter than eight octets");
}

#[test]
fn wrong_counts_padding_and_zeros_are_borne() {
    let template = template_set(ExportFormat::NetFlow9, 260, USUAL);
    let mut datagram = netflow9(1, 9, &[template.clone(), data_set(260, &[usual(1, 1)])]);
    datagram[2..4].copy_from_slice(&9999u16.to_be_bytes());
    datagram.extend([0; 600]);
    let kept = session(&[&datagram]);
    assert_eq!((kept.flows.len(), kept.records()), (1, 1));
    let mut data = data_set(260, &[usual(1, 1)]);
    data.extend([0; 20]);
    let length = u16::try_from(data.len()).unwrap();
    data[2..4].copy_from_slice(&length.to_be_bytes());
    assert_eq!(session(&[&netflow9(1, 9, &[template.clone(), data])]).records(), 1);
    let mut data = data_set(260, &[usual(1, 1)]);
    data.extend([1; 20]);
    data[2..4].copy_from_slice(&length.to_be_bytes());
    let kept = session(&[&netflow9(1, 9, &[template, data])]);
    assert_eq!(kept.undecodable[&Undecodable::MalformedRecord], 1, "no padding");
}

#[test]
fn each_record_has_the_sampling_of_its_sampler() {
    let options = options_template9(257, &[(1, 4)], &[(48, 1), (49, 1), (50, 4)]);
    let told = |id, interval| vec![(0, 4), (id, 1), (2, 1), (interval, 4)];
    let by_sampler = template_set(ExportFormat::NetFlow9, 260, &[(8, 4), (48, 1), (2, 1)]);
    let plain = template_set(ExportFormat::NetFlow9, 261, &[(8, 4), (2, 1)]);
    let own = template_set(ExportFormat::NetFlow9, 262, &[(8, 4), (34, 4), (2, 1)]);
    let record = |id| vec![(0x0a00_0001, 4), (id, 1), (1, 1)];
    let sets = [
        options,
        data_set(257, &[told(1, 100)]),
        by_sampler,
        plain,
        own,
        data_set(260, &[record(1), record(0), record(7)]),
        data_set(261, &[vec![(0x0a00_0001, 4), (1, 1)]]),
        data_set(257, &[told(2, 500)]),
        data_set(260, &[record(1), record(2)]),
        data_set(261, &[vec![(0x0a00_0001, 4), (1, 1)]]),
        data_set(262, &[vec![(0x0a00_0001, 4), (64, 4), (1, 1)]]),
    ];
    let kept = session(&[&netflow9(1, 0, &sets)]);
    let sampling: Vec<_> = kept.flows.iter().map(|flow| flow.sampling).collect();
    let (hundred, five) = (Sampling::one_in(100), Sampling::one_in(500));
    let first = [hundred, hundred, Sampling::Unknown, hundred];
    let second = [hundred, five, Sampling::Unknown, Sampling::one_in(64)];
    assert_eq!(sampling, [first, second].concat());
    assert_eq!(kept.excluded[&Excluded::OptionsRecord], 2);
}

#[test]
fn an_interval_may_hold_for_an_interface_a_domain_or_the_whole_exporter() {
    let options = options_template9(257, &[(2, 4)], &[(34, 4)]);
    let data = template_set(ExportFormat::NetFlow9, 260, &[(8, 4), (10, 2), (2, 1)]);
    let record = |interface| vec![(0x0a00_0001, 4), (interface, 2), (1, 1)];
    let sets = [
        options,
        data_set(257, &[vec![(3, 4), (10, 4)], vec![(4, 4), (20, 4)]]),
        data.clone(),
        data_set(260, &[record(3), record(4), record(5)]),
    ];
    let sampling = |kept: &Kept| kept.flows.iter().map(|flow| flow.sampling).collect::<Vec<_>>();
    let kept = session(&[&netflow9(1, 0, &sets)]);
    let one_in = Sampling::one_in;
    assert_eq!(sampling(&kept), [one_in(10), one_in(20), Sampling::Unknown]);
    let system = options_template9(257, &[(1, 4)], &[(34, 4), (35, 1)]);
    let whole = netflow9(1, 0, &[system, data_set(257, &[vec![(0, 4), (1000, 4), (2, 1)]])]);
    let other = netflow9(1, 7, &[data, data_set(260, &[record(3)])]);
    assert_eq!(sampling(&session(&[&whole, &other])), [one_in(1000)], "domain 0 is the exporter");
    let message = ipfix(0, 7, &[template_set(ExportFormat::Ipfix, 260, &[(8, 4), (2, 4)])]);
    assert!(session(&[&whole, &message]).flows.is_empty());
}
