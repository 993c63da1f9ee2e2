//! Exact arithmetic: the rationals, real number fields, polynomials, symmetric matrices.

mod field;
mod polynomial;
mod rational;

pub use field::{OrderedField, Sign};
pub use polynomial::Polynomial;
pub use rational::{MAX_DIGITS, ParseRationalError, Rational};
mod display;
mod guard;
mod pending;
pub use guard::{Fault, guarded};
pub use pending::*;
