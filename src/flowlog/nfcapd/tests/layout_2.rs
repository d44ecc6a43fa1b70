//! Layout 2: lists of elements.

use super::super::detect;
use super::build::*;
use super::sink::{read, read_in_steps};
use crate::flowlog::kept_tests::Kept;
use crate::flowlog::nfcapd::NfcapdReader;
use crate::flowlog::{FlowReader, FlowStop, Window};
use crate::model::{
    Excluded, Exporter, ExporterFacts, FlowDirection, IpVersion, Sampling, Timestamp, Undecodable,
};

fn one(elements: &[Vec<u8>], flags: u8, version: u8) -> Kept {
    let blocks = block(3, 0, &[listed(elements, 0, flags, version)]);
    let (kept, stop) = read(&[header_2(0, 0, 1), blocks].concat());
    assert_eq!(stop, None);
    kept
}

fn times() -> [u64; 2] {
    [1_700_000_000_123, 1_700_000_060_456]
}

#[test]
fn every_compression_gives_the_same_records() {
    let (plain, stop) = read(&sample_file(0));
    assert_eq!(stop, None);
    assert_eq!(plain.remarks, [""; 0]);
    assert_eq!(plain.excluded, [(Excluded::OptionsRecord, 1); 3]);
    let exporter = Exporter {
        address: Some((IpVersion::V4, crate::model::IpAddress::from_v4([192, 0, 2, 1]))),
        domain: 5,
    };
    let facts = ExporterFacts { ipv6_observable: true, ..ExporterFacts::default() };
    assert_eq!(plain.exporters, [(exporter, facts)]);
    let [tcp, udp, icmp] = plain.flows[..] else { panic!("{plain:?}") };
    assert_eq!((tcp.family, udp.family), (Some(IpVersion::V4), Some(IpVersion::V6)));
    assert_eq!((tcp.packets, tcp.octets, tcp.ports), (10, 1500, Some((443, 50000))));
    let start = Timestamp::from_nanoseconds(1_700_000_000_123_000_000);
    assert_eq!((tcp.start, tcp.exporter), (Some(start), Some(exporter)));
    let addresses = [udp.source, udp.destination].map(|a| a.unwrap().to_std(IpVersion::V6));
    assert_eq!(addresses.map(|a| a.to_string()), ["2001:db8::1", "2001:db8::2"]);
    assert_eq!(tcp.destination.unwrap().to_std(IpVersion::V4).to_string(), "198.51.100.1");
    assert_eq!((icmp.ports, icmp.sampling), (None, Sampling::Scaled));
    assert_eq!(tcp.sampling, Sampling::Unknown);
    for compression in COMPRESSIONS {
        let file = sample_file(compression);
        assert!(detect(&file));
        assert_eq!(read(&file), (read(&sample_file(0)).0, None), "{compression}");
        for step in [1, 7, 100] {
            assert_eq!(read_in_steps(&file, step), read(&file), "{compression} by {step}");
        }
    }
}

#[test]
fn the_address_that_is_not_zero_tells_the_family() {
    let generic = || generic(times(), [1, 40], [1, 2], 6);
    let family = |elements: &[Vec<u8>]| one(elements, 0, 10).flows[0].family;
    let (v4_there, v4_zero) = (v4([192, 0, 2, 1], [0; 4]), v4([0; 4], [0; 4]));
    let (v6_there, v6_zero) = (v6("2001:db8::1", "::"), v6("::", "::"));
    assert_eq!(family(&[generic(), v4_there, v6_zero.clone()]), Some(IpVersion::V4));
    assert_eq!(family(&[v6_there, v4_zero.clone(), generic()]), Some(IpVersion::V6));
    assert_eq!(family(&[generic(), v4_zero.clone(), v6_zero]), None);
    let mapped = v6("::ffff:192.0.2.1", "::ffff:192.0.2.2");
    assert_eq!(family(&[generic(), mapped]), Some(IpVersion::V4));
    // Nothing but the EtherType, or the version, of the layer-2 element.
    let layer_2 = |ether_type: u16, version: u8| {
        let mut fields = vec![0; 24];
        fields.extend(ether_type.to_le_bytes());
        fields.extend([version, 0, 0, 0, 0, 0]);
        record(38, &fields)
    };
    assert_eq!(family(&[generic(), layer_2(0x86dd, 0)]), Some(IpVersion::V6));
    assert_eq!(family(&[generic(), v4_zero, layer_2(0, 4)]), Some(IpVersion::V4));
    assert_eq!(family(&[generic()]), None);
}

