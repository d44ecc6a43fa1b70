//! Which tables are filled, and with what.

use crate::model::{
    AutoOptions, Dimension, Encapsulation, HostRule, IpHeader, IpProtocol, Observation, PrefixLens,
    Profile, Resolver, Side, TimeBins, TimeWindow,
};
use std::sync::Arc;

/// What to aggregate.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// One prefix table for each: to which lengths addresses are cut, and whose
    /// address counts.
    pub prefixes: Vec<(PrefixLens, Side)>,
    /// One table for each of these keys, of at most
    /// [`MAX_DIMENSIONS`](super::MAX_DIMENSIONS).
    pub keyed: Vec<Vec<Dimension>>,
    /// How automatic prefixes are counted.
    pub auto: AutoOptions,
    /// What ties addresses of both families to a host.
    pub hosts: Vec<HostRule>,
    /// Whose addresses are counted as distinct ones; `None` where none are.
    pub distinct: Option<Side>,
    /// Who says whose an address is; without anybody, nothing is known of any.
    pub resolver: Option<Arc<dyn Resolver>>,
    /// The bins of breakdowns by time.
    pub bins: TimeBins,
    /// The stretch of time that is measured.
    pub window: TimeWindow,
    /// Which packets the breakdowns hold.
    pub profile: Profile,
    /// Whether control traffic is counted beside everything else, so that all
    /// profiles can be shown.
    pub control: bool,
}

/// Ports of control traffic, on either side (MEASURE section 6).
pub(super) const CONTROL_PORTS: [u16; 14] =
    [53, 67, 68, 123, 161, 162, 179, 520, 521, 546, 547, 853, 5353, 5355];

impl Plan {
    /// Whether the profile leaves no packet out and nothing is counted beside the
    /// tables of every run.
    pub(super) fn counts_everything(&self) -> bool {
        matches!(self.profile, Profile::IpOnly | Profile::AllFrames)
            && self.takes_tunnels()
            && self.window.is_open()
    }

    /// Whether packets in tunnels need no more than every run counts, where their prefixes
    /// are short: there are no keys, and nothing is asked of ports.
    pub(super) fn takes_tunnels(&self) -> bool {
        self.keyed.is_empty() && self.distinct.is_none() && !self.wants_ports()
    }

    /// Whether what is counted cannot be taken back: that leaves were cut, and that
    /// an address was seen.
    #[must_use]
    pub fn is_final(&self) -> bool {
        self.distinct.is_some() || self.asks_for(Dimension::is_auto)
    }

    /// Whether anything depends on the ports of a packet.
    #[must_use]
    pub fn wants_ports(&self) -> bool {
        self.control
            || self.profile == Profile::UserTraffic
            || self.asks_for(|by| matches!(by, Dimension::Port | Dimension::Service))
    }

    /// Whether anything depends on the headers before the IP header.
    #[must_use]
    pub fn wants_link(&self) -> bool {
        self.asks_for(|by| matches!(by, Dimension::Mac(_) | Dimension::Vlan))
    }

    /// Whether there is a breakdown by such a dimension.
    pub(super) fn asks_for(&self, what: impl Fn(&Dimension) -> bool) -> bool {
        self.keyed.iter().flatten().any(what)
    }

    /// Whether the packet is control traffic, where that is counted.
    pub(super) fn counts_as_control(&self, header: &IpHeader) -> bool {
        self.control && is_control(header.protocol, header.ports)
    }

    /// Whether the profile keeps a packet with this header (of the view that is
    /// counted).
    #[must_use]
    pub fn keeps(&self, observation: &Observation, header: &IpHeader) -> bool {
        match self.profile {
            Profile::IpOnly | Profile::AllFrames => true,
            Profile::NativeOnly => observation.encapsulation == Encapsulation::Native,
            Profile::UserTraffic => !is_control(header.protocol, header.ports),
        }
    }

    /// The same of a native packet.
    #[must_use]
    pub fn keeps_native(&self, protocol: IpProtocol, ports: Option<(u16, u16)>) -> bool {
        self.profile != Profile::UserTraffic || !is_control(Some(protocol), ports)
    }
}

/// Control traffic: what keeps a network running rather than what it is for.
pub(super) fn is_control(protocol: Option<IpProtocol>, ports: Option<(u16, u16)>) -> bool {
    match protocol {
        Some(
            IpProtocol::ICMP
            | IpProtocol::ICMPV6
            | IpProtocol::IGMP
            | IpProtocol::OSPF
            | IpProtocol::EIGRP
            | IpProtocol::PIM
            | IpProtocol::VRRP,
        ) => true,
        Some(IpProtocol::TCP | IpProtocol::UDP) => ports.is_some_and(|(source, destination)| {
            CONTROL_PORTS.contains(&source) || CONTROL_PORTS.contains(&destination)
        }),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_traffic_is_told_by_protocol_or_by_either_port() {
        assert!(is_control(Some(IpProtocol::ICMPV6), None));
        assert!(is_control(Some(IpProtocol::UDP), Some((40_000, 53))));
        assert!(is_control(Some(IpProtocol::TCP), Some((179, 40_000))));
        assert!(!is_control(Some(IpProtocol::TCP), Some((443, 40_000))));
        assert!(!is_control(Some(IpProtocol::TCP), None));
        // The list is of TCP and UDP ports alone.
        assert!(!is_control(Some(IpProtocol::SCTP), Some((179, 179))));
    }

    #[test]
    fn the_printed_definition_lists_the_same_ports() {
        let definition = Profile::UserTraffic.definition();
        for port in CONTROL_PORTS {
            assert!(definition.contains(&port.to_string()), "{port}");
        }
    }
}
