//! An integer system while it is lifted: in machine words where they suffice.

use crate::prove::padic::{Prime, Residual};
use crate::prove::scaled::Scaled;

use super::super::int::Int;
use super::super::ring::Ring;
use super::super::sparse::Sparse;

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
    pub(super) fn solves(&self, solution: &Scaled<Int>, rhs: &[Int]) -> bool {
        let packed = Int::pack(&solution.numerators);
        rhs.iter().enumerate().all(|(row, rhs)| {
            let (index, value) = self.exact.row(row);
            Int::dot(index, value, &packed) == rhs.times(&solution.denominator)
        })
    }
}

/// What is left of the right-hand side, divided by the power of the prime reached.
pub(super) struct Remainder<'a> {
    matrix: &'a Matrix,
    values: Values,
}

enum Values {
    /// With a matrix of words.
    Words(Vec<i64>),
    Exact(Vec<Int>),
}

impl<'a> Remainder<'a> {
    /// The whole right-hand side.
    pub(super) fn new(matrix: &'a Matrix, rhs: &[Int]) -> Self {
        let mut remainder = Self { matrix, values: Values::Exact(rhs.to_vec()) };
        remainder.shorten();
        remainder
    }

    /// Goes over to words, if the values and the matrix fit.
    fn shorten(&mut self) {
        let Values::Exact(values) = &self.values else { return };
        if self.matrix.words.is_none() {
            return;
        }
        let words = values.iter().map(|value| match value {
            Int::Small(value) if value.unsigned_abs() <= WORD as u64 => Some(*value),
            _ => None,
        });
        if let Some(words) = words.collect() {
            self.values = Values::Words(words);
        }
    }
}

impl Residual for Remainder<'_> {
    fn modulo(&self, prime: Prime) -> Vec<u64> {
        match &self.values {
            Values::Words(values) => values.iter().map(|&value| prime.residue(value)).collect(),
            Values::Exact(values) => values.iter().map(|value| value.modulo(prime.value())).collect(),
        }
    }

    fn advance(&mut self, digit: &[u64], prime: Prime) {
        match (&mut self.values, &self.matrix.words) {
            (Values::Words(values), Some(words)) => {
                for (row, value) in values.iter_mut().enumerate() {
                    // At most 2^61 * (1 + 2^61), and divisible by the prime.
                    let mut rest = i128::from(*value);
                    for (column, entry) in words.entries(row) {
                        rest -= i128::from(*entry) * i128::from(digit[column]);
                    }
                    *value = (rest / i128::from(prime.value())) as i64;
                }
            }
            (Values::Exact(values), _) => {
                let prime = Int::from(i128::from(prime.value()));
                let digit: Vec<Int> = digit.iter().map(|&d| Int::from(i128::from(d))).collect();
                let packed = Int::pack(&digit);
                for (row, value) in values.iter_mut().enumerate() {
                    let (index, entries) = self.matrix.exact.row(row);
                    let rest = value.minus(&Int::dot(index, entries, &packed));
                    *value = rest.divide_exactly(&prime);
                }
                self.shorten();
            }
            (Values::Words(_), None) => unreachable!("words only where the matrix fits"),
        }
    }
}
