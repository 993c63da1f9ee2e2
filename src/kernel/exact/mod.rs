//! Exact arithmetic: the rationals, real number fields, polynomials, symmetric matrices.

mod algebraic;
pub(in crate::kernel) mod cost;
mod field;
mod fraction_free;
mod guard;
mod machine_words;
mod number_field;
mod polynomial;
mod quadratic;
mod rational;
mod signs_on_interval;
mod symmetric;
mod unit_interval;

pub use algebraic::Algebraic;
pub use field::{OrderedField, Sign, Value};
pub(crate) use guard::charge;
pub use guard::left;
pub use guard::{BUDGET, BUDGET_PER_BYTE, BUDGET_TO_READ, Fault, guarded, guarded_within};
pub(in crate::kernel) use guard::{afford, is_faulted};
pub use number_field::{FieldError, MAX_DEGREE, NumberField};
pub use polynomial::Polynomial;
pub use quadratic::Quadratic;
pub use rational::{MAX_DIGITS, ParseRationalError, Rational};
pub use signs_on_interval::{Interval, signs_on};
pub use symmetric::{Definiteness, SymmetricMatrix};
