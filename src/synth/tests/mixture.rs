//! What comes out is what the recipe asks for, and its sums close.

use super::{generate, variety};
use crate::model::{Count, IpVersion, PerView, Tally, View};
use crate::synth::{Mechanism, Recipe, Sizes, Truth};

/// True where `count` of `whole` is within five standard deviations of `part`.
fn near(count: impl Into<u128>, whole: u64, part: f64) -> bool {
    let (count, whole) = (count.into() as f64, whole as f64);
    (count - whole * part).abs() <= 5.0 * (whole * part * (1.0 - part)).sqrt() + 1.0
}

/// The sums that must agree, whatever the recipe.
fn assert_closed(truth: &Truth) {
    let account = &truth.account;
    assert!(account.closed());
    let mut by_mechanism = PerView::<Tally>::default();
    for both in truth.mechanisms.values() {
        for view in View::ALL {
            by_mechanism[view] += &both[view];
        }
    }
    assert_eq!(by_mechanism, truth.totals);
    let mut by_protocol = Tally::default();
    truth.protocols.values().for_each(|tally| by_protocol += tally);
    assert_eq!(by_protocol, truth.totals.transport);
    assert_eq!(u128::from(account.ipv4), truth.totals.transport.v4.packets);
    assert_eq!(u128::from(account.ipv6), truth.totals.transport.v6.packets);
    let (outer, inner) = (truth.totals.transport.both(), truth.totals.end_to_end.both());
    assert_eq!((outer.packets, outer.wire_octets), (inner.packets, inner.wire_octets));
    assert!(outer.octets >= inner.octets);
}

#[test]
fn the_default_mix() {
    let recipe = Recipe { packets: 200_000, ..Recipe::default() };
    let (octets, truth) = generate(&recipe);
    assert_closed(&truth);
    assert!(near(truth.account.ipv6, 200_000, 0.375), "{}", truth.account.ipv6);
    let packets = |number| {
        let protocol = crate::model::IpProtocol(number);
        truth.protocols.get(&protocol).map_or(0, |tally| tally.both().packets)
    };
    assert!(near(packets(6), 200_000, 0.8), "{}", packets(6));
    assert!(near(packets(17), 200_000, 0.17), "{}", packets(17));
    assert!(near(packets(1) + packets(58), 200_000, 0.02));
    assert!(near(packets(132) + packets(50) + packets(253), 200_000, 0.01));
    // IMIX: 340 octets and a third, a little more for longer headers.
    let mean = truth.totals.transport.both().octets as f64 / 200_000.0;
    assert!((340.0..352.0).contains(&mean), "{mean}");
    assert!(octets.len() > 200_000 * 360);
}

#[test]
fn parts_of_wrappers_shapes_and_tunnels() {
    let recipe = Recipe { packets: 100_000, flows: 20_000, ..variety() };
    let (_, truth) = generate(&recipe);
    assert_closed(&truth);
    let not_ip = truth.account.not_ip_total();
    assert!(near(not_ip, 100_000, 0.05), "{not_ip}");
    let ip = 100_000 - not_ip;
    let features = truth.features;
    for wrapped in [features.vlan, features.qinq, features.mpls, features.pppoe] {
        assert!(near(wrapped, ip, 0.15), "{features:?}");
    }
    for (mechanism, part) in recipe.tunnels.parts() {
        let found = truth.mechanisms.get(&mechanism);
        let packets = found.map_or(0, |both| both.transport.both().packets);
        assert!(near(packets, ip, part), "{mechanism:?}: {packets}");
    }
    let opaque = [Mechanism::Esp, Mechanism::IpComp, Mechanism::WireGuard];
    let mut unknown = Count::default();
    for mechanism in opaque {
        unknown += &truth.mechanisms[&mechanism].transport.both();
    }
    assert_eq!(truth.inner_unknown, unknown);
    // 32 mechanisms of 0.02 leave 0.36 native, of which 0.375 are IPv6.
    assert!(near(features.extension_headers, ip, 0.36 * 0.375 * 0.2), "{features:?}");
    let fragments = features.first_fragments + features.later_fragments;
    assert!(near(fragments, ip, 0.36 * 0.2), "{features:?}");
}

