//! Our reading of export datagrams against that of the crate `netflow_parser`, and
//! against the generator, over templates in any order of fields; and what becomes
//! of datagrams that are cut or flipped.

#![allow(clippy::cast_possible_truncation, reason = "small numbers that are made here")]
#![allow(clippy::unwrap_used, reason = "helpers of tests, where a panic is the report")]

#[path = "support/exports.rs"]
mod exports;

use exports::{
    Export, Format, Numbers, Totals, USUAL4, USUAL6, netflow5, shuffled, with_templates,
};
use netflow_parser::variable_versions::{ipfix, v9};
use netflow_parser::{FieldValue, NetflowPacket, NetflowParser};
use std::net::IpAddr;
use std::ops::ControlFlow;
use v6share::error::Position;
use v6share::flowlog::{
    ExportReader, ExportSession, FlowReader, FlowSink, Received, Window, detect_export,
};
use v6share::model::{
    Anomalies, Excluded, Exporter, ExporterFacts, FlowRecord, Frame, IpVersion, NotIp, Undecodable,
};

/// What both say of a record: addresses, ports, protocol, packets, octets.
type Told = (IpAddr, IpAddr, Option<(u16, u16)>, u8, u64, u64);

#[derive(Default)]
struct Kept {
    flows: Vec<FlowRecord>,
    others: u64,
    facts: Vec<ExporterFacts>,
}

impl FlowSink for Kept {
    fn flow(&mut self, record: &FlowRecord, _odd: Anomalies) -> ControlFlow<()> {
        self.flows.push(*record);
        ControlFlow::Continue(())
    }

    fn sample(&mut self, _: &Frame<'_>, _: &FlowRecord) -> ControlFlow<()> {
        self.others += 1;
        ControlFlow::Continue(())
    }

    fn not_ip(&mut self, _: NotIp) {
        self.others += 1;
    }

    fn undecodable(&mut self, _: Undecodable, records: u64) {
        self.others += records;
    }

    fn exclude(&mut self, _: Excluded, records: u64) {
        self.others += records;
    }

    fn remark(&mut self, _: Position, _: &str) {}

    fn exporter(&mut self, _: Exporter, facts: &ExporterFacts) {
        self.facts.push(*facts);
    }
}

fn read<'a>(datagrams: impl IntoIterator<Item = &'a [u8]>) -> Kept {
    let (mut session, mut kept) = (ExportSession::default(), Kept::default());
    let about = Received { address: None, port: None, time: None, at: Position::Byte(0) };
    for datagram in datagrams {
        let before = kept.flows.len() as u64 + kept.others;
        let read = session.datagram(datagram, &about, &mut kept);
        if read == ControlFlow::Continue(None) {
            assert_eq!(before, kept.flows.len() as u64 + kept.others, "it is no export");
        }
    }
    session.finish(&mut kept);
    kept
}

fn ours(export: &Export) -> Vec<Told> {
    let kept = read(export.datagrams.iter().map(Vec::as_slice));
    assert_eq!(kept.others, 0);
    assert!(kept.facts.iter().all(|facts| facts.lost == 0));
    let mut totals = Totals::default();
    let mut told = Vec::new();
    for flow in &kept.flows {
        let family = flow.family.unwrap();
        for (sum, more) in totals[family.index()].iter_mut().zip([1, flow.packets, flow.octets]) {
            *sum += more;
        }
        let address = |address: Option<v6share::model::IpAddress>| address.unwrap().to_std(family);
        let protocol = flow.protocol.unwrap().0;
        let ends = (address(flow.source), address(flow.destination));
        told.push((ends.0, ends.1, flow.ports, protocol, flow.packets, flow.octets));
    }
    assert_eq!(totals, export.totals);
    told
}

/// The number in a value, as it shows itself: `DataNumber(U64(91))`.
fn number(value: &FieldValue) -> Option<u64> {
    let shown = format!("{value:?}");
    shown.rsplit('(').next()?.trim_end_matches(')').parse().ok()
}

