//! Exact linear systems by p-adic lifting (J. D. Dixon, "Exact solution of linear equations using
//! p-adic expansions", Numer. Math. 40, 1982), each answer verified over the integers.

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{One, Signed, Zero};

use super::integers::Entry;
use super::modular::{Decomposition, PRIME};
use crate::prove::deadline::{Deadline, OutOfTime};

/// How a column of a matrix depends on the pivot columns.
pub(super) enum Dependence {
    /// The column is `sum numerators[k] / denominator` times pivot column k, in every row.
    Combination { numerators: Vec<BigInt>, denominator: BigInt },
    /// The only combination that fits the pivot rows fails in this row.
    Mismatch(usize),
    /// No answer: the prime does not suit this matrix.
    Unlucky,
}

/// The decomposition modulo the prime of the first `width` columns of a matrix.
pub(super) fn decompose<E: Entry>(
    rows: &[Vec<E>],
    width: usize,
    deadline: Deadline,
) -> Result<Decomposition, OutOfTime> {
    let residues = |row: &Vec<E>| row[..width].iter().map(Entry::residue).collect();
    Decomposition::new(rows.iter().map(residues).collect(), width, deadline)
}

/// Expresses one column of the matrix by the pivot columns of `lu`.
pub(super) fn express<E: Entry>(
    rows: &[Vec<E>],
    lu: &Decomposition,
    column: usize,
    deadline: Deadline,
) -> Result<Dependence, OutOfTime> {
    let block: Vec<Vec<E>> =
        lu.rows.iter().map(|&row| lu.columns.iter().map(|&c| rows[row][c].clone()).collect()).collect();
    let mut residual: Vec<E::Wide> = lu.rows.iter().map(|&r| rows[r][column].widen()).collect();
    let limit = digit_limit(rows, lu, column);
    let mut digits: Vec<Vec<u64>> = Vec::new();
    let mut modulus = BigInt::one();
    let mut next_attempt = 1;
    loop {
        deadline.check()?;
        let mut digit: Vec<u64> = residual.iter().map(E::wide_residue).collect();
        lu.solve(&mut digit);
        for (entries, rest) in block.iter().zip(&mut residual) {
            for (entry, &d) in entries.iter().zip(&digit) {
                entry.subtract_product(d, rest);
            }
            E::divide(rest);
        }
        digits.push(digit);
        modulus *= PRIME;
        if digits.len() < next_attempt && digits.len() < limit {
            continue;
        }
        next_attempt = digits.len() + 1 + digits.len() / 2;
        if let Some((numerators, denominator)) = reconstruct(&digits, lu.rank(), &modulus) {
            let mismatch = |chosen: &[usize]| {
                let sums = E::products(chosen.iter().map(|&r| &rows[r]), &lu.columns, &numerators);
                let only = [column];
                let denominator = std::slice::from_ref(&denominator);
                let values = E::products(chosen.iter().map(|&r| &rows[r]), &only, denominator);
                chosen.iter().zip(sums.zip(values)).find(|(_, (a, b))| a != b).map(|(&r, _)| r)
            };
            if mismatch(&lu.rows).is_none() {
                let others: Vec<usize> = (0..rows.len()).filter(|row| !lu.rows.contains(row)).collect();
                return Ok(match mismatch(&others) {
                    Some(row) => Dependence::Mismatch(row),
                    None => Dependence::Combination { numerators, denominator },
                });
            }
        }
        if digits.len() >= limit {
            return Ok(Dependence::Unlucky);
        }
    }
}

/// Digits that suffice for the solution of the pivot block, by Hadamard's bound and Cramer's rule.
fn digit_limit<E: Entry>(rows: &[Vec<E>], lu: &Decomposition, column: usize) -> usize {
    let mut bits = 1;
    for &row in &lu.rows {
        let entries = lu.columns.iter().chain([&column]);
        let widest = entries.clone().map(|&c| rows[row][c].bits()).max().unwrap_or(0);
        bits += widest + u64::from(usize::BITS - entries.count().leading_zeros());
    }
    // The prime is a little less than 2^61.
    (2 * bits / 60 + 2) as usize
}

/// Rational numbers over one denominator that are congruent to the p-adic expansions.
fn reconstruct(digits: &[Vec<u64>], count: usize, modulus: &BigInt) -> Option<(Vec<BigInt>, BigInt)> {
    let bound = BigInt::one() << ((modulus.bits() - 2) / 2);
    let mut denominator = BigInt::one();
    let mut numerators: Vec<BigInt> = Vec::with_capacity(count);
    for index in 0..count {
        let expansion = digits.iter().rev().fold(BigInt::zero(), |sum, d| sum * PRIME + d[index]);
        let mut residue = (expansion * &denominator).mod_floor(modulus);
        if &residue + &residue > *modulus {
            residue -= modulus;
        }
        if residue.magnitude() <= bound.magnitude() {
            numerators.push(residue);
            continue;
        }
        let (numerator, factor) = fraction(residue, modulus, &bound)?;
        denominator *= &factor;
        if denominator > bound {
            return None;
        }
        numerators.iter_mut().for_each(|earlier| *earlier *= &factor);
        numerators.push(numerator);
    }
    Some((numerators, denominator))
}

/// The fraction with both parts at most `bound` that is congruent to `residue` (Wang's algorithm).
fn fraction(residue: BigInt, modulus: &BigInt, bound: &BigInt) -> Option<(BigInt, BigInt)> {
    let (mut r, mut next_r) = (modulus.clone(), residue.mod_floor(modulus));
    let (mut t, mut next_t) = (BigInt::zero(), BigInt::one());
    while next_r > *bound {
        let (quotient, rest) = r.div_rem(&next_r);
        r = std::mem::replace(&mut next_r, rest);
        let later = t - quotient * &next_t;
        t = std::mem::replace(&mut next_t, later);
    }
    if next_t.is_zero() || next_t.magnitude() > bound.magnitude() {
        return None;
    }
    Some(match next_t.is_negative() {
        true => (-next_r, -next_t),
        false => (next_r, next_t),
    })
}
