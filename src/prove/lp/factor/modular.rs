//! Arithmetic and elimination modulo a prime of one machine word.

use crate::prove::deadline::Deadline;

use super::super::int::Int;
use super::super::sparse::Sparse;
use super::{FactorError, Independent};

/// A prime just below `2^61`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Prime(u64);

/// The Mersenne prime `2^61 - 1`, by which division is shift and add.
const MERSENNE: u64 = (1 << 61) - 1;

/// The largest primes below `2^61`.
pub(super) const PRIMES: [Prime; 4] =
    [Prime(MERSENNE), Prime((1 << 61) - 31), Prime((1 << 61) - 45), Prime((1 << 61) - 229)];

/// So many products of residues fit into 128 bits, with room for one residue more.
const CHUNK: usize = 32;

impl Prime {
    /// The prime itself.
    pub(super) fn value(self) -> u64 {
        self.0
    }

    /// Of any number below `2^127`.
    #[inline]
    fn reduce(self, value: u128) -> u64 {
        if self.0 == MERSENNE {
            let folded = (value as u64 & MERSENNE) as u128 + (value >> 61);
            let folded = (folded as u64 & MERSENNE) + (folded >> 61) as u64;
            if folded >= MERSENNE { folded - MERSENNE } else { folded }
        } else {
            (value % u128::from(self.0)) as u64
        }
    }

    #[inline]
    pub(super) fn multiply(self, a: u64, b: u64) -> u64 {
        self.reduce(u128::from(a) * u128::from(b))
    }

    #[inline]
    pub(super) fn subtract(self, a: u64, b: u64) -> u64 {
        if a >= b { a - b } else { a + self.0 - b }
    }

    /// The residue of a signed word.
    pub(super) fn residue(self, value: i64) -> u64 {
        value.rem_euclid(self.0 as i64) as u64
    }

    fn dot(self, a: &[u64], b: &[u64]) -> u64 {
        let mut sum = 0u128;
        for (a, b) in a.chunks(CHUNK).zip(b.chunks(CHUNK)) {
            for (a, b) in a.iter().zip(b) {
                sum += u128::from(*a) * u128::from(*b);
            }
            sum = u128::from(self.reduce(sum));
        }
        sum as u64
    }

    /// The inverse of a residue that is not zero, by the extended Euclidean algorithm.
    fn inverse(self, value: u64) -> u64 {
        let (mut r, mut next) = (self.0, value);
        let (mut s, mut next_s) = (0i64, 1i64);
        while next != 0 {
            let quotient = r / next;
            (r, next) = (next, r % next);
            (s, next_s) = (next_s, s.wrapping_sub((quotient as i64).wrapping_mul(next_s)));
        }
        self.residue(s)
    }
}

/// `P A = L U` modulo a prime, with a unit lower triangle `L`, both triangles in one array.
pub(super) struct ModularFactor {
    prime: Prime,
    size: usize,
    /// Row by row.
    rows: Vec<u64>,
    /// The same, column by column.
    columns: Vec<u64>,
    /// Which row of the matrix each row is of.
    origin: Vec<usize>,
    /// Inverses of the diagonal of `U`.
    inverse: Vec<u64>,
}

impl ModularFactor {
    /// Factorises a square matrix.
    pub(super) fn new(matrix: &Sparse<Int>, prime: Prime, deadline: Deadline) -> Result<Self, FactorError> {
        let size = matrix.columns();
        let mut rows = vec![0; size * size];
        for row in 0..size {
            for (column, value) in matrix.entries(row) {
                rows[row * size + column] = value.modulo(prime.value());
            }
        }
        let mut origin: Vec<usize> = (0..size).collect();
        let mut inverse = Vec::with_capacity(size);
        let mut pivots = Vec::with_capacity(size);
        for column in 0..size {
            deadline.check()?;
            let rank = pivots.len();
            let Some(row) = (rank..size).find(|row| rows[row * size + column] != 0) else {
                continue;
            };
            let (above, below) = rows.split_at_mut((rank + 1) * size);
            let pivot_row = &mut above[rank * size..];
            if row > rank {
                pivot_row.swap_with_slice(&mut below[(row - rank - 1) * size..][..size]);
                origin.swap(rank, row);
            }
            let reciprocal = prime.inverse(pivot_row[column]);
            for row in below.chunks_exact_mut(size) {
                if row[column] == 0 {
                    continue;
                }
                let factor = prime.multiply(row[column], reciprocal);
                row[column] = factor;
                let minus = prime.value() - factor;
                for (entry, &pivot) in row[column + 1..].iter_mut().zip(&pivot_row[column + 1..]) {
                    let product = u128::from(minus) * u128::from(pivot);
                    *entry = prime.reduce(product + u128::from(*entry));
                }
            }
            pivots.push(column);
            inverse.push(reciprocal);
        }
        if pivots.len() < size {
            origin.truncate(pivots.len());
            return Err(FactorError::Singular(Independent { rows: origin, columns: pivots }));
        }
        let mut columns = vec![0; size * size];
        for (row, entries) in rows.chunks_exact(size.max(1)).enumerate() {
            for (column, &entry) in entries.iter().enumerate() {
                columns[column * size + row] = entry;
            }
        }
        Ok(Self { prime, size, rows, columns, origin, inverse })
    }

    /// The prime.
    pub(super) fn prime(&self) -> Prime {
        self.prime
    }

    /// The `x` with `A x = rhs`.
    pub(super) fn solve(&self, rhs: &[u64]) -> Vec<u64> {
        let (prime, size) = (self.prime, self.size);
        let mut x: Vec<u64> = self.origin.iter().map(|&row| rhs[row]).collect();
        for i in 1..size {
            let row = &self.rows[i * size..][..i];
            x[i] = prime.subtract(x[i], prime.dot(row, &x[..i]));
        }
        for i in (0..size).rev() {
            let row = &self.rows[i * size..][i + 1..size];
            let rest = prime.subtract(x[i], prime.dot(row, &x[i + 1..]));
            x[i] = prime.multiply(rest, self.inverse[i]);
        }
        x
    }

    /// The `x` with `A^T x = rhs`.
    pub(super) fn solve_transposed(&self, rhs: &[u64]) -> Vec<u64> {
        let (prime, size) = (self.prime, self.size);
        let mut x = rhs.to_vec();
        for i in 0..size {
            let column = &self.columns[i * size..][..i];
            let rest = prime.subtract(x[i], prime.dot(column, &x[..i]));
            x[i] = prime.multiply(rest, self.inverse[i]);
        }
        for i in (0..size).rev() {
            let column = &self.columns[i * size..][i + 1..size];
            x[i] = prime.subtract(x[i], prime.dot(column, &x[i + 1..]));
        }
        let mut solution = vec![0; size];
        for (&row, value) in self.origin.iter().zip(x) {
            solution[row] = value;
        }
        solution
    }
}
