//! What one record of a flow log or flow export says: the traffic of many
//! packets, nothing scaled and nothing guessed.

use super::{IpAddress, IpProtocol, IpVersion, Timestamp};

/// One flow record as its source wrote it. A record is one flow; the two
/// directions of a biflow (RFC 5103) are added within it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FlowRecord {
    /// The family by MEASURE section 5; `None` where nothing tells it.
    pub family: Option<IpVersion>,
    /// Source address of [`Self::family`] (IPFIX IE 8, 27).
    pub source: Option<IpAddress>,
    /// Destination address of [`Self::family`] (IE 12, 28).
    pub destination: Option<IpAddress>,
    /// `protocolIdentifier` (IE 4); `None` where the source does not say.
    pub protocol: Option<IpProtocol>,
    /// Source and destination port (IE 7, 11) of protocols that have ports.
    pub ports: Option<(u16, u16)>,
    /// Packets as exported (IE 2, or a total counter instead of it).
    pub packets: u64,
    /// IP-layer octets as exported (IE 1), or octets of a layer that the source
    /// leaves open: which it is belongs to the format, and is documented there.
    pub octets: u64,
    /// Layer-2 octets as exported (IE 352), where the source counts them; 0
    /// where it does not.
    pub wire_octets: u64,
    /// When the first packet was seen (IE 150 to 156, 22); `None` where that is
    /// missing or impossible.
    pub start: Option<Timestamp>,
    /// When the last packet was seen; `None` where that is missing or impossible.
    pub end: Option<Timestamp>,
    /// What one counted packet stands for.
    pub sampling: Sampling,
    /// Who exported the record; `None` for logs without exporters.
    pub exporter: Option<Exporter>,
    /// `ingressInterface` (IE 10).
    pub input: Option<u32>,
    /// `egressInterface` (IE 14).
    pub output: Option<u32>,
    /// `flowDirection` (IE 61): at which side of the interface it was seen.
    pub direction: Option<FlowDirection>,
}

impl FlowRecord {
    /// Its keys; `None` where one is missing.
    #[inline(always)]
    #[must_use]
    pub fn keys(&self) -> Option<FlowKeys> {
        Some(FlowKeys {
            version: self.family?,
            protocol: self.protocol?,
            source: self.source?.high(),
            destination: self.destination?.high(),
        })
    }

    /// As much of it as a brief flow has; `None` where something of that is missing.
    #[inline(always)]
    #[must_use]
    pub fn brief(&self) -> Option<BriefFlow> {
        let Self { packets, octets, .. } = *self;
        let (keys, start, end) = (self.keys()?, self.start?, self.end?);
        Some(BriefFlow { keys, packets, octets, start, end })
    }

    /// What it tells beside that; `None` where an address is missing.
    #[inline(always)]
    #[must_use]
    pub fn details(&self) -> Option<FlowDetails> {
        let low = [self.source?.low(), self.destination?.low()];
        Some(FlowDetails { ports: self.ports, input: self.input, low })
    }
}

/// What the keys of every run are made of: a record of known family with both
/// addresses and its protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlowKeys {
    /// The family.
    pub version: IpVersion,
    /// `protocolIdentifier` (IE 4).
    pub protocol: IpProtocol,
    /// The upper 64 bits of the left-aligned source address.
    pub source: u64,
    /// The same of the destination address.
    pub destination: u64,
}

/// As much of a flow record as a run without special questions asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BriefFlow {
    /// Who and what.
    pub keys: FlowKeys,
    /// Packets as exported.
    pub packets: u64,
    /// IP-layer octets as exported.
    pub octets: u64,
    /// When the first packet was seen.
    pub start: Timestamp,
    /// When the last packet was seen.
    pub end: Timestamp,
}

/// What most questions beside that ask of a flow record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlowDetails {
    /// Source and destination port of protocols that have ports.
    pub ports: Option<(u16, u16)>,
    /// `ingressInterface` (IE 10).
    pub input: Option<u32>,
    /// The lower 64 bits of the left-aligned source and destination address.
    pub low: [u64; 2],
}

/// Where a flow was seen (IPFIX `flowDirection`, IE 61).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FlowDirection {
    /// 0: on its way into the device.
    Ingress,
    /// 1: on its way out of it.
    Egress,
}

/// Who exported a record: the identity under which templates, sampling and
/// sequence numbers are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Exporter {
    /// Family and address of the exporting process, where it is known.
    pub address: Option<(IpVersion, IpAddress)>,
    /// Observation domain (IPFIX), source id (NetFlow v9), engine type and id
    /// (NetFlow v5), sub-agent (sFlow).
    pub domain: u32,
}

