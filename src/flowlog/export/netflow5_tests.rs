//! NetFlow v5 and v7, octet by octet.

use super::collect_tests::{Kept, received, session, v4};
use crate::error::Position;
use crate::flowlog::{ExportFormat, ExportReader, ExportSession, FlowReader, FlowStop, Window};
use crate::model::{
    Exporter, ExporterFacts, IpProtocol, IpVersion, Sampling, Timestamp, Undecodable,
};
use std::ops::ControlFlow;

/// A datagram of `count` records with source ports 1, 2, 3 ...
fn datagram(version: u16, count: u16, sequence: u32, sampling: u16) -> Vec<u8> {
    let mut bytes = Vec::new();
    bytes.extend(version.to_be_bytes());
    bytes.extend(count.to_be_bytes());
    for word in [60_000, 1_700_000_000, 250_000_000, sequence] {
        bytes.extend(u32::to_be_bytes(word));
    }
    bytes.extend([1, 2]);
    bytes.extend(sampling.to_be_bytes());
    for record in 1..=count {
        bytes.extend([192, 0, 2, 1, 198, 51, 100, 7, 203, 0, 113, 1]);
        bytes.extend([0, 3, 0, 4]);
        for word in [10, 1500, 50_000, 59_000] {
            bytes.extend(u32::to_be_bytes(word));
        }
        bytes.extend(record.to_be_bytes());
        bytes.extend([0, 53, 0, 0x10, 17, 0]);
        bytes.extend([0; 8]);
        bytes.extend(if version == 7 { &[0u8; 4][..] } else { &[] });
    }
    bytes
}

#[test]
fn every_field_of_a_record_is_told() {
    let kept = session(&[&datagram(5, 2, 7, 0x4000 | 100)]);
    let flow = kept.flows[1];
    assert_eq!((flow.family, flow.source), (Some(IpVersion::V4), v4([192, 0, 2, 1])));
    assert_eq!((flow.destination, flow.ports), (v4([198, 51, 100, 7]), Some((2, 53))));
    assert_eq!((flow.packets, flow.octets, flow.wire_octets), (10, 1500, 0));
    assert_eq!(flow.protocol, Some(IpProtocol::UDP));
    assert_eq!(flow.start, Some(Timestamp::from_nanoseconds(1_699_999_990_250_000_000)));
    assert_eq!(flow.end, Some(Timestamp::from_nanoseconds(1_699_999_999_250_000_000)));
    assert_eq!(flow.sampling, Sampling::one_in(100));
    assert_eq!((flow.input, flow.output), (Some(3), Some(4)));
    assert_eq!(flow.exporter.unwrap().domain, 0x0102, "engine type and id");
    assert!(kept.odd.iter().all(|odd| odd.is_empty()));
    let exporter = Exporter { address: received().address, domain: 0x0102 };
    assert_eq!(kept.exporters, [(exporter, ExporterFacts::default())], "IPv6 is not observable");
}

#[test]
fn no_interval_in_the_header_is_no_interval_of_one() {
    assert_eq!(session(&[&datagram(5, 1, 0, 0)]).flows[0].sampling, Sampling::Unknown);
    assert_eq!(session(&[&datagram(5, 1, 0, 0x8001)]).flows[0].sampling, Sampling::Every);
    assert_eq!(session(&[&datagram(5, 1, 0, 64)]).flows[0].sampling, Sampling::one_in(64));
    assert_eq!(session(&[&datagram(7, 1, 0, 64)]).flows[0].sampling, Sampling::Unknown);
}

#[test]
fn version_7_has_longer_records_and_the_same_fields() {
    let kept = session(&[&datagram(7, 3, 0, 0)]);
    let ports: Vec<_> = kept.flows.iter().map(|flow| flow.ports.unwrap().0).collect();
    assert_eq!(ports, [1, 2, 3]);
    assert_eq!(kept.flows[2].protocol, Some(IpProtocol::UDP));
    assert_eq!(kept.flows[2].exporter.unwrap().domain, 0);
}

