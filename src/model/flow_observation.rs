//! What a flow record adds to an observation: how much traffic it stands for,
//! and what else of it a breakdown may go by.

use super::{Count, Exporter, Sampling, Timestamp};

/// The amounts and facts of one flow record. It stands beside an
/// [`Observation`](super::Observation), whose own octets it replaces: those of a
/// record may be scaled beyond 64 bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FlowObservation {
    /// What the record stands for: packets and octets scaled by its sampling, flows
    /// never. Octets are those of the outer header.
    pub scaled: Count,
    /// Octets of the inner header, scaled; those of the outer one where there is
    /// no tunnel or its inside is unknown.
    pub inner_octets: u128,
    /// What the record says: nothing scaled.
    pub exported: Count,
    /// What its sampling adds to the variance of the sums.
    pub variance: Variance,
    /// The input that it is of, by its place among those of the run.
    pub origin: u32,
    /// Who exported it.
    pub exporter: Option<Exporter>,
    /// Interface by which the traffic came in (IE 10).
    pub input: Option<u32>,
    /// Interface by which it went out (IE 14).
    pub output: Option<u32>,
    /// When the first packet was seen.
    pub start: Option<Timestamp>,
    /// When the last packet was seen.
    pub end: Option<Timestamp>,
}

/// Variances of the scaled sums of packets and of octets, in integers that
/// saturate: sums of them are the same in any order.
///
/// Each packet counted of one in every N stands for a variance of N (N - 1)
/// ([`Sampling::variance`]), and of N (N - 1) times the square of its octets. A
/// flow record tells its packets' mean size alone, whose square is at most the
/// mean of the squares: the variance of octets is a lower bound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Variance {
    /// Of the packets.
    pub packets: u128,
    /// Of the octets, in octets squared.
    pub octets: u128,
}

impl Variance {
    /// What `packets` of `octets` in all, counted under `sampling`, add to it.
    #[must_use]
    pub fn of(sampling: Sampling, packets: u64, octets: u64) -> Self {
        let each = sampling.variance();
        if each == 0 || packets == 0 {
            return Self::default();
        }
        // The square of two 64-bit numbers has room in 128 bits.
        let squares = (u128::from(octets) * u128::from(octets)).div_ceil(u128::from(packets));
        Self { packets: each.saturating_mul(packets.into()), octets: each.saturating_mul(squares) }
    }

    /// Adds another variance: sums of records that were sampled each on its own.
    pub fn add(&mut self, other: &Self) {
        self.packets = self.packets.saturating_add(other.packets);
        self.octets = self.octets.saturating_add(other.octets);
    }

    /// True where nothing was sampled.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_sampled_has_no_variance() {
        for sampling in [Sampling::Unknown, Sampling::Every, Sampling::Scaled] {
            assert!(Variance::of(sampling, 5, 500).is_zero());
        }
        assert!(Variance::of(Sampling::one_in(10), 0, 0).is_zero());
    }

    #[test]
    fn the_variance_of_octets_goes_by_the_mean_size() {
        let variance = Variance::of(Sampling::one_in(10), 4, 400);
        assert_eq!(variance, Variance { packets: 4 * 90, octets: 90 * 40_000 });
        let huge = Variance::of(Sampling::one_in(u64::MAX), u64::MAX, u64::MAX);
        assert_eq!((huge.packets, huge.octets), (u128::MAX, u128::MAX));
        let mut sum = huge;
        sum.add(&variance);
        assert_eq!(sum, huge);
    }
}
