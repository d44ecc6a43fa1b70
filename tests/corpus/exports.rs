//! Files of export datagrams, and captures that hold them, against what tshark
//! sums up of the records (as exported; nothing is scaled).

use crate::known::KNOWN_EXPORTS;
use crate::oracle::corpus;
use etherparse::{NetSlice, SlicedPacket, TransportSlice};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use v6share::error::Position;
use v6share::flowlog::{
    ExportReader, ExportSession, FlowReader, FlowSink, Received, Window, detect_export,
};
use v6share::model::{
    Anomalies, Excluded, Exporter, ExporterFacts, FlowRecord, Frame, IpAddress, IpVersion, NotIp,
    Undecodable,
};

/// How many rows agree in all figures, at least.
const LEAST: usize = 63;

/// Flows, packets and octets of IPv4, IPv6 and of neither.
#[derive(Default, Debug)]
struct Totals {
    sums: [[u128; 3]; 3],
    samples: u64,
    excluded: BTreeMap<&'static str, u64>,
    undecodable: BTreeMap<&'static str, u64>,
    remarks: Vec<String>,
    exporters: Vec<(u32, ExporterFacts)>,
}

impl FlowSink for Totals {
    fn flow(&mut self, record: &FlowRecord, _odd: Anomalies) -> ControlFlow<()> {
        let sums = &mut self.sums[record.family.map_or(2, IpVersion::index)];
        for (sum, more) in sums.iter_mut().zip([1, record.packets, record.octets]) {
            *sum += u128::from(more);
        }
        ControlFlow::Continue(())
    }

    fn sample(&mut self, _frame: &Frame<'_>, _about: &FlowRecord) -> ControlFlow<()> {
        self.samples += 1;
        ControlFlow::Continue(())
    }

    fn not_ip(&mut self, _what: NotIp) {
        self.sums[2][0] += 1;
    }

    fn undecodable(&mut self, why: Undecodable, records: u64) {
        *self.undecodable.entry(why.key()).or_default() += records;
    }

    fn exclude(&mut self, why: Excluded, records: u64) {
        *self.excluded.entry(why.key()).or_default() += records;
    }

    fn remark(&mut self, _at: Position, what: &str) {
        self.remarks.push(what.to_owned());
    }

    fn exporter(&mut self, exporter: Exporter, facts: &ExporterFacts) {
        self.exporters.push((exporter.domain, *facts));
    }
}

/// The UDP payload of a captured packet, and where it came from.
fn payload(link_type: u32, packet: &[u8]) -> Option<((IpVersion, IpAddress), u16, &[u8])> {
    let sliced = match link_type {
        1 => SlicedPacket::from_ethernet(packet),
        113 => SlicedPacket::from_linux_sll(packet),
        _ => SlicedPacket::from_ip(packet),
    };
    let sliced = sliced.ok()?;
    let address = match sliced.net? {
        NetSlice::Ipv4(ip) => (IpVersion::V4, IpAddress::from_v4(ip.header().source())),
        NetSlice::Ipv6(ip) => (IpVersion::V6, IpAddress::from_v6(ip.header().source())),
        _ => return None,
    };
    let Some(TransportSlice::Udp(udp)) = sliced.transport else { return None };
    Some((address, udp.source_port(), udp.payload()))
}

/// Reads what a capture in the classic format of this byte order holds.
fn capture(data: &[u8], session: &mut ExportSession, totals: &mut Totals) {
    let number = |at: usize| u32::from_le_bytes(data[at..at + 4].try_into().unwrap());
    let link_type = number(20);
    let mut at = 24;
    while at + 16 <= data.len() {
        let length = number(at + 8) as usize;
        let packet = &data[at + 16..at + 16 + length];
        at += 16 + length;
        if let Some((address, port, payload)) = payload(link_type, packet) {
            let (address, port, at) = (Some(address), Some(port), Position::Byte(at as u64));
            let about = Received { address, port, time: None, at };
            assert!(session.datagram(payload, &about, totals).is_continue());
        }
    }
}

/// Reads a file into the session.
fn read(path: &Path, session: ExportSession, totals: &mut Totals) -> ExportSession {
    let data = fs::read(path).unwrap();
    let mut session = session;
    if data.starts_with(&[0xd4, 0xc3, 0xb2, 0xa1]) {
        capture(&data, &mut session, totals);
        return session;
    }
    let format = detect_export(&data).unwrap_or_else(|| panic!("{}", path.display()));
    let mut reader = ExportReader::new(session, format, None);
    let window = Window { data: &data, offset: 0, ended: true };
    let progress = reader.read(window, totals);
    assert_eq!(progress.stop, None, "{}", path.display());
    assert_eq!(progress.consumed, data.len());
    reader.into_session()
}

#[test]
fn exports_have_the_totals_of_tshark() {
    let Some(corpus) = corpus() else { return };
    let table = fs::read_to_string(corpus.join("flow_oracle.tsv")).unwrap();
    let mut lines = table.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let names = lines.next().unwrap();
    let at = |name: &str| names.iter().position(|n| *n == name).unwrap();
    let columns = ["flows_v4", "pkts_v4", "bytes_v4", "flows_v6", "pkts_v6", "bytes_v6"].map(at);
    let (mut agree, mut unknown, mut used) = (0, Vec::new(), BTreeSet::new());
    let exports = |row: &Vec<&str>| ["netflow-export", "ipfix-file"].contains(&row[at("kind")]);
    for row in lines.filter(exports) {
        let want = columns.map(|column| row[column].parse::<u128>().unwrap_or(0));
        let mut totals = Totals::default();
        let mut session = ExportSession::default();
        for file in row[0].split(';') {
            session = read(&corpus.join(file), session, &mut totals);
        }
        session.finish(&mut totals);
        let got = [&totals.sums[0][..], &totals.sums[1][..]].concat();
        let known = KNOWN_EXPORTS.iter().find(|(name, _)| row[0].ends_with(name));
        used.extend(known.map(|(name, _)| *name));
        if got == want {
            agree += 1;
        } else if known.is_none() {
            unknown.push(format!("{}: want {want:?} got {totals:?}", row[0]));
        }
    }
    assert!(unknown.is_empty(), "{agree} agree, {unknown:#?}");
    assert_eq!(used.len(), KNOWN_EXPORTS.len(), "{used:#?}");
    assert!(agree >= LEAST, "{agree} agree");
}
