//! Between exact numbers and floats: hints one way, short rationals the other.
//!
//! Nothing here decides anything. A float stands for a guess, and whoever turns one into a rational
//! checks the rational exactly.

use std::any::Any;
use std::cell::RefCell;
use std::sync::Arc;

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};

use crate::kernel::exact::{Algebraic, NumberField, OrderedField, Rational, Sign};

/// A float near an exact number, to twelve digits at least; not finite beyond the floats' range, nor for
/// the irrational numbers of a field unknown here.
pub fn to_f64<F: OrderedField>(value: &F) -> f64 {
    let value: &dyn Any = value;
    if let Some(rational) = value.downcast_ref::<Rational>() {
        return rational_to_f64(rational);
    }
    value.downcast_ref::<Algebraic>().map_or(f64::NAN, algebraic_to_f64)
}

/// The floats of a vector.
pub fn to_f64s<F: OrderedField>(vector: &[F]) -> Vec<f64> {
    vector.iter().map(to_f64).collect()
}

fn rational_to_f64(value: &Rational) -> f64 {
    if let Some((numerator, denominator)) = value.small() {
        return numerator as f64 / denominator as f64;
    }
    let (numerator, denominator) = (value.numerator(), value.denominator());
    // Enough digits of the quotient for a float, then the exponent in two steps that stay in range.
    let shift = denominator.bits() as i64 - numerator.bits() as i64 + 64;
    let quotient = match shift >= 0 {
        true => (numerator << shift) / denominator,
        false => numerator / (denominator << -shift),
    };
    let exponent = (-shift).clamp(-2200, 2200) as i32;
    let half = exponent / 2;
    quotient.to_f64().unwrap_or(f64::NAN) * 2f64.powi(half) * 2f64.powi(exponent - half)
}

fn algebraic_to_f64(value: &Algebraic) -> f64 {
    by_powers(value).unwrap_or_else(|| by_enclosure(value))
}

/// By the powers of the generator; `None` where they all but cancel.
fn by_powers(value: &Algebraic) -> Option<f64> {
    let generator = generator_to_f64(value.field()?);
    let (mut sum, mut size, mut power) = (0.0, 0.0, 1.0);
    for coordinate in value.coordinates() {
        let term = rational_to_f64(&coordinate) * power;
        sum += term;
        size += f64::abs(term);
        power *= generator;
    }
    (sum.is_finite() && sum.abs() > size * 1e-3).then_some(sum)
}

thread_local! {
    /// The field met last and its generator: one computation after the other stays in one field.
    static GENERATOR: RefCell<Option<(Arc<NumberField>, f64)>> = const { RefCell::new(None) };
}

fn generator_to_f64(field: &Arc<NumberField>) -> f64 {
    GENERATOR.with_borrow_mut(|last| match last {
        Some((known, generator)) if Arc::ptr_eq(known, field) => *generator,
        _ => {
            let generator = by_enclosure(&field.element(vec![Rational::zero(), Rational::one()]));
            *last = Some((field.clone(), generator));
            generator
        }
    })
}

fn by_enclosure(value: &Algebraic) -> f64 {
    // Closer until the width is far below the value, or the value far below the floats.
    let mut bits = 64;
    loop {
        let (low, high) = value.enclosure(bits);
        let (a, b) = (rational_to_f64(&low), rational_to_f64(&high));
        if bits > 2200 || a.is_infinite() || rational_to_f64(&(&high - &low)) <= 1e-16 * a.abs().min(b.abs()) {
            return a;
        }
        bits *= 2;
    }
}

/// The float as the dyadic rational that it is, or `None` if it is not finite.
pub fn from_f64_exact(value: f64) -> Option<Rational> {
    if !value.is_finite() {
        return None;
    }
    let bits = value.to_bits();
    let exponent = (bits >> 52 & 0x7ff) as i64;
    let fraction = bits & ((1 << 52) - 1);
    let mantissa = if exponent == 0 { fraction << 1 } else { fraction | 1 << 52 };
    let magnitude = BigInt::from(mantissa);
    let signed = if value < 0.0 { -magnitude } else { magnitude };
    let exponent = exponent - 1075;
    match exponent >= 0 {
        true => Some(Rational::from(signed << exponent)),
        false => Rational::new(signed, BigInt::one() << -exponent),
    }
}