#[test]
fn the_extremes_of_the_share() {
    for (ipv6_share, ipv4, ipv6) in [(0.0, 500, 0), (1.0, 0, 500)] {
        let (_, truth) = generate(&Recipe {
            ipv6_share,
            packets: 500,
            flows: 4,
            prefixes: 1,
            ..Recipe::default()
        });
        assert_eq!((truth.account.ipv4, truth.account.ipv6), (ipv4, ipv6));
        assert_eq!(truth.prefixes.transport.either.v4 + truth.prefixes.transport.either.v6, 1);
    }
    let (_, truth) = generate(&Recipe { non_ip: 1.0, packets: 500, flows: 0, ..Recipe::default() });
    assert_eq!(truth.account.not_ip_total(), 500);
    assert!(truth.account.closed() && truth.totals == PerView::default());
}

#[test]
fn full_records_have_their_mean() {
    let recipe = Recipe { packets: 100_000, sizes: Sizes::Full, ..Recipe::default() };
    let (octets, _) = generate(&recipe);
    let mean = (octets.len() - 24) as f64 / 100_000.0;
    assert!((mean - 757.0).abs() < 10.0, "{mean}");
}

#[test]
fn all_prefixes_are_seen_and_tallied() {
    let recipe = Recipe {
        packets: 100_000,
        flows: 4_000,
        prefixes: 400,
        zipf: 0.0,
        keep_prefix_truth: true,
        ..Recipe::default()
    };
    let (_, truth) = generate(&recipe);
    let seen = &truth.prefixes.transport;
    assert_eq!((seen.sources.v4, seen.sources.v6), (250, 150));
    assert_eq!(seen.either, seen.sources);
    let tallies = seen.tallies.as_ref().unwrap();
    assert_eq!(tallies.len(), 400);
    // Each packet is in two rows, or in one where both ends share the prefix.
    let rows: u128 = tallies.values().map(|tally| tally.both().packets).sum();
    assert!((150_000..200_000).contains(&rows), "{rows}");
    assert!(tallies.iter().all(|(prefix, tally)| match prefix.version() {
        IpVersion::V4 => tally.v6.is_zero(),
        IpVersion::V6 => tally.v4.is_zero(),
    }));
}

#[test]
fn popularity_follows_the_exponent() {
    let seen = |zipf| {
        generate(&Recipe { packets: 20_000, flows: 10_000, zipf, ..Recipe::default() }).1.flows
    };
    let (even, steep) = (seen(0.0), seen(1.5));
    assert!(even > 8_000 && steep < 2_000, "{even} {steep}");
}

#[test]
fn the_json_has_the_keys_of_the_report() {
    let (_, truth) = generate(&variety());
    let json = truth.to_json();
    assert_eq!(json["account"]["records"], 6_000);
    assert_eq!(json["account"]["closed"], true);
    assert_eq!(json["totals"]["transport"]["ipv6"]["packets"], truth.account.ipv6);
    let octets = u64::try_from(truth.totals.end_to_end.v4.octets).unwrap();
    assert_eq!(json["totals"]["end_to_end"]["ipv4"]["octets"], octets);
    let tcp = json["protocols"].as_array().unwrap().iter().find(|row| row["key"]["number"] == 6);
    assert_eq!(tcp.unwrap()["key"]["protocol"], "tcp");
    assert_eq!(json["prefixes"]["transport"]["prefix_len"]["ipv6"], 48);
    assert!(json["prefixes"]["end_to_end"]["rows"].as_array().is_some_and(|rows| !rows.is_empty()));
    assert!(json["time"]["first"].as_str().unwrap().starts_with("2026-01-01T00:00:00"));
    assert!(json["account"]["not_ip_by_ethertype"]["0x0806"].as_u64().unwrap() > 0);
}
