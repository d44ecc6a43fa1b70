//! What is in a generated capture, counted from what its flows sent.

use super::Recipe;
use super::flow::{Facts, Sent};
use super::kind::{IpKind, Kind, Mechanism, Shape, Wrapper};
use super::population::Population;
use super::truth_prefixes::PrefixTruth;
use crate::model::{Account, Count, IpProtocol, IpVersion, NotIp, PerView, Tally, TimeSpan, View};
use std::collections::BTreeMap;

/// The true totals of a capture, by the definitions of the measurement.
///
/// Nothing here was decoded: it is what the generator meant to write.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Truth {
    /// Totals of each view.
    pub totals: PerView<Tally>,
    /// The class of every record.
    pub account: Account,
    /// The transport view by protocol: that which the outer header names, after
    /// its extension headers.
    pub protocols: BTreeMap<IpProtocol, Tally>,
    /// Both views by mechanism.
    pub mechanisms: BTreeMap<Mechanism, PerView<Tally>>,
    /// Packets (ESP, IPComp, WireGuard) whose inner family is unknown: the
    /// end-to-end view has them in the family of their outer header.
    pub inner_unknown: Count,
    /// Packets with special headers.
    pub features: Features,
    /// Flows that sent at least one packet. Two of them may share addresses and
    /// ports.
    pub flows: u64,
    /// Prefixes seen, /24 and /48, in each view.
    pub prefixes: PerView<PrefixTruth>,
    /// Times of the first and the last record, as the file says them.
    pub time: Option<TimeSpan>,
    /// Octets of the file.
    pub file_octets: u64,
}

/// Packets with special headers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Features {
    /// With one 802.1Q tag.
    pub vlan: u64,
    /// With two tags.
    pub qinq: u64,
    /// Under MPLS labels.
    pub mpls: u64,
    /// In a PPPoE session.
    pub pppoe: u64,
    /// IPv6 with a chain of extension headers.
    pub extension_headers: u64,
    /// First fragments.
    pub first_fragments: u64,
    /// Later fragments, which have no ports.
    pub later_fragments: u64,
}

impl Truth {
    /// Gathers what the flows sent.
    pub(super) fn of(
        recipe: &Recipe,
        population: &Population,
        time: Option<TimeSpan>,
        file_octets: u64,
    ) -> Self {
        let mut truth = Self { time, file_octets, ..Self::default() };
        for (flow, facts) in population.flows.iter().zip(&population.facts) {
            if flow.sent.packets > 0 {
                let layout = &population.layouts[usize::from(flow.layout)];
                truth.add(facts, flow.sent, (layout.inner - layout.ip) as u64);
            }
        }
        for view in View::ALL {
            truth.prefixes[view] = PrefixTruth::of(view, population, recipe.keep_prefix_truth);
        }
        truth
    }

    /// Adds a flow; `overhead` is what stands before its inner header, in octets
    /// a packet.
    fn add(&mut self, facts: &Facts, sent: Sent, overhead: u64) {
        self.account.records += sent.packets;
        self.account.wire_octets += u128::from(sent.wire_octets);
        match facts.kind {
            Kind::Ip(kind) => self.add_ip(kind, sent, overhead),
            Kind::Arp | Kind::Lldp => {
                if let Some(ether_type) = facts.kind.ether_type() {
                    *self.account.not_ip.entry(NotIp::EtherType(ether_type)).or_default() +=
                        sent.packets;
                }
            }
        }
    }

    fn add_ip(&mut self, kind: IpKind, sent: Sent, overhead: u64) {
        self.flows += 1;
        match kind.carriage.outer {
            IpVersion::V4 => self.account.ipv4 += sent.packets,
            IpVersion::V6 => self.account.ipv6 += sent.packets,
        }
        let by_mechanism = self.mechanisms.entry(kind.mechanism()).or_default();
        for view in View::ALL {
            let (version, count) = cell(view, kind, sent, overhead);
            self.totals[view][version] += &count;
            by_mechanism[view][version] += &count;
        }
        let (version, count) = cell(View::Transport, kind, sent, overhead);
        self.protocols.entry(kind.outer_protocol()).or_default()[version] += &count;
        if kind.mechanism().is_opaque() {
            self.inner_unknown += &count;
        }
        self.features.add(kind, sent.packets);
    }
}

impl Features {
    fn add(&mut self, kind: IpKind, packets: u64) {
        match kind.wrapper {
            Wrapper::Plain => {}
            Wrapper::Vlan => self.vlan += packets,
            Wrapper::QinQ => self.qinq += packets,
            Wrapper::Mpls => self.mpls += packets,
            Wrapper::Pppoe => self.pppoe += packets,
        }
        match kind.shape {
            Shape::Plain => {}
            Shape::Extended => self.extension_headers += packets,
            // First and later ones take turns.
            Shape::Fragmented => {
                self.first_fragments += packets.div_ceil(2);
                self.later_fragments += packets / 2;
            }
        }
    }
}

/// The cell of a flow in a view, and what it adds there (MEASURE section 2).
pub(super) fn cell(view: View, kind: IpKind, sent: Sent, overhead: u64) -> (IpVersion, Count) {
    let inner_octets = sent.octets - sent.packets * overhead;
    let (version, octets) = match view {
        View::Transport => (kind.carriage.outer, sent.octets),
        // Translated traffic is IPv4, in the octets of the only header there is.
        View::EndToEnd if kind.carriage.mechanism.is_translation() => (IpVersion::V4, sent.octets),
        View::EndToEnd => (kind.carriage.inner, inner_octets),
    };
    let count = Count {
        packets: u128::from(sent.packets),
        octets: u128::from(octets),
        wire_octets: u128::from(sent.wire_octets),
        flows: 0,
    };
    (version, count)
}
