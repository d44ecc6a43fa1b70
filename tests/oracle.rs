//! The short path of the decoder equals the general one, and both follow the
//! octet rules of MEASURE section 1 as a second, naive implementation reads
//! them: on every shape, cut everywhere, with lengths that lie.

mod support;

use proptest::prelude::*;
use std::sync::LazyLock;
use support::{Packet, Random, naive, shapes};
use v6share::decode::{Decoder, Plain, decode, decode_general};
use v6share::model::{Anomaly, Decoded, Frame, Head, IpVersion, LinkType, Timestamp, Verdict};

/// The decoder that knows the family.
static DECODER: LazyLock<Decoder> = LazyLock::new(Decoder::default);

/// A frame with everything that a capture says of it.
#[derive(Clone, Debug)]
struct Case {
    captured: Vec<u8>,
    original: u32,
    fcs_len: u8,
    timed: bool,
}

impl Case {
    fn whole(captured: &[u8]) -> Self {
        let original = u32::try_from(captured.len()).expect("32 bits");
        Self { captured: captured.to_vec(), original, fcs_len: 0, timed: true }
    }

    fn frame(&self) -> Frame<'_> {
        Frame {
            link_type: Some(LinkType(1)),
            timestamp: self.timed.then(|| Timestamp::from_nanoseconds(1)),
            captured: &self.captured,
            original_len: self.original,
            fcs_len: self.fcs_len,
            interface: 0,
        }
    }

    /// Both paths agree; the answer.
    fn decoded(&self, what: &str) -> Decoded {
        let general = decode_general(&self.frame());
        assert_eq!(decode(&self.frame()), general, "{what}: {self:?}");
        self.check_family(what);
        general
    }

    /// The short path that knows the family says what the one that asks does.
    fn check_family(&self, what: &str) {
        let (frame, captured_len) = (self.frame(), self.captured.len());
        let is_whole = (Head::PLAIN..=self.original as usize).contains(&captured_len);
        let (true, Some(timestamp)) = (is_whole && self.fcs_len <= 4, frame.timestamp) else {
            return;
        };
        let mut bytes = [0xff; Head::LEN];
        let shown = captured_len.min(Head::LEN);
        bytes[..shown].copy_from_slice(&self.captured[..shown]);
        let head = Head {
            bytes: &bytes,
            front: bytes.first_chunk().expect("a head has as many"),
            tags_left_out: 0,
            link_type: LinkType::ETHERNET,
            interface: 0,
            captured_len: u32::try_from(captured_len).expect("32 bits"),
            original_len: self.original,
            fcs_len: self.fcs_len,
            timestamp,
        };
        let decoder = &*DECODER;
        let plain = match Head::family(&bytes) {
            None => return,
            Some(0) => decoder.decode_family::<false>(&head),
            Some(_) => decoder.decode_family::<true>(&head),
        };
        let observed = |plain: Option<Plain>| plain.map(|plain| plain.observation(&frame));
        assert_eq!(observed(plain), observed(decoder.decode_plain(&frame)), "{what}: {self:?}");
    }

    /// Both paths agree with each other, and with the rules where the naive
    /// reading knows the link layer.
    fn check(&self, what: &str) {
        let decoded = self.decoded(what);
        if knows(&self.captured) {
            let expected = naive::account(&self.captured, self.original, self.fcs_len);
            assert_eq!(account(&decoded), expected, "{what}: {self:?}");
        }
        assert_eq!(decoded.anomalies.contains(Anomaly::NoTimestamp), !self.timed, "{what}");
        let exceeds = decoded.anomalies.contains(Anomaly::LengthExceedsFrame);
        assert_eq!(exceeds, decoded.excess_octets > 0, "{what}: {self:?}");
    }
}

/// Whether the naive reading knows what stands behind the Ethernet header:
/// nothing, IP, VLAN tags and ARP, but no other encapsulation.
fn knows(captured: &[u8]) -> bool {
    let ether_types: Vec<_> =
        captured.get(12..).unwrap_or_default().chunks_exact(4).map(|c| [c[0], c[1]]).collect();
    let tags = ether_types.iter().take_while(|t| matches!(t, [0x81, 0] | [0x88, 0xa8])).count();
    let last = 12 + tags * 4;
    match captured.get(last..last + 2) {
        None => true,
        Some(ether_type) => matches!(ether_type, [0x08, 0x00 | 0x06] | [0x86, 0xdd] | [0x88, 0xb5]),
    }
}

fn account(decoded: &Decoded) -> naive::Account {
    let (version, octets) = match decoded.verdict {
        Verdict::Ip(seen) if seen.outer.version == IpVersion::V4 => (4, seen.outer.octets),
        Verdict::Ip(seen) => (6, seen.outer.octets),
        _ => (0, 0),
    };
    let odd = |anomaly| decoded.anomalies.contains(anomaly);
    naive::Account {
        version,
        octets,
        excess: decoded.excess_octets,
        captured_exceeds_original: odd(Anomaly::CapturedExceedsOriginal),
        total_length_zero: odd(Anomaly::TotalLengthZero),
        payload_length_zero: odd(Anomaly::PayloadLengthZero),
        jumbogram: odd(Anomaly::Jumbogram),
    }
}