#[test]
fn events_options_and_impossible_counters_are_no_flows() {
    let address = || v4([192, 0, 2, 1], [192, 0, 2, 2]);
    let empty = || generic([0, 0], [0, 0], [1, 2], 6);
    assert_eq!(one(&[empty(), address()], 1, 9).excluded, [(Excluded::Event, 1)]);
    let nat = record(25, &[0; 16]);
    assert_eq!(one(&[address(), nat, empty()], 0, 9).excluded, [(Excluded::Event, 1)]);
    let interface = record(4, &[0; 16]);
    assert_eq!(one(&[interface], 0, 10).excluded, [(Excluded::OptionsRecord, 1)]);
    // A flow without packets is a flow all the same.
    assert_eq!(one(&[empty(), address()], 0, 9).flows.len(), 1);
    let negative = generic(times(), [-3_i64 as u64, 40], [1, 2], 6);
    assert_eq!(one(&[negative, address()], 0, 9).undecodable, [(Undecodable::MalformedRecord, 1)]);
}

#[test]
fn second_counters_are_added_where_they_are_of_the_other_direction() {
    let address = || v4([192, 0, 2, 1], [192, 0, 2, 2]);
    let counters = |first: [u64; 2], more: &[Vec<u8>]| {
        let mut second = 1_u64.to_le_bytes().to_vec();
        second.extend(5_u64.to_le_bytes());
        second.extend(500_u64.to_le_bytes());
        let mut elements = vec![generic(times(), first, [1, 2], 6), address(), record(5, &second)];
        elements.extend_from_slice(more);
        let kept = one(&elements, 0, 10);
        (kept.flows[0].packets, kept.flows[0].octets, kept.remarks.len())
    };
    let biflow = |direction: u8| {
        let mut fields = vec![0; 16];
        fields[12] = direction;
        record(4, &fields)
    };
    assert_eq!(counters([7, 700], &[]), (7, 700, 1), "perhaps the same packets: told");
    assert_eq!(counters([0, 0], &[]), (5, 500, 0), "an exporter at the egress");
    assert_eq!(counters([7, 700], &[biflow(1)]), (12, 1200, 0));
    assert_eq!(counters([7, 700], &[biflow(0)]), (7, 700, 1));
    assert_eq!(counters([7, 700], &[record(19, &[0; 16])]), (12, 1200, 0), "a firewall's event");
}

#[test]
fn sampling_is_what_the_file_knows_of_it() {
    let elements = [generic(times(), [1, 40], [1, 2], 6), v4([192, 0, 2, 1], [192, 0, 2, 2])];
    assert_eq!(one(&elements, 2, 9).flows[0].sampling, Sampling::Scaled);
    assert_eq!(one(&elements, 0, 9).flows[0].sampling, Sampling::Unknown);
    assert_eq!(one(&elements, 0, 0x41).flows[0].sampling, Sampling::Every, "nfpcapd");
    let announced = |samplers: &[Vec<u8>]| {
        let mut records = vec![exporter(9, [192, 0, 2, 1], 3, 0)];
        records.extend_from_slice(samplers);
        records.push(listed(&elements, 3, 0, 9));
        let (kept, _) = read(&[header_2(0, 0, 1), block(3, 0, &records)].concat());
        kept.flows[0].sampling
    };
    assert_eq!(announced(&[]), Sampling::Unknown);
    assert_eq!(announced(&[sampler(1, 3)]), Sampling::Every);
    // The collector would have scaled it, had it known: nothing says by how much.
    assert_eq!(announced(&[sampler(1, 3), sampler(100, 3)]), Sampling::Unknown);
    assert_eq!(announced(&[sampler(1, 4)]), Sampling::Unknown);
    let fields = [&3_u16.to_le_bytes()[..], &[0; 10], &1_u32.to_le_bytes(), &[0; 4]].concat();
    assert_eq!(announced(&[record(15, &fields)]), Sampling::Every);
}

