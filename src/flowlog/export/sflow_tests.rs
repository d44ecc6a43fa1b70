//! sFlow version 5, octet by octet.

use super::collect_tests::{Kept, session, v4, v6};
use super::{ExportFormat, ExportReader, ExportSession};
use crate::flowlog::{FlowReader, Window, detect_export};
use crate::model::{
    EtherType, Excluded, IpProtocol, IpVersion, LinkType, NotIp, Sampling, Undecodable,
};

fn words(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_be_bytes()).collect()
}

/// A datagram of the agent 192.0.2.9, sub-agent 4.
fn datagram(samples: &[Vec<u8>]) -> Vec<u8> {
    let count = u32::try_from(samples.len()).unwrap();
    [words(&[5, 1, 0xc000_0209, 4, 1, 60_000, count]), samples.concat()].concat()
}

/// Something with a format and a length.
fn tagged(format: u32, body: &[u8]) -> Vec<u8> {
    [words(&[format, u32::try_from(body.len()).unwrap()]), body.to_vec()].concat()
}

fn flow_sample(number: u32, drops: u32, records: &[Vec<u8>]) -> Vec<u8> {
    let count = u32::try_from(records.len()).unwrap();
    let head = words(&[number, 0x0000_0007, 400, 9000, drops, 7, 0x4000_0001, count]);
    tagged(1, &[head, records.concat()].concat())
}

fn expanded(number: u32, records: &[Vec<u8>]) -> Vec<u8> {
    let count = u32::try_from(records.len()).unwrap();
    let head = words(&[number, 0, 7, 512, 9000, 0, 0, 70_000, 0, 0x3fff_ffff, count]);
    tagged(3, &[head, records.concat()].concat())
}

fn raw(protocol: u32, frame_length: u32, stripped: u32, header: &[u8]) -> Vec<u8> {
    let length = u32::try_from(header.len()).unwrap();
    let mut body = words(&[protocol, frame_length, stripped, length]);
    body.extend(header);
    while !body.len().is_multiple_of(4) {
        body.push(0);
    }
    tagged(1, &body)
}

fn sampled_ipv4() -> Vec<u8> {
    tagged(3, &words(&[1480, 6, 0x0a00_0001, 0x0a00_0002, 80, 4000, 0, 0]))
}

#[test]
fn the_first_octets_of_a_packet_are_handed_on_with_what_they_stand_for() {
    let header = [1, 2, 3, 4, 5, 6, 7];
    let kept = session(&[&datagram(&[
        flow_sample(1, 0, &[tagged(1001, &[0; 16]), raw(1, 1518, 4, &header)]),
        expanded(1, &[raw(12, 1280, 0, &header)]),
        flow_sample(2, 0, &[raw(11, 600, 0, &header)]),
    ])]);
    let told: Vec<_> = kept.samples.iter().map(|s| (s.0, s.1.clone(), s.2)).collect();
    let header = header.to_vec();
    let want = [(1, 1518), (229, 1280), (228, 600)];
    assert_eq!(told, want.map(|(link, length)| (LinkType(link), header.clone(), length)));
    let about = kept.samples[0].3;
    assert_eq!(about.sampling, Sampling::one_in(400));
    assert_eq!((about.input, about.output), (Some(7), None), "sent nowhere");
    assert_eq!(about.exporter.unwrap().address, v4([192, 0, 2, 9]).map(|a| (IpVersion::V4, a)));
    assert_eq!((about.exporter.unwrap().domain, about.packets), (4, 1));
    assert!(about.start.is_some(), "when it was received");
    let about = kept.samples[1].3;
    assert_eq!(
        (about.sampling, about.input, about.output),
        (Sampling::one_in(512), Some(70_000), None)
    );
    assert!(kept.exporters[0].1.ipv6_observable);
}

