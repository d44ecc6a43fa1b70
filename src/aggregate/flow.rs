//! Flow records into the tables of a run. A record stands for many packets, and
//! its amounts may be of any width: they go into the totals straight away. For what
//! most records are there is a shorter way, the tables of plain flows; this one
//! counts them all, and is its oracle in the tests.

use super::facts::Facts;
use super::keys::Shown;
use super::{Plan, Totals, TunnelCount, TunnelKey, ViewTotals};
use crate::model::{
    Context, Count, Encapsulation, FlowObservation, IpHeader, IpVersion, Observation, PerView,
    Side, Tally, Variance, spread,
};

/// What only flow records have: how much was exported before it was scaled, and
/// how much sampling leaves open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FlowTotals {
    /// As exported, by the outer header. A record is one flow.
    pub exported: Tally,
    /// What it stands for: part of the totals of the transport view.
    pub scaled: Tally,
    /// Variance of the profile's traffic, by the family that it counts under.
    pub variance: PerView<[Variance; 2]>,
}

impl FlowTotals {
    /// Adds other totals.
    pub fn merge(&mut self, other: &Self) {
        self.exported += &other.exported;
        self.scaled += &other.scaled;
        for (mine, theirs) in [
            (&mut self.variance.transport, &other.variance.transport),
            (&mut self.variance.end_to_end, &other.variance.end_to_end),
        ] {
            mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| mine.add(theirs));
        }
    }
}

/// One header of a record as one set of tables counts it.
struct Part<'o> {
    observation: &'o Observation,
    header: &'o IpHeader,
    flow: &'o FlowObservation,
    counted: IpVersion,
    count: Count,
}

impl Totals {
    /// Counts one flow record in its cell of each view.
    pub fn observe_flow(&mut self, plan: &Plan, observation: &Observation, flow: &FlowObservation) {
        let outer = &observation.outer;
        self.flows.exported[outer.version] += &flow.exported;
        self.flows.scaled[outer.version] += &flow.scaled;
        let count = flow.scaled;
        let part = Part { observation, header: outer, flow, counted: outer.version, count };
        if observation.encapsulation == Encapsulation::Native {
            let kept = self.same.observe_flow(plan, &mut self.facts, &part);
            self.vary(flow, kept, outer.version, kept, outer.version);
            return;
        }
        self.tunnel(observation, flow);
        let inner = observation.innermost();
        let mut inside = Part { header: inner, counted: observation.end_to_end(), ..part };
        inside.count.octets = flow.inner_octets;
        let counted = inside.counted;
        let (transport, end_to_end) = if observation.encapsulation.is_translation() {
            (
                self.transport.observe_flow(plan, &mut self.facts, &part),
                self.translated.observe_flow(plan, &mut self.facts, &inside),
            )
        } else if observation.inner.is_some() {
            (
                self.transport.observe_flow(plan, &mut self.facts, &part),
                self.end_to_end.observe_flow(plan, &mut self.facts, &inside),
            )
        } else {
            let kept = self.same.observe_flow(plan, &mut self.facts, &part);
            (kept, kept)
        };
        self.vary(flow, transport, outer.version, end_to_end, counted);
    }

    /// Adds a record's variance to the views whose profile keeps it.
    fn vary(
        &mut self,
        flow: &FlowObservation,
        transport: bool,
        outer: IpVersion,
        end_to_end: bool,
        counted: IpVersion,
    ) {
        if flow.variance.is_zero() {
            return;
        }
        let variance = &mut self.flows.variance;
        if transport {
            variance.transport[outer.index()].add(&flow.variance);
        }
        if end_to_end {
            variance.end_to_end[counted.index()].add(&flow.variance);
        }
    }

    fn tunnel(&mut self, observation: &Observation, flow: &FlowObservation) {
        let counted = observation.end_to_end();
        let key = TunnelKey {
            encapsulation: observation.encapsulation,
            path: observation.path,
            outer: observation.outer.version,
            inner: (!observation.inner_unknown).then_some(counted),
            counted,
        };
        self.tunnels.entry(key).or_default().add(&TunnelCount {
            packets: flow.scaled.packets,
            outer_octets: flow.scaled.octets,
            inner_octets: flow.inner_octets,
            wire_octets: flow.scaled.wire_octets,
            flows: flow.scaled.flows,
        });
    }
}

