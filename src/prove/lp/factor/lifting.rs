//! The solution of an integer system, digit by digit in base p (Dixon, Numerische Mathematik 40,
//! 1982).

use num_traits::{One, Zero};

use crate::prove::deadline::{Deadline, OutOfTime};

use super::super::int::Int;
use super::super::ring::Ring;
use super::super::simplex::Scaled;
use super::super::sparse::Sparse;
use super::modular::Prime;
use super::reconstruct::Reconstruction;

/// An integer matrix, and its entries once more as words where that keeps every residual in a word.
pub(super) struct Matrix {
    exact: Sparse<Int>,
    words: Option<Sparse<i64>>,
}

/// Residuals up to here, and matrices with row sums up to here, stay in machine words.
const WORD: i64 = 1 << 61;

impl Matrix {
    pub(super) fn new(exact: Sparse<Int>) -> Self {
        let limit = WORD / exact.columns().max(1) as i64;
        let words = exact.map(|value| match value {
            Int::Small(value) if value.unsigned_abs() <= limit as u64 => Some(*value),
            _ => None,
        });
        Self { exact, words }
    }

    /// Whether `A numerators = denominator * rhs`.
    fn solves(&self, solution: &Scaled<Int>, rhs: &[Int]) -> bool {
        let packed = Int::pack(&solution.numerators);
        rhs.iter().enumerate().all(|(row, rhs)| {
            let (index, value) = self.exact.row(row);
            Int::dot(index, value, &packed) == rhs.times(&solution.denominator)
        })
    }
}

/// Solves `A x = rhs`, where `invert` does so modulo the prime.
///
/// Lifts until the rational numbers read off the digits solve the system, which is checked exactly;
/// so small solutions are found early whatever the size of the determinant.
pub(super) fn solve(
    matrix: &Matrix,
    rhs: &[Int],
    invert: impl Fn(&[u64]) -> Vec<u64>,
    prime: Prime,
    deadline: Deadline,
) -> Result<Scaled<Int>, OutOfTime> {
    if rhs.iter().all(|value| value.is_zero()) {
        return Ok(Scaled { numerators: vec![Int::zero(); rhs.len()], denominator: Int::one() });
    }
    let mut residual = Residual::new(rhs, matrix);
    let mut reconstruction = Reconstruction::new(prime);
    let mut next_attempt = 1;
    loop {
        deadline.check()?;
        let digit = invert(&residual.modulo(prime));
        residual.advance(matrix, &digit, prime);
        reconstruction.push(digit);
        if reconstruction.len() < next_attempt {
            continue;
        }
        next_attempt += next_attempt / 3 + 1;
        match reconstruction.attempt(deadline)? {
            Some(solution) if matrix.solves(&solution, rhs) => return Ok(solution),
            _ => {}
        }
    }
}

/// What is left of the right-hand side, divided by the power of the prime reached.
enum Residual {
    Words(Vec<i64>),
    Exact(Vec<Int>),
}

impl Residual {
    fn new(rhs: &[Int], matrix: &Matrix) -> Self {
        Self::Exact(rhs.to_vec()).shortened(matrix)
    }

    /// In words, if they and the matrix fit.
    fn shortened(self, matrix: &Matrix) -> Self {
        match self {
            Self::Exact(values) if matrix.words.is_some() => {
                let words = values.iter().map(|value| match value {
                    Int::Small(value) if value.unsigned_abs() <= WORD as u64 => Some(*value),
                    _ => None,
                });
                match words.collect::<Option<Vec<i64>>>() {
                    Some(words) => Self::Words(words),
                    None => Self::Exact(values),
                }
            }
            other => other,
        }
    }

    fn modulo(&self, prime: Prime) -> Vec<u64> {
        match self {
            Self::Words(values) => values.iter().map(|&value| prime.residue(value)).collect(),
            Self::Exact(values) => values.iter().map(|value| value.modulo(prime.value())).collect(),
        }
    }

    /// Takes away `A digit` and divides by the prime.
    fn advance(&mut self, matrix: &Matrix, digit: &[u64], prime: Prime) {
        match (&mut *self, &matrix.words) {
            (Self::Words(values), Some(words)) => {
                for (row, value) in values.iter_mut().enumerate() {
                    // At most 2^61 * (1 + 2^61), and divisible by the prime.
                    let mut rest = i128::from(*value);
                    for (column, entry) in words.entries(row) {
                        rest -= i128::from(*entry) * i128::from(digit[column]);
                    }
                    *value = (rest / i128::from(prime.value())) as i64;
                }
            }
            (Self::Exact(values), _) => {
                let prime = Int::from(i128::from(prime.value()));
                let digit: Vec<Int> = digit.iter().map(|&d| Int::from(i128::from(d))).collect();
                let packed = Int::pack(&digit);
                for (row, value) in values.iter_mut().enumerate() {
                    let (index, entries) = matrix.exact.row(row);
                    let rest = value.minus(&Int::dot(index, entries, &packed));
                    *value = rest.divide_exactly(&prime);
                }
                *self = std::mem::replace(self, Self::Words(Vec::new())).shortened(matrix);
            }
            (Self::Words(_), None) => unreachable!("words only where the matrix fits"),
        }
    }
}
