//! Exact arithmetic, against laws and second methods.

mod algebraic;
mod guard;
mod number_field;
mod polynomial;
mod rational;
mod signs_on_interval;
mod symmetric;

use std::sync::Arc;

use margincert::kernel::exact::{Algebraic, NumberField, Polynomial, Rational};
use num_traits::One;
use proptest::prelude::*;

/// The rational `n / d`.
fn q(n: i64, d: i64) -> Rational {
    Rational::from_ratio(n, d).expect("non-zero denominator")
}

/// The polynomial with these integer coefficients, lowest power first.
fn rationals(coefficients: &[i64]) -> Polynomial<Rational> {
    Polynomial::new(coefficients.iter().map(|&c| Rational::from(c)).collect())
}

/// The generator of a field.
fn generator(field: &Arc<NumberField>) -> Algebraic {
    field.element(vec![q(0, 1), q(1, 1)])
}

/// The product of polynomials.
fn product(factors: &[Polynomial<Rational>]) -> Polynomial<Rational> {
    factors.iter().fold(Polynomial::constant(Rational::one()), |p, factor| &p * factor)
}

/// Small rationals, zero and repeated values included.
fn rational() -> impl Strategy<Value = Rational> {
    (-9_i64..=9, 1_i64..=6).prop_map(|(n, d)| q(n, d))
}

/// Polynomials of fewer than `length` coefficients, zero included.
fn polynomial(length: usize) -> impl Strategy<Value = Polynomial<Rational>> {
    prop::collection::vec(rational(), 0..length).prop_map(Polynomial::new)
}
