//! Every mechanism of the model is made, and its packets are what it prescribes.

use super::frames::{check_checksums, octets};
use super::{all_by, generate, read, variety};
use crate::model::{Count, Encapsulation, IpAddress, IpVersion, PerView, Prefix, Tally, View};
use crate::synth::{
    DS_LITE_PREFIX, LW4O6_PREFIX, MAP_E_PREFIX, MAP_T_PREFIX, ProtocolMix, Recipe, SIIT_DC_PREFIX,
    SIX_RD_PREFIX, Truth, XLAT464_PREFIX,
};
use std::collections::{BTreeSet, HashMap};

/// The packets of a capture in which all go by this mechanism.
fn packets_by(mechanism: &str) -> (Vec<Vec<u8>>, Truth) {
    let (file, truth) = generate(&all_by(mechanism, 400));
    let keys: Vec<_> = truth.mechanisms.keys().map(|known| known.key()).collect();
    assert_eq!(keys, [mechanism]);
    let packets = read(&file, 1_000).into_iter().map(|read| {
        assert_eq!(octets(&read.captured), read.original, "{mechanism}");
        check_checksums(&read.captured);
        read.captured
    });
    (packets.collect(), truth)
}

fn version(ip: &[u8]) -> IpVersion {
    if ip[0] >> 4 == 4 { IpVersion::V4 } else { IpVersion::V6 }
}

/// The IPv6 address at this place.
fn address(octets: &[u8], at: usize) -> IpAddress {
    IpAddress::from_v6(octets[at..at + 16].try_into().unwrap())
}

#[test]
fn every_mechanism_of_the_model_is_made_and_no_other() {
    let (_, truth) = generate(&variety());
    let made: BTreeSet<_> = truth.mechanisms.keys().map(|mechanism| mechanism.key()).collect();
    let known: BTreeSet<_> = Encapsulation::ALL.iter().map(|class| class.key()).collect();
    assert_eq!(made, known);
    for (mechanism, both) in &truth.mechanisms {
        let class = Encapsulation::ALL.iter().find(|class| class.key() == mechanism.key());
        assert_eq!(class.unwrap().is_translation(), mechanism.is_translation(), "{mechanism:?}");
        assert!(both.transport.both().packets > 0, "{mechanism:?}");
    }
}

/// Octets between the outer and the inner header of a mechanism.
fn shim(mechanism: &str) -> usize {
    match mechanism {
        "gre" => 4,
        "teredo" => 8,
        "vxlan" => 8 + 8 + 14,
        "geneve" | "gtp-u" => 8 + 8,
        _ => 0,
    }
}

#[test]
fn every_tunnel_has_its_inner_packet() {
    for mechanism in [
        "6in4", "6to4", "6rd", "isatap", "teredo", "4in6", "ds-lite", "lw4o6", "map-e", "ipip",
        "6in6", "gre", "vxlan", "geneve", "gtp-u",
    ] {
        let (packets, truth) = packets_by(mechanism);
        let mut totals = PerView::<Tally>::default();
        for outer in &packets {
            let header = if version(outer) == IpVersion::V4 { 20 } else { 40 };
            let inner = &outer[header + shim(mechanism)..];
            assert_eq!(octets(inner), inner.len(), "{mechanism}");
            check_checksums(inner);
            for (view, ip) in [(View::Transport, &outer[..]), (View::EndToEnd, inner)] {
                let (octets, wire_octets) = (ip.len() as u128, outer.len() as u128);
                totals[view][version(ip)] += &Count { packets: 1, octets, wire_octets, flows: 0 };
            }
        }
        assert_eq!(totals, truth.totals, "{mechanism}");
        assert!(truth.inner_unknown.is_zero());
    }
}

#[test]
fn translated_packets_are_ipv4_end_to_end() {
    for (mechanism, prefix) in [
        ("nat64", "64:ff9b::/96".parse().unwrap()),
        ("map-t", MAP_T_PREFIX),
        ("464xlat", XLAT464_PREFIX),
        ("siit-dc", SIIT_DC_PREFIX),
    ] {
        let (packets, truth) = packets_by(mechanism);
        assert_eq!(truth.totals.transport.v6, truth.totals.end_to_end.v4);
        assert!(truth.totals.transport.v4.is_zero() && truth.totals.end_to_end.v6.is_zero());
        for packet in packets {
            assert!(prefix.contains(IpVersion::V6, address(&packet, 24)), "{mechanism}");
        }
    }
}

