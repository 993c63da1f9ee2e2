//! Exact arithmetic: the rationals, real number fields, polynomials, symmetric matrices.

mod field;
mod rational;

pub use field::{OrderedField, Sign};
pub use rational::{MAX_DIGITS, ParseRationalError, Rational};
