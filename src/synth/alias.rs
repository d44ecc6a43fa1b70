//! Sampling from weights in constant time: Walker's alias method, built by Vose.

/// A table to draw indices from, each with its weight's probability.
pub(super) struct AliasTable {
    slots: Vec<Slot>,
}

/// One of equally likely slots: its own index up to `threshold`, else `alias`.
#[derive(Clone, Copy)]
struct Slot {
    threshold: u32,
    alias: u32,
}

impl AliasTable {
    /// From weights that are not negative and not all zero. A probability is
    /// exact to 2^-32 of a slot.
    #[expect(clippy::cast_possible_truncation, reason = "flows are counted in 32 bits")]
    #[expect(clippy::cast_precision_loss, reason = "flows are counted in 32 bits")]
    pub(super) fn new(weights: &[f64]) -> Self {
        let scale = weights.len() as f64 / weights.iter().sum::<f64>();
        let mut parts: Vec<f64> = weights.iter().map(|weight| weight * scale).collect();
        let whole = |index: usize| Slot { threshold: u32::MAX, alias: index as u32 };
        let mut slots: Vec<Slot> = (0..parts.len()).map(whole).collect();
        let (mut small, mut large): (Vec<usize>, Vec<usize>) =
            (0..parts.len()).partition(|&index| parts[index] < 1.0);
        while let (Some(&to), Some(from)) = (large.last(), small.pop()) {
            slots[from] = Slot { threshold: threshold(parts[from]), alias: to as u32 };
            parts[to] -= 1.0 - parts[from];
            if parts[to] < 1.0 {
                large.pop();
                small.push(to);
            }
        }
        // Rounding leaves a few: they are whole, within 2^-52 of the sum.
        Self { slots }
    }

    /// The index that 64 random bits stand for.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "the shifts leave the bits wanted")]
    pub(super) fn draw(&self, bits: u64) -> usize {
        let product = u128::from(bits) * self.slots.len() as u128;
        let index = (product >> 64) as usize;
        let slot = self.slots[index];
        if ((product as u64) >> 32) as u32 >= slot.threshold { slot.alias as usize } else { index }
    }
}

/// A part of a slot, in 2^-32.
#[expect(clippy::cast_possible_truncation, reason = "a float cast saturates")]
#[expect(clippy::cast_sign_loss, reason = "a float cast saturates")]
fn threshold(part: f64) -> u32 {
    (part * 4_294_967_296.0) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synth::rng::{Rng, Stream};

    #[test]
    fn indices_come_as_often_as_they_weigh() {
        let weights = [4.0, 0.0, 1.0, 2.0, 0.5, 0.5];
        let table = AliasTable::new(&weights);
        let mut rng = Rng::new(3, Stream::Packets);
        let mut seen = [0.0; 6];
        for _ in 0..80_000 {
            seen[table.draw(rng.bits())] += 1.0 / 10_000.0;
        }
        assert_eq!(seen[1], 0.0);
        for (weight, part) in weights.iter().zip(seen) {
            assert!((weight - part).abs() < 0.1, "{seen:?}");
        }
    }

    #[test]
    fn every_random_number_has_an_index() {
        let table = AliasTable::new(&[1.0, 1.0, 1.0]);
        assert_eq!(table.draw(0), 0);
        assert_eq!(table.draw(u64::MAX), 2);
    }
}
