//! The Internet checksum (RFC 1071) and the CRC32c of SCTP (RFC 9260).

/// A running sum of 16-bit words, not yet folded.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sum(pub(super) u64);

impl Sum {
    /// Adds the words of `octets`; an odd octet counts as padded.
    #[inline]
    pub(super) fn add(&mut self, octets: &[u8]) {
        let mut words = octets.chunks_exact(2);
        for word in &mut words {
            self.0 += u64::from(u16::from_be_bytes([word[0], word[1]]));
        }
        if let [last] = words.remainder() {
            self.0 += u64::from(*last) << 8;
        }
    }

    /// The ones' complement sum in 16 bits.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "folded to 16 bits")]
    pub(super) fn folded(self) -> u16 {
        let mut sum = self.0;
        while sum > 0xffff {
            sum = (sum & 0xffff) + (sum >> 16);
        }
        sum as u16
    }

    /// The checksum: the complement of the sum.
    #[inline]
    pub(super) fn checksum(self) -> u16 {
        !self.folded()
    }
}

/// A running CRC32c.
#[derive(Clone, Copy, Debug)]
pub(super) struct Crc32c(u32);

/// One octet's step, for the reflected polynomial.
const STEPS: [u32; 256] = {
    let mut table = [0; 256];
    let mut index = 0;
    while index < 256 {
        #[expect(clippy::cast_possible_truncation, reason = "below 256")]
        let mut crc = index as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0x82f6_3b78 } else { crc >> 1 };
            bit += 1;
        }
        table[index] = crc;
        index += 1;
    }
    table
};

impl Crc32c {
    pub(super) fn new() -> Self {
        Self(u32::MAX)
    }

    pub(super) fn add(&mut self, octets: &[u8]) {
        for octet in octets {
            let step = (self.0 ^ u32::from(*octet)) & 0xff;
            self.0 = (self.0 >> 8) ^ STEPS[step as usize];
        }
    }

    /// The value; SCTP writes it with its least significant octet first.
    pub(super) fn value(self) -> u32 {
        !self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_rfc_1071() {
        let mut sum = Sum::default();
        sum.add(&[0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]);
        assert_eq!(sum.folded(), 0xddf2);
        assert_eq!(sum.checksum(), 0x220d);
    }

    #[test]
    fn the_check_value_of_crc32c() {
        let mut crc = Crc32c::new();
        crc.add(b"123456789");
        assert_eq!(crc.value(), 0xe306_9283);
    }
}
