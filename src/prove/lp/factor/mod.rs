//! Solving square systems exactly.

mod field;
mod integer;
mod remainder;

pub use field::FieldFactor;
pub use integer::IntegerFactor;

use crate::prove::deadline::{Deadline, OutOfTime};
use crate::prove::scaled::Scaled;

use super::sparse::Sparse;

/// A square matrix made ready to be solved with.
pub trait Factor<R>: Sized {
    /// Factorises.
    fn new(matrix: Sparse<R>, deadline: Deadline) -> Result<Self, FactorError>;

    /// The `x` with `A x = rhs`.
    fn solve(&self, rhs: &[R], deadline: Deadline) -> Result<Scaled<R>, OutOfTime>;

    /// The `x` with `A^T x = rhs`.
    fn solve_transposed(&self, rhs: &[R], deadline: Deadline) -> Result<Scaled<R>, OutOfTime>;
}

/// Why there is no factorisation.
pub enum FactorError {
    /// The deadline passed.
    OutOfTime,
    /// The matrix is singular.
    Singular(Independent),
}

/// Rows and columns, equally many, where a singular matrix has a regular part.
pub struct Independent {
    /// Indices of rows.
    pub rows: Vec<usize>,
    /// Indices of columns.
    pub columns: Vec<usize>,
}

impl From<OutOfTime> for FactorError {
    fn from(_: OutOfTime) -> Self {
        Self::OutOfTime
    }
}