impl ViewTotals {
    /// Counts one header, as far as the plan wants it; false where the profile
    /// leaves it out. Sizes are of packets, which a flow record does not tell.
    fn observe_flow(&mut self, plan: &Plan, facts: &mut Facts, part: &Part<'_>) -> bool {
        let Part { observation, header, counted, count, .. } = part;
        if plan.counts_as_control(header) {
            self.control[*counted] += count;
        }
        if !plan.keeps(observation, header) {
            self.left_out[*counted] += count;
            return false;
        }
        self.protocol(header.protocol, *counted, count);
        if !self.keyed.is_empty() {
            self.observe_keyed(plan, part, facts);
        }
        if let (Some(distinct), Some(side)) = (&mut self.distinct, plan.distinct) {
            distinct.observe(header, side);
        }
        for ((lens, side), prefixes) in plan.prefixes.iter().zip(&mut self.prefixes) {
            let len = lens.len(header.version);
            let (first, second) = match side {
                Side::Both => (header.source, header.destination),
                Side::Source => (header.source, None),
                Side::Destination => (header.destination, None),
            };
            let first = first.map(|address| address.masked(len));
            let second = second.map(|address| address.masked(len));
            prefixes.add(header.version, first.or(second), count);
            if first.is_some() && second.is_some() && second != first {
                prefixes.add(header.version, second, count);
            }
        }
        true
    }