#[test]
fn interfaces_direction_and_the_address_it_came_from() {
    let mut misc = 3_u32.to_le_bytes().to_vec();
    misc.extend(9_u32.to_le_bytes());
    misc.extend([24, 24, 1, 0]);
    let received = record(12, &u32::from_be_bytes([203, 0, 113, 1]).to_le_bytes());
    let elements = [
        generic(times(), [1, 40], [1, 2], 132),
        v4([192, 0, 2, 1], [192, 0, 2, 2]),
        record(4, &misc),
        received,
    ];
    let kept = one(&elements, 0, 5);
    let flow = kept.flows[0];
    assert_eq!((flow.input, flow.output), (Some(3), Some(9)));
    assert_eq!((flow.direction, flow.ports), (Some(FlowDirection::Egress), Some((1, 2))));
    let (exporter, facts) = kept.exporters[0];
    assert_eq!(flow.exporter, Some(exporter));
    assert_eq!(exporter.domain, 0x0304);
    assert_eq!(facts, ExporterFacts::default(), "NetFlow 5 cannot show IPv6");
    let six = one(&[elements[0].clone(), record(13, &stored_v6("2001:db8::7"))], 0, 10);
    let (version, address) = six.exporters[0].0.address.unwrap();
    assert_eq!(address.to_std(version).to_string(), "2001:db8::7");
    assert!(six.exporters[0].1.ipv6_observable);
}

#[test]
fn an_exporter_that_changes_its_version_is_seen_with_both() {
    let received = record(12, &u32::from_be_bytes([203, 0, 113, 1]).to_le_bytes());
    let elements = [generic(times(), [1, 40], [1, 2], 6), received];
    let facts = |versions: &[u8]| {
        let records: Vec<_> = versions.iter().map(|v| listed(&elements, 0, 0, *v)).collect();
        let (kept, _) = read(&[header_2(0, 0, 1), block(3, 0, &records)].concat());
        let [(_, facts)] = kept.exporters[..] else { panic!("{:?}", kept.exporters) };
        facts.ipv6_observable
    };
    assert!(!facts(&[5, 5, 7]));
    assert!(facts(&[5, 9]));
    assert!(facts(&[9, 5]));
}

#[test]
fn impossible_times_are_no_times() {
    let start = |times| {
        let elements = [generic(times, [1, 40], [1, 2], 6), v4([192, 0, 2, 1], [192, 0, 2, 2])];
        one(&elements, 0, 9).flows[0].start
    };
    assert!(start(times()).is_some());
    assert_eq!(start([0, 5]), None);
    assert_eq!(start([5, 4]), None);
    assert_eq!(start([u64::MAX, u64::MAX]), None);
}

#[test]
fn what_is_not_read_is_named_with_what_to_do() {
    let told = |file: &[u8]| match read(file).1 {
        Some(FlowStop::Malformed { what, .. }) => what,
        other => panic!("{other:?}"),
    };
    assert!(told(&header_2(0, 1, 1)).starts_with("an encrypted nfcapd file (method 1): decrypt"));
    assert!(told(&header_2(9, 0, 1)).contains("unknown compression 0x9"));
    let mut newer = header_2(0, 0, 1);
    newer[2] = 3;
    assert!(detect(&newer));
    assert!(
        told(&newer).starts_with("an nfcapd file of layout 3; layouts 1 and 2 are read: write")
    );
    let swapped = [0xa5, 0x0c, 0, 2, 0, 0, 0, 0];
    assert!(detect(&swapped));
    assert!(told(&swapped).starts_with("an nfcapd file of a big-endian machine: write"));
    assert!(!detect(b"\x0c\xa5\x00\x00") && !detect(b"\x0c\xa5\x02") && !detect(b"text"));
}

#[test]
fn a_sink_that_has_enough_ends_the_reading_behind_the_block() {
    let file = sample_file(0);
    let mut kept = Kept { enough: Some(2), ..Kept::default() };
    let window = Window { data: &file, offset: 0, ended: true };
    let progress = NfcapdReader::new().read(window, &mut kept);
    assert_eq!(progress.stop, Some(FlowStop::Sink));
    assert_eq!(kept.flows.len(), 2);
    assert!(progress.consumed < file.len());
}

#[test]
fn plain_blocks_other_blocks_and_missing_blocks() {
    let (_, flows) = (0, [listed(&[generic(times(), [1, 40], [1, 2], 6)], 0, 0, 9)]);
    let mut plain = block(3, 0, &flows);
    plain[10] = 1;
    let array = block(4, 3, &[record(1, &[0; 8])]);
    let (kept, stop) = read(&[header_2(3, 0, 4), plain, array].concat());
    assert_eq!(stop, None);
    assert_eq!(kept.flows.len(), 1);
    assert_eq!(kept.excluded, [(Excluded::OtherRecord, 1)]);
    assert!(kept.remarks[0].starts_with("its header counts 3 blocks and 2 are there"));
}
