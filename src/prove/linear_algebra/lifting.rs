//! How columns of an integer matrix depend on one another, by p-adic lifting and verified over the integers.

use num_bigint::BigInt;

use super::integers::Entry;
use crate::prove::deadline::{Deadline, OutOfTime};
use crate::prove::padic::{Factorisation, Lifting, Prime, Residual, digits_for};
use crate::prove::scaled::Scaled;

/// The prime. One is enough: plain elimination does what it does not suit.
const PRIME: Prime = Prime::ALL[0];

/// How a column of a matrix depends on the pivot columns.
pub(super) enum Dependence {
    /// The column is this combination of the pivot columns, in every row.
    Combination(Scaled<BigInt>),
    /// The only combination that fits the pivot rows fails in this row.
    Mismatch(usize),
    /// No answer: the prime does not suit this matrix.
    Unlucky,
}

/// The factorisation modulo the prime of the first `width` columns of a matrix.
pub(super) fn factorise<E: Entry>(
    rows: &[Vec<E>],
    width: usize,
    deadline: Deadline,
) -> Result<Factorisation, OutOfTime> {
    let residues = rows.iter().flat_map(|row| row[..width].iter().map(|entry| entry.residue(PRIME))).collect();
    Factorisation::new(residues, width, PRIME, deadline)
}

/// Expresses one column of the matrix by the pivot columns.
pub(super) fn express<E: Entry>(
    rows: &[Vec<E>],
    pivots: &Factorisation,
    column: usize,
    deadline: Deadline,
) -> Result<Dependence, OutOfTime> {
    let block = pivots.rows.iter().map(|&row| pivots.columns.iter().map(|&c| rows[row][c].clone()).collect());
    let rest = pivots.rows.iter().map(|&row| rows[row][column].widen());
    let residual = Rest::<E> { block: block.collect(), rest: rest.collect() };
    let mut lifting = Lifting::new(residual, |residues: &[u64]| pivots.solve_pivots(residues), pivots.prime());
    let most = digits_for(bits(rows, pivots, column));
    loop {
        if let Some(combination) = lifting.candidate(deadline)? {
            let mismatch = |chosen: &[usize]| {
                let sums = E::products(chosen.iter().map(|&r| &rows[r]), &pivots.columns, &combination.numerators);
                let (only, denominator) = ([column], std::slice::from_ref(&combination.denominator));
                let values = E::products(chosen.iter().map(|&r| &rows[r]), &only, denominator);
                chosen.iter().zip(sums.zip(values)).find(|(_, (a, b))| a != b).map(|(&r, _)| r)
            };
            if mismatch(&pivots.rows).is_none() {
                let others: Vec<usize> = (0..rows.len()).filter(|row| !pivots.rows.contains(row)).collect();
                return Ok(match mismatch(&others) {
                    Some(row) => Dependence::Mismatch(row),
                    None => Dependence::Combination(combination),
                });
            }
        }
        if lifting.digits() >= most {
            return Ok(Dependence::Unlucky);
        }
    }
}

/// A bound for log2 of the numerators and the denominator, by Hadamard's bound and Cramer's rule.
fn bits<E: Entry>(rows: &[Vec<E>], pivots: &Factorisation, column: usize) -> u64 {
    let mut bits = 1;
    for &row in &pivots.rows {
        let entries = pivots.columns.iter().chain([&column]);
        let widest = entries.clone().map(|&c| rows[row][c].bits()).max().unwrap_or(0);
        bits += widest + u64::from(usize::BITS - entries.count().leading_zeros());
    }
    bits
}

/// The pivot block, and what is left of the column.
struct Rest<E: Entry> {
    block: Vec<Vec<E>>,
    rest: Vec<E::Wide>,
}

impl<E: Entry> Residual for Rest<E> {
    fn modulo(&self, prime: Prime) -> Vec<u64> {
        self.rest.iter().map(|rest| E::wide_residue(rest, prime)).collect()
    }

    fn advance(&mut self, digit: &[u64], prime: Prime) {
        for (entries, rest) in self.block.iter().zip(&mut self.rest) {
            for (entry, &d) in entries.iter().zip(digit) {
                entry.subtract_product(d, rest);
            }
            E::divide(rest, prime);
        }
    }
}
