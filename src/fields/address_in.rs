//! The usual address as a field of a line, read from the bytes around it: an IPv4
//! address, or an IPv6 address that is not mapped and does not begin with a colon.
//! What is anything else, or lies too near the ends of its line, is left to
//! [`super::address::address`], which reads all of them.
//!
//! How many digits a group has cannot be foretold, so nothing here branches on it: a
//! group is the four octets before its end, of which a table says what to keep.

use super::address::address;
use super::marks::{Marks, transposed};
use crate::model::{IpAddress, IpVersion};

/// The address that the field `start..end` of a line is, and its family.
#[inline(always)]
pub(crate) fn address_in(line: &[u8], start: usize, end: usize) -> Option<(IpVersion, IpAddress)> {
    let near = start.checked_sub(FIRST).and_then(|from| line.get(from..from + WINDOW));
    match near.and_then(<[u8]>::first_chunk) {
        Some(window) => match usual(window, Some(end.wrapping_sub(start))) {
            Some((len, family, address)) if len == end.wrapping_sub(start) => {
                Some((family, address))
            }
            _ => address(line.get(start..end)?),
        },
        None => address_of(line.get(start..end)?),
    }
}

/// The usual address that begins at `start`, how long it is, and its family. `None` where
/// there is another or none, or too little of the line around it.
#[inline]
pub(crate) fn address_at(line: &[u8], start: usize) -> Option<(usize, IpVersion, IpAddress)> {
    let near = start.checked_sub(FIRST).and_then(|from| line.get(from..from + WINDOW));
    near.and_then(<[u8]>::first_chunk).and_then(|window| usual(window, None))
}

/// The address that a text is, and its family.
#[inline]
pub(crate) fn address_of(text: &[u8]) -> Option<(IpVersion, IpAddress)> {
    let mut window = [0; WINDOW];
    if text.len() > LONGEST as usize {
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
    match usual(&window, Some(text.len())) {
        Some((len, family, address)) if len == text.len() => Some((family, address)),
        _ => address(text),
    }
}

/// The address in a window, where it is a usual one, how long it is, and its family;
/// `len` where that is known of its field.
#[inline(always)]
fn usual(window: &[u8; WINDOW], len: Option<usize>) -> Option<(usize, IpVersion, IpAddress)> {
    // The first dot of an IPv4 address is its second to fourth octet.
    let is_dot = |at: usize| window[FIRST + at] == b'.';
    let (family, (len, bits)) = if is_dot(1) | is_dot(2) | is_dot(3) {
        (IpVersion::V4, usual_v4(window, len)?)
    } else {
        (IpVersion::V6, usual_v6(window)?)
    };
    Some((len, family, IpAddress::from_bits(bits)))
}

/// Octets of a line that are looked at: four before a field, and so many that six bits
/// say where a group ends.
const WINDOW: usize = FIRST + 64;
/// Where the field begins in them.
const FIRST: usize = 4;
/// Octets of the longest usual address.
const LONGEST: u32 = 39;

/// What is kept of four octets of which so many are digits; nothing where they are too
/// many.
static KEPT: [u32; 64] = {
    let mut kept = [0; 64];
    kept[1] = 0xff00_0000;
    kept[2] = 0xffff_0000;
    kept[3] = 0xffff_ff00;
    kept[4] = 0xffff_ffff;
    kept
};

/// What the digits of each number below 256 are: hundreds, tens and ones from the
/// second octet on, and in the first how many they are.
static NUMBERS: [u32; 256] = {
    let mut numbers = [0; 256];
    let mut value = 0_u32;
    while value < 256 {
        let digits = 1 + (value > 9) as u32 + (value > 99) as u32;
        let (hundreds, tens, ones) = (value / 100, value / 10 % 10, value % 10);
        numbers[value as usize] = ones << 24 | tens << 16 | hundreds << 8 | digits;
        value += 1;
    }
    numbers
};

/// The groups of a field, in their order.
struct Groups<'w> {
    window: &'w [u8; WINDOW],
    /// A bit for each octet behind a group that was not read.
    ends: u64,
    /// Where the next group begins.
    begin: u32,
}

impl Groups<'_> {
    /// The next four octets with zeros for those that do not belong to the group, the
    /// last highest; and how many digits it has: of no group 24 or more.
    #[inline(always)]
    fn next(&mut self, zero: u32) -> (u32, u32) {
        let end = self.ends.trailing_zeros();
        self.ends &= self.ends.wrapping_sub(1);
        let digits = end.wrapping_sub(self.begin) & 63;
        self.begin = end + 1;
        let at = (end & 63) as usize;
        let mut octets = [0; 4];
        octets.copy_from_slice(&self.window[at..at + 4]);
        ((u32::from_le_bytes(octets) ^ zero) & KEPT[digits as usize], digits)
    }

    /// The values of the next two groups of hexadecimal digits, in the lower half.
    #[inline(always)]
    fn two(&mut self) -> u64 {
        let (first, second) = (self.next(0).0, self.next(0).0);
        let word = u64::from(first) << 32 | u64::from(second);
        let values = (word & 0x0f0f_0f0f_0f0f_0f0f) + 9 * (word >> 6 & 0x0101_0101_0101_0101);
        // The second and the fourth octet of each then hold two digits.
        let pairs = values + (values << 12);
        let groups = pairs & 0x0000_ff00_0000_ff00 | pairs >> 24 & 0x0000_00ff_0000_00ff;
        (groups >> 16 | groups) & 0xffff_ffff
    }
}

