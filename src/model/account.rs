//! The law of conservation: every record is in exactly one class.

use super::{Excluded, IpVersion, LinkType, NotIp, Undecodable};
use std::collections::BTreeMap;

/// Where every record went. `records` is counted where records are read, the
/// classes where they are decoded, so that a record lost between the two shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// Records read.
    pub records: u64,
    /// Original lengths of all records read.
    pub wire_octets: u128,
    /// Records whose outer header is IPv4.
    pub ipv4: u64,
    /// Records whose outer header is IPv6.
    pub ipv6: u64,
    /// Records that carry something else, by what it is.
    pub not_ip: BTreeMap<NotIp, u64>,
    /// Records of which nobody can say, by reason.
    pub undecodable: BTreeMap<Undecodable, u64>,
    /// What was read but is no traffic, by reason: beside the records.
    pub excluded: BTreeMap<Excluded, u64>,
}

impl Account {
    /// Counts a decoded record in its family.
    #[inline]
    pub fn ip(&mut self, version: IpVersion) {
        match version {
            IpVersion::V4 => self.ipv4 += 1,
            IpVersion::V6 => self.ipv6 += 1,
        }
    }

    /// Counts a record that is not IP.
    pub fn not_ip(&mut self, what: NotIp) {
        *self.not_ip.entry(what).or_default() += 1;
    }

    /// Counts a record of which nobody can say.
    pub fn undecodable(&mut self, why: Undecodable) {
        *self.undecodable.entry(why).or_default() += 1;
    }

    /// Counts something that is no traffic.
    pub fn exclude(&mut self, why: Excluded) {
        *self.excluded.entry(why).or_default() += 1;
    }

    /// What was read but is no traffic.
    #[must_use]
    pub fn excluded_total(&self) -> u64 {
        self.excluded.values().sum()
    }

    /// Records that are not IP.
    #[must_use]
    pub fn not_ip_total(&self) -> u64 {
        self.not_ip.values().sum()
    }

    /// Records of which nobody can say.
    #[must_use]
    pub fn undecodable_total(&self) -> u64 {
        self.undecodable.values().sum()
    }

    /// Undecodable records by the key of the reason.
    #[must_use]
    pub fn undecodable_by_reason(&self) -> BTreeMap<&'static str, u64> {
        let mut reasons = BTreeMap::new();
        for (why, count) in &self.undecodable {
            *reasons.entry(why.key()).or_default() += count;
        }
        reasons
    }

    /// Records of each link type that is not supported.
    pub fn unsupported_link_types(&self) -> impl Iterator<Item = (LinkType, u64)> + '_ {
        self.undecodable.iter().filter_map(|(why, count)| match why {
            Undecodable::UnsupportedLinkType(link_type) => Some((*link_type, *count)),
            _ => None,
        })
    }

    /// True when every record read is in exactly one class.
    #[must_use]
    pub fn closed(&self) -> bool {
        self.records == self.ipv4 + self.ipv6 + self.not_ip_total() + self.undecodable_total()
    }

    /// Adds another account.
    pub fn merge(&mut self, other: &Self) {
        self.records += other.records;
        self.wire_octets += other.wire_octets;
        self.ipv4 += other.ipv4;
        self.ipv6 += other.ipv6;
        for (what, count) in &other.not_ip {
            *self.not_ip.entry(*what).or_default() += count;
        }
        for (why, count) in &other.undecodable {
            *self.undecodable.entry(*why).or_default() += count;
        }
        for (why, count) in &other.excluded {
            *self.excluded.entry(*why).or_default() += count;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::EtherType;

    #[test]
    fn an_account_closes_only_when_all_records_have_a_class() {
        let mut account = Account { records: 4, ..Account::default() };
        account.ip(IpVersion::V4);
        account.ip(IpVersion::V6);
        account.not_ip(NotIp::EtherType(EtherType(0x0806)));
        assert!(!account.closed());
        account.undecodable(Undecodable::UnsupportedLinkType(LinkType(147)));
        assert!(account.closed());
        assert_eq!(account.undecodable_by_reason()["unsupported_link_type"], 1);
    }
}
