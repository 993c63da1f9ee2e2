//! Exact arithmetic: the rationals, real number fields, polynomials, symmetric matrices.

mod field;

pub use field::{OrderedField, Sign};
