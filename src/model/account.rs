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
        self.ip_many(version, 1);
    }

    /// Counts so many decoded records in their family.
    #[inline]
    pub fn ip_many(&mut self, version: IpVersion, records: u64) {
        match version {
            IpVersion::V4 => self.ipv4 += records,
            IpVersion::V6 => self.ipv6 += records,
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
        total(&self.excluded)
    }

    /// Records that are not IP.
    #[must_use]
    pub fn not_ip_total(&self) -> u64 {
        total(&self.not_ip)
    }

    /// Records of which nobody can say.
    #[must_use]
    pub fn undecodable_total(&self) -> u64 {
        total(&self.undecodable)
    }

    /// Undecodable records by the key of the reason.
    #[must_use]
    pub fn undecodable_by_reason(&self) -> BTreeMap<&'static str, u64> {
        let mut reasons = BTreeMap::new();
        for (why, count) in &self.undecodable {
            add(reasons.entry(why.key()).or_default(), *count);
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
        let others = [self.ipv6, self.not_ip_total(), self.undecodable_total()];
        self.records == others.into_iter().fold(self.ipv4, u64::saturating_add)
    }

    /// Adds another account.
    pub fn merge(&mut self, other: &Self) {
        add(&mut self.records, other.records);
        self.wire_octets = self.wire_octets.saturating_add(other.wire_octets);
        add(&mut self.ipv4, other.ipv4);
        add(&mut self.ipv6, other.ipv6);
        add_each(&mut self.not_ip, &other.not_ip);
        add_each(&mut self.undecodable, &other.undecodable);
        add_each(&mut self.excluded, &other.excluded);
    }
}

/// Adds a number of records: as many as there can be where it would run over, which
/// no input has, but a kept result may say it has.
fn add(mine: &mut u64, theirs: u64) {
    *mine = mine.saturating_add(theirs);
}

fn total<K>(counts: &BTreeMap<K, u64>) -> u64 {
    counts.values().copied().fold(0, u64::saturating_add)
}

fn add_each<K: Copy + Ord>(mine: &mut BTreeMap<K, u64>, theirs: &BTreeMap<K, u64>) {
    for (key, count) in theirs {
        add(mine.entry(*key).or_default(), *count);
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

    /// What a kept result says may be anything.
    #[test]
    fn records_beyond_all_numbers_do_not_run_over() {
        let mut account = Account { records: u64::MAX, ipv4: 1 << 63, ..Account::default() };
        account.not_ip.insert(NotIp::EtherType(EtherType(0x0806)), u64::MAX);
        account.undecodable.insert(Undecodable::UnsupportedLinkType(LinkType(147)), u64::MAX);
        account.undecodable.insert(Undecodable::UnsupportedLinkType(LinkType(148)), u64::MAX);
        account.merge(&account.clone());
        assert_eq!((account.records, account.ipv4), (u64::MAX, u64::MAX));
        assert_eq!((account.not_ip_total(), account.undecodable_total()), (u64::MAX, u64::MAX));
        assert_eq!(account.undecodable_by_reason()["unsupported_link_type"], u64::MAX);
        assert!(account.closed());
    }
}
