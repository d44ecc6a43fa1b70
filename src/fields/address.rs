//! IP addresses as text (RFC 4291 section 2.2, RFC 5952), the unusual ones too: the
//! usual are read by [`super::address_in`], which leaves the others to this. IPv4 is
//! what the standard library reads; of IPv6, where a zone may follow, it is the
//! oracle in the tests.

use crate::model::{IpAddress, IpVersion};
use std::net::Ipv4Addr;

/// The address that `text` is, and its family. A zone (`%eth0`, RFC 4007) is
/// left out; an IPv4-mapped address (`::ffff:0:0/96`) is IPv4 (MEASURE section 5).
#[inline]
pub(crate) fn address(text: &[u8]) -> Option<(IpVersion, IpAddress)> {
    if let Some(octets) = v4(text) {
        return Some((IpVersion::V4, IpAddress::from_v4(octets)));
    }
    let octets = v6(text)?;
    match octets {
        [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b, c, d] => {
            Some((IpVersion::V4, IpAddress::from_v4([a, b, c, d])))
        }
        _ => Some((IpVersion::V6, IpAddress::from_v6(octets))),
    }
}

/// Four decimal numbers of up to three digits, none with a zero before others.
fn v4(text: &[u8]) -> Option<[u8; 4]> {
    let address: Ipv4Addr = std::str::from_utf8(text).ok()?.parse().ok()?;
    Some(address.octets())
}

/// Groups of hexadecimal digits, one run of zeros left out, or not.
fn v6(text: &[u8]) -> Option<[u8; 16]> {
    let text = match memchr::memchr(b'%', text) {
        Some(at) if at + 1 < text.len() => &text[..at],
        _ => text,
    };
    if !(2..=45).contains(&text.len()) {
        return None;
    }
    let mut groups = [0_u16; 8];
    let (mut filled, mut gap, mut at) = (0_usize, None, 0_usize);
    if text[0] == b':' {
        if text[1] != b':' {
            return None;
        }
        (gap, at) = (Some(0), 2);
    }
    while at < text.len() {
        let (value, digits) = group(&text[at..])?;
        let after = at + digits;
        if text.get(after) == Some(&b'.') {
            let [a, b, c, d] = v4(&text[at..])?;
            *groups.get_mut(filled)? = u16::from_be_bytes([a, b]);
            *groups.get_mut(filled + 1)? = u16::from_be_bytes([c, d]);
            filled += 2;
            break;
        }
        *groups.get_mut(filled)? = value;
        filled += 1;
        match (text.get(after), text.get(after + 1)) {
            (None, _) => break,
            (Some(b':'), Some(b':')) if gap.is_none() => {
                gap = Some(filled);
                at = after + 2;
            }
            (Some(b':'), Some(next)) if *next != b':' => at = after + 1,
            _ => return None,
        }
    }
    spread(groups, filled, gap)
}

/// One to four hexadecimal digits, and how many they are.
fn group(text: &[u8]) -> Option<(u16, usize)> {
    let (mut value, mut digits) = (0_u16, 0);
    for &byte in text.iter().take(5) {
        let digit = match byte {
            b'0'..=b'9' => byte - b'0',
            b'a'..=b'f' => byte - b'a' + 10,
            b'A'..=b'F' => byte - b'A' + 10,
            _ => break,
        };
        if digits == 4 {
            return None;
        }
        value = value << 4 | u16::from(digit);
        digits += 1;
    }
    (digits > 0).then_some((value, digits))
}

/// The groups with the run of zeros in its place. It stands for one group at
/// least.
fn spread(groups: [u16; 8], filled: usize, gap: Option<usize>) -> Option<[u8; 16]> {
    let mut octets = [0; 16];
    let moved = match gap {
        None if filled == 8 => 0,
        Some(_) if filled < 8 => 8 - filled,
        _ => return None,
    };
    for (index, value) in groups[..filled].iter().enumerate() {
        let place = if gap.is_some_and(|gap| index >= gap) { index + moved } else { index };
        octets[2 * place..2 * place + 2].copy_from_slice(&value.to_be_bytes());
    }
    Some(octets)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::net::{IpAddr, Ipv6Addr};

    fn oracle(text: &str) -> Option<(IpVersion, IpAddress)> {
        let version = |address: IpAddr| match address {
            IpAddr::V4(v4) => (IpVersion::V4, IpAddress::from_v4(v4.octets())),
            IpAddr::V6(v6) => (IpVersion::V6, IpAddress::from_v6(v6.octets())),
        };
        text.parse::<IpAddr>().ok().map(|address| version(address.to_canonical()))
    }

    #[test]
    fn as_the_standard_library_reads_them() {
        for text in [
            "0.0.0.0",
            "255.255.255.255",
            "256.1.1.1",
            "1.2.3",
            "1.2.3.4.5",
            "01.2.3.4",
            "1..2.3",
            "1.2.3.4 ",
            ".1.2.3.4",
            "1.2.3.",
            "::",
            "::1",
            "1::",
            "1::8",
            "1:2:3:4:5:6:7:8",
            "1:2:3:4:5:6:7::",
            "::2:3:4:5:6:7:8",
            "1:2:3:4::5:6:7:8",
            "1:2:3:4:5:6:7:8:9",
            ":1",
            "1:",
            "1:::2",
            "1::2::3",
            ":::",
            ":",
            "::ffff:1.2.3.4",
            "::ffff:102:304",
            "::1.2.3.4",
            "64:ff9b::1.2.3.4",
            "1:2:3:4:5:6:1.2.3.4",
            "1:2:3:4:5:6:7:1.2.3.4",
            "::1.2.3",
            "::1.2.3.4:5",
            "12345::",
            "g::",
            "2001:DB8::A",
            "fe80:0000:0000:0000:6238:e0ff:fec5:35a0",
            "",
            "-",
            "::01.2.3.4",
            "1:2:3:4:5:6::1.2.3.4",
            "1:2:3:4:5::1.2.3.4",
            "00001::",
        ] {
            assert_eq!(address(text.as_bytes()), oracle(text), "{text}");
        }
    }

    #[test]
    fn a_zone_is_left_out() {
        assert_eq!(address(b"fe80::1%eth0"), oracle("fe80::1"));
        assert_eq!(address(b"fe80::1%"), None);
        assert_eq!(address(b"1.2.3.4%eth0"), None);
    }

    proptest! {
        #[test]
        fn any_address_comes_back(v4: [u8; 4], v6: u128, zeros in 0_u32..128) {
            let v4 = IpAddr::from(v4).to_string();
            prop_assert_eq!(address(v4.as_bytes()), oracle(&v4));
            for bits in [v6, v6 >> zeros, v6 << zeros, v6 & !(0xffff_ffff << (zeros / 2))] {
                let v6 = Ipv6Addr::from(bits).to_string();
                prop_assert_eq!(address(v6.as_bytes()), oracle(&v6));
            }
        }

        #[test]
        fn any_text_is_read_as_the_standard_library_reads_it(text in "[0-9a-f:.]{0,24}") {
            prop_assert_eq!(address(text.as_bytes()), oracle(&text));
        }
    }
}