#[test]
fn softwires_end_in_prefixes_of_their_own() {
    for (mechanism, prefix) in
        [("ds-lite", DS_LITE_PREFIX), ("lw4o6", LW4O6_PREFIX), ("map-e", MAP_E_PREFIX)]
    {
        for packet in packets_by(mechanism).0 {
            assert!(prefix.contains(IpVersion::V6, address(&packet, 24)), "{mechanism}");
            assert!(!prefix.contains(IpVersion::V6, address(&packet, 8)), "{mechanism}");
        }
    }
}

#[test]
fn a_source_in_a_6rd_domain_has_the_tunnel_s_ipv4_address() {
    for packet in packets_by("6rd").0 {
        let source = address(&packet, 20 + 8);
        assert!(SIX_RD_PREFIX.contains(IpVersion::V6, source));
        assert_eq!(packet[32..36], packet[12..16]);
    }
}

#[test]
fn what_is_opaque_counts_by_the_only_header_there_is() {
    for (mechanism, protocol) in [("ipcomp", 108), ("wireguard", 17)] {
        let (packets, truth) = packets_by(mechanism);
        assert_eq!(truth.totals.transport, truth.totals.end_to_end);
        assert_eq!(truth.inner_unknown, truth.totals.transport.both());
        let families: BTreeSet<_> = packets.iter().map(|packet| version(packet).index()).collect();
        assert_eq!(families.len(), 2, "{mechanism}");
        for packet in packets {
            let (named, payload) = match version(&packet) {
                IpVersion::V4 => (packet[9], &packet[20..]),
                IpVersion::V6 => (packet[6], &packet[40..]),
            };
            assert_eq!(named, protocol);
            match mechanism {
                "ipcomp" => assert!(matches!(payload[..4], [4 | 41, 0, 0, 2])),
                _ => {
                    assert_eq!(payload[2..4], 51_820_u16.to_be_bytes());
                    assert_eq!(payload[8..12], [4, 0, 0, 0]);
                    let message = payload.len() - 8;
                    assert!(message > 32 && message % 16 == 0, "{message} octets");
                }
            }
        }
    }
}

#[test]
fn the_counter_of_a_flow_goes_up_by_one_with_the_least_octet_first() {
    let tcp = ProtocolMix { tcp: 1.0, udp: 0.0, icmp: 0.0, other: 0.0 };
    let recipe = Recipe { flows: 2, prefixes: 2, protocols: tcp, ..all_by("wireguard", 300) };
    let (file, _) = generate(&recipe);
    let mut last = HashMap::new();
    for read in read(&file, 1_000) {
        let payload = if read.captured[0] >> 4 == 4 { 20 } else { 40 };
        let receiver = read.captured[payload + 12..payload + 16].to_vec();
        let counter = &read.captured[payload + 16..payload + 24];
        let counter = u64::from_le_bytes(counter.try_into().unwrap());
        if let Some(before) = last.insert(receiver, counter) {
            assert_eq!(counter, before + 1);
        }
    }
    assert_eq!(last.len(), 2);
}

#[test]
fn no_other_address_lies_in_the_prefixes_that_are_configured() {
    let space: Prefix = "3fff::/20".parse().unwrap();
    let mut recipe = variety();
    let alone = ["6rd", "ds-lite", "lw4o6", "map-e", "map-t", "464xlat", "siit-dc"];
    for mechanism in alone {
        *recipe.tunnels.part_mut(mechanism).unwrap() = 0.0;
    }
    let (_, truth) = generate(&recipe);
    for view in View::ALL {
        let tallies = truth.prefixes[view].tallies.as_ref().unwrap();
        assert!(tallies.len() > 20);
        assert!(tallies.keys().all(|prefix| !space.covers(*prefix)));
    }
}
