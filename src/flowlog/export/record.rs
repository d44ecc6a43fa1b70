//! The numbers of a data record, made into a flow record.

use super::clock::Clock;
use super::element::{SectionKind, Slot};
use super::moment::Moments;
use super::plan::{Extent, Plan, Values};
use super::sampling::{self, Samplers};
use crate::flowlog::FlowSink;
use crate::model::{
    Anomalies, Anomaly, EtherType, Excluded, Exporter, FlowDirection, FlowRecord, Frame, IpAddress,
    IpProtocol, IpVersion, LinkType, NotIp, Sampling, Timestamp,
};
use std::ops::ControlFlow;

/// EtherTypes of the two families.
const IPV4: u64 = 0x0800;
const IPV6: u64 = 0x86dd;
/// `firewallEvent` 3: the flow was denied.
const DENIED: u64 = 3;

/// A template, ready to read records.
#[derive(Debug)]
pub(super) struct Template {
    pub(super) plan: Plan,
    /// True where its records are options.
    pub(super) options: bool,
    packets: (Slot, Slot),
    octets: (Slot, Slot),
    layer2: (Slot, Slot),
    moments: Moments,
    counts: bool,
    event: bool,
    addresses: bool,
    input: bool,
    output: bool,
    direction: bool,
    protocol: bool,
    sampling: bool,
    sampler: bool,
}

/// What the records of one set have in common.
#[derive(Clone, Copy, Debug)]
pub(super) struct Context<'a> {
    pub(super) exporter: Exporter,
    pub(super) clock: Clock,
    /// When the device started, in milliseconds since 1970, by its options.
    pub(super) init: Option<u64>,
    pub(super) samplers: &'a Samplers,
}

/// The counters that one measure is read from: delta counters, else totals, never
/// both; a reverse counter (RFC 5103) is the flow's other direction. Those behind
/// a middlebox (`post...`) count where there are no others.
const PACKETS: [(Slot, Slot); 5] = [
    (Slot::PacketDelta, Slot::ReversePacketDelta),
    (Slot::PacketTotal, Slot::ReversePacketTotal),
    (Slot::InitiatorPackets, Slot::ResponderPackets),
    (Slot::PostPacketDelta, Slot::Nothing),
    (Slot::PostPacketTotal, Slot::Nothing),
];
const OCTETS: [(Slot, Slot); 5] = [
    (Slot::OctetDelta, Slot::ReverseOctetDelta),
    (Slot::OctetTotal, Slot::ReverseOctetTotal),
    (Slot::InitiatorOctets, Slot::ResponderOctets),
    (Slot::PostOctetDelta, Slot::Nothing),
    (Slot::PostOctetTotal, Slot::Nothing),
];
const LAYER2: [(Slot, Slot); 2] = [
    (Slot::Layer2OctetDelta, Slot::ReverseLayer2OctetDelta),
    (Slot::Layer2OctetTotal, Slot::ReverseLayer2OctetTotal),
];

fn counters(plan: &Plan, pairs: &[(Slot, Slot)]) -> (Slot, Slot) {
    let there = |pair: &&(Slot, Slot)| plan.has(pair.0) || plan.has(pair.1);
    pairs.iter().find(there).copied().unwrap_or((Slot::Nothing, Slot::Nothing))
}

impl Template {
    pub(super) fn new(plan: Plan, options: bool) -> Self {
        let (packets, octets) = (counters(&plan, &PACKETS), counters(&plan, &OCTETS));
        let layer2 = counters(&plan, &LAYER2);
        let addresses = [Slot::Source4, Slot::Destination4, Slot::Source6, Slot::Destination6];
        Self {
            options,
            packets,
            octets,
            layer2,
            moments: Moments::of(&plan),
            counts: [packets, octets, layer2].iter().any(|pair| pair.0 != Slot::Nothing),
            event: plan.has_any(&[Slot::NatEvent, Slot::FirewallEvent]),
            addresses: plan.has_any(&addresses),
            input: plan.has(Slot::Ingress),
            output: plan.has(Slot::Egress),
            direction: plan.has(Slot::Direction),
            protocol: plan.has(Slot::Protocol),
            sampling: plan.has_any(&sampling::INTERVALS),
            sampler: plan.has(Slot::Sampler),
            plan,
        }
    }

    /// True where its records could tell of IPv6.
    pub(super) fn tells_ipv6(&self) -> bool {
        let tells = [Slot::Source6, Slot::Destination6, Slot::Version, Slot::EtherType];
        !self.options && (self.plan.has_any(&tells) || self.plan.section.is_some())
    }

