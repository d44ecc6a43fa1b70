//! The one place where a ratio is made: integers until the last step, a named
//! denominator, and none at all where that is empty (MEASURE section 6).

use crate::model::{Measure, Profile, Tally, View};
use crate::summary::Summary;

/// A part of a whole, as integers. The whole is not zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ratio {
    part: u128,
    whole: u128,
}

impl Ratio {
    /// `None` where the denominator is zero: such a share does not exist.
    pub(super) fn new(part: u128, whole: u128) -> Option<Self> {
        (whole > 0).then_some(Self { part, whole })
    }

    /// The quotient, correctly rounded. Never NaN, never infinite.
    pub(super) fn value(self) -> f64 {
        divide(self.part, self.whole)
    }

    /// True for exactly 0, which a rounded value cannot tell.
    pub(super) fn is_zero(self) -> bool {
        self.part == 0
    }

    /// True for exactly 1, which a rounded value cannot tell.
    pub(super) fn is_full(self) -> bool {
        self.part == self.whole
    }

    /// What is missing to the whole; `None` where the part is larger than it
    /// (the parts of rows that share packets may add up to more than all).
    pub(super) fn rest(self) -> Option<Self> {
        let part = self.whole.checked_sub(self.part)?;
        Some(Self { part, ..self })
    }
}

/// IPv6 / (IPv4 + IPv6) of one cell: the `share` of a row.
pub(super) fn of_cell(tally: &Tally, measure: Measure) -> Option<Ratio> {
    Ratio::new(tally.v6.get(measure), both(tally, measure))
}

/// The whole that a profile's shares and the rows' parts are made of, in one
/// view.
#[derive(Clone, Copy, Debug)]
pub(super) struct Whole {
    /// The traffic of the profile, by family.
    pub(super) kept: Tally,
    /// The denominators of `all-frames`, which are no sum of the families.
    frames: Option<Frames>,
}

/// All records read, IP or not.
#[derive(Clone, Copy, Debug)]
struct Frames {
    records: u64,
    wire_octets: u128,
}

impl Whole {
    /// The whole of the summary's profile in `view`.
    pub(super) fn of(summary: &Summary, view: View) -> Self {
        let account = &summary.account;
        let frames = Frames { records: account.records, wire_octets: account.wire_octets };
        match summary.settings.profile {
            Profile::IpOnly => Self { kept: summary.totals[view], frames: None },
            Profile::AllFrames => Self { kept: summary.totals[view], frames: Some(frames) },
            Profile::NativeOnly | Profile::UserTraffic => {
                Self { kept: summary.profile_totals[view], frames: None }
            }
        }
    }

    /// The denominator under one measure; `None` where the profile has none: a
    /// frame that is not IP has no IP octets, and is no flow.
    pub(super) fn denominator(&self, measure: Measure) -> Option<u128> {
        match (self.frames, measure) {
            (None, _) => Some(both(&self.kept, measure)),
            (Some(frames), Measure::Packets) => Some(u128::from(frames.records)),
            (Some(frames), Measure::WireOctets) => Some(frames.wire_octets),
            (Some(_), Measure::Octets | Measure::Flows) => None,
        }
    }

    /// The share of IPv6 in this whole.
    pub(super) fn share(&self, measure: Measure) -> Option<Ratio> {
        Ratio::new(self.kept.v6.get(measure), self.denominator(measure)?)
    }

    /// The `part` of a row: both its families over this whole.
    pub(super) fn part(&self, row: &Tally, measure: Measure) -> Option<Ratio> {
        Ratio::new(both(row, measure), self.denominator(measure)?)
    }
}

/// Both families in 128 bits, whatever the width of the counter.
pub(super) fn both(tally: &Tally, measure: Measure) -> u128 {
    tally.v4.get(measure).saturating_add(tally.v6.get(measure))
}

