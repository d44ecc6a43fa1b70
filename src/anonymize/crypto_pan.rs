//! Crypto-PAn: which bits of an address are flipped.
//!
//! Bit `i` is flipped where the first bit of AES-128 over the `i` bits before it,
//! filled up with bits of a pad, is 1. An IPv4 address is an IPv6 one of which
//! only the upper 32 bits are asked, so both are one code path.

use super::key::SecretKey;
use aes::cipher::{BlockCipherEncrypt, KeyInit};
use aes::{Aes128, Block};

/// Blocks that are encrypted together: as many as hide the latency of AES.
const AT_ONCE: usize = 16;

/// The permutation of one key.
pub struct CryptoPan {
    cipher: Aes128,
    pad: u128,
}

impl std::fmt::Debug for CryptoPan {
    /// Never the key itself.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CryptoPan(..)")
    }
}

impl CryptoPan {
    /// The permutation that a key stands for.
    #[must_use]
    pub fn new(key: &SecretKey) -> Self {
        let [cipher, pad]: [[u8; 16]; 2] =
            std::array::from_fn(|half| std::array::from_fn(|at| key.0[16 * half + at]));
        let cipher = Aes128::new(&cipher.into());
        let mut block = Block::from(pad);
        cipher.encrypt_block(&mut block);
        Self { cipher, pad: u128::from_be_bytes(block.into()) }
    }

    /// The bits that are flipped among the first `len` of a left-aligned address:
    /// 32 for IPv4, 128 for IPv6, less for a prefix.
    #[must_use]
    pub fn flips(&self, bits: u128, len: u8) -> u128 {
        let mut flips = 0;
        let len = u32::from(len.min(128));
        let mut next = 0;
        while next < len {
            let count = (len - next).min(16);
            let mut blocks = [Block::default(); AT_ONCE];
            for (block, position) in blocks.iter_mut().zip(next..) {
                let kept = u128::MAX.checked_shl(128 - position).unwrap_or(0);
                *block = (bits & kept | self.pad & !kept).to_be_bytes().into();
            }
            self.cipher.encrypt_blocks(&mut blocks[..count as usize]);
            for (block, position) in blocks[..count as usize].iter().zip(next..) {
                flips |= u128::from(block[0] >> 7) << (127 - position);
            }
            next += count;
        }
        flips
    }

    /// Six bytes that stand for an Ethernet address.
    pub(super) fn mac(&self, mac: [u8; 6]) -> [u8; 6] {
        let mut block = [0xff; 16];
        block[10..].copy_from_slice(&mac);
        let mut block = Block::from((u128::from_be_bytes(block) ^ self.pad).to_be_bytes());
        self.cipher.encrypt_block(&mut block);
        std::array::from_fn(|at| block[at])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{Ipv4Addr, Ipv6Addr};

    /// Of the sample program of the authors.
    const SAMPLE: [u8; 32] = [
        21, 34, 23, 141, 51, 164, 207, 128, 19, 10, 91, 22, 73, 144, 125, 16, 216, 152, 143, 131,
        121, 121, 101, 39, 98, 87, 76, 45, 42, 132, 34, 2,
    ];

    fn v4(pan: &CryptoPan, text: &str) -> String {
        let bits = u128::from(u32::from(text.parse::<Ipv4Addr>().unwrap())) << 96;
        let [a, b, c, d, ..] = (bits ^ pan.flips(bits, 32)).to_be_bytes();
        Ipv4Addr::new(a, b, c, d).to_string()
    }

    fn v6(pan: &CryptoPan, text: &str) -> String {
        let bits = u128::from(text.parse::<Ipv6Addr>().unwrap());
        Ipv6Addr::from(bits ^ pan.flips(bits, 128)).to_string()
    }

    #[test]
    fn the_authors_sample_trace_becomes_what_it_became() {
        let pan = CryptoPan::new(&SAMPLE.into());
        for (raw, sanitized) in [
            ("128.11.68.132", "135.242.180.132"),
            ("129.118.74.4", "134.136.186.123"),
            ("130.132.252.244", "133.68.164.234"),
            ("141.223.7.43", "141.167.8.160"),
            ("141.233.145.108", "141.129.237.235"),
            ("152.163.225.39", "151.140.114.167"),
            ("156.29.3.236", "147.225.12.42"),
            ("165.247.96.84", "162.9.99.234"),
            ("166.107.77.190", "160.132.178.185"),
            ("192.102.249.13", "252.138.62.131"),
            ("192.215.32.125", "252.43.47.189"),
            ("192.233.80.103", "252.25.108.8"),
            ("192.41.57.43", "252.222.221.184"),
            ("193.150.244.223", "253.169.52.216"),
            ("195.205.63.100", "255.186.223.5"),
            ("198.200.171.101", "249.199.68.213"),
            ("198.26.132.101", "249.36.123.202"),
            ("198.36.213.5", "249.7.21.132"),
            ("198.51.77.238", "249.18.186.254"),
            ("199.217.79.101", "248.38.184.213"),
            ("202.49.198.20", "245.206.7.234"),
            ("203.12.160.252", "244.248.163.4"),
        ] {
            assert_eq!(v4(&pan, raw), sanitized, "{raw}");
        }
    }

    #[test]
    fn other_programs_make_the_same_of_ipv6() {
        let pan = CryptoPan::new(&SAMPLE.into());
        assert_eq!(v6(&pan, "::1"), "78ff:f001:9fc0:20df:8380:b1f1:704:ed");
        assert_eq!(v6(&pan, "::2"), "78ff:f001:9fc0:20df:8380:b1f1:704:ef");
        assert_eq!(v6(&pan, "::ffff"), "78ff:f001:9fc0:20df:8380:b1f1:704:f838");
        let counted: [u8; 32] = std::array::from_fn(|at| u8::try_from(at).unwrap());
        let pan = CryptoPan::new(&counted.into());
        assert_eq!(v6(&pan, "2001:db8::1"), "dd92:2c44:3fc0:ff1e:7ff9:c7f0:8180:7e00");
        assert_eq!(v6(&pan, "2001:db8::ff00:42:8329"), "dd92:2c44:3fc0:ff1e:7ff9:ff:787c:8c58");
        assert_eq!(v4(&pan, "192.0.2.1"), "2.90.93.17");
    }

    #[test]
    fn a_prefix_is_flipped_as_the_start_of_its_addresses() {
        let pan = CryptoPan::new(&SAMPLE.into());
        let bits = 0x2001_0db8_1234_5678_9abc_def0_1234_5678;
        let whole = pan.flips(bits, 128);
        for len in 0..=128_u8 {
            let kept = u128::MAX.checked_shl(128 - u32::from(len)).unwrap_or(0);
            assert_eq!(pan.flips(bits & kept, len), whole & kept, "{len}");
        }
    }
}
