//! Where bytes of one kind are among many: found in eight at once, without a branch
//! for each.

/// All bits of eight bytes but the highest of each.
pub(crate) const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
/// A factor that puts one byte into each of eight.
pub(crate) const EACH: u64 = 0x0101_0101_0101_0101;

/// Eight bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Marks(u64);

impl Marks {
    /// Of bytes in their order.
    #[inline(always)]
    pub(crate) fn of(bytes: [u8; 8]) -> Self {
        Self(u64::from_le_bytes(bytes))
    }

    /// A bit for each byte that is `byte`, the lowest for the first.
    #[inline(always)]
    pub(crate) fn marks(self, byte: u8) -> u8 {
        gathered(zero_bytes(self.0 ^ (u64::from(byte) * EACH)))
    }

    /// A bit for each byte that is no digit. Behind a byte that is not ASCII one may be
    /// marked that is a digit.
    #[inline(always)]
    pub(crate) fn no_digits(self) -> u8 {
        let values = self.0 ^ (u64::from(b'0') * EACH);
        gathered((values.wrapping_add(0x76 * EACH) | values) & !LOW)
    }
}

/// The highest bit of each byte that is zero, and no other bit (exact, unlike
/// the shorter form that borrows from its neighbour).
#[inline(always)]
pub(crate) fn zero_bytes(word: u64) -> u64 {
    !(((word & LOW) + LOW) | word | LOW)
}

/// The highest bits of eight bytes, side by side.
#[inline(always)]
#[allow(clippy::cast_possible_truncation, reason = "the upper eight bits are left")]
fn gathered(bits: u64) -> u8 {
    ((bits >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56) as u8
}

/// The bits of eight bytes with rows for columns: bit `n` of byte `m` becomes bit `m` of
/// byte `n` (Hacker's Delight, section 7-3).
#[inline(always)]
pub(crate) fn transposed(bits: u64) -> u64 {
    let swap = |bits: u64, by: u32, mask: u64| {
        let other = (bits ^ bits >> by) & mask;
        bits ^ other ^ other << by
    };
    let bits = swap(bits, 7, 0x00aa_00aa_00aa_00aa);
    let bits = swap(bits, 14, 0x0000_cccc_0000_cccc);
    swap(bits, 28, 0x0000_0000_f0f0_f0f0)
}

/// A bit for each of 64 bytes that is `byte`, the lowest for the first.
///
/// The comparison is written so that compilers make it of vectors, of 16 bytes and
/// more; what gathers their bits asks for unsafe code, and would spare 25
/// instructions of 45.
#[inline(always)]
pub(crate) fn marks_64(bytes: &[u8; 64], byte: u8) -> u64 {
    let equal = bytes.map(|other| u8::from(other == byte));
    let mut marks = 0;
    for (at, eight) in equal.as_chunks::<8>().0.iter().enumerate() {
        let ones = u64::from_le_bytes(*eight);
        marks |= (ones.wrapping_mul(0x0102_0408_1020_4080) >> 56) << (8 * at);
    }
    marks
}

/// A bit for each of 64 bytes that is `one` or `other`, the lowest for the first. Each
/// byte that is has its bit in one of eight, which are then turned.
#[inline(always)]
pub(crate) fn marks_of_both(bytes: &[u8; 64], one: u8, other: u8) -> u64 {
    static ROW: [u8; 64] = {
        let mut row = [0; 64];
        let mut at = 0;
        while at < 64 {
            row[at] = 1 << (at / 8);
            at += 1;
        }
        row
    };
    let mut bits = [0; 64];
    for at in 0..64 {
        let is = u8::from(bytes[at] == one) | u8::from(bytes[at] == other);
        bits[at] = ROW[at] & is.wrapping_neg();
    }
    let words = bits.as_chunks::<8>().0.iter();
    transposed(words.fold(0, |all, word| all | u64::from_le_bytes(*word)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn rows_become_columns(bits: u64) {
            let bit = |bits: u64, row: u32, column: u32| bits >> (8 * row + column) & 1;
            for (row, column) in (0..8).flat_map(|row| (0..8).map(move |column| (row, column))) {
                prop_assert_eq!(bit(transposed(bits), row, column), bit(bits, column, row));
            }
        }

        #[test]
        #[allow(clippy::cast_possible_truncation, reason = "eight bits are meant")]
        fn each_byte_has_its_bit(
            bytes in prop::collection::vec(prop_oneof![Just(b'.'), Just(b'/'), any::<u8>()], 64),
        ) {
            let bytes: [u8; 64] = bytes.try_into().unwrap();
            let plain = (0..64).filter(|at| bytes[*at] == b'.').fold(0, |bits, at| bits | 1_u64 << at);
            prop_assert_eq!(marks_64(&bytes, b'.'), plain);
            let either = |at: &usize| matches!(bytes[*at], b'.' | b'/');
            let both = (0..64).filter(either).fold(0, |bits, at| bits | 1_u64 << at);
            prop_assert_eq!(marks_of_both(&bytes, b'.', b'/'), both);
            for at in (0..64).step_by(8) {
                let eight = Marks::of(bytes[at..at + 8].try_into().unwrap());
                prop_assert_eq!(eight.marks(b'.'), (plain >> at) as u8);
            }
        }
    }
}
