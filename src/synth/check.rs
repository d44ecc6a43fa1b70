//! The gate: a recipe is checked once, before anything is written.

use super::address::{MAX_PREFIXES, families};
use super::kind::{carriages, wrappers};
use super::{ByteOrder, FileFormat, Link, ProtocolMix, Recipe, Resolution, Sizes, SynthError};

/// Flows that a recipe may ask for: about 5 GB of memory.
pub(super) const MAX_FLOWS: u32 = 1 << 24;

/// Octets of the largest packets: with every header around them their lengths
/// still fit in 16 bits.
const MAX_SIZE: u16 = 65_500;

/// The same in ERF, whose lengths of 16 bits count the link layer and its own header
/// too.
const MAX_IN_ERF: u16 = 65_400;

/// Octets of the largest fragments: two join to a datagram of 65,535 at most.
const MAX_FRAGMENT: u16 = 32_000;

/// What sums of parts may be off, for parts such as 0.1 are not exact.
const TOLERANCE: f64 = 1e-9;

impl Recipe {
    /// Checks that the recipe can be followed. What depends on the headers
    /// ([`SynthError::SizeTooSmall`]) shows only when they are made.
    ///
    /// # Errors
    /// The first contradiction that is found.
    pub fn check(&self) -> Result<(), SynthError> {
        self.check_parts()?;
        self.check_sums()?;
        self.check_link()?;
        self.check_container()?;
        self.check_sizes()?;
        self.check_counts()?;
        self.check_times()
    }

    fn check_parts(&self) -> Result<(), SynthError> {
        let own = [
            ("ipv6_share", self.ipv6_share),
            ("vlan", self.vlan),
            ("qinq", self.qinq),
            ("mpls", self.mpls),
            ("pppoe", self.pppoe),
            ("extension_headers", self.extension_headers),
            ("fragments", self.fragments),
            ("non_ip", self.non_ip),
        ];
        let tunnels = self.tunnels.parts().map(|(mechanism, part)| (mechanism.key(), part));
        for (field, value) in own.into_iter().chain(self.protocols.parts()).chain(tunnels) {
            if !(0.0..=1.0).contains(&value) {
                return Err(SynthError::PartOutOfRange { field, value });
            }
        }
        if !(0.0..=10.0).contains(&self.zipf) {
            return Err(SynthError::ZipfOutOfRange { value: self.zipf });
        }
        Ok(())
    }

    fn check_sums(&self) -> Result<(), SynthError> {
        let tunnels = self.tunnels.parts().iter().map(|(_, part)| part).sum();
        for (group, sum) in [
            (
                "the parts of vlan, qinq, mpls and pppoe",
                self.vlan + self.qinq + self.mpls + self.pppoe,
            ),
            (
                "the parts of extension_headers and fragments",
                self.extension_headers + self.fragments,
            ),
            ("the parts of the tunnels", tunnels),
        ] {
            if sum > 1.0 + TOLERANCE {
                return Err(SynthError::PartsExceedOne { group, sum });
            }
        }
        let sum: f64 = self.protocols.parts().iter().map(|(_, part)| part).sum();
        if (sum - 1.0).abs() > TOLERANCE {
            return Err(SynthError::ProtocolsIncomplete { sum });
        }
        Ok(())
    }

    fn check_link(&self) -> Result<(), SynthError> {
        if self.link == Link::Ethernet {
            return Ok(());
        }
        let wrappers =
            [("vlan", self.vlan), ("qinq", self.qinq), ("mpls", self.mpls), ("pppoe", self.pppoe)];
        if let Some((field, _)) = wrappers.into_iter().find(|(_, part)| *part > 0.0) {
            return Err(SynthError::NeedsEthernet { field });
        }
        if self.link == Link::Raw && self.non_ip > 0.0 {
            return Err(SynthError::NonIpNeedsLink);
        }
        Ok(())
    }

    /// What a container leaves no choice of.
    fn check_container(&self) -> Result<(), SynthError> {
        let container = match self.format {
            FileFormat::Pcap | FileFormat::PcapNg => return Ok(()),
            FileFormat::Erf => "ERF",
            FileFormat::Snoop => "snoop",
        };
        let refused = |what| Err(SynthError::NotInContainer { container, what });
        if self.link != Link::Ethernet {
            return refused("another link type than Ethernet here");
        }
        if self.byte_order == ByteOrder::Big {
            return refused("another byte order than its own");
        }
        if self.format == FileFormat::Snoop && self.resolution == Resolution::Nano {
            return refused("nanoseconds");
        }
        Ok(())
    }

    fn check_sizes(&self) -> Result<(), SynthError> {
        let maximum = match self.format {
            _ if self.fragments > 0.0 => MAX_FRAGMENT,
            FileFormat::Erf => MAX_IN_ERF,
            _ => MAX_SIZE,
        };
        match self.sizes {
            Sizes::Fixed(size) if size > maximum => Err(SynthError::SizeTooLarge { size, maximum }),
            _ => Ok(()),
        }
    }

