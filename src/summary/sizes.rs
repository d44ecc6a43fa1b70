//! How large the packets are.

use hdrhistogram::Histogram;
use std::collections::BTreeMap;

/// Packets by their IP-layer octets: exact rows of (octets, packets).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SizeDistribution(BTreeMap<u64, u64>);

/// Quantiles of a size distribution, in IP-layer octets. Exact up to 32,767
/// octets, above that within one part in 16,384 (hdrhistogram, 4 digits).
#[derive(Clone, Debug, PartialEq)]
pub struct SizeQuantiles {
    /// Packets counted.
    pub packets: u64,
    /// The smallest, exactly.
    pub min: u64,
    /// The largest, exactly.
    pub max: u64,
    /// The arithmetic mean, from the exact sums.
    pub mean: f64,
    /// (quantile in percent, octets): half of the packets have at most as many
    /// octets as the value of 50.
    pub percentiles: Vec<(f64, u64)>,
}

/// The quantiles of every report, in percent.
const PERCENTILES: [f64; 9] = [1.0, 5.0, 10.0, 25.0, 50.0, 75.0, 90.0, 95.0, 99.0];

impl SizeDistribution {
    /// Adds `packets` of `octets` each.
    pub fn add(&mut self, octets: u64, packets: u64) {
        if packets > 0 {
            *self.0.entry(octets).or_default() += packets;
        }
    }

    /// Adds another distribution.
    pub fn merge(&mut self, other: &Self) {
        for (octets, packets) in &other.0 {
            self.add(*octets, *packets);
        }
    }

    /// The rows, smallest packets first.
    pub fn rows(&self) -> impl Iterator<Item = (u64, u64)> + '_ {
        self.0.iter().map(|(octets, packets)| (*octets, *packets))
    }

    /// Quantiles; `None` where nothing was counted.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a mean for people")]
    pub fn quantiles(&self) -> Option<SizeQuantiles> {
        let (min, max) = (*self.0.first_key_value()?.0, *self.0.last_key_value()?.0);
        let mut histogram = Histogram::<u64>::new_with_max(max.max(2), 4)
            .expect("a maximum of 2 or more and 4 digits are within hdrhistogram's limits");
        let (mut packets, mut octets) = (0, 0_u128);
        for (size, count) in self.rows() {
            histogram.record_n(size, count).expect("no size is above the maximum");
            packets += count;
            octets += u128::from(size) * u128::from(count);
        }
        let at = |percent: f64| histogram.value_at_percentile(percent).clamp(min, max);
        Some(SizeQuantiles {
            packets,
            min,
            max,
            mean: octets as f64 / packets as f64,
            percentiles: PERCENTILES.iter().map(|p| (*p, at(*p))).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_of_small_packets_are_exact() {
        let mut sizes = SizeDistribution::default();
        sizes.add(40, 90);
        sizes.add(1500, 10);
        let q = sizes.quantiles().expect("not empty");
        assert_eq!((q.packets, q.min, q.max, q.mean), (100, 40, 1500, 186.0));
        let at = |p: f64| q.percentiles.iter().find(|(x, _)| *x == p).expect("listed").1;
        assert_eq!((at(50.0), at(90.0), at(95.0), at(99.0)), (40, 40, 1500, 1500));
    }

    #[test]
    fn empty_and_odd_sizes() {
        assert_eq!(SizeDistribution::default().quantiles(), None);
        let mut sizes = SizeDistribution::default();
        sizes.add(0, 1);
        assert_eq!(sizes.quantiles().expect("one").max, 0);
        sizes.add(u64::from(u32::MAX) + 40, 1);
        assert_eq!(sizes.quantiles().expect("two").max, u64::from(u32::MAX) + 40);
    }
}
