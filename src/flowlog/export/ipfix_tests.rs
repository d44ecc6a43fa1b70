//! What IPFIX has and NetFlow v9 has not: fields of variable length, enterprise
//! elements, reverse elements, withdrawals, times of its own, sections of packets.

use super::build_tests::{data_set, ipfix, options_template10, set, template_set};
use super::collect_tests::{Kept, session, v4};
use super::{ExportFormat, ExportReader, ExportSession};
use crate::error::Position;
use crate::flowlog::{FlowReader, FlowStop, Window, detect_export};
use crate::model::{Excluded, IpVersion, LinkType, Sampling, Timestamp, Undecodable};

fn template(id: u16, fields: &[(u16, u16)]) -> Vec<u8> {
    template_set(ExportFormat::Ipfix, id, fields)
}

/// A template whose field at `place` is one of the enterprise `number`.
fn enterprise_template(fields: &[(u16, u16, Option<u32>)]) -> Vec<u8> {
    let mut body = vec![1, 4, 0, u8::try_from(fields.len()).unwrap()];
    for (element, length, enterprise) in fields {
        let marked = element | if enterprise.is_some() { 0x8000 } else { 0 };
        body.extend(marked.to_be_bytes());
        body.extend(length.to_be_bytes());
        body.extend(enterprise.map(u32::to_be_bytes).iter().flatten());
    }
    set(2, body)
}

#[test]
fn fields_of_variable_length_are_walked() {
    let fields =
        [(8, 4), (371, u16::MAX), (2, 4), (291, u16::MAX), (1, u16::MAX), (4, 1), (7, 2), (11, 2)];
    let mut body = Vec::new();
    for (text, packets) in [(&b"abc"[..], 1u32), (&[7u8; 300][..], 2), (&b""[..], 3)] {
        body.extend([10, 0, 0, 1]);
        match u8::try_from(text.len()) {
            Ok(length) => body.push(length),
            Err(_) => {
                body.push(255);
                body.extend(u16::try_from(text.len()).unwrap().to_be_bytes());
            }
        }
        body.extend(text);
        body.extend(packets.to_be_bytes());
        body.extend([3, 0xff, 0, 0x04, 2, 0x05, 0xdc, 17, 0, 53, 0, 54]);
    }
    let kept = session(&[&ipfix(0, 0, &[template(260, &fields), set(260, body.clone())])]);
    let told: Vec<_> = kept.flows.iter().map(|f| (f.packets, f.octets, f.ports)).collect();
    let ports = Some((53, 54));
    assert_eq!(told, [(1, 1500, ports), (2, 1500, ports), (3, 1500, ports)]);
    assert_eq!(kept.records(), 3, "what pads is no record");
    body.truncate(40);
    let kept = session(&[&ipfix(0, 0, &[template(260, &fields), set(260, body)])]);
    assert_eq!((kept.flows.len(), kept.undecodable[&Undecodable::MalformedRecord]), (1, 1));
}

#[test]
fn elements_of_other_enterprises_are_skipped_and_reverse_ones_added() {
    let fields = [
        (1, 4, Some(35_632)),
        (8, 4, None),
        (1, 4, None),
        (2, 4, None),
        (1, 4, Some(29_305)),
        (2, 4, Some(29_305)),
    ];
    let values = vec![(999, 4), (0x0a00_0001, 4), (100, 4), (2, 4), (1000, 4), (3, 4)];
    let kept = session(&[&ipfix(0, 0, &[enterprise_template(&fields), data_set(260, &[values])])]);
    let flow = kept.flows[0];
    assert_eq!((kept.flows.len(), flow.octets, flow.packets), (1, 1100, 5));
    assert_eq!(flow.source, v4([10, 0, 0, 1]));
}

