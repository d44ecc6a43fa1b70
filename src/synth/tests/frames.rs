//! Frames are real: etherparse reads them, lengths and checksums are right.

use super::{generate, read, variety};
use crate::model::{Count, IpVersion, Tally};
use crate::synth::{Link, ProtocolMix, Recipe, Sizes};
use etherparse::{IpSlice, SlicedPacket, TransportSlice};

/// Where the IP packet of an Ethernet frame begins, and of which family it is;
/// the plain way. `None` where it is none.
fn find_ip(frame: &[u8]) -> Option<(usize, IpVersion)> {
    let mut at = 12;
    loop {
        match u16::from_be_bytes([frame[at], frame[at + 1]]) {
            0x0800 => return Some((at + 2, IpVersion::V4)),
            0x86dd => return Some((at + 2, IpVersion::V6)),
            0x8100 | 0x88a8 => at += 4,
            0x8847 => {
                let at = at + 10;
                return Some((at, if frame[at] >> 4 == 4 { IpVersion::V4 } else { IpVersion::V6 }));
            }
            0x8864 => {
                let len = usize::from(u16::from_be_bytes([frame[at + 6], frame[at + 7]]));
                assert!(len + at + 8 == frame.len() || frame.len() == 60, "{len} {}", frame.len());
                let version = if frame[at + 9] == 0x21 { IpVersion::V4 } else { IpVersion::V6 };
                return Some((at + 10, version));
            }
            _ => return None,
        }
    }
}

/// Octets by the header's word.
pub(super) fn octets(ip: &[u8]) -> usize {
    match ip[0] >> 4 {
        4 => usize::from(u16::from_be_bytes([ip[2], ip[3]])),
        6 => 40 + usize::from(u16::from_be_bytes([ip[4], ip[5]])),
        version => panic!("version {version}"),
    }
}

/// Checks the checksums of a packet that is whole. Returns whether etherparse
/// found a transport header that it knows.
pub(super) fn check_checksums(ip: &[u8]) -> bool {
    let packet = SlicedPacket::from_ip(ip).unwrap();
    let (source, destination) = match packet.net.as_ref().unwrap() {
        etherparse::NetSlice::Ipv4(v4) => {
            let header = v4.header().to_header();
            assert_eq!(header.header_checksum, header.calc_header_checksum());
            (ip[12..16].to_vec(), ip[16..20].to_vec())
        }
        etherparse::NetSlice::Ipv6(_) => (ip[8..24].to_vec(), ip[24..40].to_vec()),
        etherparse::NetSlice::Arp(_) => unreachable!("an IP packet"),
    };
    let Some(transport) = &packet.transport else { return false };
    let (message, protocol) = match transport {
        TransportSlice::Tcp(tcp) => (tcp.slice(), 6),
        TransportSlice::Udp(udp) => {
            assert_eq!(usize::from(udp.length()), udp.slice().len());
            (udp.slice(), 17)
        }
        TransportSlice::Icmpv6(icmp) => (icmp.slice(), 58),
        TransportSlice::Icmpv4(icmp) => {
            assert_eq!(plain_sum(icmp.slice()), 0xffff);
            return true;
        }
        TransportSlice::Igmp(_) => unreachable!("never generated"),
    };
    if protocol == 17 && message[6..8] == [0, 0] {
        assert_eq!(source.len(), 4, "a tunnel in IPv4");
        return true;
    }
    let len = u16::try_from(message.len()).unwrap().to_be_bytes();
    let pseudo = [&source[..], &destination, &[0, protocol], &len, message].concat();
    assert_eq!(plain_sum(&pseudo), 0xffff, "protocol {protocol}");
    true
}

/// The ones' complement sum, two octets at a time.
fn plain_sum(octets: &[u8]) -> u16 {
    octets.chunks(2).fold(0_u16, |sum, word| {
        let word = u16::from_be_bytes([word[0], word.get(1).copied().unwrap_or(0)]);
        let (sum, carry) = sum.overflowing_add(word);
        sum + u16::from(carry)
    })
}

#[test]
fn lengths_and_checksums_of_all_frames() {
    for recipe in [variety(), Recipe { sizes: Sizes::Full, seed: 5, ..variety() }] {
        let (file, truth) = generate(&recipe);
        let (mut tally, mut not_ip) = (Tally::default(), 0);
        for read in read(&file, 1_000) {
            let frame = &read.captured;
            let Some((at, version)) = find_ip(frame) else {
                not_ip += 1;
                continue;
            };
            let octets = octets(&frame[at..]);
            assert!(frame.len() == at + octets || frame.len() == 60);
            assert!(frame[at + octets..].iter().all(|octet| *octet == 0), "padding");
            check_checksums(&frame[at..at + octets]);
            let count = Count {
                packets: 1,
                octets: octets as u128,
                wire_octets: read.original as u128,
                flows: 0,
            };
            tally[version] += &count;
        }
        assert_eq!(tally, truth.totals.transport);
        assert_eq!(not_ip, truth.account.not_ip_total());
    }
}

