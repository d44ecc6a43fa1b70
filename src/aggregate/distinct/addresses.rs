//! The addresses and prefixes of one set of tables, by what is counted as one.

use super::set::DistinctSet;
use crate::model::{IpAddress, IpHeader, IpVersion, Side};

/// What is counted as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DistinctWhat {
    /// IPv4 addresses.
    Ipv4Addresses,
    /// IPv4 prefixes of 24 bits.
    Ipv4Len24,
    /// IPv6 addresses.
    Ipv6Addresses,
    /// IPv6 prefixes of 64 bits: networks.
    Ipv6Len64,
    /// IPv6 prefixes of 56 bits.
    Ipv6Len56,
    /// IPv6 prefixes of 48 bits: sites.
    Ipv6Len48,
}

impl DistinctWhat {
    /// All of them, in the order of a report: of each family the longest first.
    pub const ALL: [Self; 6] = [
        Self::Ipv4Addresses,
        Self::Ipv4Len24,
        Self::Ipv6Addresses,
        Self::Ipv6Len64,
        Self::Ipv6Len56,
        Self::Ipv6Len48,
    ];

    /// The family.
    #[must_use]
    pub fn version(self) -> IpVersion {
        match self {
            Self::Ipv4Addresses | Self::Ipv4Len24 => IpVersion::V4,
            _ => IpVersion::V6,
        }
    }

    /// Bits of what is counted as one.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "a length in bits")]
    pub fn len(self) -> u8 {
        match self {
            Self::Ipv4Addresses => 32,
            Self::Ipv4Len24 => 24,
            Self::Ipv6Addresses => 128,
            Self::Ipv6Len64 => 64,
            Self::Ipv6Len56 => 56,
            Self::Ipv6Len48 => 48,
        }
    }

    /// The key in JSON: `addresses` or `prefixes_64`.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Ipv4Addresses | Self::Ipv6Addresses => "addresses",
            Self::Ipv4Len24 => "prefixes_24",
            Self::Ipv6Len64 => "prefixes_64",
            Self::Ipv6Len56 => "prefixes_56",
            Self::Ipv6Len48 => "prefixes_48",
        }
    }

    /// The words for people: `addresses` or `/64`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ipv4Addresses | Self::Ipv6Addresses => "addresses",
            Self::Ipv4Len24 => "/24",
            Self::Ipv6Len64 => "/64",
            Self::Ipv6Len56 => "/56",
            Self::Ipv6Len48 => "/48",
        }
    }
}

/// Distinct addresses and prefixes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DistinctAddresses {
    sets: [DistinctSet; DistinctWhat::ALL.len()],
}

impl DistinctAddresses {
    /// The set of what is counted as one.
    #[must_use]
    pub fn get(&self, what: DistinctWhat) -> &DistinctSet {
        &self.sets[what as usize]
    }

    /// The same to be changed.
    pub fn get_mut(&mut self, what: DistinctWhat) -> &mut DistinctSet {
        &mut self.sets[what as usize]
    }

    /// Adds the addresses of a header: of the side asked for, or of both.
    pub(in crate::aggregate) fn observe(&mut self, header: &IpHeader, side: Side) {
        self.observe_ends(header.version, [header.source, header.destination], side);
    }

    /// The same of a packet's ends, source first.
    #[inline]
    pub(in crate::aggregate) fn observe_ends(
        &mut self,
        version: IpVersion,
        [source, destination]: [Option<IpAddress>; 2],
        side: Side,
    ) {
        if side != Side::Destination
            && let Some(source) = source
        {
            self.insert(version, source);
        }
        if side != Side::Source
            && let Some(destination) = destination
        {
            self.insert(version, destination);
        }
    }

    /// Adds an address. One that is known to be there has its prefixes there too.
    #[inline]
    fn insert(&mut self, version: IpVersion, address: IpAddress) {
        let all: &[DistinctWhat] = match version {
            IpVersion::V4 => &DistinctWhat::ALL[..2],
            IpVersion::V6 => &DistinctWhat::ALL[2..],
        };
        for what in all {
            let prefix = address.masked(what.len()).bits();
            if !self.sets[*what as usize].insert(prefix) {
                return;
            }
        }
    }

    /// Adds those of others: in any order with the same result.
    pub fn merge(&mut self, other: &Self) {
        self.sets.iter_mut().zip(&other.sets).for_each(|(mine, theirs)| mine.merge(theirs));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::IpProtocol;
    use std::collections::BTreeSet;

    fn header(version: IpVersion, source: u128, destination: u128) -> IpHeader {
        IpHeader {
            version,
            source: Some(IpAddress::from_bits(source)),
            destination: Some(IpAddress::from_bits(destination)),
            protocol: Some(IpProtocol::TCP),
            ports: None,
            octets: 40,
            traffic_class: None,
        }
    }

    #[test]
    fn each_length_is_counted_as_an_ordered_set_would() {
        let mut distinct = DistinctAddresses::default();
        let mut plain: [BTreeSet<u128>; 6] = Default::default();
        let mut state = 1_u64;
        for round in 0..40_000_u128 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let random = u128::from(state >> 20);
            let ends = [0x2001_0db8 << 96 | random << 40 | (round % 7), (random % 5000) << 96];
            let version = if round % 2 == 0 { IpVersion::V6 } else { IpVersion::V4 };
            let ends = match version {
                IpVersion::V4 => ends.map(|end| end & !0 << 96),
                IpVersion::V6 => ends,
            };
            distinct.observe(&header(version, ends[0], ends[1]), Side::Both);
            for what in DistinctWhat::ALL.into_iter().filter(|what| what.version() == version) {
                let cut = ends.map(|end| IpAddress::from_bits(end).masked(what.len()).bits());
                plain[what as usize].extend(cut);
            }
        }
        for what in DistinctWhat::ALL {
            let want = plain[what as usize].len() as u64;
            assert!(want > 0, "{what:?}");
            assert_eq!(distinct.get(what).count(), want, "{what:?}");
        }
    }

    #[test]
    fn a_side_counts_its_own_ends() {
        let one = |side| {
            let mut distinct = DistinctAddresses::default();
            (0..10)
                .for_each(|at| distinct.observe(&header(IpVersion::V4, at << 96, 1 << 96), side));
            distinct.get(DistinctWhat::Ipv4Addresses).count()
        };
        assert_eq!([one(Side::Source), one(Side::Destination), one(Side::Both)], [10, 1, 10]);
    }
}
