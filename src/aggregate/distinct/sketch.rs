//! An estimate of how many distinct values there are, in 64 KiB.
//!
//! A `HyperLogLog` (Flajolet et al. 2007) with 64-bit hashes and nothing but its
//! registers: each holds the largest rank that a value of its own has, so that
//! order and repetition leave no trace, and two sketches merge by the larger of
//! each register. The estimator is the improved raw one (Ertl 2017,
//! arXiv:1702.01284, algorithm 6), a function of the registers alone without tables
//! or thresholds.

/// Registers, a power of two.
pub const REGISTERS: usize = 1 << PRECISION;

const PRECISION: u32 = 16;

/// The largest rank: the hash has so many bits behind the register's number, and
/// one more where all are zero.
#[expect(clippy::cast_possible_truncation, reason = "it is a small number")]
const MAX_RANK: u8 = 65 - PRECISION as u8;

/// The relative standard error of an estimate: 1.04 / sqrt(registers), about 0.41 %.
const STANDARD_ERROR: f64 = 1.04 / 256.0;

/// The registers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sketch(Box<[u8]>);

impl Default for Sketch {
    fn default() -> Self {
        Self(vec![0; REGISTERS].into())
    }
}

impl Sketch {
    /// The relative standard error of [`Self::estimate`].
    #[must_use]
    pub fn standard_error() -> f64 {
        STANDARD_ERROR
    }

    /// The sketch with these registers; `None` where there are not [`REGISTERS`] of
    /// them, or one is larger than a rank can be.
    #[must_use]
    pub fn from_registers(registers: Vec<u8>) -> Option<Self> {
        let fits = registers.len() == REGISTERS && registers.iter().all(|rank| *rank <= MAX_RANK);
        fits.then(|| Self(registers.into()))
    }

    /// The registers.
    #[must_use]
    pub fn registers(&self) -> &[u8] {
        &self.0
    }

    /// Adds a value.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "a register's number and a rank are small")]
    pub fn add(&mut self, value: u128) {
        let hash = hash(value);
        let register = (hash >> (64 - PRECISION)) as usize;
        // The bit that ends the search stands behind those of the rank.
        let rest = hash << PRECISION | 1 << (PRECISION - 1);
        let rank = rest.leading_zeros() as u8 + 1;
        let kept = &mut self.0[register];
        *kept = rank.max(*kept);
    }

    /// Adds the values of another sketch.
    pub fn merge(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(mine, theirs)| *mine = (*mine).max(*theirs));
    }

    /// About how many distinct values were added.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "registers are few")]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it saturates")]
    pub fn estimate(&self) -> u64 {
        let mut of_rank = [0_u32; MAX_RANK as usize + 1];
        self.0.iter().for_each(|rank| of_rank[usize::from(*rank)] += 1);
        let all = REGISTERS as f64;
        let part = |rank: usize| f64::from(of_rank[rank]) / all;
        let mut sum = all * tau(1.0 - part(MAX_RANK.into()));
        for rank in (1..usize::from(MAX_RANK)).rev() {
            sum = 0.5 * (sum + f64::from(of_rank[rank]));
        }
        sum += all * sigma(part(0));
        // alpha for infinitely many registers: 1 / (2 ln 2).
        let alpha = 0.5 / std::f64::consts::LN_2;
        (alpha * all * all / sum).round() as u64
    }
}

/// What empty registers add (Ertl, algorithm 6): the sum of `x^(2^k) * 2^(k-1)`.
fn sigma(mut x: f64) -> f64 {
    if x >= 1.0 {
        return f64::INFINITY;
    }
    let (mut weight, mut sum) = (1.0, x);
    loop {
        x *= x;
        let before = sum;
        sum += x * weight;
        weight += weight;
        if sum <= before {
            return sum;
        }
    }
}

/// What full registers leave out (the same).
fn tau(mut x: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return 0.0;
    }
    let (mut weight, mut sum) = (1.0, 1.0 - x);
    loop {
        x = x.sqrt();
        let before = sum;
        weight *= 0.5;
        sum -= (1.0 - x) * (1.0 - x) * weight;
        if sum >= before {
            return sum / 3.0;
        }
    }
}

/// A hash of a fixed seed, the same on every machine: it is part of the stored
/// layout. Both halves go through the finaliser of `SplitMix64` (Steele et al.
/// 2014), which maps no two words to the same: prefixes of up to 64 bits never
/// collide. Whoever chooses addresses to deceive it can; an exact count cannot be
/// deceived.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "both halves are meant")]
fn hash(value: u128) -> u64 {
    mix((value >> 64) as u64 ^ mix((value as u64).wrapping_add(0x9e37_79b9_7f4a_7c15)))
}

#[inline]
fn mix(mut word: u64) -> u64 {
    word = (word ^ word >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    word = (word ^ word >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ word >> 31
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values as addresses are: a few networks, hosts counted up, or random.
    fn value(at: u64) -> u128 {
        match at % 3 {
            0 => 0x2001_0db8 << 96 | u128::from(at),
            1 => u128::from(at) << 96,
            _ => u128::from(mix(mix(at))) << 64,
        }
    }

    #[test]
    fn estimates_are_within_four_standard_errors() {
        let mut sketch = Sketch::default();
        let mut checked = 0;
        for count in 1..=1_000_000_u64 {
            sketch.add(value(count));
            if count.is_power_of_two() || count.is_multiple_of(250_000) {
                let estimate = sketch.estimate();
                let error = (estimate as f64 / count as f64 - 1.0).abs();
                assert!(error < 4.0 * STANDARD_ERROR, "{count}: {estimate}");
                checked += 1;
            }
        }
        assert!(checked > 20);
    }

    #[test]
    fn the_ends_of_the_range_are_no_surprise() {
        assert_eq!(Sketch::default().estimate(), 0);
        let full = Sketch::from_registers(vec![MAX_RANK; REGISTERS]).unwrap();
        assert_eq!(full.estimate(), u64::MAX, "more than can be told");
        assert_eq!(Sketch::from_registers(vec![MAX_RANK + 1; REGISTERS]), None);
        assert_eq!(Sketch::from_registers(vec![0; 7]), None);
    }

    /// The hash is part of what is stored: it must not change. The first is the
    /// first output of `SplitMix64` for the seed 0, the others were made by another
    /// program.
    #[test]
    fn the_hash_is_what_it_was() {
        assert_eq!(mix(0x9e37_79b9_7f4a_7c15), 0xe220_a839_7b1d_cdaf);
        assert_eq!(hash(0), 0x4821_8226_ff3c_d4bf);
        assert_eq!(hash(0xc000_0201 << 96), 0x18e6_21cf_d619_f099);
        assert_eq!(hash(0x2001_0db8 << 96 | 1), 0x9f5e_b840_4363_498a);
        let mut sketch = Sketch::default();
        sketch.add(0);
        // The upper 16 bits choose the register, and 0x8226... begins with a one.
        assert_eq!(sketch.registers()[0x4821], 1);
        assert_eq!(sketch.registers().iter().filter(|rank| **rank > 0).count(), 1);
    }
}
