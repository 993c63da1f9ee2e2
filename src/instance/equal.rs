//! Equality of real algebraic numbers that are given in different fields.

use num_bigint::BigInt;
use num_traits::{One, Zero};

use crate::kernel::exact::{Algebraic, Interval, Polynomial, Rational, Sign, signs_on};
use crate::prove::deadline::Deadline;
use crate::prove::linear_algebra::nullspace;

/// The most binary places to which numbers are enclosed to be told apart.
const MOST_BITS: u32 = 1 << 20;

/// Whether two numbers are equal, whatever fields they are in. Where that cannot be decided it is denied.
///
/// Numbers of two fields are equal only if both are roots of the greatest common divisor of two polynomials, one of which vanishes at
/// the one number and one at the other. That the divisor vanishes at both is decided in their fields. Its square-free part
/// has different roots only, so that the numbers are equal if it is monotone on an interval that holds both of them, and are not if
/// some enclosures of them are disjoint; as these shrink one of the two is seen in the end.
pub(super) fn equal(a: &Algebraic, b: &Algebraic) -> bool {
    if a.same_field(b) {
        return a == b;
    }
    let (Some(p), Some(q)) = (annihilator(a), annihilator(b)) else { return false };
    let common = p.gcd(&q).square_free_part();
    if !vanishes(&common, a) || !vanishes(&common, b) {
        return false;
    }
    let slope = common.derivative();
    let mut bits = 16;
    while bits <= MOST_BITS {
        let ((a_lower, a_upper), (b_lower, b_upper)) = (a.enclosure(bits), b.enclosure(bits));
        if a_upper < b_lower || b_upper < a_lower {
            return false;
        }
        // The interval is open below, and the lower end may be the number itself.
        let lower = a_lower.min(b_lower) - Rational::new(1.into(), BigInt::one() << bits).unwrap_or_else(Rational::one);
        let width = a_upper.max(b_upper) - &lower;
        if matches!(signs_on(&slope.shift(&lower), &Interval::UpTo(width))[..], [Sign::Positive | Sign::Negative]) {
            return true;
        }
        bits *= 2;
    }
    false
}

/// A polynomial over the rationals, not zero, that vanishes at the number: a linear relation between its powers.
fn annihilator(number: &Algebraic) -> Option<Polynomial<Rational>> {
    let field = number.field()?;
    let degree = field.polynomial().len() - 1;
    let mut power = Algebraic::one();
    let mut columns = Vec::with_capacity(degree + 1);
    for _ in 0..=degree {
        columns.push(power.stored_coordinates().to_vec());
        power = power * number;
    }
    let row = |place: usize| columns.iter().map(|c| c.get(place).cloned().unwrap_or_else(Rational::zero)).collect();
    let rows: Vec<Vec<Rational>> = (0..degree).map(row).collect();
    let relation = nullspace(&rows, degree + 1, Deadline::none()).ok()?.basis.into_iter().next()?;
    Some(Polynomial::new(relation)).filter(|polynomial| vanishes(polynomial, number))
}

/// Whether a polynomial over the rationals vanishes at a number.
fn vanishes(polynomial: &Polynomial<Rational>, number: &Algebraic) -> bool {
    let coefficients = polynomial.coefficients().iter().cloned().map(Algebraic::from);
    Polynomial::new(coefficients.collect()).evaluate(number).is_zero()
}