#[test]
fn the_first_of_several_like_elements_counts() {
    let fields = [(27, 16), (28, 16), (2, 4), (8, 4), (12, 4), (2, 4)];
    let values = vec![(1, 16), (2, 16), (7, 4), (0x0a00_0001, 4), (0x0a00_0002, 4), (9, 4)];
    let kept = session(&[&ipfix(0, 0, &[template(260, &fields), data_set(260, &[values])])]);
    assert_eq!(kept.flows[0].family, Some(IpVersion::V6), "the outer header");
    assert_eq!(kept.flows[0].packets, 7);
}

#[test]
fn a_template_that_is_withdrawn_reads_no_more() {
    let one = template(260, &[(8, 4), (2, 4)]);
    let data = data_set(260, &[vec![(0x0a00_0001, 4), (5, 4)]]);
    for withdrawal in [set(2, vec![1, 4, 0, 0]), set(2, vec![0, 2, 0, 0])] {
        let sets = [one.clone(), data.clone(), withdrawal, data.clone()];
        let kept = session(&[&ipfix(0, 0, &sets)]);
        assert_eq!((kept.flows.len(), kept.undecodable[&Undecodable::MissingTemplate]), (1, 1));
    }
    let options = set(3, vec![0, 3, 0, 0]);
    let kept = session(&[&ipfix(0, 0, &[one, options, data])]);
    assert_eq!(kept.flows.len(), 1, "only templates of options were withdrawn");
}

#[test]
fn times_come_in_every_form() {
    let ntp = |seconds: u64, half: bool| (seconds + 2_208_988_800) << 32 | u64::from(half) << 31;
    let read = |fields: &[(u16, u16)], values: Vec<(u64, usize)>| {
        let mut fields = fields.to_vec();
        fields.extend([(8, 4), (2, 4)]);
        let values = [values, vec![(0x0a00_0001, 4), (1, 4)]].concat();
        let kept = session(&[&ipfix(0, 0, &[template(260, &fields), data_set(260, &[values])])]);
        let nanoseconds = |time: Option<Timestamp>| time.map(Timestamp::nanoseconds);
        let flow = kept.flows[0];
        (nanoseconds(flow.start), nanoseconds(flow.end), kept.odd[0].is_empty())
    };
    let (second, start) = (1_000_000_000, 1_600_000_000_i64 * 1_000_000_000);
    let both = |by: i64| (Some(start), Some(start + by), true);
    let seconds = 1_600_000_000u64;
    assert_eq!(read(&[(150, 4), (151, 4)], vec![(seconds, 4), (seconds + 1, 4)]), both(second));
    let milli = vec![(seconds * 1000, 8), (seconds * 1000 + 7, 8)];
    assert_eq!(read(&[(152, 8), (153, 8)], milli), both(7_000_000));
    let fine = vec![(ntp(seconds, false), 8), (ntp(seconds, true), 8)];
    assert_eq!(read(&[(154, 8), (155, 8)], fine.clone()), both(second / 2));
    assert_eq!(read(&[(156, 8), (157, 8)], fine), both(second / 2));
    let plain = vec![(seconds * 1_000_000, 8), (seconds * 1_000_000 + 3, 8)];
    assert_eq!(read(&[(154, 8), (155, 8)], plain), both(3000), "microseconds since 1970");
    let before = vec![(100_000_000_000_000, 8), (99_999_999_000_000, 8)];
    assert_eq!(read(&[(158, 8), (159, 8)], before), both(second));
    let recent = 1_699_999_000_000u64;
    let at = i64::try_from(recent).unwrap() * 1_000_000;
    let want = (Some(at), Some(at + second), true);
    let init = vec![(recent - 5000, 8), (5000, 4), (6000, 4)];
    assert_eq!(read(&[(160, 8), (22, 4), (21, 4)], init), want);
    let turned = vec![(recent - 5000 - (3 << 32), 8), (5000, 4), (6000, 4)];
    assert_eq!(read(&[(160, 8), (22, 4), (21, 4)], turned), want, "49.7 days, three times");
    let lasted = vec![(seconds * 1000, 8), (250, 4)];
    assert_eq!(read(&[(152, 8), (161, 4)], lasted), both(second / 4));
    assert_eq!(read(&[(323, 8)], vec![(seconds * 1000, 8)]), both(0));
    assert_eq!(read(&[(22, 4), (21, 4)], vec![(1, 4), (2, 4)]), (None, None, false));
    assert_eq!(read(&[(152, 8)], vec![(u64::MAX, 8)]), (None, None, false));
    let turned = vec![(seconds * 1000, 8), (seconds * 1000 - 1, 8)];
    assert_eq!(read(&[(152, 8), (153, 8)], turned), (Some(start), None, false));
}