    /// Reads the data records in `body` and hands them on. Says how many there
    /// are, and what is behind them.
    pub(super) fn read<'b, S: FlowSink>(
        &self,
        body: &'b [u8],
        context: &Context<'_>,
        sink: &mut S,
    ) -> ControlFlow<(), (u32, &'b [u8])> {
        let mut reading = Reading::new(self, context);
        let mut count = 0;
        let rest = self.each(body, |record, extent, values| {
            count += 1;
            reading.hand_on(values, record, extent, sink)
        })?;
        ControlFlow::Continue((count, rest))
    }

    /// Shows each whole record in `body` with its numbers, and returns what is
    /// behind the last one.
    pub(super) fn each<'b>(
        &self,
        body: &'b [u8],
        mut take: impl FnMut(&'b [u8], Extent, &Values) -> ControlFlow<()>,
    ) -> ControlFlow<(), &'b [u8]> {
        let mut values = Values::default();
        if self.plan.length == 0 {
            return ControlFlow::Continue(body);
        }
        if self.plan.fixed() {
            let mut records = body.chunks_exact(self.plan.length);
            for record in records.by_ref() {
                let extent = self.plan.load(record, &mut values);
                take(record, extent, &values)?;
            }
            return ControlFlow::Continue(records.remainder());
        }
        let mut rest = body;
        while rest.len() >= self.plan.length {
            let Some(extent) = self.plan.walk(rest, &mut values) else { break };
            let (record, behind) = rest.split_at(extent.length);
            take(record, extent, &values)?;
            rest = behind;
        }
        ControlFlow::Continue(rest)
    }
}

/// Reads the records of one set.
struct Reading<'a> {
    template: &'a Template,
    context: &'a Context<'a>,
    /// The sampling of records that tell nothing of their own.
    sampling: Sampling,
    each_sampling: bool,
    flow: FlowRecord,
}

impl<'a> Reading<'a> {
    fn new(template: &'a Template, context: &'a Context<'a>) -> Self {
        let sampling = context.samplers.of(None, None);
        let by_interface = template.input && context.samplers.by_interface();
        let flow = FlowRecord { exporter: Some(context.exporter), ..FlowRecord::default() };
        let each_sampling = template.sampling || template.sampler || by_interface;
        Self { template, context, sampling, each_sampling, flow }
    }

    #[inline]
    fn hand_on<S: FlowSink>(
        &mut self,
        values: &Values,
        record: &[u8],
        extent: Extent,
        sink: &mut S,
    ) -> ControlFlow<()> {
        let template = self.template;
        let sum = |pair: (Slot, Slot)| values.of(pair.0).saturating_add(values.of(pair.1));
        self.flow.packets = sum(template.packets);
        self.flow.octets = sum(template.octets);
        self.flow.wire_octets = sum(template.layer2);
        if template.event && self.event(values, sink) {
            return ControlFlow::Continue(());
        }
        let odd = self.time(values);
        self.ways(values);
        self.flow.sampling = self.sampling(values);
        if extent.section.1 > 0 && !template.addresses {
            return self.sample(values, record, extent.section, sink);
        }
        if let Err(ether_type) = self.family(values) {
            sink.not_ip(NotIp::EtherType(ether_type));
            return ControlFlow::Continue(());
        }
        self.protocol(values);
        sink.flow(&self.flow, odd)
    }

    /// Leaves out events that carry no traffic, and flows that a firewall denied.
    fn event<S: FlowSink>(&self, values: &Values, sink: &mut S) -> bool {
        let (nat, firewall) = (values.of(Slot::NatEvent), values.of(Slot::FirewallEvent));
        let traffic = self.flow.packets | self.flow.octets | self.flow.wire_octets != 0;
        let why = match traffic {
            true if firewall == DENIED => Excluded::Rejected,
            false if nat | firewall != 0 || !self.template.counts => Excluded::Event,
            _ => return false,
        };
        sink.exclude(why, 1);
        true
    }

    #[inline]
    fn time(&mut self, values: &Values) -> Anomalies {
        let Context { clock, init, .. } = self.context;
        let (start, end) = self.template.moments.read(values, clock, *init);
        let (end, odd) = told(start, end);
        (self.flow.start, self.flow.end) = (start, end);
        odd
    }

    #[inline]
    fn ways(&mut self, values: &Values) {
        let interface = |there: bool, slot| {
            if there { u32::try_from(values.of(slot)).ok() } else { None }
        };
        self.flow.input = interface(self.template.input, Slot::Ingress);
        self.flow.output = interface(self.template.output, Slot::Egress);
        self.flow.direction = match values.of(Slot::Direction) {
            0 if self.template.direction => Some(FlowDirection::Ingress),
            1 => Some(FlowDirection::Egress),
            _ => None,
        };
    }

    #[inline]
    fn sampling(&self, values: &Values) -> Sampling {
        if !self.each_sampling {
            return self.sampling;
        }
        if self.template.sampling {
            let told = sampling::told(&self.template.plan, values);
            if told != Sampling::Unknown {
                return told;
            }
        }
        let sampler = self.template.sampler.then(|| values.of(Slot::Sampler));
        self.context.samplers.of(sampler, self.flow.input)
    }

