//! Floating-point approximations of exact numbers, good enough to guess with.

use num_bigint::BigInt;
use num_traits::One;

use crate::kernel::exact::{OrderedField, Rational, Sign};

use super::int::Int;
use super::ring::Ring;

/// A float near a number; not finite where that is out of range.
pub(super) fn approximate<F: OrderedField>(value: &F) -> f64 {
    match value.coordinates().as_slice() {
        [] => 0.0,
        [rational] => quotient(rational),
        _ => bisect(value),
    }
}

fn quotient(value: &Rational) -> f64 {
    if let Some((numerator, denominator)) = value.small() {
        return numerator as f64 / denominator as f64;
    }
    let (numerator, denominator) = (Int::from(value.numerator()), Int::from(value.denominator()));
    // The smaller part is taken near one, so that neither overflows before the quotient does.
    let shift = numerator.bits().min(denominator.bits());
    numerator.approximate(shift) / denominator.approximate(shift)
}

/// By signs alone, as nothing is known of the field: first the size, then so many bits.
fn bisect<F: OrderedField>(value: &F) -> f64 {
    const BITS: i32 = 40;
    const RANGE: i32 = 1000;
    let negative = value.sign() == Sign::Negative;
    let magnitude = if negative { -value.clone() } else { value.clone() };
    let exceeds = |numerator: u64, exponent: i32| {
        let power = BigInt::one() << exponent.unsigned_abs();
        let numerator = BigInt::from(numerator);
        let bound = match exponent >= 0 {
            true => Some(Rational::from(numerator * power)),
            false => Rational::new(numerator, power),
        };
        bound.is_some_and(|bound| (magnitude.clone() - &F::from(bound)).sign() != Sign::Negative)
    };
    // The exponent of the leading bit, by doubling steps away from one and halving steps back.
    let upwards = exceeds(1, 0);
    let outside = |size: i32| match upwards {
        true => !exceeds(1, size),
        false => exceeds(1, -size),
    };
    let mut size = 1;
    while !outside(size) {
        size *= 2;
        if size > RANGE {
            return f64::NAN;
        }
    }
    let mut inside = size / 2;
    while size - inside > 1 {
        let middle = (size + inside) / 2;
        match outside(middle) {
            true => size = middle,
            false => inside = middle,
        }
    }
    let leading = if upwards { size - 1 } else { -size };
    let mut digits = 1u64;
    for bit in 1..BITS {
        let next = digits * 2 + 1;
        digits = if exceeds(next, leading - bit) { next } else { next - 1 };
    }
    let result = digits as f64 * 2f64.powi(leading - BITS + 1);
    if negative { -result } else { result }
}