#[test]
fn headers_that_were_taken_apart_are_flow_records() {
    let six: Vec<u8> = [
        words(&[1280, 17]),
        0x2001_0db8_0000_0000_0000_0000_0000_0001_u128.to_be_bytes().to_vec(),
        2u128.to_be_bytes().to_vec(),
        words(&[53, 5353, 0, 0]),
    ]
    .concat();
    let ethernet = |kind| tagged(2, &[words(&[1018]), vec![0; 16], words(&[kind])].concat());
    let kept = session(&[&datagram(&[
        flow_sample(1, 0, &[ethernet(0x0800), sampled_ipv4()]),
        flow_sample(2, 0, &[tagged(4, &six)]),
        flow_sample(3, 0, &[ethernet(0x86dd)]),
        flow_sample(4, 0, &[ethernet(0x0806)]),
        flow_sample(5, 0, &[tagged(1001, &[0; 16])]),
    ])]);
    let [one, two, three] = kept.flows[..] else { panic!("{kept:?}") };
    assert_eq!((one.family, one.octets, one.wire_octets), (Some(IpVersion::V4), 1480, 0));
    assert_eq!((one.source, one.destination), (v4([10, 0, 0, 1]), v4([10, 0, 0, 2])));
    assert_eq!((one.protocol, one.ports), (Some(IpProtocol::TCP), Some((80, 4000))));
    assert_eq!((two.family, two.octets, two.packets), (Some(IpVersion::V6), 1280, 1));
    assert_eq!((two.source, two.destination), (v6("2001:db8::1"), v6("::2")));
    assert_eq!((two.ports, two.sampling), (Some((53, 5353)), Sampling::one_in(400)));
    assert_eq!((three.family, three.octets, three.wire_octets), (Some(IpVersion::V6), 1000, 1018));
    assert_eq!(kept.not_ip, [NotIp::EtherType(EtherType(0x0806))]);
    assert_eq!(kept.undecodable[&Undecodable::UnknownFamily], 1);
}

#[test]
fn what_is_no_sample_of_a_packet_is_named() {
    let kept = session(&[&datagram(&[
        tagged(2, &[0; 12]),
        tagged(4, &[0; 16]),
        tagged(5, &[0; 32]),
        tagged(4300 << 12 | 1, &[0; 8]),
        flow_sample(1, 0, &[sampled_ipv4()]),
    ])]);
    assert_eq!(kept.excluded[&Excluded::CounterRecord], 2);
    assert_eq!(kept.excluded[&Excluded::DiscardedPacket], 1);
    assert_eq!(kept.excluded[&Excluded::OtherRecord], 1);
    assert_eq!((kept.flows.len(), kept.records()), (1, 5));
}

#[test]
fn samples_that_are_missing_and_those_left_out_are_told_apart() {
    let one = |number, drops| datagram(&[flow_sample(number, drops, &[sampled_ipv4()])]);
    let kept = session(&[&one(10, 100), &one(11, 100), &one(15, 107), &one(16, 107)]);
    let facts = kept.exporters[0].1;
    assert_eq!((facts.lost, facts.dropped), (3, 7));
}

#[test]
fn every_cut_is_borne_and_counted() {
    let samples = [
        flow_sample(1, 0, &[raw(1, 1518, 4, &[9; 50])]),
        flow_sample(2, 0, &[sampled_ipv4()]),
        expanded(1, &[sampled_ipv4()]),
    ];
    let whole = datagram(&samples);
    let lengths: Vec<_> = samples.iter().map(Vec::len).collect();
    for length in 28..whole.len() {
        let kept = session(&[&whole[..length]]);
        let mut left = length - 28;
        let there = lengths.iter().take_while(|len| {
            let fits = left >= **len;
            left = left.saturating_sub(**len);
            fits
        });
        assert_eq!(kept.records(), there.count() as u64 + 1, "{length}");
        assert_eq!(kept.undecodable[&Undecodable::MalformedRecord], 1);
    }
    let wrong = datagram(&[flow_sample(1, 0, &[tagged(1, &[0; 8])]), tagged(1, &[0; 12])]);
    assert_eq!(session(&[&wrong]).undecodable[&Undecodable::MalformedRecord], 2);
}

#[test]
fn datagrams_in_a_file_are_told_apart() {
    let one = datagram(&[flow_sample(1, 0, &[sampled_ipv4()]), tagged(2, &[0; 12])]);
    let file = [one.clone(), one.clone(), one].concat();
    assert_eq!(detect_export(&file), Some(ExportFormat::SFlow5));
    let mut kept = Kept::default();
    let mut reader = ExportReader::new(ExportSession::default(), ExportFormat::SFlow5, None);
    let window = Window { data: &file, offset: 0, ended: true };
    assert_eq!(reader.read(window, &mut kept).stop, None);
    assert_eq!((kept.flows.len(), kept.records()), (3, 6));
}
