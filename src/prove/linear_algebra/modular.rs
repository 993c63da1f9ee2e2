//! Linear algebra modulo the Mersenne prime 2^61 - 1.
//!
//! What holds modulo one prime is a guide, not a fact: a rank modulo the prime is only a lower bound
//! for the rank over the rationals. [`lifting`](super::lifting) turns guides into verified answers.

use crate::prove::deadline::{Deadline, OutOfTime};

/// The prime. A Mersenne prime reduces by shifts, and 61 bits keep the lifting steps few.
pub(super) const PRIME: u64 = (1 << 61) - 1;

/// `value` modulo the prime, for any 128-bit value.
#[inline]
fn reduce(value: u128) -> u64 {
    let folded = (value as u64 & PRIME) as u128 + (value >> 61);
    let twice = (folded as u64 & PRIME) + (folded >> 61) as u64;
    if twice >= PRIME { twice - PRIME } else { twice }
}

#[inline]
fn multiply(a: u64, b: u64) -> u64 {
    reduce(u128::from(a) * u128::from(b))
}

#[inline]
fn negate(a: u64) -> u64 {
    if a == 0 { 0 } else { PRIME - a }
}

#[inline]
fn subtract(a: u64, b: u64) -> u64 {
    if a >= b { a - b } else { a + PRIME - b }
}

/// The inverse of a non-zero residue, by Fermat's little theorem.
fn invert(a: u64) -> u64 {
    let (mut power, mut exponent, mut base) = (1, PRIME - 2, a);
    while exponent > 0 {
        if exponent & 1 == 1 {
            power = multiply(power, base);
        }
        base = multiply(base, base);
        exponent >>= 1;
    }
    power
}

/// `sum a_i b_i` modulo the prime.
fn dot(a: impl Iterator<Item = (u64, u64)>) -> u64 {
    let mut total = 0u128;
    for (index, (x, y)) in a.enumerate() {
        // Each product is below 2^122, so 32 of them leave room for the running total.
        if index % 32 == 31 {
            total = u128::from(reduce(total));
        }
        total += u128::from(x) * u128::from(y);
    }
    reduce(total)
}

/// An LU decomposition modulo the prime of a rectangular matrix of any rank, with rows exchanged.
pub(super) struct Decomposition {
    /// The pivot rows of the matrix, in pivoting order.
    pub rows: Vec<usize>,
    /// The pivot columns, ascending: the lexicographically first independent columns.
    pub columns: Vec<usize>,
    /// `lower[k]`: the multipliers of pivot row k, one for each earlier pivot.
    lower: Vec<Vec<u64>>,
    /// `upper[k]`: the entries of pivot row k in the pivot columns after k.
    upper: Vec<Vec<u64>>,
    /// The inverses of the pivots.
    inverses: Vec<u64>,
}

impl Decomposition {
    /// Decomposes a matrix of residues given by rows of `width` entries.
    pub fn new(mut matrix: Vec<Vec<u64>>, width: usize, deadline: Deadline) -> Result<Self, OutOfTime> {
        let mut order: Vec<usize> = (0..matrix.len()).collect();
        let (mut columns, mut inverses) = (Vec::new(), Vec::new());
        for column in 0..width {
            deadline.check()?;
            let rank = columns.len();
            let Some(found) = (rank..matrix.len()).find(|&i| matrix[i][column] != 0) else {
                continue;
            };
            matrix.swap(rank, found);
            order.swap(rank, found);
            let inverse = invert(matrix[rank][column]);
            let (above, below) = matrix.split_at_mut(rank + 1);
            let pivot_row = &above[rank][column + 1..];
            for row in below.iter_mut().filter(|row| row[column] != 0) {
                let factor = multiply(row[column], inverse);
                row[column] = factor;
                let negative = u128::from(negate(factor));
                for (entry, &pivot) in row[column + 1..].iter_mut().zip(pivot_row) {
                    *entry = reduce(negative * u128::from(pivot) + u128::from(*entry));
                }
            }
            columns.push(column);
            inverses.push(inverse);
        }
        let rank = columns.len();
        let pick = |row: &Vec<u64>, from: usize, to: usize| columns[from..to].iter().map(|&c| row[c]).collect();
        Ok(Self {
            lower: (0..rank).map(|k| pick(&matrix[k], 0, k)).collect(),
            upper: (0..rank).map(|k| pick(&matrix[k], k + 1, rank)).collect(),
            rows: order[..rank].to_vec(),
            columns,
            inverses,
        })
    }

    /// The rank modulo the prime, a lower bound for the true rank.
    pub fn rank(&self) -> usize {
        self.columns.len()
    }

    /// Solves the pivot block (pivot rows by pivot columns, both in pivoting order) in place.
    pub fn solve(&self, vector: &mut [u64]) {
        for k in 0..self.rank() {
            let known = self.lower[k].iter().copied().zip(vector.iter().copied());
            vector[k] = subtract(vector[k], dot(known));
        }
        for k in (0..self.rank()).rev() {
            let known = self.upper[k].iter().copied();
            let known = known.zip(vector[k + 1..].iter().copied());
            vector[k] = multiply(subtract(vector[k], dot(known)), self.inverses[k]);
        }
    }
}
