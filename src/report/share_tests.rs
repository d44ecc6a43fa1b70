//! Ratios round once, and each profile has its own whole.

use super::*;
use crate::model::{Count, IpVersion, PerView};
use crate::report::tests_support::{empty, packets, tunnelled};
use crate::report::tunnel::{TunnelBreakdown, TunnelBy, TunnelRowKey, Way};

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
    let many = Count { packets: u64::MAX.into(), ..Count::default() };
    let ratio = of_cell(&Tally { v4: many, v6: many }, Measure::Packets).expect("not empty");
    assert_eq!(ratio.value(), 0.5);
    assert!(!ratio.is_full() && !ratio.is_zero());
    assert_eq!(ratio.rest(), Some(ratio));
}

#[test]
fn one_summary_has_the_whole_of_every_profile() {
    let mut summary = tunnelled();
    let share = |summary: &Summary, profile, view, measure| {
        Whole::under(summary, profile, view).expect("all were counted").share(measure)
    };
    let packets = |summary: &Summary, profile| {
        View::ALL.map(|view| share(summary, profile, view, Measure::Packets))
    };
    let of = Ratio::new;
    assert_eq!(packets(&summary, Profile::IpOnly), [of(400, 1000), of(480, 1000)]);
    assert_eq!(packets(&summary, Profile::AllFrames), [of(400, 1012), of(480, 1012)]);
    assert_eq!(packets(&summary, Profile::NativeOnly), [of(380, 860), of(380, 860)]);
    assert_eq!(packets(&summary, Profile::UserTraffic), [of(350, 850), of(420, 850)]);
    let octets = share(&summary, Profile::NativeOnly, View::Transport, Measure::Octets);
    assert_eq!(octets, of(418_000, 898_000));
    assert_eq!(share(&summary, Profile::AllFrames, View::Transport, Measure::Octets), None);
    assert_eq!(share(&summary, Profile::UserTraffic, View::Transport, Measure::Flows), None);

    summary.control = None;
    assert!(Whole::under(&summary, Profile::UserTraffic, View::Transport).is_none());
    summary.settings.profile = Profile::UserTraffic;
    assert!(Whole::under(&summary, Profile::UserTraffic, View::Transport).is_some());
}

#[test]
fn an_empty_summary_has_no_share_under_any_profile() {
    let mut summary = empty();
    summary.control = Some(PerView::default());
    for profile in Profile::ALL {
        for view in View::ALL {
            let whole = Whole::under(&summary, profile, view).expect("all were counted");
            assert!(Measure::ALL.iter().all(|measure| whole.share(*measure).is_none()));
        }
    }
}

#[test]
fn tunnels_are_parts_of_all_ip_traffic_of_their_view() {
    let summary = tunnelled();
    let table = TunnelBreakdown::of(&summary, TunnelBy::Mechanism);
    let part = |at: usize, measure| of_all_ip(&summary, &table.rows[at].count, measure);
    let six_in_four = 2;
    assert_eq!(part(six_in_four, TunnelMeasure::Packets), Ratio::new(60, 1000));
    assert_eq!(part(six_in_four, TunnelMeasure::OuterOctets), Ratio::new(60_000, 1_040_000));
    assert_eq!(part(six_in_four, TunnelMeasure::InnerOctets), Ratio::new(58_800, 1_037_780));
    assert_eq!(part(six_in_four, TunnelMeasure::WireOctets), Ratio::new(62_400, 1_080_000));
    assert_eq!(of_all_ip(&empty(), &TunnelCount::default(), TunnelMeasure::Packets), None);
}

#[test]
fn an_overhead_below_zero_is_no_share() {
    let overhead = |outer_octets, inner_octets| {
        let way = Way::Mechanism(Encapsulation::Gre);
        let key = TunnelRowKey { way, outer: IpVersion::V4, inner: Some(IpVersion::V6) };
        let count = TunnelCount { outer_octets, inner_octets, ..TunnelCount::default() };
        of_overhead(&TunnelRow { key, count })
    };
    assert_eq!(overhead(100, 75), Ratio::new(25, 100));
    assert_eq!(overhead(100, 101), None);
    assert_eq!(overhead(0, 0), None);
}