#[test]
fn the_start_of_a_device_comes_from_its_options_too() {
    let options = options_template10(257, &[(144, 4)], &[(160, 8)]);
    let sets = [
        options,
        data_set(257, &[vec![(1, 4), (1_699_999_000_000, 8)]]),
        template(260, &[(8, 4), (22, 4), (21, 4)]),
        data_set(260, &[vec![(0x0a00_0001, 4), (1000, 4), (2000, 4)]]),
    ];
    let kept = session(&[&ipfix(0, 0, &sets)]);
    let start = kept.flows[0].start.map(Timestamp::nanoseconds);
    assert_eq!(start, Some(1_699_999_001_000_000_000));
}

#[test]
fn intervals_of_sampling_come_in_every_form() {
    let read = |fields: &[(u16, u16)], values: Vec<(u64, usize)>| {
        let options = options_template10(257, &[(144, 4)], fields);
        let values = [vec![(1, 4)], values].concat();
        let sets = [
            options,
            data_set(257, &[values]),
            template(260, &[(8, 4), (2, 4)]),
            data_set(260, &[vec![(0x0a00_0001, 4), (1, 4)]]),
        ];
        session(&[&ipfix(0, 0, &sets)]).flows[0].sampling
    };
    let one_in = Sampling::one_in;
    assert_eq!(read(&[(34, 4)], vec![(512, 4)]), one_in(512));
    assert_eq!(read(&[(34, 4)], vec![(0, 4)]), Sampling::Unknown, "0 says nothing");
    assert_eq!(read(&[(34, 4)], vec![(1, 4)]), Sampling::Every);
    assert_eq!(read(&[(50, 4)], vec![(64, 4)]), one_in(64));
    assert_eq!(read(&[(305, 4), (306, 4)], vec![(1, 4), (99, 4)]), one_in(100));
    assert_eq!(read(&[(305, 4), (306, 4)], vec![(2, 4), (3, 4)]), Sampling::of(5, 2));
    assert_eq!(read(&[(305, 4)], vec![(2, 4)]), Sampling::Unknown);
    assert_eq!(read(&[(309, 4), (310, 4)], vec![(3, 4), (1000, 4)]), Sampling::of(1000, 3));
    assert_eq!(read(&[(311, 8)], vec![(0.001f64.to_bits(), 8)]), one_in(1000));
    assert_eq!(read(&[(311, 4)], vec![(u64::from(0.01f32.to_bits()), 4)]), one_in(100));
    assert_eq!(read(&[(311, 8)], vec![(0.75f64.to_bits(), 8)]), Sampling::of(4, 3));
    assert_eq!(read(&[(311, 8)], vec![(f64::NAN.to_bits(), 8)]), Sampling::Unknown);
    assert_eq!(read(&[(311, 8)], vec![(7.5f64.to_bits(), 8)]), Sampling::Unknown);
    let filter = read(&[(304, 2), (305, 4), (306, 4)], vec![(5, 2), (1, 4), (9, 4)]);
    assert_eq!(filter, Sampling::Unknown, "a filter is no sampling");
}