/// What an exporter's datagrams say about itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ExporterFacts {
    /// True where anything that it sent could have carried IPv6: a template with
    /// IPv6 addresses or the IP version, or a format that needs none. Where it is
    /// false, the exporter's share of IPv6 is not observable, which is not 0.
    pub ipv6_observable: bool,
    /// What its sequence numbers say was lost on the way: records (IPFIX, NetFlow
    /// v5), datagrams (NetFlow v9) or samples (sFlow).
    pub lost: u64,
    /// What the exporter itself says it had to leave out before it sent anything:
    /// samples (sFlow `drops`).
    pub dropped: u64,
}

impl ExporterFacts {
    /// Joins what several inputs say about the same exporter.
    pub fn merge(&mut self, other: &Self) {
        self.ipv6_observable |= other.ipv6_observable;
        self.lost = self.lost.saturating_add(other.lost);
        self.dropped = self.dropped.saturating_add(other.dropped);
    }
}

/// How many packets one counted packet stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sampling {
    /// The source says nothing of it, which is not the same as 1.
    #[default]
    Unknown,
    /// Every packet was counted, or the format knows no sampling.
    Every,
    /// The exporter has scaled already: never scale again.
    Scaled,
    /// `sampled` of every `population` packets were counted (IE 34, 305/306,
    /// 309/310, 311). Neither is zero.
    Interval {
        /// Packets that the sampler saw.
        population: u64,
        /// Packets that it took of them.
        sampled: u64,
    },
}

impl Sampling {
    /// One of every `interval` packets; 0 says nothing.
    #[must_use]
    pub fn one_in(interval: u64) -> Self {
        Self::of(interval, 1)
    }

    /// `sampled` of every `population`. What cannot be (a zero, or more taken
    /// than there were) says nothing.
    #[must_use]
    pub fn of(population: u64, sampled: u64) -> Self {
        match (population, sampled) {
            (0, _) | (_, 0) => Self::Unknown,
            (all, taken) if taken > all => Self::Unknown,
            (all, taken) if all == taken => Self::Every,
            (population, sampled) => Self::Interval { population, sampled },
        }
    }

    /// By how much the variance of an estimate grows with each counted packet, by
    /// the model that each packet was taken on its own with the same chance:
    /// N (N - 1) for one of every N (Duffield, Lund, Thorup 2005), rounded down;
    /// saturating.
    #[must_use]
    pub fn variance(self) -> u128 {
        match self {
            Self::Unknown | Self::Every | Self::Scaled => 0,
            // Division in 128 bits takes its time, and most intervals need none.
            Self::Interval { population, sampled: 1 } => {
                u128::from(population) * u128::from(population.saturating_sub(1))
            }
            Self::Interval { population, sampled } => {
                let (all, taken) = (u128::from(population), u128::from(sampled).max(1));
                let left = all.saturating_sub(taken);
                (all * left / taken) / taken
            }
        }
    }

    /// What `counted` packets or octets stand for: multiplied exactly, and
    /// rounded once, half up.
    #[must_use]
    pub fn scale(self, counted: u64) -> u128 {
        match self {
            Self::Unknown | Self::Every | Self::Scaled => counted.into(),
            Self::Interval { population, sampled: 1 } => {
                u128::from(counted) * u128::from(population)
            }
            Self::Interval { population, sampled } => {
                let (all, taken) = (u128::from(population), u128::from(sampled).max(1));
                // Below 2^128, and the half added to it too: the product of two
                // 64-bit numbers is at most 2^128 - 2^65 + 1.
                (u128::from(counted) * all + taken / 2) / taken
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rational_interval_is_rounded_once() {
        let two_of_three = Sampling::of(3, 2);
        assert_eq!(two_of_three.scale(1), 2, "1.5 rounds up");
        assert_eq!(two_of_three.scale(2), 3);
        assert_eq!(two_of_three.scale(1_000_001), 1_500_002);
        assert_eq!(Sampling::of(u64::MAX, u64::MAX - 1).scale(u64::MAX), u128::from(u64::MAX) + 1);
        assert_eq!(Sampling::one_in(u64::MAX).scale(u64::MAX), u128::from(u64::MAX).pow(2));
    }

    #[test]
    fn what_cannot_be_an_interval_says_nothing() {
        assert_eq!(Sampling::one_in(0), Sampling::Unknown);
        assert_eq!(Sampling::of(1, 2), Sampling::Unknown);
        assert_eq!(Sampling::of(1, 0), Sampling::Unknown);
        assert_eq!(Sampling::one_in(1), Sampling::Every);
        assert_eq!(Sampling::Unknown.scale(7), 7);
    }
}