/// Original lengths that a capture may claim for a frame of which `stored`
/// octets of `whole` are there.
fn originals(stored: usize, whole: usize) -> Vec<u32> {
    let near = [whole, whole + 1, whole + 4, whole.saturating_sub(4), stored, stored / 2];
    let fixed = [0, 13, 14, 17, 18, 53, 54, 59, 60, 61, 64, 65, 9_000, 70_014];
    let mut all: Vec<u32> =
        near.iter().chain(&fixed).map(|len| u32::try_from(*len).expect("small")).collect();
    all.push(u32::MAX);
    all
}

#[test]
fn every_shape_cut_everywhere_with_every_length() {
    let mut cases = 0;
    for (name, packet) in shapes::ethernet() {
        let whole = packet.bytes();
        for cut in 0..=whole.len() {
            for original in originals(cut, whole.len()) {
                for fcs_len in [0, 2, 4] {
                    let captured = whole[..cut].to_vec();
                    let timed = (cut + usize::from(fcs_len)) % 5 != 0;
                    Case { captured, original, fcs_len, timed }.check(name);
                    cases += 1;
                }
            }
        }
    }
    assert!(cases > 100_000, "{cases}");
}

#[test]
fn every_octet_of_the_headers_with_every_value() {
    for (name, packet) in shapes::ethernet() {
        let whole = packet.bytes();
        // Beyond the addresses: those the decoder only copies.
        for at in 12..whole.len().min(14 + 60) {
            for value in 0..=255 {
                let mut bent = whole.clone();
                bent[at] = value;
                Case::whole(&bent).check(name);
            }
        }
    }
}

#[test]
fn the_fcs_is_neither_octets_nor_payload() {
    let offloaded = |packet: Packet| {
        let mut case = Case::whole(&packet.trailing(4).bytes());
        case.fcs_len = 4;
        account(&case.decoded("with FCS")).octets
    };
    let v4 = || Packet::ethernet().ipv4("192.0.2.1", "192.0.2.2");
    let v6 = || Packet::ethernet().ipv6("2001:db8::1", "2001:db8::2");
    assert_eq!(offloaded(v4().total_length(0).tcp(1, 2).payload(100)), 20 + 20 + 100);
    assert_eq!(offloaded(v6().payload_length(0).tcp(1, 2).payload(100)), 40 + 20 + 100);
    // 60 octets and the FCS are the smallest frame: nothing but padding.
    assert_eq!(offloaded(v6().payload_length(0).protocol(6).payload(6)), 40);
    assert_eq!(offloaded(v6().payload_length(0).protocol(6).payload(7)), 47);
}

#[test]
fn padding_and_snap_length_change_nothing() {
    for (name, packet) in shapes::ethernet() {
        let whole = Case::whole(&packet.bytes()).decoded(name);
        let Verdict::Ip(seen) = whole.verdict else { continue };
        // 20 octets reach the length field of IPv6 behind any of the links here
        // that ends at octet 14.
        let cut = Case {
            captured: packet.bytes()[..packet.bytes().len().min(54)].to_vec(),
            ..Case::whole(&packet.bytes())
        };
        let Verdict::Ip(cut) = cut.decoded(name).verdict else { panic!("{name}: not IP") };
        let jumbo = whole.anomalies.contains(Anomaly::Jumbogram);
        if !jumbo {
            assert_eq!(cut.outer.octets, seen.outer.octets, "{name}");
        }
        assert_eq!(cut.wire_octets, seen.wire_octets, "{name}");
    }
}

#[test]
fn random_flips_in_random_shapes() {
    let all = shapes::ethernet();
    let mut random = Random::new(6);
    for _ in 0..200_000 {
        let (name, packet) = random.pick(&all);
        let mut bytes = packet.bytes();
        for _ in 0..random.below(4) {
            let at = 12 + random.below(bytes.len() - 12);
            bytes[at] = random.byte();
        }
        let whole = bytes.len();
        bytes.truncate(random.below(whole + 1));
        let original = *random.pick(&originals(bytes.len(), whole));
        let fcs_len = *random.pick(&[0, 0, 4]);
        Case { captured: bytes, original, fcs_len, timed: true }.check(name);
    }
}

fn any_case() -> impl Strategy<Value = Case> {
    let ether_type =
        prop_oneof![Just([0x08, 0]), Just([0x86, 0xdd]), Just([0x81, 0]), any::<[u8; 2]>()];
    let first = prop_oneof![3 => Just(0x45_u8), 3 => Just(0x60), 1 => any::<u8>()];
    let rest = proptest::collection::vec(any::<u8>(), 0..120);
    let lengths = (any::<u8>(), prop_oneof![Just(0_u32), 0..200_u32, any::<u32>()]);
    (ether_type, first, rest, lengths, any::<bool>()).prop_map(
        |(ether_type, first, rest, (fcs_len, original), timed)| {
            let captured = [&[2; 12][..], &ether_type, &[first], &rest].concat();
            Case { captured, original, fcs_len: fcs_len % 16, timed }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_behind_an_ethernet_header(case in any_case()) {
        case.check("random");
    }
}
