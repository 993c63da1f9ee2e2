//! Integer systems by p-adic lifting.

use crate::prove::deadline::{Deadline, OutOfTime};

use super::super::int::Int;
use super::super::simplex::Scaled;
use super::super::sparse::Sparse;
use super::modular::{ModularFactor, PRIMES};
use super::{Factor, FactorError, lifting};

/// An integer matrix with its factorisation modulo a prime that does not divide its determinant.
pub struct IntegerFactor {
    pub(super) matrix: lifting::Matrix,
    pub(super) transposed: lifting::Matrix,
    pub(super) modular: ModularFactor,
}

impl Factor<Int> for IntegerFactor {
    fn new(matrix: Sparse<Int>, deadline: Deadline) -> Result<Self, FactorError> {
        let mut outcome = None;
        for prime in PRIMES {
            match ModularFactor::new(&matrix, prime, deadline) {
                // A determinant divisible by all the primes is as good as zero: the caller copes
                // with either.
                Err(FactorError::Singular(independent)) => {
                    outcome = Some(FactorError::Singular(independent));
                }
                Err(out_of_time) => return Err(out_of_time),
                Ok(modular) => {
                    return Ok(Self {
                        transposed: lifting::Matrix::new(matrix.transposed()),
                        matrix: lifting::Matrix::new(matrix),
                        modular,
                    });
                }
            }
        }
        Err(outcome.unwrap_or(FactorError::OutOfTime))
    }

    fn solve(&self, rhs: &[Int], deadline: Deadline) -> Result<Scaled<Int>, OutOfTime> {
        let invert = |residues: &[u64]| self.modular.solve(residues);
        lifting::solve(&self.matrix, rhs, invert, self.modular.prime(), deadline)
    }

    fn solve_transposed(&self, rhs: &[Int], deadline: Deadline) -> Result<Scaled<Int>, OutOfTime> {
        let invert = |residues: &[u64]| self.modular.solve_transposed(residues);
        lifting::solve(&self.transposed, rhs, invert, self.modular.prime(), deadline)
    }
}
