//! The flow samples of sFlow version 5: one packet each, which stands for as many
//! as its sampling rate says.
//!
//! A sample holds several records of the same packet. What says most of it counts:
//! its first octets (format 1), else the fields of its IP header (3, 4), else those
//! of its Ethernet header (2).

use super::bytes::{be32, chunk};
use super::sflow::{SFlowSources, words};
use crate::flowlog::FlowSink;
use crate::model::{
    Anomalies, Anomaly, EtherType, Exporter, FlowRecord, Frame, IpAddress, IpProtocol, IpVersion,
    LinkType, NotIp, Sampling, Timestamp, Undecodable,
};
use std::ops::ControlFlow;

/// Octets of an Ethernet header and of its frame check sequence, which sFlow counts.
const ETHERNET_HEADER: u64 = 14;
const FCS: u8 = 4;
/// The interface number that stands for none.
const NO_INTERFACE: u32 = 0x3fff_ffff;

/// Who sent a sample, and when.
#[derive(Clone, Copy, Debug)]
pub(super) struct Agent {
    pub(super) exporter: Exporter,
    pub(super) received: Option<Timestamp>,
    pub(super) uptime: u32,
}

/// The two layouts of a flow sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SampleKind {
    /// Format 1: kind and number of source and interfaces share four octets.
    Compact,
    /// Format 3: four octets each.
    Expanded,
}

/// What stands before the records of a sample.
#[derive(Clone, Copy, Debug)]
struct Head {
    number: u32,
    source: u64,
    rate: u32,
    drops: u32,
    input: Option<u32>,
    output: Option<u32>,
    records: u32,
    len: usize,
}

/// The number of an interface, where `kind` 0 says that it is one.
fn interface(kind: u32, number: u32) -> Option<u32> {
    (kind == 0 && number != NO_INTERFACE).then_some(number)
}

fn head(kind: SampleKind, body: &[u8]) -> Option<Head> {
    if kind == SampleKind::Compact {
        let [number, source, rate, _, drops, input, output, records] = words(body, 0)?;
        let split = |word: u32| interface(word >> 30, word & 0x3fff_ffff);
        let source = u64::from(source >> 24) << 32 | u64::from(source & 0xff_ffff);
        let (input, output) = (split(input), split(output));
        return Some(Head { number, source, rate, drops, input, output, records, len: 32 });
    }
    let [number, class, index, rate, _, drops, ik, input, ok, output, records] = words(body, 0)?;
    let source = u64::from(class) << 32 | u64::from(index);
    let (input, output) = (interface(ik, input), interface(ok, output));
    Some(Head { number, source, rate, drops, input, output, records, len: 44 })
}

/// Reads a flow sample and hands on its packet.
pub(super) fn read<S: FlowSink>(
    kind: SampleKind,
    body: &[u8],
    agent: &Agent,
    sources: &mut SFlowSources,
    sink: &mut S,
) -> ControlFlow<()> {
    let Some(head) = head(kind, body) else {
        sink.undecodable(Undecodable::MalformedRecord, 1);
        return ControlFlow::Continue(());
    };
    sources.observe(head.source, head.number, head.drops, agent.uptime);
    let mut odd = Anomalies::NONE;
    if agent.received.is_none() {
        odd.insert(Anomaly::NoTimestamp);
    }
    let flow = FlowRecord {
        packets: 1,
        start: agent.received,
        end: agent.received,
        sampling: Sampling::one_in(head.rate.into()),
        exporter: Some(agent.exporter),
        input: head.input,
        output: head.output,
        ..FlowRecord::default()
    };
    let mut found = Found::default();
    if !found.records(&body[head.len..], head.records) && found.nothing() {
        sink.undecodable(Undecodable::MalformedRecord, 1);
        return ControlFlow::Continue(());
    }
    found.hand_on(flow, odd, sink)
}

/// The records of a sample that describe its packet.
#[derive(Clone, Copy, Debug, Default)]
struct Found<'a> {
    header: Option<&'a [u8]>,
    ipv4: Option<&'a [u8]>,
    ipv6: Option<&'a [u8]>,
    ethernet: Option<&'a [u8]>,
}

impl<'a> Found<'a> {
    /// Looks through the records. False where they are cut.
    fn records(&mut self, mut rest: &'a [u8], count: u32) -> bool {
        for _ in 0..count {
            let (Some(format), Some(length)) = (be32(rest, 0), be32(rest, 4)) else { return false };
            let body = &rest[8..];
            let Some(record) = body.get(..length as usize) else { return false };
            let place = match format {
                1 => &mut self.header,
                2 => &mut self.ethernet,
                3 => &mut self.ipv4,
                4 => &mut self.ipv6,
                _ => &mut None,
            };
            place.get_or_insert(record);
            rest = &body[record.len()..];
        }
        true
    }

    fn nothing(&self) -> bool {
        [self.header, self.ipv4, self.ipv6, self.ethernet].iter().all(Option::is_none)
    }

