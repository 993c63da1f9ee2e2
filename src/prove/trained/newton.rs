//! Newton's method for the KKT equations: steps from floats, residuals in the kernel's intervals, so that each step adds digits.

use num_bigint::BigInt;

use super::dense;
use crate::kernel::enclosure::{Equations, FRACTION_BITS, Interval};
use crate::kernel::exact::{OrderedField, Rational, Sign};
use crate::prove::rounding::{from_f64_exact, to_f64};

/// A solution to many digits, with the inverse of the derivative there.
pub(super) struct Solution {
    pub(super) unknowns: Vec<Rational>,
    pub(super) inverse: Vec<Vec<f64>>,
    pub(super) condition: f64,
}

/// Why there is none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Stuck {
    /// The derivative is singular to the precision of floats.
    Singular,
    /// The steps do not get smaller.
    Diverges { step: f64 },
}

/// The digits after the decimal point to which unknowns are found.
pub(super) const DIGITS: usize = 45;

/// Below which size of a step the derivative is not computed again.
const SETTLED: f64 = 1e-7;

/// Refines a solution from floats.
pub(super) fn refine(system: &impl Equations, start: &[f64]) -> Result<Solution, Stuck> {
    let mut unknowns: Vec<Rational> = start.iter().map(|value| from_f64_exact(*value).unwrap_or_else(zero)).collect();
    let goal = 10f64.powi(-(DIGITS as i32));
    let (mut last, mut stalled) = (f64::INFINITY, 0);
    let mut latest = None;
    for _ in 0..60 {
        let thin: Vec<Interval> = unknowns.iter().map(Interval::of).collect();
        let (inverse, condition) = match latest.filter(|_| last < SETTLED) {
            Some(known) => known,
            None => {
                let jacobian: Vec<Vec<f64>> =
                    system.jacobian(&thin).iter().map(|row| row.iter().map(middle).collect()).collect();
                dense::inverse(&jacobian).filter(|(_, condition)| *condition <= 1e14).ok_or(Stuck::Singular)?
            }
        };
        // Residuals are scaled up before they become floats, which cannot be as small.
        let values: Vec<Rational> = system.values(&thin).iter().map(Interval::lower).collect();
        let residual = values.iter().map(|value| to_f64(value).abs()).fold(0.0, f64::max);
        if residual == 0.0 {
            return Ok(Solution { unknowns, inverse, condition });
        }
        let values: Vec<f64> = values.iter().map(to_f64).collect();
        let steps: Vec<f64> = inverse.iter().map(|row| -dense::dot(row, &values)).collect();
        let size = steps.iter().fold(0.0, |m: f64, step| m.max(step.abs()));
        if !size.is_finite() || size > 1e6 {
            return Err(Stuck::Diverges { step: size });
        }
        for (unknown, step) in unknowns.iter_mut().zip(&steps) {
            *unknown = on_grid(&(&*unknown + from_f64_exact(*step).unwrap_or_else(zero)));
        }
        if size < goal {
            return Ok(Solution { unknowns, inverse, condition });
        }
        stalled = if size < 0.5 * last { 0 } else { stalled + 1 };
        if stalled > 8 {
            return Err(Stuck::Diverges { step: size });
        }
        last = size;
        latest = Some((inverse, condition));
    }
    Err(Stuck::Diverges { step: last })
}

fn zero() -> Rational {
    Rational::from(0)
}

fn middle(interval: &Interval) -> f64 {
    to_f64(&interval.middle_and_radius().0.lower())
}

/// The nearest number below with the kernel's number of binary digits, so that numbers do not grow.
fn on_grid(value: &Rational) -> Rational {
    let scale = BigInt::from(1) << FRACTION_BITS;
    let scaled = (value * Rational::from(scale.clone())).floor();
    Rational::new(scaled, scale).unwrap_or_else(zero)
}

/// A number to so many digits after the decimal point, rounded to the nearest.
pub(super) fn decimal(value: &Rational, digits: usize) -> Rational {
    let scale = num_traits::pow(BigInt::from(10), digits);
    let half = Rational::from_ratio(1, 2).unwrap_or_else(zero);
    let scaled = (value * Rational::from(scale.clone()) + half).floor();
    Rational::new(scaled, scale).unwrap_or_else(zero)
}

/// A float to so many significant digits, as a decimal.
pub(super) fn significant(value: f64, digits: usize) -> Rational {
    if value == 0.0 || !value.is_finite() {
        return zero();
    }
    let text = format!("{value:.*e}", digits.saturating_sub(1));
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let digits_after = mantissa.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    let whole: BigInt = mantissa.replace('.', "").parse().unwrap_or_default();
    let shift = exponent - digits_after as i32;
    let power = |n: i32| num_traits::pow(BigInt::from(10), n.unsigned_abs() as usize);
    let rational = match shift >= 0 {
        true => Rational::from(whole * power(shift)),
        false => Rational::new(whole, power(shift)).unwrap_or_else(zero),
    };
    debug_assert_eq!(rational.sign() == Sign::Negative, value < 0.0);
    rational
}

/// `10^-exponent`.
pub(super) fn power_of_ten(exponent: u32) -> Rational {
    Rational::new(BigInt::from(1), num_traits::pow(BigInt::from(10), exponent as usize)).unwrap_or_else(zero)
}
