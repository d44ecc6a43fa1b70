//! The usual address as a field of a line, read from the bytes around it: an IPv4
//! address, or an IPv6 address that is not mapped and does not begin with a colon.
//! What is anything else, or lies too near the ends of its line, is left to
//! [`super::address::address`], which reads all of them.

use super::address::address;
use super::marks::Marks;
use crate::model::{IpAddress, IpVersion};

/// The address that the field `start..end` of a line is, and its family.
#[inline]
pub(super) fn address_in(line: &[u8], start: usize, end: usize) -> Option<(IpVersion, IpAddress)> {
    let near = start.checked_sub(FIRST).and_then(|from| line.get(from..from + WINDOW));
    match near.and_then(<[u8]>::first_chunk) {
        Some(window) => {
            usual(window, end.wrapping_sub(start)).or_else(|| address(line.get(start..end)?))
        }
        None => address_of(line.get(start..end)?),
    }
}

/// The address that a text is, and its family.
#[inline]
pub(super) fn address_of(text: &[u8]) -> Option<(IpVersion, IpAddress)> {
    let mut window = [0; WINDOW];
    if text.len() > WINDOW - FIRST {
        return address(text);
    }
    // Eight by eight, as they are read: what was copied otherwise would wait for its
    // own stores.
    let (eights, rest) = text.as_chunks::<8>();
    let (places, _) = window[FIRST..].as_chunks_mut::<8>();
    for (place, eight) in places.iter_mut().zip(eights) {
        *place = *eight;
    }
    if let Some(place) = places.get_mut(eights.len()) {
        let word = match text.last_chunk() {
            Some(last) if !rest.is_empty() => u64::from_le_bytes(*last) >> (64 - 8 * rest.len()),
            _ => rest.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte)),
        };
        *place = word.to_le_bytes();
    }
    usual(&window, text.len()).or_else(|| address(text))
}

/// The address of `len` octets in a window, where it is a usual one.
#[inline(always)]
fn usual(window: &[u8; WINDOW], len: usize) -> Option<(IpVersion, IpAddress)> {
    // The first dot of an IPv4 address is its second to fourth octet.
    let is_dot = |at: usize| window[FIRST + at] == b'.';
    if is_dot(1) | is_dot(2) | is_dot(3) {
        let bits = (7..=15).contains(&len).then(|| usual_v4(window, len))??;
        return Some((IpVersion::V4, IpAddress::from_bits(bits)));
    }
    usual_v6(window, len).map(|bits| (IpVersion::V6, IpAddress::from_bits(bits)))
}

/// Octets of a line that are looked at: four before a field, and as many as the
/// longest usual address has.
const WINDOW: usize = FIRST + 40;
/// Where the field begins in them.
const FIRST: usize = 4;

/// An IPv4 address of `len` octets, 7 to 15, left-aligned. Where its dots are is
/// found first, so that no number waits for the one before it.
#[inline(always)]
fn usual_v4(window: &[u8; WINDOW], len: usize) -> Option<u128> {
    let within = (1_u64 << len) - 1;
    let [first, second] = [0, 8].map(|at| eight(window, FIRST + at));
    let mut dots = (u64::from(first.marks(b'.')) | u64::from(second.marks(b'.')) << 8) & within;
    // The end of the last number.
    dots |= 1 << len;
    let (mut bits, mut wrong, mut begin) = (0_u32, 0_u32, 0_u32);
    for _ in 0..4 {
        // Where there are too few dots, the end is beyond all of them.
        let end = dots.trailing_zeros();
        dots &= dots.wrapping_sub(1);
        let digits = end.wrapping_sub(begin);
        let word = u32::from_le_bytes(four(window, end as usize));
        let values =
            (word ^ 0x3030_3030) & u32::MAX << (32_u32.wrapping_sub(digits.wrapping_mul(8)) & 31);
        let [_, hundreds, tens, ones] = values.to_le_bytes().map(u32::from);
        let value = hundreds * 100 + tens * 10 + ones;
        // Digits above 9, none or too many of them, a zero before others.
        wrong |= (values.wrapping_add(0x7676_7676) | values) & 0x8080_8080;
        wrong |= u32::from(digits.wrapping_sub(1) > 2);
        wrong |= u32::from(digits == 2 && tens == 0) | u32::from(digits == 3 && hundreds == 0);
        wrong |= u32::from(value > 255);
        bits = bits << 8 | value & 0xff;
        begin = end + 1;
    }
    (wrong == 0 && dots == 0).then_some(u128::from(bits) << 96)
}

/// An IPv6 address in groups of hexadecimal digits, of which one run of zeros may be
/// left out behind the first.
#[inline]
fn usual_v6(window: &[u8; WINDOW], len: usize) -> Option<u128> {
    if !(3..40).contains(&len) {
        return None;
    }
    let mut colons = 0_u64;
    for at in (0..40).step_by(8) {
        colons |= u64::from(eight(window, FIRST + at).marks(b':')) << at;
    }
    colons &= (1 << len) - 1;
    // The end of the last group.
    colons |= 1 << len;
    let (mut bits, mut filled, mut gap, mut begin) = (0_u128, 0_u32, None, 0_u32);
    while colons != 0 {
        let end = colons.trailing_zeros();
        colons &= colons - 1;
        match end - begin {
            0 if end as usize == len && gap == Some(filled) => break,
            0 if end as usize == len || gap.is_some() || filled == 0 => return None,
            0 => gap = Some(filled),
            digits @ 1..=4 => {
                bits = bits << 16 | u128::from(group(four(window, end as usize), digits)?);
                filled += 1;
            }
            _ => return None,
        }
        begin = end + 1;
    }
    let bits = match gap {
        None if filled == 8 => bits,
        Some(gap) if filled < 8 => {
            // Behind the gap are at most six groups, for one stands before it.
            let behind = 16 * (filled - gap);
            let low = bits & ((1 << behind) - 1);
            (bits >> behind) << (16 * (8 - gap)) | low
        }
        _ => return None,
    };
    // An IPv4-mapped address is IPv4.
    (bits >> 32 != 0xffff).then_some(bits)
}