    fn hand_on<S: FlowSink>(
        &self,
        flow: FlowRecord,
        odd: Anomalies,
        sink: &mut S,
    ) -> ControlFlow<()> {
        if let Some(header) = self.header {
            return raw_header(header, flow, sink);
        }
        let ip = match (self.ipv4, self.ipv6) {
            (Some(record), _) => sampled_ipv4(record, flow),
            (None, Some(record)) => sampled_ipv6(record, flow),
            (None, None) => {
                return match self.ethernet {
                    Some(record) => sampled_ethernet(record, flow, odd, sink),
                    // Only what was added to a packet that is not described.
                    None => {
                        sink.undecodable(Undecodable::UnknownFamily, 1);
                        ControlFlow::Continue(())
                    }
                };
            }
        };
        match ip {
            Some(flow) => sink.flow(&flow, odd),
            None => {
                sink.undecodable(Undecodable::MalformedRecord, 1);
                ControlFlow::Continue(())
            }
        }
    }
}

/// The link type of a header protocol.
fn link_type(protocol: u32) -> Option<LinkType> {
    Some(LinkType(match protocol {
        1 => 1,   // Ethernet
        3 => 6,   // token ring
        4 => 10,  // FDDI
        5 => 107, // frame relay
        7 => 9,   // PPP
        11 => 228,
        12 => 229,
        13 => 219, // MPLS
        14 => 50,  // PPP in HDLC framing
        15 => 105, // IEEE 802.11
        _ => return None,
    }))
}

/// `sampled_header`: protocol, length of the frame, octets stripped, octets that
/// follow.
fn raw_header<S: FlowSink>(record: &[u8], flow: FlowRecord, sink: &mut S) -> ControlFlow<()> {
    let Some([protocol, frame_length, stripped, length]) = words(record, 0) else {
        sink.undecodable(Undecodable::MalformedRecord, 1);
        return ControlFlow::Continue(());
    };
    let Some(link_type) = link_type(protocol) else {
        sink.undecodable(Undecodable::UnknownFamily, 1);
        return ControlFlow::Continue(());
    };
    let behind = &record[16..];
    let captured = &behind[..behind.len().min(length as usize)];
    let with_fcs = link_type == LinkType(1) && stripped >= u32::from(FCS);
    let frame = Frame {
        link_type: Some(link_type),
        timestamp: flow.start,
        captured,
        original_len: frame_length,
        // Where octets were stripped from an Ethernet frame, its check sequence is
        // among them: the length counts it.
        fcs_len: if with_fcs { FCS } else { 0 },
        interface: 0,
    };
    sink.sample(&frame, &flow)
}

/// `sampled_ipv4`: IP length, protocol, addresses, ports, flags, type of service.
fn sampled_ipv4(record: &[u8], flow: FlowRecord) -> Option<FlowRecord> {
    let [octets, protocol] = words(record, 0)?;
    let [from, to, _] = words(record, 16)?;
    let flow = FlowRecord {
        family: Some(IpVersion::V4),
        source: chunk(record, 8).map(IpAddress::from_v4),
        destination: chunk(record, 12).map(IpAddress::from_v4),
        octets: octets.into(),
        ..flow
    };
    Some(with_protocol(flow, protocol, (from, to)))
}

/// `sampled_ipv6`: the same with the addresses of IPv6.
fn sampled_ipv6(record: &[u8], flow: FlowRecord) -> Option<FlowRecord> {
    let [octets, protocol] = words(record, 0)?;
    let [from, to, _] = words(record, 40)?;
    let flow = FlowRecord {
        family: Some(IpVersion::V6),
        source: chunk(record, 8).map(IpAddress::from_v6),
        destination: chunk(record, 24).map(IpAddress::from_v6),
        octets: octets.into(),
        ..flow
    };
    Some(with_protocol(flow, protocol, (from, to)))
}

fn with_protocol(flow: FlowRecord, protocol: u32, ports: (u32, u32)) -> FlowRecord {
    let protocol = u8::try_from(protocol).ok().map(IpProtocol);
    let port = |word| u16::try_from(word).unwrap_or(0);
    let ports = protocol.is_some_and(IpProtocol::has_ports).then(|| (port(ports.0), port(ports.1)));
    FlowRecord { protocol, ports, ..flow }
}

/// `sampled_ethernet`: length with header and check sequence, two addresses of
/// eight octets, type. Its octets are brought to the IP layer by taking header and
/// check sequence away.
fn sampled_ethernet<S: FlowSink>(
    record: &[u8],
    flow: FlowRecord,
    odd: Anomalies,
    sink: &mut S,
) -> ControlFlow<()> {
    let (Some(length), Some(ether_type)) = (be32(record, 0), be32(record, 20)) else {
        sink.undecodable(Undecodable::MalformedRecord, 1);
        return ControlFlow::Continue(());
    };
    let family = match ether_type {
        0x0800 => IpVersion::V4,
        0x86dd => IpVersion::V6,
        other => {
            sink.not_ip(NotIp::EtherType(EtherType(u16::try_from(other).unwrap_or(u16::MAX))));
            return ControlFlow::Continue(());
        }
    };
    let wire_octets = u64::from(length);
    let octets = wire_octets.saturating_sub(ETHERNET_HEADER + u64::from(FCS));
    sink.flow(&FlowRecord { family: Some(family), octets, wire_octets, ..flow }, odd)
}