    /// Counts one header under its keys. Where these have a time, the record is
    /// spread over the bins that it spans.
    fn observe_keyed(&mut self, plan: &Plan, part: &Part<'_>, facts: &mut Facts) {
        let hosts = &plan.hosts;
        let Part { observation, header, flow, counted, count } = *part;
        let context = &Context::of_flow(flow);
        let mut of_packet = facts.of(header, None);
        for keyed in &mut self.keyed {
            if !keyed.is_by_time() {
                let shown = Shown { observation, header, context, facts: &of_packet, hosts };
                keyed.observe(&shown, counted, &count);
                continue;
            }
            let times = (flow.start, flow.end);
            spread(&facts.bins, &mut facts.bin_cache, times, &count, |bin, count| {
                of_packet.bin = bin;
                let shown = Shown { observation, header, context, facts: &of_packet, hosts };
                keyed.observe(&shown, counted, count);
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        Dimension, Exporter, IpAddress, IpProtocol, Key, PrefixCut, PrefixLens, Profile, Sampling,
        Timestamp, TunnelLayer, TunnelPath, Value, auto_leaves,
    };

    fn plan() -> Plan {
        Plan {
            prefixes: vec![(PrefixLens::default(), Side::Both)],
            keyed: vec![vec![Dimension::Port], vec![Dimension::Exporter, Dimension::PacketSize]],
            ..Plan::default()
        }
    }

    fn native(source: [u8; 4], destination: [u8; 4]) -> Observation {
        Observation {
            timestamp: None,
            wire_octets: 0,
            outer: IpHeader {
                version: IpVersion::V4,
                source: Some(IpAddress::from_v4(source)),
                destination: Some(IpAddress::from_v4(destination)),
                protocol: Some(IpProtocol::TCP),
                ports: Some((443, 50_000)),
                octets: 0,
                traffic_class: None,
            },
            inner: None,
            encapsulation: Encapsulation::Native,
            path: TunnelPath::NATIVE,
            inner_unknown: false,
        }
    }

    fn flow(packets: u64, octets: u64, sampling: Sampling) -> FlowObservation {
        let scale = |counted| sampling.scale(counted);
        let (packets_all, octets_all) = (scale(packets), scale(octets));
        let count = |packets, octets| Count { packets, octets, wire_octets: 0, flows: 1 };
        FlowObservation {
            scaled: count(packets_all, octets_all),
            inner_octets: octets_all,
            exported: count(packets.into(), octets.into()),
            variance: Variance::of(sampling, packets, octets),
            ..FlowObservation::default()
        }
    }

    #[test]
    fn amounts_beyond_64_bits_are_counted() {
        let (plan, mut totals) = (plan(), Totals::new(&plan()));
        let flow = flow(u64::MAX, u64::MAX, Sampling::one_in(1 << 40));
        for _ in 0..2 {
            totals.observe_flow(&plan, &native([192, 0, 2, 1], [198, 51, 100, 1]), &flow);
        }
        let all = totals.same.protocols[&Some(IpProtocol::TCP)].v4;
        assert_eq!(all.octets, u128::from(u64::MAX) << 41);
        assert_eq!((all.flows, totals.flows.exported.v4.flows), (2, 2));
        assert_eq!(totals.flows.exported.v4.octets, u128::from(u64::MAX) * 2);
        assert_eq!(totals.flows.scaled.v4, all);
        assert_eq!(totals.same.prefixes[0].rows().count(), 2);
        assert_eq!(totals.flows.variance.end_to_end[0].octets, u128::MAX, "it saturates");
        assert!(totals.same.sizes.iter().all(std::collections::BTreeMap::is_empty));
    }

    #[test]
    fn both_ends_in_one_prefix_count_once() {
        let (plan, mut totals) = (plan(), Totals::new(&plan()));
        let record = flow(3, 300, Sampling::Every);
        totals.observe_flow(&plan, &native([192, 0, 2, 1], [192, 0, 2, 9]), &record);
        let rows: Vec<_> = totals.same.prefixes[0].rows().map(|(_, _, count)| count).collect();
        assert_eq!(rows, [record.scaled]);
    }

    #[test]
    fn a_record_is_spread_over_the_bins_of_its_time() {
        let keyed = vec![vec![
            Dimension::Time,
            Dimension::Prefix(Side::Source, PrefixCut::Auto(auto_leaves())),
        ]];
        let plan = Plan { keyed, ..Plan::default() };
        let mut totals = Totals::new(&plan);
        let at = |hours: i64| Some(Timestamp::from_nanoseconds(hours * 3_600_000_000_000));
        let record = flow(3, 301, Sampling::Every);
        let spans = FlowObservation { start: at(1), end: at(3), ..record };
        let observation = native([192, 0, 2, 1], [192, 0, 2, 9]);
        totals.observe_flow(&plan, &observation, &spans);
        totals.observe_flow(&plan, &observation, &record);
        let names = crate::aggregate::Names::default();
        let mut rows: Vec<_> = totals.same.keyed[0]
            .rows(&names)
            .map(|(key, tally)| (key.values()[0].clone(), tally.v4))
            .map(|(time, count)| (time, (count.packets, count.octets, count.flows)))
            .collect();
        rows.sort();
        let bin = |hours| Value::Time(at(hours).expect("given"));
        assert_eq!(
            rows,
            [(bin(1), (2, 151, 1)), (bin(2), (1, 150, 0)), (Value::Unknown, (3, 301, 1))]
        );
    }

    #[test]
    fn a_record_is_in_the_rows_of_its_exporter_and_has_no_packet_size() {
        let (plan, mut totals) = (plan(), Totals::new(&plan()));
        let exporter = Exporter { address: None, domain: 7 };
        let record = FlowObservation {
            exporter: Some(exporter),
            ..flow(3, 300, Sampling::one_in(u64::MAX))
        };
        totals.observe_flow(&plan, &native([192, 0, 2, 1], [192, 0, 2, 9]), &record);
        let names = crate::aggregate::Names::default();
        let rows: Vec<_> = totals.same.keyed[1].rows(&names).collect();
        let key = Key::from_iter([Value::Exporter(exporter), Value::Unknown]);
        assert_eq!(rows.len(), 1);
        assert_eq!((&rows[0].0, rows[0].1.v4), (&key, record.scaled));
    }

    #[test]
    fn a_tunnel_counts_in_each_view_by_its_own_octets() {
        let (plan, mut totals) = (plan(), Totals::new(&plan()));
        let mut observation = native([192, 0, 2, 1], [192, 0, 2, 9]);
        observation.encapsulation = Encapsulation::SixInFour;
        observation.path.push(TunnelLayer::Ipv4);
        let inner = IpHeader {
            version: IpVersion::V6,
            source: None,
            destination: None,
            protocol: None,
            ports: None,
            octets: 0,
            traffic_class: None,
        };
        observation.inner = Some(inner);
        let record = FlowObservation { inner_octets: 240, ..flow(3, 300, Sampling::one_in(2)) };
        totals.observe_flow(&plan, &observation, &record);
        assert_eq!(totals.transport.protocols[&Some(IpProtocol::TCP)].v4.octets, 600);
        assert_eq!(totals.end_to_end.protocols[&None].v6.octets, 240);
        let (key, count) = totals.tunnels.first_key_value().unwrap();
        assert_eq!((key.inner, count.flows), (Some(IpVersion::V6), 1));
        assert_eq!((count.outer_octets, count.inner_octets), (600, 240));
        let variance = totals.flows.variance;
        assert_eq!((variance.transport[0].packets, variance.end_to_end[1].packets), (6, 6));
        assert!(variance.transport[1].is_zero());
    }

    #[test]
    fn what_the_profile_leaves_out_adds_no_variance() {
        let plan = Plan { profile: Profile::UserTraffic, ..plan() };
        let mut totals = Totals::new(&plan);
        let mut observation = native([192, 0, 2, 1], [192, 0, 2, 9]);
        observation.outer.ports = Some((53, 50_000));
        totals.observe_flow(&plan, &observation, &flow(3, 300, Sampling::one_in(2)));
        assert_eq!(totals.same.left_out.v4.octets, 600);
        assert!(totals.flows.variance.transport[0].is_zero());
        assert_eq!(totals.flows.exported.v4.packets, 3);
    }
}
