//! Decimals around an exact number, for the eye: the number lies between them, by exact comparison.

use num_bigint::BigInt;
use num_traits::{Signed, ToPrimitive, Zero};

use super::Teller;
use crate::kernel::exact::{OrderedField, Rational};
use crate::prove::rounding::to_f64;
use crate::report::formula::{Formula, Operator, decimal, integer, name, relate, row};

/// How many significant digits are shown.
const DIGITS: i32 = 4;
/// A fraction of no more digits than this is read at a glance.
const SHORT: usize = 8;
/// A fraction with more digits above or below than this runs over the end of a line.
const LINE: usize = 72;
/// The same for a cell of a table, which holds several.
const CELL: usize = 16;
/// A decimal with more places than this is written with a power of 10.
const PLACES: u32 = 12;
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

    /// `left = value`, with decimals on both sides of it where it is irrational or long. Where it does not fit a line, the decimals are all that
    /// is told of it.
    pub(super) fn equation(&self, left: Formula, value: &F) -> Formula {
        self.equation_within(LINE, left, value)
    }

    /// The same for a cell of a table.
    pub(super) fn equation_in_cell(&self, left: Formula, value: &F) -> Formula {
        self.equation_within(CELL, left, value)
    }

    fn equation_within(&self, most: usize, left: Formula, value: &F) -> Formula {
        match self.enclosure(value).filter(|_| is_longer(value, most)) {
            Some(ends) => relate(left, Operator::In, ends),
            None => relate(left, Operator::Equal, self.number_with_decimals(value)),
        }
    }

    /// Numbers in a cell of a table. Of those that do not fit, the first digits.
    pub(super) fn tuple_in_cell(&self, values: &[F]) -> Formula {
        let number = |value: &F| match self.neighbours(value).filter(|_| is_longer(value, CELL)) {
            Some(neighbours) => neighbours.beginning(),
            None => self.notation.number(value),
        };
        Formula::Tuple(values.iter().map(number).collect())
    }

    /// Decimals below and above a number that is not read at a glance.
    fn enclosure(&self, value: &F) -> Option<Formula> {
        self.neighbours(value).map(|neighbours| neighbours.interval())
    }

    fn neighbours(&self, value: &F) -> Option<Neighbours> {
        let coordinates = value.coordinates();
        let is_irrational = coordinates.iter().skip(1).any(|c| !c.is_zero());
        let length = |c: &Rational| c.numerator().abs().to_string().len() + c.denominator().to_string().len();
        if !is_irrational && coordinates.first().is_none_or(|c| c.is_integer() || length(c) <= SHORT) {
            return None;
        }
        neighbours(to_f64(value), |low: &F, high: &F| low < value && value < high)
    }

    /// Decimals below and above the square root of a positive number.
    pub(super) fn root_enclosure(&self, square: &F) -> Option<Formula> {
        let between = |low: &F, high: &F| low.clone() * low < *square && *square < high.clone() * high;
        neighbours(to_f64(square).sqrt(), |low: &F, high: &F| *low >= F::zero() && between(low, high))
            .map(|neighbours| neighbours.interval())
    }
}

/// Whether a rational number has more digits than this, above or below.
fn is_longer<F: OrderedField>(value: &F, most: usize) -> bool {
    let coordinates = value.coordinates();
    let is_rational = coordinates.iter().skip(1).all(Zero::is_zero);
    let digits = |part: &BigInt| part.abs().to_string().len();
    is_rational && coordinates.first().is_some_and(|c| digits(&c.numerator()).max(digits(&c.denominator())) > most)
}

/// Two neighbouring decimals with a number between them.
struct Neighbours {
    /// The lower one, in units of the last place. The upper one is one unit greater.
    low: BigInt,
    /// How many places there are after the point.
    places: u32,
}

impl Neighbours {
    fn interval(&self) -> Formula {
        let end = |units: &BigInt| Box::new(signed(units, Formula::Integer(decimal(units, self.places))));
        Formula::Interval(end(&self.low), end(&(&self.low + 1)))
    }

    /// The digits with which the number begins; of a small one, times a power of 10.
    fn beginning(&self) -> Formula {
        // The neighbour on the side of 0 has them.
        let units = if self.low.is_negative() { &self.low + 1 } else { self.low.clone() };
        let dots = name(r"\ldots", "…");
        if self.places <= PLACES || units.is_zero() {
            return row([signed(&units, Formula::Integer(decimal(&units, self.places))), dots]);
        }
        let after_the_point = units.abs().to_string().len() as u32 - 1;
        let leading = signed(&units, Formula::Integer(decimal(&units, after_the_point)));
        let places = Formula::Integer((self.places - after_the_point).to_string());
        let power = integer(10).sup(row([Formula::Operator(Operator::Minus), places]));
        row([leading, dots, Formula::Operator(Operator::Times), power])
    }
}

fn signed(units: &BigInt, size: Formula) -> Formula {
    if units.is_negative() { row([Formula::Operator(Operator::Minus), size]) } else { size }
}

/// Neighbouring decimals of a few digits with a number between them, by an exact comparison; where it is about is known.
fn neighbours<F: OrderedField>(approximate: f64, is_between: impl Fn(&F, &F) -> bool) -> Option<Neighbours> {
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
            return Some(Neighbours { low: BigInt::from(floor + shift), places });
        }
    }
    None
}
