//! Layout 1: extension maps.

use super::build::*;
use super::sink::read;
use crate::flowlog::FlowStop;
use crate::flowlog::kept_tests::Kept;
use crate::model::{Excluded, FlowDirection, IpVersion, Sampling, Undecodable};

/// A map record of these extensions.
fn map(id: u16, extensions: &[u16]) -> Vec<u8> {
    let mut fields = [id.to_le_bytes(), [0; 2]].concat();
    for extension in extensions {
        fields.extend(extension.to_le_bytes());
    }
    fields.extend([0; 2]);
    record(2, &fields)
}

/// A flow record of type 10 (or 1) with flags, map and what follows.
fn flow(wide: bool, flags: u16, map: u16, rest: &[u8]) -> Vec<u8> {
    let mut fields =
        if wide { flags.to_le_bytes().to_vec() } else { vec![u8::try_from(flags).unwrap(), 8] };
    fields.extend(map.to_le_bytes());
    fields.extend(123_u16.to_le_bytes());
    fields.extend(456_u16.to_le_bytes());
    fields.extend(1_400_000_000_u32.to_le_bytes());
    fields.extend(1_400_000_060_u32.to_le_bytes());
    fields.extend([0, 0x10, 6, 0]);
    fields.extend(443_u16.to_le_bytes());
    fields.extend(50_000_u16.to_le_bytes());
    if wide {
        fields.extend(8_u16.to_le_bytes());
        fields.extend([0; 2]);
    }
    fields.extend_from_slice(rest);
    record(if wide { 10 } else { 1 }, &fields)
}

fn narrow(packets: u32, octets: u32) -> Vec<u8> {
    [[192, 0, 2, 1], [192, 0, 2, 2]]
        .map(|address| u32::from_be_bytes(address).to_le_bytes())
        .concat()
        .into_iter()
        .chain(packets.to_le_bytes())
        .chain(octets.to_le_bytes())
        .collect()
}

fn file(flags: u32, compression: u8, records: &[Vec<u8>]) -> Kept {
    let (kept, stop) = read(&[header_1(flags, 1), block(2, compression, records)].concat());
    assert_eq!(stop, None);
    kept
}

#[test]
fn required_fields_of_both_record_types_and_all_widths() {
    let v6 = [stored_v6("2001:db8::1"), stored_v6("2001:db8::2")].concat();
    let wide = [&v6[..], &(1_u64 << 40).to_le_bytes(), &(1_u64 << 50).to_le_bytes()].concat();
    let records = [
        exporter(5, [192, 0, 2, 200], 8, 0),
        map(0, &[1, 2, 3]),
        flow(false, 0, 0, &narrow(3, 300)),
        flow(true, 0x87, 0, &wide),
        flow(true, 0, 77, &narrow(1, 40)),
        flow(true, 64, 0, &narrow(0, 0)),
    ];
    for (flags, compression) in [(0, 0), (1, 1), (8, 2), (0x10, 3)] {
        let kept = file(flags, compression, &records);
        let [first, second, unmapped] = kept.flows[..] else { panic!("{kept:?}") };
        assert_eq!((first.family, first.packets, first.octets), (Some(IpVersion::V4), 3, 300));
        assert_eq!((first.ports, first.sampling), (Some((443, 50_000)), Sampling::Unknown));
        assert_eq!(first.start.unwrap().nanoseconds(), 1_400_000_000_123_000_000);
        assert_eq!(first.end.unwrap().nanoseconds(), 1_400_000_060_456_000_000);
        assert_eq!((second.packets, second.octets), (1 << 40, 1 << 50));
        assert_eq!((second.family, second.sampling), (Some(IpVersion::V6), Sampling::Scaled));
        assert_eq!(second.source.unwrap().to_std(IpVersion::V6).to_string(), "2001:db8::1");
        assert_eq!(unmapped.packets, 1);
        assert_eq!((first.exporter, second.exporter), (unmapped.exporter, unmapped.exporter));
        assert_eq!(kept.exporters.len(), 1);
        assert!(!kept.exporters[0].1.ipv6_observable, "NetFlow 5");
        let options = Excluded::OptionsRecord;
        assert_eq!(kept.excluded, [(options, 1), (options, 1), (Excluded::Event, 1)]);
    }
}

#[test]
fn optional_fields_lie_where_the_map_says() {
    let short = |input: u16| [input.to_le_bytes(), 9_u16.to_le_bytes()].concat();
    let long = |input: u32| [input.to_le_bytes(), 9_u32.to_le_bytes()].concat();
    let rest = [narrow(3, 300), vec![0; 16], short(7), vec![0, 1, 24, 24]].concat();
    let events = [
        [narrow(3, 300), 5_u32.to_le_bytes().to_vec(), vec![0; 20]].concat(),
        500_u64.to_le_bytes().to_vec(),
    ]
    .concat();
    let records = [
        map(4, &[10, 4, 8]),
        map(5, &[5, 15]),
        map(6, &[14, 37, 17]),
        // Of 49 nobody knows the length: what stands behind it is left out.
        map(u16::MAX, &[4, 60, 8]),
        flow(true, 0, 4, &rest),
        flow(true, 0, 5, &[narrow(0, 0), long(70_000), 6_u64.to_le_bytes().to_vec()].concat()),
        flow(true, 0, 6, &events),
        flow(true, 0, 0, &[narrow(1, 40), short(7)].concat()),
        flow(true, 0, 4, &rest[..20]),
    ];
    let kept = file(0, 0, &records);
    let [both, egress, event, unknown] = kept.flows[..] else { panic!("{kept:?}") };
    assert_eq!((both.input, both.output), (Some(7), Some(9)));
    assert_eq!(both.direction, Some(FlowDirection::Egress));
    assert_eq!((egress.input, egress.packets), (Some(70_000), 6));
    assert_eq!((event.packets, event.octets), (8, 800), "a firewall's responder is added");
    assert_eq!((unknown.input, unknown.direction), (Some(7), None));
    assert_eq!(kept.undecodable, [(Undecodable::MalformedRecord, 1)]);
}

#[test]
fn older_blocks_are_named_and_histograms_excluded() {
    let (kept, stop) =
        read(&[header_1(0, 2), block(3, 0, &[vec![0; 40]]), block(1, 0, &[vec![0; 8]])].concat());
    assert_eq!(kept.excluded, [(Excluded::OtherRecord, 1)]);
    let Some(FlowStop::Malformed { what, .. }) = stop else { panic!("{stop:?}") };
    assert!(what.starts_with("a block of nfdump 1.5"), "{what}");
    let old = [record(5, &[0; 40]), record(6, &[0; 20]), record(8, &[0; 4]), record(99, &[])];
    let kept = file(0, 0, &old);
    assert_eq!(kept.excluded[..3], [(Excluded::OptionsRecord, 1); 3]);
    assert_eq!(kept.excluded[3], (Excluded::OtherRecord, 1));
}