/// An IPv4 address, left-aligned, and how long it is. A number is what a table says of
/// its digits: none above 9, no zero before others, nothing above 255.
#[inline(always)]
fn usual_v4(window: &[u8; WINDOW], len: Option<usize>) -> Option<(usize, u128)> {
    let [first, second] = [0, 8].map(|at| eight(window, FIRST + at));
    let both = |of: fn(Marks) -> u8| u64::from(of(first)) | u64::from(of(second)) << 8;
    let dots = both(|eight| eight.marks(b'.'));
    // Where its field ends is the last end, else what is no digit.
    let ends = match len {
        Some(len @ ..16) => dots & !(u64::MAX << len) | 1 << len,
        Some(_) => return None,
        None => both(Marks::no_digits),
    };
    let mut groups = Groups { window, ends, begin: 0 };
    let (mut bits, mut wrong) = (0_u32, 0_u32);
    for _ in 0..4 {
        let (values, digits) = groups.next(0x3030_3030);
        // Hundreds, tens and ones come together in the highest octet.
        let number = values.wrapping_mul(0x0064_0a01) >> 24;
        wrong |= NUMBERS[number as usize] ^ (values | digits);
        bits = bits << 8 | number;
    }
    // Between the numbers are dots, and behind the last is none.
    let last = groups.begin.wrapping_sub(1) & 15;
    let other = match len {
        Some(_) => groups.ends,
        None => (ends ^ dots) & !(u64::MAX << last) | dots >> last & 1,
    };
    (u64::from(wrong) | other == 0).then_some((last as usize, u128::from(bits) << 96))
}

/// An IPv6 address in groups of hexadecimal digits, of which one run of zeros may be
/// left out behind the first, and how long it is.
#[inline]
fn usual_v6(window: &[u8; WINDOW]) -> Option<(usize, u128)> {
    let (colons, others) = colons_and_others(window)?;
    let len = others.trailing_zeros();
    if !(3..=LONGEST).contains(&len) {
        return None;
    }
    let last = 1_u64 << len;
    let colons = colons & (last - 1);
    // A colon behind another: the zeros that are left out are a group without digits.
    let gap = colons & colons << 1;
    let ends = if colons & last >> 1 == 0 {
        colons | last
    } else if gap & last >> 1 != 0 {
        colons
    } else {
        return None;
    };
    let digits = !colons & (last - 1);
    let two = digits & digits >> 1;
    let five = two & two >> 2 & digits >> 4;
    if five | gap & gap.wrapping_sub(1) | colons & 1 != 0 {
        return None;
    }
    let mut groups = Groups { window, ends, begin: 0 };
    let (first, second) = (groups.two(), groups.two());
    let (third, fourth) = (groups.two(), groups.two());
    let bits = u128::from(first << 32 | second) << 64 | u128::from(third << 32 | fourth);
    let bits = if gap == 0 {
        // The eighth must have ended with the field.
        (groups.begin == len + 1).then_some(bits)?
    } else {
        let before = (ends & (gap - 1)).count_ones();
        let behind = u128::MAX >> (16 * before);
        let missing = 8_u32.checked_sub(ends.count_ones())?;
        (bits & behind) >> (16 * missing) | bits & !behind
    };
    // An IPv4-mapped address is IPv4.
    (groups.ends == 0 && bits >> 32 != 0xffff).then_some((len as usize, bits))
}

/// Where the colons are in the octets from the field on, and where the first is that is
/// neither a colon nor a hexadecimal digit: so many as the longest address has and one
/// more, at least.
#[inline(always)]
fn colons_and_others(window: &[u8; WINDOW]) -> Option<(u64, u64)> {
    /// Octets that are compared at once, so that compilers make vectors of them.
    const AT_ONCE: usize = 48;
    /// The bit of each octet in what is transposed.
    static ROW: [u8; AT_ONCE] = {
        let mut row = [0; AT_ONCE];
        let mut at = 0;
        while at < AT_ONCE {
            row[at] = 1 << (at / 8);
            at += 1;
        }
        row
    };
    let text: &[u8; AT_ONCE] = window[FIRST..].first_chunk()?;
    let (mut colons, mut others) = ([0; AT_ONCE], [0; AT_ONCE]);
    for at in 0..AT_ONCE {
        let (byte, row) = (text[at], ROW[at]);
        // The colon comes behind the nine.
        let digit = byte.wrapping_sub(b'0') <= 10;
        let letter = (byte | 0x20).wrapping_sub(b'a') <= 5;
        others[at] = row & !u8::from(digit | letter).wrapping_neg();
        colons[at] = row & u8::from(byte == b':').wrapping_neg();
    }
    let transposed = |bytes: &[u8; AT_ONCE]| {
        let words = bytes.as_chunks::<8>().0.iter();
        transposed(words.fold(0, |all, word| all | u64::from_le_bytes(*word)))
    };
    Some((transposed(&colons), transposed(&others)))
}

/// Eight octets of the window.
#[inline(always)]
fn eight(window: &[u8; WINDOW], at: usize) -> Marks {
    let mut octets = [0; 8];
    octets.copy_from_slice(&window[at..at + 8]);
    Marks::of(octets)
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
            behind in prop::collection::vec(any::<u8>(), 0..80),
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
            assert_eq!(usual_v6(&window(text)), Some((text.len(), bits)), "{text}");
        }
        for text in ["0.0.0.0", "192.0.2.1", "255.255.255.255"] {
            let bits = text.parse::<Ipv4Addr>().unwrap().to_bits();
            let bits = u128::from(bits) << 96;
            for len in [None, Some(text.len())] {
                assert_eq!(usual_v4(&window(text), len), Some((text.len(), bits)), "{text}");
            }
        }
    }
}
