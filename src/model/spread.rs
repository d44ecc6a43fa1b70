//! The traffic of a flow spread over the bins of time that it spans.

use super::{Bin, BinCache, Count, TimeBins, Timestamp};

/// Bins that one flow is spread over, at most: a flow that spans more has an
/// impossible time.
pub const MOST_BINS: usize = 1 << 16;

/// Gives each bin its part of what a flow counted: in proportion to the time that
/// the flow spent in it, by the method of the largest remainder, so that the parts
/// add up to the whole (MEASURE section 5). The flow itself counts in its first
/// bin. Of equal remainders the earlier bin is served first.
///
/// `None` is the bin of what has no time: one is missing, the end is before the
/// start, or there are more than [`MOST_BINS`] bins.
pub fn spread(
    bins: &TimeBins,
    cache: &mut BinCache,
    (start, end): (Option<Timestamp>, Option<Timestamp>),
    count: &Count,
    mut take: impl FnMut(Option<Bin>, &Count),
) {
    // A log that has one of the two says when the flow was.
    let (Some(start), Some(end)) = (start.or(end), end.or(start)) else {
        return take(None, count);
    };
    if end < start {
        return take(None, count);
    }
    let first = cache.of(bins, start);
    let last = end.nanoseconds().div_euclid(NANOSECONDS);
    if last < first.end {
        return take(Some(first), count);
    }
    let mut parts = vec![(first, overlap(first, start, end))];
    while let Some((bin, _)) = parts.last().filter(|(bin, _)| bin.end <= last) {
        if parts.len() == MOST_BINS {
            return take(None, count);
        }
        let next = bins.after(*bin);
        parts.push((next, overlap(next, start, end)));
    }
    let weights: Vec<u128> = parts.iter().map(|(_, weight)| *weight).collect();
    let [packets, octets, wire_octets] =
        [count.packets, count.octets, count.wire_octets].map(|all| shares(all, &weights));
    for (at, (bin, _)) in parts.iter().enumerate() {
        let flows = if at == 0 { count.flows } else { 0 };
        let part =
            Count { packets: packets[at], octets: octets[at], wire_octets: wire_octets[at], flows };
        if !part.is_zero() {
            take(Some(*bin), &part);
        }
    }
}

const NANOSECONDS: i64 = 1_000_000_000;

/// Nanoseconds that a flow spent in a bin.
fn overlap(bin: Bin, start: Timestamp, end: Timestamp) -> u128 {
    let wide = |seconds: i64| i128::from(seconds) * i128::from(NANOSECONDS);
    let from = wide(bin.start).max(start.nanoseconds().into());
    let until = wide(bin.end).min(end.nanoseconds().into());
    u128::try_from(until - from).unwrap_or(0)
}

/// Divides `all` in proportion to `weights`, whose sum is not zero and below 2^64.
fn shares(all: u128, weights: &[u128]) -> Vec<u128> {
    let sum: u128 = weights.iter().sum();
    // The quotient apart, so that no product has more than 128 bits.
    let (each, rest) = (all / sum, all % sum);
    let mut parts: Vec<_> = weights.iter().map(|w| each * w + rest * w / sum).collect();
    let left = all - parts.iter().sum::<u128>();
    let mut order: Vec<_> = (0..weights.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(rest * weights[*at] % sum));
    // Each remainder is below one: fewer are left over than there are parts.
    let left = usize::try_from(left).unwrap_or(usize::MAX);
    order.into_iter().take(left).for_each(|at| parts[at] += 1);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(seconds: f64) -> Timestamp {
        #[expect(clippy::cast_possible_truncation, reason = "small numbers")]
        Timestamp::from_nanoseconds((seconds * 1e9) as i64)
    }

    fn parts(start: Option<f64>, end: Option<f64>, packets: u128) -> Vec<(Option<i64>, u128, u64)> {
        let bins = TimeBins::new("5m".parse().unwrap(), "UTC").unwrap();
        let count = Count { packets, octets: 2 * packets, wire_octets: 0, flows: 1 };
        let mut parts = Vec::new();
        let times = (start.map(at), end.map(at));
        spread(&bins, &mut BinCache::default(), times, &count, |bin, part| {
            parts.push((bin.map(|bin| bin.start), part.packets, part.flows));
        });
        parts
    }

    #[test]
    fn a_flow_is_spread_by_the_time_that_it_spent() {
        assert_eq!(
            parts(Some(150.0), Some(750.0), 7),
            [(Some(0), 2, 1), (Some(300), 3, 0), (Some(600), 2, 0)],
            "1.75, 3.5 and 1.75: the largest remainders are served"
        );
        assert_eq!(parts(Some(10.0), Some(20.0), 7), [(Some(0), 7, 1)]);
        assert_eq!(parts(Some(10.0), None, 7), [(Some(0), 7, 1)]);
        assert_eq!(parts(Some(300.0), Some(300.0), 7), [(Some(300), 7, 1)]);
        assert_eq!(
            parts(Some(0.0), Some(300.0), 7),
            [(Some(0), 7, 1)],
            "it ends where the next bin begins, and spent no time there"
        );
    }

    #[test]
    fn what_has_no_time_is_in_no_bin() {
        assert_eq!(parts(None, None, 7), [(None, 7, 1)]);
        assert_eq!(parts(Some(20.0), Some(10.0), 7), [(None, 7, 1)]);
        assert_eq!(parts(Some(0.0), Some(2e9), 7), [(None, 7, 1)], "63 years of them");
    }

    proptest! {
        #[test]
        fn parts_add_up_to_the_whole(
            all in prop_oneof![any::<u64>().prop_map(u128::from), any::<u128>()],
            weights in prop::collection::vec(0..1_u128 << 50, 1..40),
        ) {
            prop_assume!(weights.iter().sum::<u128>() > 0);
            let parts = shares(all, &weights);
            prop_assert_eq!(parts.iter().sum::<u128>(), all);
            let sum: u128 = weights.iter().sum();
            for (part, weight) in parts.iter().zip(&weights) {
                let exact = all / sum * weight + all % sum * weight / sum;
                prop_assert!(*part == exact || *part == exact + 1);
            }
        }
    }
}
