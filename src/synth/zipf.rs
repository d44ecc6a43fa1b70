//! Zipf's law: the popularity of the flow of rank r is r^-s.
//!
//! The logarithm and the exponential are written out: those of the platform may
//! differ in the last bit, and then the same seed would give other bytes.

use std::f64::consts::{LN_2, SQRT_2};

/// Weights of `count` ranks, the most popular first; the first is 1.
pub(super) fn weights(count: u32, exponent: f64) -> Vec<f64> {
    (1..=count).map(|rank| exp(-exponent * ln(f64::from(rank)))).collect()
}

/// Natural logarithm of a number from 1 to 2^32, to about 1e-15.
#[expect(clippy::cast_precision_loss, reason = "an exponent below 33")]
fn ln(x: f64) -> f64 {
    let bits = x.to_bits();
    let mut exponent = (bits >> 52) as f64 - 1023.0;
    let mut mantissa = f64::from_bits((bits & ((1 << 52) - 1)) | (1023 << 52));
    if mantissa > SQRT_2 {
        mantissa /= 2.0;
        exponent += 1.0;
    }
    // ln m = 2 artanh((m - 1) / (m + 1)); the argument is below 0.172.
    let t = (mantissa - 1.0) / (mantissa + 1.0);
    let square = t * t;
    let mut series = 0.0;
    for odd in (1..=23_u32).rev().step_by(2) {
        series = series * square + 1.0 / f64::from(odd);
    }
    2.0 * t * series + exponent * LN_2
}

/// e^x for x from -700 to 0, to about 1e-15.
#[expect(clippy::cast_possible_truncation, reason = "an integer from -1010 to 0")]
#[expect(clippy::cast_sign_loss, reason = "the biased exponent is positive")]
fn exp(x: f64) -> f64 {
    let twos = (x / LN_2).floor();
    let rest = x - twos * LN_2;
    let mut series = 1.0;
    for n in (1..=20_u32).rev() {
        series = 1.0 + series * rest / f64::from(n);
    }
    series * f64::from_bits(((twos as i64 + 1023) as u64) << 52)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_follow_the_law() {
        for exponent in [0.0, 0.7, 1.0, 2.5, 10.0] {
            for (index, weight) in weights(3_000, exponent).into_iter().enumerate() {
                let expected = ((index + 1) as f64).powf(-exponent);
                assert!((weight / expected - 1.0).abs() < 1e-12, "{exponent} {index}");
            }
        }
        assert!((ln(16_777_216.0) - 16_777_216.0_f64.ln()).abs() < 1e-13);
    }
}
