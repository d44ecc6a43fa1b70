//! What does reading the records of export datagrams cost, and what with the crate
//! `netflow_parser`? Both read the same datagrams in memory, and both hold their
//! count of records against the generator's; ours its sums too.

#[path = "../tests/support/exports.rs"]
mod exports;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use exports::{Export, Format, Numbers, Totals, USUAL4, USUAL6, netflow5, with_templates};
use netflow_parser::variable_versions::{ipfix, v9};
use netflow_parser::{NetflowPacket, NetflowParser};
use std::ops::ControlFlow;
use v6share::error::Position;
use v6share::flowlog::{ExportSession, FlowSink, Received};
use v6share::model::{
    Anomalies, Excluded, Exporter, ExporterFacts, FlowRecord, Frame, IpVersion, NotIp, Undecodable,
};

/// Datagrams of each stream: about 3 MB, more than the second level of cache holds.
const DATAGRAMS: usize = 2000;

/// Sums what it is handed.
#[derive(Default)]
struct Sums(Totals);

impl FlowSink for Sums {
    fn flow(&mut self, record: &FlowRecord, _odd: Anomalies) -> ControlFlow<()> {
        let sums = &mut self.0[record.family.map_or(0, IpVersion::index)];
        sums[0] += 1;
        sums[1] += record.packets;
        sums[2] += record.octets;
        std::hint::black_box(record);
        ControlFlow::Continue(())
    }

    fn sample(&mut self, _: &Frame<'_>, _: &FlowRecord) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn not_ip(&mut self, _: NotIp) {}
    fn undecodable(&mut self, _: Undecodable, _: u64) {}
    fn exclude(&mut self, _: Excluded, _: u64) {}
    fn remark(&mut self, _: Position, _: &str) {}
    fn exporter(&mut self, _: Exporter, _: &ExporterFacts) {}
}

fn ours(export: &Export) -> Totals {
    let mut session = ExportSession::default();
    let mut sums = Sums::default();
    let about = Received { address: None, port: None, time: None, at: Position::Byte(0) };
    for datagram in &export.datagrams {
        assert!(session.datagram(datagram, &about, &mut sums).is_continue());
    }
    sums.0
}

fn theirs(export: &Export) -> u64 {
    let mut parser = NetflowParser::default();
    let mut records = 0;
    for datagram in &export.datagrams {
        for packet in parser.parse_bytes(datagram).packets {
            records += match std::hint::black_box(&packet) {
                NetflowPacket::V5(packet) => packet.flowsets.len(),
                NetflowPacket::V9(packet) => {
                    let data = |set: &v9::FlowSet| match &set.body {
                        v9::FlowSetBody::Data(data) => data.fields.len(),
                        _ => 0,
                    };
                    packet.flowsets.iter().map(data).sum()
                }
                NetflowPacket::IPFix(packet) => {
                    let data = |set: &ipfix::FlowSet| match &set.body {
                        ipfix::FlowSetBody::Data(data) => data.fields.len(),
                        _ => 0,
                    };
                    packet.flowsets.iter().map(data).sum()
                }
                _ => 0,
            } as u64;
        }
    }
    records
}

fn reading(criterion: &mut Criterion) {
    let mut numbers = Numbers(6);
    let usual = [USUAL4.to_vec(), USUAL6.to_vec()];
    let mut with = |format| with_templates(format, &usual, DATAGRAMS, &mut numbers);
    let streams = [
        ("netflow-v9", with(Format::NetFlow9)),
        ("ipfix", with(Format::Ipfix)),
        ("netflow-v5", netflow5(DATAGRAMS, &mut numbers)),
    ];
    for (name, export) in &streams {
        let records = export.totals[0][0] + export.totals[1][0];
        let mut group = criterion.benchmark_group(format!("flows/{name}"));
        group.throughput(Throughput::Elements(records));
        group.bench_with_input(BenchmarkId::from_parameter("v6share"), export, |bench, export| {
            bench.iter(|| assert_eq!(ours(export), export.totals));
        });
        let peer = BenchmarkId::from_parameter("netflow_parser");
        group.bench_with_input(peer, export, |bench, export| {
            bench.iter(|| assert_eq!(theirs(export), records));
        });
        group.finish();
    }
}

criterion_group!(benches, reading);
criterion_main!(benches);
