//! Payloads: slices of one random block, whose checksums cost one subtraction.

use super::checksum::{Crc32c, Sum};
use super::rng::Rng;

/// Where slices may begin. Small, so that most payloads come from the first
/// cache level.
const STARTS: usize = 16 * 1024;

/// Octets of the block: a start and the longest packet.
const BLOCK: usize = STARTS + 64 * 1024;

/// The block, and the sums of its 16-bit words up to each.
pub(super) struct Payloads {
    octets: Vec<u8>,
    sums: Vec<u32>,
}

/// A part of the block; it begins at an even octet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Slice {
    pub(super) start: usize,
    pub(super) len: usize,
}

impl Payloads {
    pub(super) fn new(rng: &mut Rng) -> Self {
        let mut octets = vec![0; BLOCK];
        rng.fill(&mut octets);
        let mut sums = Vec::with_capacity(BLOCK / 2 + 1);
        let mut sum = 0_u32;
        sums.push(sum);
        // 40,960 words stay below 2^32.
        for word in octets.chunks_exact(2) {
            sum += u32::from(u16::from_be_bytes([word[0], word[1]]));
            sums.push(sum);
        }
        Self { octets, sums }
    }

    /// A slice of `len` octets, by random bits.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "any bits will do")]
    pub(super) fn slice(bits: u64, len: usize) -> Slice {
        Slice { start: (bits as usize % STARTS) & !1, len }
    }

    /// The first `len` octets of a slice.
    #[inline]
    pub(super) fn octets(&self, slice: Slice, len: usize) -> &[u8] {
        &self.octets[slice.start..slice.start + len.min(slice.len)]
    }

    /// The sum of the slice's 16-bit words, an odd octet padded (RFC 1071).
    #[inline]
    pub(super) fn sum(&self, slice: Slice) -> Sum {
        let end = slice.start + slice.len;
        let words = self.sums[end / 2] - self.sums[slice.start / 2];
        let rest = if end % 2 == 1 { u64::from(self.octets[end - 1]) << 8 } else { 0 };
        Sum(u64::from(words) + rest)
    }

    /// Takes the slice into a CRC, octet by octet.
    pub(super) fn crc(&self, slice: Slice, crc: &mut Crc32c) {
        crc.add(self.octets(slice, slice.len));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synth::rng::Stream;

    #[test]
    fn sums_are_those_of_the_octets() {
        let mut rng = Rng::new(5, Stream::Payload);
        let payloads = Payloads::new(&mut rng);
        for len in [0, 1, 2, 3, 1_459, 1_460, 65_535] {
            let slice = Payloads::slice(rng.bits(), len);
            let mut plain = Sum::default();
            plain.add(payloads.octets(slice, len));
            assert_eq!(payloads.sum(slice).folded(), plain.folded(), "{len}");
            assert_eq!(slice.start % 2, 0);
        }
    }
}