/// The number that the last `digits` of four octets are, 1 to 4.
#[inline(always)]
fn group(octets: [u8; 4], digits: u32) -> Option<u16> {
    let keep = u32::MAX >> (32 - 8 * digits);
    let word = u32::from_be_bytes(octets) & keep | 0x3030_3030 & !keep;
    // The highest bit of each octet from `low` to `high`, of octets below 0x80.
    let within = |word: u32, low: u32, high: u32| {
        (word + (0x80 - low) * 0x0101_0101) & !(word + (0x7f - high) * 0x0101_0101)
    };
    let (seven, lower) = (word & 0x7f7f_7f7f, (word | 0x2020_2020) & 0x7f7f_7f7f);
    let digit = within(seven, b'0'.into(), b'9'.into());
    let letter = within(lower, b'a'.into(), b'f'.into());
    let right = (digit | letter) & !word & 0x8080_8080;
    let values = (word & 0x0f0f_0f0f) + 9 * (word >> 6 & 0x0101_0101);
    let pairs = (values | values >> 4) & 0x00ff_00ff;
    let bytes = pairs.to_be_bytes();
    (right == 0x8080_8080).then_some(u16::from_be_bytes([bytes[1], bytes[3]]))
}

/// Eight octets of the window.
#[inline(always)]
fn eight(window: &[u8; WINDOW], at: usize) -> Marks {
    let mut octets = [0; 8];
    octets.copy_from_slice(&window[at..at + 8]);
    Marks::of(octets)
}

/// The four octets before the one at `end` of the field, which is at most 40.
#[inline(always)]
fn four(window: &[u8; WINDOW], end: usize) -> [u8; 4] {
    let mut octets = [0; 4];
    let end = end.min(40);
    octets.copy_from_slice(&window[end..end + FIRST]);
    octets
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::net::{Ipv4Addr, Ipv6Addr};

    /// Texts that are addresses, or nearly so.
    fn text() -> impl Strategy<Value = Vec<u8>> {
        let v6 = prop_oneof![
            any::<u128>().prop_map(|bits| Ipv6Addr::from(bits).to_string()),
            prop::array::uniform8(prop_oneof![3 => Just(0_u16), 1 => any::<u16>()])
                .prop_map(|groups| Ipv6Addr::from(groups).to_string()),
            any::<u32>().prop_map(|bits| format!("::ffff:{}", Ipv4Addr::from(bits))),
            any::<u32>().prop_map(|bits| format!(
                "0:0:0:0:0:ffff:{:x}:{:x}",
                bits >> 16,
                bits & 0xffff
            )),
        ];
        let whole = prop_oneof![
            3 => any::<u32>().prop_map(|bits| Ipv4Addr::from(bits).to_string()),
            3 => v6,
            1 => "[0-9]{0,3}[.][0-9]{0,3}[.][0-9]{0,3}[.][0-9]{0,4}",
            1 => "[0-9a-fA-F:]{0,45}",
            1 => "([0-9a-f]{1,5}:){0,3}:([0-9a-f]{1,4}:){0,3}[0-9a-g]{0,4}",
            1 => "[ -~]{0,20}",
        ];
        (whole, prop::option::weighted(0.3, (any::<prop::sample::Index>(), any::<u8>()))).prop_map(
            |(text, flip)| {
                let mut bytes = text.into_bytes();
                if let Some((at, byte)) = flip
                    && !bytes.is_empty()
                {
                    let at = at.index(bytes.len());
                    bytes[at] = byte;
                }
                bytes
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]

        #[test]
        fn a_field_is_read_as_it_is_alone(
            before in prop::collection::vec(any::<u8>(), 0..12),
            text in text(),
            behind in prop::collection::vec(any::<u8>(), 0..50),
        ) {
            let line = [&before[..], &text[..], &behind[..]].concat();
            let end = before.len() + text.len();
            prop_assert_eq!(address_in(&line, before.len(), end), address(&text));
            prop_assert_eq!(address_of(&text), address(&text));
        }
    }

    #[test]
    fn the_usual_is_not_left_to_the_other_way() {
        let window = |text: &str| {
            let mut window = [b' '; WINDOW];
            window[FIRST..FIRST + text.len()].copy_from_slice(text.as_bytes());
            window
        };
        for text in ["2001:db8::1", "2001:DB8:1:2:3:4:5:6", "fe80::", "1:2:3:4:5:6:7::"] {
            let bits = text.parse::<Ipv6Addr>().unwrap().to_bits();
            assert_eq!(usual_v6(&window(text), text.len()), Some(bits), "{text}");
        }
        for text in ["0.0.0.0", "192.0.2.1", "255.255.255.255"] {
            let bits = text.parse::<Ipv4Addr>().unwrap().to_bits();
            assert_eq!(usual_v4(&window(text), text.len()), Some(u128::from(bits) << 96), "{text}");
        }
    }
}
