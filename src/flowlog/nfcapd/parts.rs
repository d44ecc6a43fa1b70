//! What a record of either layout tells, and what it is by that: a flow, or no
//! traffic.

use crate::model::{
    Anomalies, Anomaly, Excluded, FlowDirection, FlowRecord, IpAddress, IpProtocol, IpVersion,
    Sampling, Timestamp,
};

/// The fields of a record that anyone asks for. Zero is what a collector writes
/// where the exporter said nothing.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Parts {
    /// IPv4 source and destination.
    pub(super) v4: Option<(u32, u32)>,
    /// IPv6 source and destination.
    pub(super) v6: Option<(u128, u128)>,
    /// `ipVersion` (IE 60); 0 where it is not told.
    pub(super) ip_version: u8,
    /// `ethernetType` (IE 256); 0 where it is not told.
    pub(super) ether_type: u16,
    /// Counters of the flow, and the second ones that nfdump keeps beside them:
    /// of the other direction, or of the same packets as they left the device.
    pub(super) packets: [u64; 2],
    /// As [`Self::packets`], for octets.
    pub(super) octets: [u64; 2],
    /// Milliseconds since the epoch.
    pub(super) first: u64,
    /// Milliseconds since the epoch.
    pub(super) last: u64,
    /// IE 4.
    pub(super) protocol: u8,
    /// IE 7 and 11; the latter is type and code for ICMP.
    pub(super) ports: (u16, u16),
    /// IE 10 and 14.
    pub(super) interfaces: Option<(u32, u32)>,
    /// IE 61.
    pub(super) direction: Option<u8>,
    /// True where it is an event of a NAT or a firewall.
    pub(super) event: bool,
    /// True where the second counters are known to be of the other direction.
    pub(super) biflow: bool,
    /// What one counted packet stands for, as far as the record itself says it.
    pub(super) sampling: Sampling,
}

/// Why a record is no flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoFlow {
    /// It is no traffic.
    Excluded(Excluded),
    /// A counter that cannot be: 2^63 octets take six years at 400 Gb/s, and what
    /// sets that bit in files is a negative number.
    Impossible,
}

/// The largest counter that is believed.
pub(super) const MOST: u64 = i64::MAX as u64;

/// The upper 96 bits of an IPv4-mapped address (RFC 4291 section 2.5.5.2).
const MAPPED: u128 = 0xffff;

impl Parts {
    /// Makes `flow` the flow that it is, but for its exporter and its sampling; or
    /// says why it is none.
    ///
    /// Written in place, field by field: a record that is made elsewhere and then
    /// moved waits for its own stores, which takes as long as all of this.
    #[inline]
    pub(super) fn settle(&self, flow: &mut FlowRecord) -> Result<Anomalies, NoFlow> {
        let [packets, octets] = self.counters();
        if packets | octets > MOST {
            return Err(NoFlow::Impossible);
        }
        let (family, addresses) = self.family();
        if packets == 0 && octets == 0 {
            if self.event {
                return Err(NoFlow::Excluded(Excluded::Event));
            }
            if family.is_none() {
                return Err(NoFlow::Excluded(Excluded::OptionsRecord));
            }
        }
        flow.family = family;
        (flow.source, flow.destination) = addresses.unzip();
        let protocol = IpProtocol(self.protocol);
        flow.protocol = Some(protocol);
        flow.ports = protocol.has_ports().then_some(self.ports);
        (flow.packets, flow.octets) = (packets, octets);
        flow.input = self.interfaces.map(|(input, _)| input);
        flow.output = self.interfaces.map(|(_, output)| output);
        flow.direction = match self.direction {
            Some(0) => Some(FlowDirection::Ingress),
            Some(1) => Some(FlowDirection::Egress),
            _ => None,
        };
        (flow.start, flow.end) = self.times();
        let mut odd = Anomalies::NONE;
        if flow.start.is_none() {
            odd.insert(Anomaly::NoTimestamp);
        }
        Ok(odd)
    }

    /// Packets and octets. The second counters are added where they are known to
    /// be of the other direction (RFC 5103), and taken where there are no others
    /// (an exporter that counts at the egress alone). Elsewhere they may be those
    /// of the same packets (IE 23 and 24), and adding them would count twice.
    #[inline]
    fn counters(&self) -> [u64; 2] {
        let [[packets, second_packets], [octets, second_octets]] = [self.packets, self.octets];
        if self.biflow {
            [packets.saturating_add(second_packets), octets.saturating_add(second_octets)]
        } else if packets == 0 && octets == 0 {
            [second_packets, second_octets]
        } else {
            [packets, octets]
        }
    }

    /// True where second counters are left out of the sums.
    #[inline]
    pub(super) fn leaves_out(&self) -> bool {
        let first = self.packets[0] | self.octets[0];
        !self.biflow && first != 0 && self.packets[1] | self.octets[1] != 0
    }

    /// The family by the address that is not zero, else by what the exporter said
    /// of the version. Where both are there, as from exporters that send zeros
    /// for the other family, IPv6 is taken if it is not zero too.
    #[inline]
    fn family(&self) -> (Option<IpVersion>, Option<(IpAddress, IpAddress)>) {
        if let Some((source, destination)) = self.v6
            && source | destination != 0
        {
            if mapped(source) && (mapped(destination) || destination == 0)
                || source == 0 && mapped(destination)
            {
                return (Some(IpVersion::V4), Some((low_v4(source), low_v4(destination))));
            }
            let addresses = (IpAddress::from_bits(source), IpAddress::from_bits(destination));
            return (Some(IpVersion::V6), Some(addresses));
        }
        if let Some((source, destination)) = self.v4
            && source | destination != 0
        {
            return (Some(IpVersion::V4), Some((v4(source), v4(destination))));
        }
        let family = match (self.ip_version, self.ether_type) {
            (4, _) | (0, 0x0800) => Some(IpVersion::V4),
            (6, _) | (0, 0x86dd) => Some(IpVersion::V6),
            _ => None,
        };
        (family, None)
    }

    #[inline]
    fn times(&self) -> (Option<Timestamp>, Option<Timestamp>) {
        if self.first == 0 || self.last < self.first {
            return (None, None);
        }
        (milliseconds(self.first), milliseconds(self.last))
    }
}

#[inline]
pub(super) fn milliseconds(since_epoch: u64) -> Option<Timestamp> {
    let nanoseconds = i64::try_from(since_epoch).ok()?.checked_mul(1_000_000)?;
    Some(Timestamp::from_nanoseconds(nanoseconds))
}

fn mapped(address: u128) -> bool {
    address >> 32 == MAPPED
}

#[inline]
fn v4(address: u32) -> IpAddress {
    IpAddress::from_bits(u128::from(address) << 96)
}

/// The IPv4 address in an IPv4-mapped one, left-aligned.
fn low_v4(address: u128) -> IpAddress {
    IpAddress::from_bits(address << 96)
}
