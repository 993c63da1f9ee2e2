//! Elimination modulo a prime.

use super::prime::Prime;
use crate::prove::deadline::{Deadline, OutOfTime};

/// `P A = L U` modulo a prime, for the pivot rows and columns of a matrix of any shape and rank, with a unit lower
/// triangle `L`.
pub(in crate::prove) struct Factorisation {
    prime: Prime,
    /// The pivot rows of the matrix, in pivoting order.
    pub rows: Vec<usize>,
    /// The pivot columns, ascending: the lexicographically first independent columns.
    pub columns: Vec<usize>,
    /// Both triangles in one array, row by row.
    by_row: Vec<u64>,
    /// The same, column by column.
    by_column: Vec<u64>,
    /// Inverses of the diagonal of `U`.
    inverse: Vec<u64>,
}

impl Factorisation {
    /// Factorises a matrix of residues, given row by row, each of `width` entries.
    pub fn new(mut entries: Vec<u64>, width: usize, prime: Prime, deadline: Deadline) -> Result<Self, OutOfTime> {
        let height = entries.len().checked_div(width).unwrap_or(0);
        let mut order: Vec<usize> = (0..height).collect();
        let (mut columns, mut inverse) = (Vec::new(), Vec::new());
        for column in 0..width {
            deadline.check()?;
            let rank = columns.len();
            let Some(found) = (rank..height).find(|row| entries[row * width + column] != 0) else {
                continue;
            };
            let (above, below) = entries.split_at_mut((rank + 1) * width);
            let pivot_row = &mut above[rank * width..];
            if found > rank {
                pivot_row.swap_with_slice(&mut below[(found - rank - 1) * width..][..width]);
                order.swap(rank, found);
            }
            let reciprocal = prime.inverse(pivot_row[column]);
            for row in below.chunks_exact_mut(width) {
                if row[column] == 0 {
                    continue;
                }
                let factor = prime.multiply(row[column], reciprocal);
                row[column] = factor;
                let minus = u128::from(prime.value() - factor);
                for (entry, &pivot) in row[column + 1..].iter_mut().zip(&pivot_row[column + 1..]) {
                    *entry = prime.reduce(minus * u128::from(pivot) + u128::from(*entry));
                }
            }
            columns.push(column);
            inverse.push(reciprocal);
        }
        let rank = columns.len();
        order.truncate(rank);
        let mut by_row = Vec::with_capacity(rank * rank);
        for row in entries.chunks_exact(width.max(1)).take(rank) {
            by_row.extend(columns.iter().map(|&column| row[column]));
        }
        let by_column = (0..rank * rank).map(|place| by_row[place % rank * rank + place / rank]).collect();
        Ok(Self { prime, rows: order, by_row, by_column, columns, inverse })
    }

    /// The rank modulo the prime, a lower bound for the true rank.
    pub fn rank(&self) -> usize {
        self.columns.len()
    }

    /// The prime.
    pub fn prime(&self) -> Prime {
        self.prime
    }

    /// The `x` with `B x = rhs`, where `B` is the pivot rows by the pivot columns, both in pivoting order.
    pub fn solve_pivots(&self, rhs: &[u64]) -> Vec<u64> {
        let (prime, size) = (self.prime, self.rank());
        let mut x = rhs.to_vec();
        for i in 1..size {
            let row = &self.by_row[i * size..][..i];
            x[i] = prime.subtract(x[i], prime.dot(row, &x[..i]));
        }
        for i in (0..size).rev() {
            let row = &self.by_row[i * size..][i + 1..size];
            let rest = prime.subtract(x[i], prime.dot(row, &x[i + 1..]));
            x[i] = prime.multiply(rest, self.inverse[i]);
        }
        x
    }

    /// The `x` with `A x = rhs`, for a regular matrix `A`.
    pub fn solve(&self, rhs: &[u64]) -> Vec<u64> {
        let permuted: Vec<u64> = self.rows.iter().map(|&row| rhs[row]).collect();
        self.solve_pivots(&permuted)
    }

    /// The `x` with `A^T x = rhs`, for a regular matrix `A`.
    pub fn solve_transposed(&self, rhs: &[u64]) -> Vec<u64> {
        let (prime, size) = (self.prime, self.rank());
        let mut x = rhs.to_vec();
        for i in 0..size {
            let column = &self.by_column[i * size..][..i];
            let rest = prime.subtract(x[i], prime.dot(column, &x[..i]));
            x[i] = prime.multiply(rest, self.inverse[i]);
        }
        for i in (0..size).rev() {
            let column = &self.by_column[i * size..][i + 1..size];
            x[i] = prime.subtract(x[i], prime.dot(column, &x[i + 1..]));
        }
        let mut solution = vec![0; size];
        for (&row, value) in self.rows.iter().zip(x) {
            solution[row] = value;
        }
        solution
    }
}
