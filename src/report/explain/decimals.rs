//! Decimals around an exact number, for the eye: the number lies between them, by exact comparison.

use num_bigint::BigInt;
use num_traits::{Signed, ToPrimitive, Zero};

use super::Teller;
use crate::kernel::exact::{OrderedField, Rational};
use crate::prove::rounding::to_f64;
use crate::report::formula::{Formula, Operator, decimal, relate, row};

/// How many significant digits are shown.
const DIGITS: i32 = 4;
/// A fraction of no more digits than this is read at a glance.
const SHORT: usize = 8;
/// How far a float may be off, in units of the last digit shown.
const TRIES: i64 = 4;

impl<F: OrderedField> Teller<'_, F> {
    /// A number; with decimals on both sides of it where it is irrational or long.
    pub(super) fn number_with_decimals(&self, value: &F) -> Formula {
        let number = self.notation.number(value);
        if number.is_decimal() {
            return number;
        }
        match self.enclosure(value) {
            Some(ends) => row([number, Formula::Operator(Operator::In), ends]),
            None => number,
        }
    }

    /// `left = value`, with decimals on both sides of it where it is irrational or long.
    pub(super) fn equation(&self, left: Formula, value: &F) -> Formula {
        relate(left, Operator::Equal, self.number_with_decimals(value))
    }

    /// Decimals below and above a number that is not read at a glance.
    fn enclosure(&self, value: &F) -> Option<Formula> {
        let coordinates = value.coordinates();
        let is_irrational = coordinates.iter().skip(1).any(|c| !c.is_zero());
        let length = |c: &Rational| c.numerator().abs().to_string().len() + c.denominator().to_string().len();
        if !is_irrational && coordinates.first().is_none_or(|c| c.is_integer() || length(c) <= SHORT) {
            return None;
        }
        decimals(to_f64(value), |low: &F, high: &F| low < value && value < high)
    }

    /// Decimals below and above the square root of a positive number.
    pub(super) fn root_enclosure(&self, square: &F) -> Option<Formula> {
        let between = |low: &F, high: &F| low.clone() * low < *square && *square < high.clone() * high;
        decimals(to_f64(square).sqrt(), |low: &F, high: &F| *low >= F::zero() && between(low, high))
    }
}

/// Neighbouring decimals of a few digits with a number between them, by an exact comparison; where it is about is known.
fn decimals<F: OrderedField>(approximate: f64, is_between: impl Fn(&F, &F) -> bool) -> Option<Formula> {
    if !approximate.is_finite() || approximate == 0.0 {
        return None;
    }
    let magnitude = approximate.abs().log10().floor() as i32;
    let places = u32::try_from((DIGITS - 1 - magnitude).max(0)).ok().filter(|places| *places <= 30)?;
    if magnitude > 12 {
        return None;
    }
    let scale = num_traits::pow(BigInt::from(10), places as usize);
    let floor = (approximate * 10f64.powi(places as i32)).floor().to_i64()?;
    let at = |units: i64| Some(F::from(Rational::new(BigInt::from(units), scale.clone())?));
    // Only an exact comparison counts: the float is where to look.
    for shift in (0..=TRIES).flat_map(|shift| [shift, -shift]) {
        let (low, high) = (at(floor + shift)?, at(floor + shift + 1)?);
        if is_between(&low, &high) {
            let end = |units: BigInt| {
                let size = Formula::Integer(decimal(&units, places));
                Box::new(if units.is_negative() { row([Formula::Operator(Operator::Minus), size]) } else { size })
            };
            return Some(Formula::Interval(end(BigInt::from(floor + shift)), end(BigInt::from(floor + shift + 1))));
        }
    }
    None
}
