//! Exact arithmetic: the rationals, real number fields, polynomials, symmetric matrices.

mod display;
mod field;
mod guard;
mod pending;
mod polynomial;
mod rational;
mod sign_on_interval;
mod symmetric;
mod unit_interval;

pub use field::{OrderedField, Sign};
pub use guard::{Fault, guarded};
pub use pending::*;
pub use polynomial::Polynomial;
pub use rational::{MAX_DIGITS, ParseRationalError, Rational};
pub use sign_on_interval::{Interval, SignOn, sign_on};
pub use symmetric::{Definiteness, SymmetricMatrix};
