//! Pseudo-random numbers that are the same on every machine.
//!
//! xoshiro256** 1.0 (Blackman and Vigna, 2018), seeded by SplitMix64 as its
//! authors advise. Not for secrets.

/// A stream of pseudo-random numbers.
#[derive(Clone, Debug)]
pub(super) struct Rng {
    state: [u64; 4],
}

/// What a stream is for. Streams of one seed are independent, so that the same
/// flows come whatever the packets draw.
#[derive(Clone, Copy)]
pub(super) enum Stream {
    /// Addresses, kinds and headers of the flows.
    Flows = 1,
    /// What each packet draws.
    Packets = 2,
    /// The block that payloads are cut from.
    Payload = 3,
    /// Which flow each packet is of.
    Popularity = 4,
}

/// One step of SplitMix64 (Steele, Lea and Flood, 2014).
fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl Rng {
    /// The stream of `seed` for one purpose.
    pub(super) fn new(seed: u64, stream: Stream) -> Self {
        let mut purpose = stream as u64;
        let mut mixer = seed ^ split_mix(&mut purpose);
        Self { state: std::array::from_fn(|_| split_mix(&mut mixer)) }
    }

    /// The next 64 bits.
    #[inline]
    pub(super) fn bits(&mut self) -> u64 {
        let [s0, s1, s2, s3] = self.state;
        let result = s1.wrapping_mul(5).rotate_left(7).wrapping_mul(9);
        let (s2, s3) = (s2 ^ s0, s3 ^ s1);
        self.state = [s0 ^ s3, s1 ^ s2, s2 ^ (s1 << 17), s3.rotate_left(45)];
        result
    }

    /// A number below `bound`, evenly but for a bias of `bound` / 2^64.
    #[inline]
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.bits()) * u128::from(bound)) >> 64) as u64
    }

    /// An index into something of `len` items, which must not be empty.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "below a usize")]
    pub(super) fn index(&mut self, len: usize) -> usize {
        self.below(len as u64) as usize
    }

    /// A number from 0 to below 1, with 53 bits.
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
    pub(super) fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// As many random octets as wanted.
    pub(super) fn octets<const N: usize>(&mut self) -> [u8; N] {
        let mut octets = [0; N];
        self.fill(&mut octets);
        octets
    }

    /// Fills `octets`.
    pub(super) fn fill(&mut self, octets: &mut [u8]) {
        for chunk in octets.chunks_mut(8) {
            chunk.copy_from_slice(&self.bits().to_le_bytes()[..chunk.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generator_is_the_published_one() {
        // First outputs of the authors' C code for the state 1, 2, 3, 4.
        let mut rng = Rng { state: [1, 2, 3, 4] };
        let first: Vec<u64> = (0..5).map(|_| rng.bits()).collect();
        assert_eq!(
            first,
            [11520, 0, 1_509_978_240, 1_215_971_899_390_074_240, 1_216_172_134_540_287_360]
        );
        let mut state = 0;
        assert_eq!(split_mix(&mut state), 0xe220_a839_7b1d_cdaf);
    }

    #[test]
    fn streams_and_seeds_differ() {
        let mut a = Rng::new(1, Stream::Flows);
        let mut b = Rng::new(1, Stream::Packets);
        let mut c = Rng::new(2, Stream::Flows);
        let firsts = [a.bits(), b.bits(), c.bits()];
        assert!(firsts[0] != firsts[1] && firsts[0] != firsts[2] && firsts[1] != firsts[2]);
    }

    #[test]
    fn numbers_stay_below_their_bound() {
        let mut rng = Rng::new(7, Stream::Flows);
        let mut seen = [0_u32; 6];
        for _ in 0..6_000 {
            seen[rng.index(6)] += 1;
            assert!((0.0..1.0).contains(&rng.unit()));
        }
        assert!(seen.iter().all(|count| (850..1150).contains(count)), "{seen:?}");
    }
}