#[test]
fn options_may_speak_of_another_domain_and_of_selectors() {
    let options = options_template10(257, &[(149, 4), (302, 8)], &[(304, 2), (305, 4), (306, 4)]);
    let about = |domain, selector, space| {
        data_set(257, &[vec![(domain, 4), (selector, 8), (1, 2), (1, 4), (space, 4)]])
    };
    let first = ipfix(0, 0, &[options, about(7, 1, 9), about(7, 2, 99)]);
    let record = |selector| vec![(0x0a00_0001, 4), (selector, 8)];
    let sets =
        [template(260, &[(8, 4), (302, 8)]), data_set(260, &[record(2), record(1), record(3)])];
    let kept = session(&[&first, &ipfix(0, 7, &sets)]);
    let sampling: Vec<_> = kept.flows.iter().map(|flow| flow.sampling).collect();
    assert_eq!(sampling, [Sampling::one_in(100), Sampling::one_in(10), Sampling::Unknown]);
    assert_eq!(kept.excluded[&Excluded::OptionsRecord], 2);
}

#[test]
fn sections_of_packets_are_samples() {
    let fields = [(10, 4), (312, 2), (315, u16::MAX), (34, 4)];
    let frame = [[0u8; 12].as_slice(), &[8, 0, 0x45, 0]].concat();
    let mut body = vec![0, 0, 0, 5, 5, 0xdc, 16];
    body.extend(&frame);
    body.extend([0, 0, 1, 0]);
    let kept = session(&[&ipfix(0, 0, &[template(260, &fields), set(260, body)])]);
    let (link_type, captured, original, about) = &kept.samples[0];
    assert_eq!((*link_type, captured, *original), (LinkType(1), &frame, 1500));
    assert_eq!((about.input, about.sampling), (Some(5), Sampling::one_in(256)));
    let ip = [0x45, 0, 2, 0, 0, 0, 0, 0];
    let sets = [template(261, &[(313, 8)]), set(261, ip.to_vec())];
    let kept = session(&[&ipfix(0, 0, &sets)]);
    let (link_type, captured, original, _) = &kept.samples[0];
    assert_eq!((*link_type, captured.as_slice(), *original), (LinkType(101), &ip[..], 512));
    assert!(kept.exporters[0].1.ipv6_observable);
}

#[test]
fn records_that_numbers_miss_are_lost() {
    let sets = [template(260, &[(8, 4), (2, 4)])];
    let data = |count: usize| data_set(260, &vec![vec![(0x0a00_0001, 4), (1, 4)]; count]);
    let kept = session(&[
        &ipfix(0, 0, &sets),
        &ipfix(0, 0, &[data(3)]),
        &ipfix(3, 0, &[data(2), data(1)]),
        &ipfix(16, 0, &[data(2)]),
        &ipfix(18, 0, &[data_set(999, &[vec![(1, 4)]])]),
        &ipfix(50, 0, &[data(2)]),
    ]);
    assert_eq!(kept.exporters[0].1.lost, 10, "nothing is said across data that waits");
}

#[test]
fn a_file_of_messages_is_read_to_its_end() {
    let sets = [template(260, &[(8, 4), (2, 4)]), data_set(260, &[vec![(0x0a00_0001, 4), (1, 4)]])];
    let mut file = ipfix(0, 0, &sets);
    let first = file.len();
    file.extend(ipfix(1, 0, &sets[1..]));
    assert_eq!(detect_export(&file), Some(ExportFormat::Ipfix));
    let read = |data: &[u8]| {
        let mut kept = Kept::default();
        let mut reader = ExportReader::new(ExportSession::default(), ExportFormat::Ipfix, None);
        let window = Window { data, offset: 0, ended: true };
        let stop = reader.read(window, &mut kept).stop;
        (stop, kept.flows.len(), kept.undecodable.values().sum::<u64>())
    };
    assert_eq!(read(&file), (None, 2, 0));
    let (stop, flows, undecodable) = read(&file[..file.len() - 1]);
    let (needed, present) = ((file.len() - first) as u64, (file.len() - first) as u64 - 1);
    let at = Position::Byte(first as u64);
    let cut = FlowStop::CutShort { at, unit: "IPFIX message", needed, present };
    assert_eq!((stop, flows, undecodable), (Some(cut), 1, 1));
}
