//! Descartes' rule of signs on the open unit interval.
//!
//! With `x = 1 / (1 + y)` the roots of `p` in `(0, 1)` are those of `(1 + y)^n p(1 / (1 + y))` in `(0, infinity)`, and there are
//! at most as many as its coefficients have changes of sign: as many, if that is 0 or 1. Halving the interval gets
//! there for a polynomial without multiple roots (Vincent's theorem, as used by G. E. Collins and A. G. Akritas 1976).

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::One;

use super::cost;
use super::guard::{afford, is_faulted};
use super::{OrderedField, Polynomial, Rational, Sign, Value};

/// A positive multiple whose coefficients have integer coordinates, with the zeros at 0 divided out: the form in which
/// halving needs no fractions.
pub(super) fn integral<F: OrderedField>(polynomial: &Polynomial<F>) -> Polynomial<F> {
    let denominator = common_denominator(polynomial.coefficients());
    without_zero_at_0(&polynomial.scale(&F::from(Rational::from(denominator))))
}

/// The least common denominator of all coordinates.
pub(super) fn common_denominator<'a, F: OrderedField>(values: impl IntoIterator<Item = &'a F>) -> BigInt {
    let mut common = BigInt::one();
    for coordinate in values.into_iter().flat_map(F::coordinates) {
        if !coordinate.is_integer() {
            if !afford(cost::divisor(common.bits().max(coordinate.bits()))) {
                return BigInt::one();
            }
            common = common.lcm(&coordinate.denominator());
        }
    }
    common
}

/// The polynomial without its factor `t^k`.
pub(super) fn without_zero_at_0<F: OrderedField>(polynomial: &Polynomial<F>) -> Polynomial<F> {
    let multiplicity = polynomial.lowest().map_or(0, |(power, _)| power);
    polynomial.divide_by_power(multiplicity)
}

/// The number of changes of sign in Descartes' rule for `(0, 1)`, and the signs of the polynomial next to 0 and next to 1.
pub(super) fn variations<F: OrderedField>(polynomial: &Polynomial<F>) -> (usize, [Sign; 2]) {
    let transformed = polynomial.reverse().shift(&F::one());
    let signs: Vec<Sign> = transformed.coefficients().iter().map(F::sign).filter(|sign| *sign != Sign::Zero).collect();
    let changes = signs.windows(2).filter(|pair| pair[0] != pair[1]).count();
    let end = |sign: Option<&Sign>| sign.copied().unwrap_or(Sign::Zero);
    (changes, [end(signs.last()), end(signs.first())])
}

/// A polynomial on `(0, 1/2)` and `(1/2, 1)`, each mapped to `(0, 1)`, and its sign at 1/2, all up to a positive factor.
/// Zeros at 0 must have been divided out, and they are.
pub(super) fn halves<F: OrderedField>(polynomial: &Polynomial<F>) -> (Polynomial<F>, Sign, Polynomial<F>) {
    let two = F::one() + &F::one();
    let left = polynomial.reverse().dilate(&two).reverse();
    let right = left.shift(&F::one());
    let middle = right.coefficients().first().map_or(Sign::Zero, F::sign);
    (left, middle, without_zero_at_0(&right))
}

/// How many roots a polynomial without multiple roots has in `(lower, upper)`.
pub(super) fn count_roots<F: OrderedField>(polynomial: &Polynomial<F>, lower: &F, upper: &F) -> usize {
    let width = upper.clone() - lower;
    let mut count = 0;
    let mut parts = vec![integral(&polynomial.shift(lower).dilate(&width))];
    while let Some(part) = parts.pop() {
        match variations(&part).0 {
            0 => {}
            1 => count += 1,
            _ if is_faulted() => break,
            _ => {
                let (left, middle, right) = halves(&part);
                count += usize::from(middle == Sign::Zero);
                parts.extend([left, right]);
            }
        }
    }
    count
}
