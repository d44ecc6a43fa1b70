//! Fitting weights to parts: iterative proportional fitting, called raking.

/// One way to sort the flows, and what part of the weight each sort shall have.
pub(super) struct Margin<'a> {
    /// The sort of each flow: an index into `parts`.
    pub(super) sorts: &'a [u8],
    /// The parts. A sort without flows is left out, and the others share.
    pub(super) parts: &'a [f64],
}

/// Rounds after which what is not yet fitted never will be: few flows cannot be
/// in every combination. Independent margins need fewer than ten.
const ROUNDS: usize = 40;

/// How far a margin may be off before another round is worth it.
const TOLERANCE: f64 = 1e-7;

/// Scales `weights` until each margin has its parts. The last margin is exact
/// whatever the others do.
pub(super) fn rake(weights: &mut [f64], margins: &[Margin<'_>]) {
    for _ in 0..ROUNDS {
        let mut off = 0.0_f64;
        for margin in margins {
            off = off.max(scale(weights, margin));
        }
        if off < TOLERANCE {
            return;
        }
    }
}

/// Scales each sort to its part. Returns by which factor, less 1, the worst
/// was off.
fn scale(weights: &mut [f64], margin: &Margin<'_>) -> f64 {
    let mut sums = vec![0.0; margin.parts.len()];
    for (weight, &sort) in weights.iter().zip(margin.sorts) {
        sums[usize::from(sort)] += weight;
    }
    let pairs = || sums.iter().zip(margin.parts);
    let whole: f64 = pairs().filter(|(sum, _)| **sum > 0.0).map(|(_, part)| part).sum();
    let mut off = 0.0_f64;
    let mut factors = vec![0.0; sums.len()];
    for (factor, (sum, part)) in factors.iter_mut().zip(pairs()) {
        if *sum > 0.0 {
            *factor = part / whole / sum;
            off = off.max((*factor - 1.0).abs());
        }
    }
    for (weight, &sort) in weights.iter_mut().zip(margin.sorts) {
        *weight *= factors[usize::from(sort)];
    }
    off
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_margins_fit() {
        let mut weights = vec![5.0, 3.0, 2.0, 1.0, 0.5, 0.1];
        let one = [0, 1, 0, 1, 0, 1];
        let two = [0, 0, 1, 1, 2, 2];
        let margins = [
            Margin { sorts: &two, parts: &[0.2, 0.5, 0.3] },
            Margin { sorts: &one, parts: &[0.625, 0.375] },
        ];
        rake(&mut weights, &margins);
        assert!((weights[0] + weights[2] + weights[4] - 0.625).abs() < 1e-12);
        assert!((weights[2] + weights[3] - 0.5).abs() < 1e-6);
    }

    #[test]
    fn the_last_margin_is_exact_where_both_cannot_be() {
        let mut weights = vec![1.0, 1.0];
        let margins = [
            Margin { sorts: &[0, 1], parts: &[0.9, 0.1] },
            Margin { sorts: &[0, 1], parts: &[0.25, 0.75] },
        ];
        rake(&mut weights, &margins);
        assert!((weights[0] - 0.25).abs() < 1e-12);
    }

    #[test]
    fn a_sort_without_flows_leaves_its_part_to_the_others() {
        let mut weights = vec![1.0, 3.0];
        rake(&mut weights, &[Margin { sorts: &[0, 1], parts: &[0.4, 0.4, 0.2] }]);
        assert!((weights[0] - 0.5).abs() < 1e-12 && (weights[1] - 0.5).abs() < 1e-12);
    }
}