#[test]
fn records_that_a_datagram_lacks_are_counted() {
    let whole = datagram(5, 3, 0, 0);
    for length in 24..whole.len() {
        let kept = session(&[&whole[..length]]);
        let there = (length - 24) / 48;
        assert_eq!(kept.flows.len(), there);
        let missing = kept.undecodable.get(&Undecodable::MalformedRecord).copied();
        let between = there > 0 && (length - 24) % 48 == 0;
        assert_eq!(missing, (!between).then_some(3 - there as u64), "{length}");
        assert_eq!(kept.remarks.len(), 1);
    }
}

#[test]
fn a_count_that_is_wrong_is_no_reason_to_leave_whole_records() {
    let mut bytes = datagram(5, 30, 0, 0);
    bytes[2..4].copy_from_slice(&55_582u16.to_be_bytes());
    let kept = session(&[&bytes]);
    assert_eq!((kept.flows.len(), kept.records()), (30, 30));
    assert_eq!(crate::flowlog::detect_export(&bytes), Some(ExportFormat::NetFlow5));
    let window = Window { data: &bytes, offset: 0, ended: true };
    let mut reader = ExportReader::new(ExportSession::default(), ExportFormat::NetFlow5, None);
    assert_eq!(reader.read(window, &mut Kept::default()).stop, None);
}

#[test]
fn numbers_that_are_missing_are_records_lost() {
    let kept = session(&[
        &datagram(5, 30, 0, 0),
        &datagram(5, 30, 60, 0),
        &datagram(5, 2, 90, 0),
        &datagram(5, 2, 95, 0),
    ]);
    assert_eq!(kept.exporters[0].1.lost, 33);
}

#[test]
fn a_sink_that_breaks_is_asked_no_more() {
    let mut kept = Kept { stop_at: Some(2), ..Kept::default() };
    let mut session = ExportSession::default();
    let read = session.datagram(&datagram(5, 5, 0, 0), &received(), &mut kept);
    assert_eq!((read, kept.flows.len()), (ControlFlow::Break(()), 2));
}

#[test]
fn datagrams_in_a_file_follow_one_another_and_the_session_comes_out() {
    let mut file = datagram(5, 2, 0, 0);
    let first = file.len();
    file.extend(datagram(7, 1, 0, 0));
    file.extend([0; 8]);
    file.extend(datagram(5, 1, 2, 0));
    assert_eq!(crate::flowlog::detect_export(&file), Some(ExportFormat::NetFlow5));
    for step in [1, 7, 48, first, 1000] {
        let session = ExportSession::default();
        let mut reader = ExportReader::new(session, ExportFormat::NetFlow5, None);
        let (mut kept, mut start, mut end) = (Kept::default(), 0, 0);
        while end < file.len() {
            end = (end + step).min(file.len());
            let ended = end == file.len();
            let window = Window { data: &file[start..end], offset: start as u64, ended };
            let progress = reader.read(window, &mut kept);
            assert_eq!(progress.stop, None);
            start += progress.consumed;
        }
        assert_eq!((start, kept.flows.len()), (file.len(), 4), "by {step}");
        reader.into_session().finish(&mut kept);
        assert_eq!(kept.exporters.len(), 2);
    }
}

#[test]
fn a_file_that_ends_early_or_goes_on_with_something_else_says_where() {
    let mut file = datagram(5, 2, 0, 0);
    let whole = file.len();
    let read = |data: &[u8]| {
        let session = ExportSession::default();
        let mut kept = Kept::default();
        let window = Window { data, offset: 100, ended: true };
        let progress =
            ExportReader::new(session, ExportFormat::NetFlow5, None).read(window, &mut kept);
        (progress.stop, kept.records())
    };
    let at = Position::Byte(100);
    let (stop, records) = read(&file[..whole - 1]);
    let (needed, present) = (whole as u64, whole as u64 - 1);
    let cut = FlowStop::CutShort { at, unit: "NetFlow v5 datagram", needed, present };
    assert_eq!((stop, records), (Some(cut), 2), "one record, and one that is cut");
    file.extend(*b"something else entirely, and long");
    let (stop, records) = read(&file);
    let at = Position::Byte(100 + whole as u64);
    assert!(matches!(stop, Some(FlowStop::Malformed { at: place, .. }) if place == at));
    assert_eq!(records, 2);
}