    /// Family and addresses by MEASURE section 5.
    ///
    /// # Errors
    /// The EtherType of what is not IP.
    #[inline]
    fn family(&mut self, values: &Values) -> Result<(), EtherType> {
        let four = (values.of(Slot::Source4), values.of(Slot::Destination4));
        let six = (values.of_address6(Slot::Source6), values.of_address6(Slot::Destination6));
        let (any4, any6) = (four.0 | four.1 != 0, six.0 | six.1 != 0);
        let mapped = any6 && mapped(six.0) && mapped(six.1);
        let first4 = any4 && !(any6 && self.template.plan.ipv6_first);
        let family = match values.of(Slot::Version) {
            4 => Some(IpVersion::V4),
            6 if !mapped => Some(IpVersion::V6),
            _ if first4 => Some(IpVersion::V4),
            _ if mapped => Some(IpVersion::V4),
            _ if any6 => Some(IpVersion::V6),
            _ => match values.of(Slot::EtherType) {
                IPV4 => Some(IpVersion::V4),
                IPV6 => Some(IpVersion::V6),
                0 => None,
                other => return Err(EtherType(u16::try_from(other).unwrap_or(u16::MAX))),
            },
        };
        self.flow.family = family;
        let of4 = |bits: u64| IpAddress::from_bits(u128::from(bits) << 96);
        let addresses = match family {
            Some(IpVersion::V4) if any4 => Some((of4(four.0), of4(four.1))),
            Some(IpVersion::V4) if mapped => {
                Some((IpAddress::from_bits(six.0 << 96), IpAddress::from_bits(six.1 << 96)))
            }
            Some(IpVersion::V6) if any6 => {
                Some((IpAddress::from_bits(six.0), IpAddress::from_bits(six.1)))
            }
            _ => None,
        };
        (self.flow.source, self.flow.destination) = addresses.unzip();
        Ok(())
    }

    #[inline]
    fn protocol(&mut self, values: &Values) {
        let protocol = u8::try_from(values.of(Slot::Protocol)).ok().map(IpProtocol);
        self.flow.protocol = protocol.filter(|_| self.template.protocol);
        let port = |slot| u16::try_from(values.of(slot)).unwrap_or(0);
        let ported = self.flow.protocol.is_some_and(IpProtocol::has_ports);
        self.flow.ports = ported.then(|| (port(Slot::SourcePort), port(Slot::DestinationPort)));
    }

    /// Hands on the first octets of a packet.
    fn sample<S: FlowSink>(
        &self,
        values: &Values,
        record: &[u8],
        section: (usize, usize),
        sink: &mut S,
    ) -> ControlFlow<()> {
        let captured = record.get(section.0..section.0 + section.1).unwrap_or_default();
        let sent = self.context.clock.sent.map(Timestamp::from_nanoseconds);
        let ip = self.template.plan.section == Some(SectionKind::Ip);
        let link_type = match (ip, values.of(Slot::FrameType)) {
            (true, _) => LinkType(101),
            (false, 2) => LinkType(105),
            (false, _) => LinkType(1),
        };
        let told = u32::try_from(values.of(Slot::FrameSize)).unwrap_or(u32::MAX);
        let size = if told == 0 && ip { ip_length(captured) } else { told };
        let frame = Frame {
            link_type: Some(link_type),
            timestamp: self.flow.start.or(sent),
            captured,
            original_len: size.max(u32::try_from(captured.len()).unwrap_or(u32::MAX)),
            fcs_len: 0,
            interface: 0,
        };
        sink.sample(&frame, &self.flow)
    }
}

/// True for an address in ::ffff:0:0/96, and for none.
fn mapped(address: u128) -> bool {
    address == 0 || address >> 32 == 0xffff
}

/// What the IP header at the start of `bytes` says of its packet's length.
fn ip_length(bytes: &[u8]) -> u32 {
    match bytes.first().map(|first| first >> 4) {
        Some(4) => super::bytes::be16(bytes, 2).map_or(0, u32::from),
        Some(6) => super::bytes::be16(bytes, 4).map_or(0, |payload| u32::from(payload) + 40),
        _ => 0,
    }
}

/// The end of a flow, which cannot lie before its start, and whether the times
/// were odd: none at all, or impossible.
#[inline]
pub(super) fn told(
    start: Option<Timestamp>,
    end: Option<Timestamp>,
) -> (Option<Timestamp>, Anomalies) {
    let mut odd = Anomalies::NONE;
    let possible = end.filter(|end| start.is_none_or(|start| start <= *end));
    if start.is_none() && end.is_none() || possible != end {
        odd.insert(Anomaly::NoTimestamp);
    }
    (possible, odd)
}