    fn check_counts(&self) -> Result<(), SynthError> {
        let (flows, prefixes) = (self.flows, self.prefixes);
        if flows > MAX_FLOWS {
            return Err(SynthError::TooManyFlows { flows, maximum: MAX_FLOWS });
        }
        if prefixes > MAX_PREFIXES {
            return Err(SynthError::TooManyPrefixes { prefixes, maximum: MAX_PREFIXES });
        }
        if flows == 0 {
            let needed = self.packets > 0 && self.non_ip < 1.0;
            return if needed { Err(SynthError::NoFlows) } else { Ok(()) };
        }
        let protocols = self.protocols.parts().iter().filter(|(_, part)| *part > 0.0).count();
        for (group, kinds) in [
            ("families, tunnels, extension headers and fragments", carriages(self).len()),
            ("wrappers", wrappers(self).len()),
            ("protocols", protocols),
        ] {
            if kinds > flows as usize {
                return Err(SynthError::TooFewFlows { flows, kinds, group });
            }
        }
        let minimum = families(self).iter().map(|part| u32::from(*part > 0.0)).sum();
        if prefixes < minimum {
            return Err(SynthError::TooFewPrefixes { prefixes, minimum });
        }
        Ok(())
    }

    /// Every time is a whole number of seconds in 32 bits, also when all gaps
    /// are the largest.
    fn check_times(&self) -> Result<(), SynthError> {
        let start = i128::from(self.start.nanoseconds());
        let longest = 2 * i128::from(self.interval_ns) * i128::from(self.packets);
        let limit = i128::from(u32::MAX) * 1_000_000_000;
        if start < 0 || start + longest > limit { Err(SynthError::TimeOutOfRange) } else { Ok(()) }
    }
}

impl ProtocolMix {
    /// The parts by the names of their fields.
    fn parts(&self) -> [(&'static str, f64); 4] {
        [("tcp", self.tcp), ("udp", self.udp), ("icmp", self.icmp), ("other", self.other)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Timestamp;

    /// The name of the error that a changed default recipe gives.
    fn refused(change: impl FnOnce(&mut Recipe)) -> String {
        let mut recipe = Recipe::default();
        change(&mut recipe);
        let error = format!("{:?}", recipe.check().unwrap_err());
        error.split([' ', '{']).next().unwrap_or_default().to_owned()
    }

    #[test]
    fn the_default_can_be_followed() {
        Recipe::default().check().unwrap();
        Recipe { packets: 0, flows: 0, ..Recipe::default() }.check().unwrap();
        Recipe { flows: 0, non_ip: 1.0, ..Recipe::default() }.check().unwrap();
    }

    #[test]
    fn parts_are_checked() {
        assert_eq!(refused(|r| r.ipv6_share = 1.1), "PartOutOfRange");
        assert_eq!(refused(|r| r.ipv6_share = -0.1), "PartOutOfRange");
        assert_eq!(refused(|r| r.non_ip = f64::NAN), "PartOutOfRange");
        assert_eq!(refused(|r| r.tunnels.gre = 2.0), "PartOutOfRange");
        assert_eq!(refused(|r| r.protocols.tcp = f64::INFINITY), "PartOutOfRange");
        assert_eq!(refused(|r| (r.vlan, r.mpls) = (0.6, 0.6)), "PartsExceedOne");
        assert_eq!(refused(|r| (r.fragments, r.extension_headers) = (0.6, 0.6)), "PartsExceedOne");
        assert_eq!(refused(|r| (r.tunnels.gre, r.tunnels.teredo) = (0.6, 0.6)), "PartsExceedOne");
        assert_eq!(refused(|r| r.protocols.tcp = 0.5), "ProtocolsIncomplete");
        assert_eq!(refused(|r| r.zipf = 11.0), "ZipfOutOfRange");
        assert_eq!(refused(|r| r.zipf = f64::NAN), "ZipfOutOfRange");
    }

    #[test]
    fn counts_are_checked() {
        assert_eq!(refused(|r| r.flows = 0), "NoFlows");
        assert_eq!(refused(|r| r.flows = 3), "TooFewFlows");
        assert_eq!(refused(|r| r.flows = MAX_FLOWS + 1), "TooManyFlows");
        assert_eq!(refused(|r| r.prefixes = 1), "TooFewPrefixes");
        assert_eq!(refused(|r| (r.prefixes, r.ipv6_share) = (0, 1.0)), "TooFewPrefixes");
        assert_eq!(refused(|r| r.prefixes = u32::MAX), "TooManyPrefixes");
    }

    #[test]
    fn link_sizes_and_times_are_checked() {
        assert_eq!(refused(|r| (r.link, r.vlan) = (Link::Raw, 0.1)), "NeedsEthernet");
        assert_eq!(refused(|r| (r.link, r.pppoe) = (Link::LinuxSll, 0.1)), "NeedsEthernet");
        assert_eq!(refused(|r| (r.link, r.non_ip) = (Link::Raw, 0.1)), "NonIpNeedsLink");
        assert_eq!(refused(|r| r.sizes = Sizes::Fixed(u16::MAX)), "SizeTooLarge");
        assert_eq!(
            refused(|r| (r.sizes, r.fragments) = (Sizes::Fixed(40_000), 0.1)),
            "SizeTooLarge"
        );
        assert_eq!(refused(|r| r.start = Timestamp::from_nanoseconds(-1)), "TimeOutOfRange");
        assert_eq!(refused(|r| r.interval_ns = u64::MAX), "TimeOutOfRange");
    }
}