/// The rational with the least denominator (and then the least numerator) in the closed interval
/// from `low` to `high`, or `None` if `low > high`. (The Stern-Brocot tree, walked by continued fractions.)
///
/// # Example
/// ```
/// use margincert::prove::rounding::simplest_between;
/// use margincert::kernel::exact::Rational;
///
/// let q = |n, d| Rational::from_ratio(n, d).unwrap();
/// assert_eq!(simplest_between(&q(314, 100), &q(315, 100)), Some(q(22, 7)));
/// ```
pub fn simplest_between(low: &Rational, high: &Rational) -> Option<Rational> {
    if low > high {
        return None;
    }
    if low.sign() != Sign::Positive && high.sign() != Sign::Negative {
        return Some(Rational::zero());
    }
    if high.sign() == Sign::Negative {
        return simplest_between(&-high, &-low).map(|x| -x);
    }
    // Both are positive: continued fraction terms as long as the two agree.
    let (mut low, mut high) = (low.clone(), high.clone());
    let (mut before, mut last) = ((BigInt::zero(), BigInt::one()), (BigInt::one(), BigInt::zero()));
    loop {
        let floor = low.floor();
        let whole = Rational::from(floor.clone());
        let ends = low == whole || high.floor() > floor;
        let term = if ends && low != whole { floor + 1 } else { floor };
        let next = (&term * &last.0 + &before.0, &term * &last.1 + &before.1);
        before = std::mem::replace(&mut last, next);
        if ends {
            return Rational::new(last.0, last.1);
        }
        // Neither difference is zero: `low` is no integer, and `high` is above it.
        (low, high) = ((high - &whole).reciprocal()?, (low - &whole).reciprocal()?);
    }
}

/// The simplest rational within `tolerance` of `value`; `None` for floats that are not finite.
pub fn simplest_near(value: f64, tolerance: f64) -> Option<Rational> {
    let (centre, radius) = (from_f64_exact(value)?, from_f64_exact(tolerance)?.abs());
    simplest_between(&(&centre - &radius), &(&centre + &radius))
}

/// The rational nearest to `value` among those whose denominator is at most `limit`; `None` for a zero
/// limit or a float that is not finite.
pub fn nearest(value: f64, limit: u64) -> Option<Rational> {
    let exact = from_f64_exact(value)?;
    let limit = BigInt::from(limit);
    if !limit.is_positive() {
        return None;
    }
    let mut rest = exact.clone();
    let (mut before, mut last) = ((BigInt::zero(), BigInt::one()), (BigInt::one(), BigInt::zero()));
    loop {
        let term = rest.floor();
        let denominator = &term * &last.1 + &before.1;
        if denominator > limit {
            // The best semiconvergent or the last convergent, whichever is nearer.
            let term = (&limit - &before.1) / &last.1;
            let semi = (&term * &last.0 + &before.0, &term * &last.1 + &before.1);
            let (semi, last) = (Rational::new(semi.0, semi.1)?, Rational::new(last.0, last.1)?);
            let distance = |x: &Rational| (x - &exact).abs();
            return Some(if distance(&semi) < distance(&last) { semi } else { last });
        }
        let next = (&term * &last.0 + &before.0, denominator);
        before = std::mem::replace(&mut last, next);
        match (rest - Rational::from(term)).reciprocal() {
            Some(reciprocal) => rest = reciprocal,
            None => return Rational::new(last.0, last.1),
        }
    }
}

/// Each value rounded to the nearest multiple of `1 / denominator`; `None` where the result would
/// not fit an `i64`, or the denominator is zero.
pub fn round_to_denominator(values: &[f64], denominator: u32) -> Option<Vec<Rational>> {
    let scale = f64::from(denominator);
    let round = |value: &f64| {
        let numerator = (value * scale).round();
        let fits = numerator.abs() < 9e18;
        Rational::from_ratio(fits.then_some(numerator as i64)?, i64::from(denominator))
    };
    values.iter().map(round).collect()
}

/// The largest absolute entry that [`short_direction`] tries.
const LARGEST_ENTRY: f64 = 1e12;

/// A vector with small integer entries and nearly the direction of `direction` that passes a test: the
/// largest entry is tried at 1, 2, 3, ..., later in growing steps. `None` if none passes.
pub fn short_direction<F: OrderedField>(direction: &[f64], mut accept: impl FnMut(&[F]) -> bool) -> Option<Vec<F>> {
    let largest = direction.iter().fold(0.0, |m: f64, x| m.max(x.abs()));
    if !largest.is_normal() || direction.iter().any(|x| !x.is_finite()) {
        return None;
    }
    let mut last: Vec<i64> = Vec::new();
    let mut size = 1.0;
    while size <= LARGEST_ENTRY {
        let rounded: Vec<i64> = direction.iter().map(|x| (x / largest * size).round() as i64).collect();
        let content = rounded.iter().fold(0, |gcd: i64, &x| gcd.gcd(&x));
        let rounded: Vec<i64> = rounded.iter().map(|x| x / content.max(1)).collect();
        if rounded != last {
            let candidate: Vec<F> = rounded.iter().map(|&x| F::from(Rational::from(x))).collect();
            if accept(&candidate) {
                return Some(candidate);
            }
            last = rounded;
        }
        size = if size < 24.0 { size + 1.0 } else { (size * 1.5).round() };
    }
    None
}