/// What they say of a record, by the names of its fields.
fn named(fields: impl Iterator<Item = (String, FieldValue)>) -> Told {
    let (mut ends, mut ports, mut counts) = ([None; 2], [0; 2], [0; 2]);
    let mut protocol = 0;
    for (name, value) in fields {
        let name = name.trim_start_matches("IANA(").trim_end_matches(')').to_lowercase();
        let address = match value {
            FieldValue::Ip4Addr(address) => Some(IpAddr::V4(address)),
            FieldValue::Ip6Addr(address) => Some(IpAddr::V6(address)),
            _ => None,
        };
        match name.as_str() {
            "ipv4srcaddr" | "ipv6srcaddr" | "sourceipv4address" | "sourceipv6address" => {
                ends[0] = address;
            }
            "ipv4dstaddr" | "ipv6dstaddr" | "destinationipv4address" | "destinationipv6address" => {
                ends[1] = address;
            }
            "l4srcport" | "sourcetransportport" => {
                ports[0] = number(&value).unwrap_or_else(|| panic!("{name}: {value:?}"));
            }
            "l4dstport" | "destinationtransportport" => {
                ports[1] = number(&value).unwrap_or_else(|| panic!("{name}: {value:?}"));
            }
            "inpkts" | "packetdeltacount" => {
                counts[0] = number(&value).unwrap_or_else(|| panic!("{name}: {value:?}"));
            }
            "inbytes" | "octetdeltacount" => {
                counts[1] = number(&value).unwrap_or_else(|| panic!("{name}: {value:?}"));
            }
            "protocol" | "protocolidentifier" => {
                let FieldValue::ProtocolType(kind) = value else { panic!("{value:?}") };
                protocol = u8::from(kind);
            }
            _ => {}
        }
    }
    let ports = ports.map(|port| u16::try_from(port).unwrap());
    let ports = [6, 17].contains(&protocol).then_some((ports[0], ports[1]));
    (ends[0].unwrap(), ends[1].unwrap(), ports, protocol, counts[0], counts[1])
}

fn theirs(export: &Export) -> Vec<Told> {
    let mut parser = NetflowParser::default();
    let mut told = Vec::new();
    for datagram in &export.datagrams {
        for packet in parser.parse_bytes(datagram).packets {
            match packet {
                NetflowPacket::V9(packet) => {
                    for set in packet.flowsets {
                        let v9::FlowSetBody::Data(data) = set.body else { continue };
                        let pairs = |record: Vec<(v9::lookup::V9Field, FieldValue)>| {
                            named(
                                record
                                    .into_iter()
                                    .map(|(name, value)| (format!("{name:?}"), value)),
                            )
                        };
                        told.extend(data.fields.into_iter().map(pairs));
                    }
                }
                NetflowPacket::IPFix(packet) => {
                    for set in packet.flowsets {
                        let ipfix::FlowSetBody::Data(data) = set.body else { continue };
                        let pairs = |record: Vec<(ipfix::lookup::IPFixField, FieldValue)>| {
                            named(
                                record
                                    .into_iter()
                                    .map(|(name, value)| (format!("{name:?}"), value)),
                            )
                        };
                        told.extend(data.fields.into_iter().map(pairs));
                    }
                }
                NetflowPacket::V5(packet) => told.extend(packet.flowsets.iter().map(|flow| {
                    let protocol = flow.protocol_number;
                    let ports =
                        [6, 17].contains(&protocol).then_some((flow.src_port, flow.dst_port));
                    let ends = (flow.src_addr.into(), flow.dst_addr.into());
                    let counts = (u64::from(flow.d_pkts), u64::from(flow.d_octets));
                    (ends.0, ends.1, ports, protocol, counts.0, counts.1)
                })),
                _ => panic!("no other was built"),
            }
        }
    }
    told
}