#[test]
fn a_chain_of_extension_headers_leads_to_the_transport() {
    let recipe = Recipe {
        packets: 300,
        flows: 50,
        ipv6_share: 1.0,
        extension_headers: 1.0,
        link: Link::Raw,
        protocols: ProtocolMix { tcp: 0.5, udp: 0.3, icmp: 0.2, other: 0.0 },
        ..Recipe::default()
    };
    let (file, truth) = generate(&recipe);
    assert_eq!(truth.features.extension_headers, 300);
    for read in read(&file, 1_000) {
        assert_eq!(read.captured[6], 0, "Hop-by-Hop Options first");
        assert!(check_checksums(&read.captured));
    }
}

#[test]
fn fragments_join_to_datagrams() {
    let recipe = Recipe {
        packets: 4_000,
        flows: 60,
        prefixes: 10,
        fragments: 1.0,
        link: Link::Raw,
        protocols: ProtocolMix { tcp: 0.5, udp: 0.4, icmp: 0.1, other: 0.0 },
        ..Recipe::default()
    };
    let (file, truth) = generate(&recipe);
    let mut begun = std::collections::HashMap::new();
    let (mut first, mut later) = (0, 0);
    for read in read(&file, 1_000) {
        let packet = read.captured;
        assert!(IpSlice::from_slice(&packet).unwrap().is_fragmenting_payload());
        // Family, identification, addresses; then offset in octets.
        let (key, head, offset) = match packet[0] >> 4 {
            4 => {
                let offset = (u16::from_be_bytes([packet[6], packet[7]]) & 0x1fff) * 8;
                ([&packet[4..6], &packet[12..20]].concat(), 20, offset)
            }
            _ => {
                let offset = u16::from_be_bytes([packet[42], packet[43]]) & !7;
                ([&packet[44..48], &packet[8..40]].concat(), 48, offset)
            }
        };
        if offset == 0 {
            first += 1;
            begun.insert(key, packet);
        } else {
            later += 1;
            let begin = begun.remove(&key).unwrap();
            assert_eq!(usize::from(offset), begin.len() - head);
            assert!(check_checksums(&join(&begin, &packet[head..], head)));
        }
    }
    assert_eq!((first, later), (truth.features.first_fragments, truth.features.later_fragments));
}

/// The datagram of two fragments, as if it had never been cut.
fn join(begin: &[u8], rest: &[u8], head: usize) -> Vec<u8> {
    let mut whole = begin.to_vec();
    whole.extend_from_slice(rest);
    if head == 20 {
        let len = u16::try_from(whole.len()).unwrap();
        whole[2..4].copy_from_slice(&len.to_be_bytes());
        whole[6..8].copy_from_slice(&[0, 0]);
        whole[10..12].copy_from_slice(&[0, 0]);
        let checksum = !plain_sum(&whole[..20]);
        whole[10..12].copy_from_slice(&checksum.to_be_bytes());
    } else {
        whole[6] = whole[40];
        whole.drain(40..48);
        let len = u16::try_from(whole.len() - 40).unwrap();
        whole[4..6].copy_from_slice(&len.to_be_bytes());
    }
    whole
}

#[test]
fn cooked_captures_name_their_protocol() {
    for (link, header, at) in [(Link::LinuxSll, 16, 14), (Link::LinuxSll2, 20, 0)] {
        let recipe = Recipe {
            packets: 300,
            flows: 50,
            prefixes: 10,
            non_ip: 0.1,
            link,
            ..Recipe::default()
        };
        let (file, truth) = generate(&recipe);
        let mut not_ip = 0;
        for read in read(&file, 1_000) {
            let frame = &read.captured;
            match u16::from_be_bytes([frame[at], frame[at + 1]]) {
                0x0800 | 0x86dd => assert_eq!(octets(&frame[header..]), frame.len() - header),
                _ => not_ip += 1,
            }
        }
        assert_eq!(not_ip, truth.account.not_ip_total());
    }
}

#[test]
fn payloads_are_not_zero() {
    let (file, _) = generate(&Recipe {
        packets: 50,
        flows: 10,
        sizes: Sizes::Fixed(1_500),
        ..Recipe::default()
    });
    for read in read(&file, 1_000) {
        let zeros = read.captured[100..].iter().filter(|octet| **octet == 0).count();
        assert!(zeros < 40, "{zeros} of 1,400");
    }
}
