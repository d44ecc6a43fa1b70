//! Record-level trouble: values that are counted, never errors.

/// Something odd about one record. The record is still counted in the family
/// that it shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Anomaly {
    /// The captured length is larger than the original length; the original
    /// length counts.
    CapturedExceedsOriginal,
    /// The IP header is cut by the captured length.
    TruncatedHeader,
    /// A chain of IPv6 extension headers (or an AH under IPv4) is cut before it
    /// names the protocol.
    TruncatedExtensionHeader,
    /// The IPv4 IHL is below 5, or the header is longer than the packet.
    BadHeaderLength,
    /// IPv4 Total Length 0 (segmentation offload); the frame's length stands in.
    TotalLengthZero,
    /// IPv6 Payload Length 0 without a Jumbo Payload option, and more bytes in
    /// the frame than padding explains; the frame's length stands in.
    PayloadLengthZero,
    /// A Jumbo Payload option gives the length (RFC 2675).
    Jumbogram,
    /// The header's length is larger than the frame can hold; the header's
    /// value counts, and the excess is summed beside it.
    LengthExceedsFrame,
    /// The record has no timestamp (a Simple Packet Block), or one that cannot
    /// be (a fraction of a second or more, or beyond the years 1677 to 2262); it
    /// takes no part in the time span.
    NoTimestamp,
    /// More tunnels within tunnels than the limit; what lies deeper is not seen.
    TooDeep,
    /// A later fragment of a packet whose protocol carries a tunnel: counted by
    /// its outer header alone.
    FragmentedTunnel,
    /// A frame that was compared with fewer packets than the window for copies
    /// holds, because more are not remembered.
    DedupWindowCut,
}

impl Anomaly {
    /// All anomalies in the order of the report.
    pub const ALL: [Self; 12] = [
        Self::CapturedExceedsOriginal,
        Self::TruncatedHeader,
        Self::TruncatedExtensionHeader,
        Self::BadHeaderLength,
        Self::TotalLengthZero,
        Self::PayloadLengthZero,
        Self::Jumbogram,
        Self::LengthExceedsFrame,
        Self::NoTimestamp,
        Self::TooDeep,
        Self::FragmentedTunnel,
        Self::DedupWindowCut,
    ];

    /// The stable key in the report.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::CapturedExceedsOriginal => "captured_exceeds_original",
            Self::TruncatedHeader => "truncated_header",
            Self::TruncatedExtensionHeader => "truncated_extension_header",
            Self::BadHeaderLength => "bad_header_length",
            Self::TotalLengthZero => "total_length_zero",
            Self::PayloadLengthZero => "payload_length_zero",
            Self::Jumbogram => "jumbogram",
            Self::LengthExceedsFrame => "length_exceeds_frame",
            Self::NoTimestamp => "no_timestamp",
            Self::TooDeep => "too_deep",
            Self::FragmentedTunnel => "fragmented_tunnel",
            Self::DedupWindowCut => "dedup_window_cut",
        }
    }
}

/// The anomalies of one record, as a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Anomalies(u16);

impl Anomalies {
    /// No anomaly.
    pub const NONE: Self = Self(0);

    /// Adds one.
    #[inline]
    pub fn insert(&mut self, anomaly: Anomaly) {
        self.0 |= 1 << anomaly as u16;
    }

    /// True when there is none.
    #[inline]
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// True when `anomaly` is in the set.
    #[must_use]
    pub fn contains(self, anomaly: Anomaly) -> bool {
        self.0 & (1 << anomaly as u16) != 0
    }

    /// The set with those of `other` too.
    #[inline]
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// How many records showed each anomaly.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AnomalyCounts {
    counts: [u64; Anomaly::ALL.len()],
    /// Octets by which headers exceeded what their frames can hold
    /// ([`Anomaly::LengthExceedsFrame`]).
    pub excess_octets: u128,
}

impl AnomalyCounts {
    /// Counts one record's set.
    pub fn observe(&mut self, set: Anomalies) {
        self.observe_many(set, 1);
    }

    /// Counts the set of `records` that have the same.
    pub fn observe_many(&mut self, set: Anomalies, records: u64) {
        for anomaly in Anomaly::ALL {
            self.counts[anomaly as usize] += u64::from(set.contains(anomaly)) * records;
        }
    }

    /// Records that showed `anomaly`.
    #[must_use]
    pub fn get(&self, anomaly: Anomaly) -> u64 {
        self.counts[anomaly as usize]
    }

    /// The anomalies seen at least once, in the order of the report.
    pub fn seen(&self) -> impl Iterator<Item = (Anomaly, u64)> + '_ {
        Anomaly::ALL.into_iter().map(|a| (a, self.get(a))).filter(|(_, count)| *count > 0)
    }

    /// Adds another count.
    pub fn merge(&mut self, other: &Self) {
        for (sum, more) in self.counts.iter_mut().zip(other.counts) {
            *sum = sum.saturating_add(more);
        }
        self.excess_octets = self.excess_octets.saturating_add(other.excess_octets);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_that_of_the_discriminants() {
        for (index, anomaly) in Anomaly::ALL.into_iter().enumerate() {
            assert_eq!(anomaly as usize, index);
        }
    }

    #[test]
    fn a_set_counts_each_of_its_members_once() {
        let mut set = Anomalies::NONE;
        set.insert(Anomaly::Jumbogram);
        set.insert(Anomaly::Jumbogram);
        set.insert(Anomaly::TooDeep);
        let mut counts = AnomalyCounts::default();
        counts.observe(set);
        assert_eq!(
            counts.seen().collect::<Vec<_>>(),
            [(Anomaly::Jumbogram, 1), (Anomaly::TooDeep, 1)]
        );
    }
}