/// `part / whole`, rounded once to the nearest f64, ties to even.
///
/// Converting both to f64 first would round three times as soon as one of them
/// passes 2^53. So 55 bits or more of the quotient are made by long division,
/// with the lowest one set where a remainder is left: that is enough for the
/// one conversion to round as if the quotient had been exact.
fn divide(part: u128, whole: u128) -> f64 {
    let (mut quotient, mut remainder) = (part / whole, part % whole);
    let mut scale = 0_u64;
    while quotient < 1 << 55 && remainder > 0 {
        // The doubled remainder may need 129 bits: `high` is the topmost.
        let high = remainder >> 127 == 1;
        let doubled = remainder << 1;
        let bit = high || doubled >= whole;
        remainder = if bit { doubled.wrapping_sub(whole) } else { doubled };
        quotient = quotient << 1 | u128::from(bit);
        scale += 1;
    }
    if remainder > 0 {
        quotient |= 1;
    }
    // 2^-scale as an f64, exactly: at most 128 + 56 doublings, far from the
    // smallest exponent.
    quotient as f64 * f64::from_bits((1023 - scale) << 52)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Count, PerView};
    use crate::report::tests_support::{empty, packets};

    #[test]
    fn an_empty_denominator_has_no_share() {
        assert_eq!(Ratio::new(0, 0), None);
        assert_eq!(of_cell(&Tally::default(), Measure::Octets), None);
    }

    #[test]
    fn small_numbers_divide_as_floats_do() {
        for whole in 1..200_u32 {
            for part in 0..=whole + 3 {
                let exact = f64::from(part) / f64::from(whole);
                assert_eq!(divide(part.into(), whole.into()), exact, "{part}/{whole}");
            }
        }
    }

    #[test]
    fn large_numbers_round_once() {
        let max = u128::MAX;
        assert_eq!(divide(max, max), 1.0);
        assert_eq!(divide(max - 1, max), 1.0);
        assert_eq!(divide(1, max), 2_f64.powi(-128));
        assert_eq!(divide(max / 2 + 1, max), 0.5);
        assert_eq!(divide(max / 3, max), 1.0 / 3.0);
        assert_eq!(divide(max, 1), 2_f64.powi(128));
        // Scaled alike, a quotient keeps its value.
        for (part, whole) in [(1_u32, 3_u32), (2, 7), (123, 457), (999_999, 1_000_000)] {
            let exact = f64::from(part) / f64::from(whole);
            let wide = 10_u128.pow(30) + 7;
            assert_eq!(divide(u128::from(part) * wide, u128::from(whole) * wide), exact);
        }
        // Converted first, these become 2^53 and 2^53 + 4.
        let odd = (1_u128 << 53) + 1;
        assert_eq!(divide(odd, odd + 2), 1.0 - 2_f64.powi(-52));
    }

    #[test]
    fn each_profile_has_its_own_whole() {
        let mut summary = empty();
        let (all, kept) = (packets(60, 40), packets(10, 30));
        summary.totals = PerView { transport: all, end_to_end: all };
        summary.profile_totals = PerView { transport: kept, end_to_end: kept };
        summary.account.records = 200;
        summary.account.wire_octets = 100_000;
        let mut share = |profile, measure| {
            summary.settings.profile = profile;
            Whole::of(&summary, View::Transport).share(measure).map(Ratio::value)
        };
        assert_eq!(share(Profile::IpOnly, Measure::Packets), Some(0.4));
        assert_eq!(share(Profile::NativeOnly, Measure::Packets), Some(0.75));
        assert_eq!(share(Profile::UserTraffic, Measure::Packets), Some(0.75));
        assert_eq!(share(Profile::AllFrames, Measure::Packets), Some(0.2));
        assert_eq!(share(Profile::AllFrames, Measure::WireOctets), Some(0.456));
        assert_eq!(share(Profile::AllFrames, Measure::Octets), None);
        assert_eq!(share(Profile::AllFrames, Measure::Flows), None);
        assert_eq!(share(Profile::IpOnly, Measure::Flows), None);
    }

    #[test]
    fn packets_of_both_families_may_pass_64_bits() {
        let many = Count { packets: u64::MAX, ..Count::default() };
        let ratio = of_cell(&Tally { v4: many, v6: many }, Measure::Packets).expect("not empty");
        assert_eq!(ratio.value(), 0.5);
        assert!(!ratio.is_full() && !ratio.is_zero());
        assert_eq!(ratio.rest(), Some(ratio));
    }
}
