//! Integer systems by p-adic lifting.

use num_traits::{One, Zero};

use crate::prove::deadline::{Deadline, OutOfTime};
use crate::prove::padic::{Factorisation, Lifting, Prime};
use crate::prove::scaled::Scaled;

use super::super::int::Int;
use super::super::sparse::Sparse;
use super::remainder::{Matrix, Remainder};
use super::{Factor, FactorError, Independent};

/// An integer matrix with its factorisation modulo a prime that does not divide its determinant.
pub struct IntegerFactor {
    matrix: Matrix,
    transposed: Matrix,
    modular: Factorisation,
}

impl Factor<Int> for IntegerFactor {
    fn new(matrix: Sparse<Int>, deadline: Deadline) -> Result<Self, FactorError> {
        let size = matrix.columns();
        let mut best: Option<Factorisation> = None;
        for prime in Prime::ALL {
            let mut residues = vec![0; size * size];
            for row in 0..size {
                for (column, value) in matrix.entries(row) {
                    residues[row * size + column] = value.modulo(prime.value());
                }
            }
            let modular = Factorisation::new(residues, size, prime, deadline)?;
            if modular.rank() == size {
                let transposed = Matrix::new(matrix.transposed());
                return Ok(Self { transposed, matrix: Matrix::new(matrix), modular });
            }
            best = best.filter(|best| best.rank() >= modular.rank()).or(Some(modular));
        }
        // A determinant divisible by all the primes is as good as zero: the caller copes with either.
        let (rows, columns) = best.map_or_else(Default::default, |best| (best.rows, best.columns));
        Err(FactorError::Singular(Independent { rows, columns }))
    }

    fn solve(&self, rhs: &[Int], deadline: Deadline) -> Result<Scaled<Int>, OutOfTime> {
        solve(&self.matrix, rhs, self.modular.prime(), |residues| self.modular.solve(residues), deadline)
    }

    fn solve_transposed(&self, rhs: &[Int], deadline: Deadline) -> Result<Scaled<Int>, OutOfTime> {
        solve(&self.transposed, rhs, self.modular.prime(), |residues| self.modular.solve_transposed(residues), deadline)
    }
}

/// Solves `A x = rhs`, where `invert` does so modulo the prime.
fn solve(
    matrix: &Matrix,
    rhs: &[Int],
    prime: Prime,
    invert: impl Fn(&[u64]) -> Vec<u64>,
    deadline: Deadline,
) -> Result<Scaled<Int>, OutOfTime> {
    if rhs.iter().all(|value| value.is_zero()) {
        return Ok(Scaled { numerators: vec![Int::zero(); rhs.len()], denominator: Int::one() });
    }
    let mut lifting = Lifting::new(Remainder::new(matrix, rhs), invert, prime);
    loop {
        let Some(solution) = lifting.candidate(deadline)? else { continue };
        let numerators = solution.numerators.into_iter().map(Int::from).collect();
        let solution = Scaled { numerators, denominator: solution.denominator.into() };
        if matrix.solves(&solution, rhs) {
            return Ok(solution);
        }
    }
}