fn exports(seed: u64, datagrams: usize) -> Vec<Export> {
    let mut numbers = Numbers(seed);
    let kinds = [shuffled(USUAL4, &mut numbers), shuffled(USUAL6, &mut numbers)];
    let mut exports: Vec<_> = [Format::NetFlow9, Format::Ipfix]
        .map(|format| with_templates(format, &kinds, datagrams, &mut numbers))
        .into();
    exports.push(netflow5(datagrams, &mut numbers));
    exports
}

#[test]
fn every_record_is_what_the_reference_reads() {
    for seed in 0..20 {
        for export in exports(seed, 6) {
            let (ours, theirs) = (ours(&export), theirs(&export));
            assert_eq!(ours.len(), theirs.len());
            for (ours, theirs) in ours.iter().zip(&theirs) {
                assert_eq!(ours, theirs, "seed {seed}");
            }
        }
    }
}

#[test]
fn every_truncation_is_borne_and_loses_no_record_silently() {
    for export in exports(7, 2) {
        let whole = read(export.datagrams.iter().map(Vec::as_slice)).flows.len();
        for (cut, datagram) in export.datagrams.iter().enumerate() {
            for length in 0..datagram.len() {
                let datagrams = export.datagrams.iter().enumerate();
                let datagrams =
                    datagrams.map(|(at, bytes)| if at == cut { &bytes[..length] } else { bytes });
                let kept = read(datagrams);
                assert!(kept.flows.len() <= whole);
                let header = 24;
                if length > header {
                    let silent = kept.flows.len() < whole && kept.others == 0;
                    assert!(!silent || between(&datagram[..length]), "cut {cut} at {length}");
                }
            }
        }
    }
}

/// True for a NetFlow datagram that ends between two records or sets: nothing in
/// it says that there was more, but the count that exporters get wrong.
fn between(cut: &[u8]) -> bool {
    match cut[1] {
        5 => (cut.len() - 24).is_multiple_of(48),
        9 => cut.len() < 24,
        _ => false,
    }
}

#[test]
fn flipped_octets_are_borne_as_datagrams_and_in_files() {
    let mut numbers = Numbers(11);
    for export in exports(3, 4) {
        for _ in 0..400 {
            let mut datagrams = export.datagrams.clone();
            for _ in 0..=numbers.below(6) {
                let at = numbers.below(datagrams.len() as u64) as usize;
                let within = numbers.below(datagrams[at].len() as u64) as usize;
                datagrams[at][within] ^= 1 << numbers.below(8);
            }
            read(datagrams.iter().map(Vec::as_slice));
            let file = datagrams.concat();
            let Some(format) = detect_export(&file) else { continue };
            let mut by_steps = Vec::new();
            for step in [file.len(), 1000] {
                let mut reader = ExportReader::new(ExportSession::default(), format, None);
                let (mut kept, mut start, mut end) = (Kept::default(), 0, 0);
                while end < file.len() {
                    end = (end + step).min(file.len());
                    let window = Window {
                        data: &file[start..end],
                        offset: start as u64,
                        ended: end == file.len(),
                    };
                    let progress = reader.read(window, &mut kept);
                    assert!(progress.consumed <= end - start);
                    start += progress.consumed;
                    if progress.stop.is_some() {
                        break;
                    }
                }
                reader.into_session().finish(&mut kept);
                by_steps.push((kept.flows.len(), kept.others));
            }
            assert_eq!(by_steps[0], by_steps[1], "in one piece and in many");
        }
    }
}

#[test]
fn the_families_are_those_of_the_addresses() {
    let export = &exports(1, 4)[0];
    let kept = read(export.datagrams.iter().map(Vec::as_slice));
    let six = kept.flows.iter().filter(|flow| flow.family == Some(IpVersion::V6)).count();
    assert_eq!(six as u64, export.totals[1][0]);
}
