//! A sink that keeps everything, and datagrams built octet by octet.

use crate::error::Position;
use crate::flowlog::{ExportSession, FlowSink, Received};
use crate::model::{
    Anomalies, Excluded, Exporter, ExporterFacts, FlowRecord, Frame, IpAddress, IpVersion,
    LinkType, NotIp, Timestamp, Undecodable,
};
use std::collections::BTreeMap;
use std::ops::ControlFlow;

/// Keeps what it is handed.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    pub(crate) flows: Vec<FlowRecord>,
    pub(crate) odd: Vec<Anomalies>,
    pub(crate) samples: Vec<(LinkType, Vec<u8>, u32, FlowRecord)>,
    pub(crate) not_ip: Vec<NotIp>,
    pub(crate) undecodable: BTreeMap<Undecodable, u64>,
    pub(crate) excluded: BTreeMap<Excluded, u64>,
    pub(crate) remarks: Vec<String>,
    pub(crate) exporters: Vec<(Exporter, ExporterFacts)>,
    /// Breaks at the flow of this number, from 1.
    pub(crate) stop_at: Option<usize>,
}

impl Kept {
    /// Records of every class.
    pub(crate) fn records(&self) -> u64 {
        let kept = self.flows.len() + self.samples.len() + self.not_ip.len();
        kept as u64 + self.undecodable.values().sum::<u64>() + self.excluded.values().sum::<u64>()
    }
}

impl FlowSink for Kept {
    fn flow(&mut self, record: &FlowRecord, odd: Anomalies) -> ControlFlow<()> {
        self.flows.push(*record);
        self.odd.push(odd);
        match self.stop_at {
            Some(stop) if self.flows.len() >= stop => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        }
    }

    fn sample(&mut self, frame: &Frame<'_>, about: &FlowRecord) -> ControlFlow<()> {
        let link_type = frame.link_type.expect("a sample has a link type");
        self.samples.push((link_type, frame.captured.to_vec(), frame.original_len, *about));
        ControlFlow::Continue(())
    }

    fn not_ip(&mut self, what: NotIp) {
        self.not_ip.push(what);
    }

    fn undecodable(&mut self, why: Undecodable, records: u64) {
        *self.undecodable.entry(why).or_default() += records;
    }

    fn exclude(&mut self, why: Excluded, records: u64) {
        *self.excluded.entry(why).or_default() += records;
    }

    fn remark(&mut self, _: Position, what: &str) {
        self.remarks.push(what.to_owned());
    }

    fn exporter(&mut self, exporter: Exporter, facts: &ExporterFacts) {
        self.exporters.push((exporter, *facts));
    }
}

/// An address of IPv4.
pub(crate) fn v4(octets: [u8; 4]) -> Option<IpAddress> {
    Some(IpAddress::from_v4(octets))
}

/// An address of IPv6.
pub(crate) fn v6(text: &str) -> Option<IpAddress> {
    let address: std::net::Ipv6Addr = text.parse().unwrap();
    Some(IpAddress::from_v6(address.octets()))
}

/// As if it came from 192.0.2.254, port 2055.
pub(crate) fn received() -> Received {
    from([192, 0, 2, 254], 2055)
}

/// As if it came from `address` and `port`.
pub(crate) fn from(address: [u8; 4], port: u16) -> Received {
    Received {
        address: v4(address).map(|address| (IpVersion::V4, address)),
        port: Some(port),
        time: Some(Timestamp::from_nanoseconds(1_700_000_000_000_000_000)),
        at: Position::Byte(0),
    }
}

/// What one session makes of the datagrams, all from one place.
pub(crate) fn session(datagrams: &[&[u8]]) -> Kept {
    let mut kept = Kept::default();
    let mut session = ExportSession::default();
    for datagram in datagrams {
        let read = session.datagram(datagram, &received(), &mut kept);
        assert!(matches!(read, ControlFlow::Continue(Some(_))), "{datagram:02x?}");
    }
    session.finish(&mut kept);
    kept
}
