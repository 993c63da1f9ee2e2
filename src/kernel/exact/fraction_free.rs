//! For speed alone: the definiteness of a dense rational matrix by elimination over the integers (E. H. Bareiss 1968).
//!
//! It is the elimination of [`SymmetricMatrix`](super::SymmetricMatrix), each row times the product of the pivots before it. An
//! entry in row `i` and column `j` is then the minor of the pivots' rows and `i` and their columns and `j`, an integer, and by
//! Sylvester's identity the division by the pivot before leaves no remainder.

use num_bigint::{BigInt, Sign};
use num_traits::{One, Zero};

use super::guard::afford;
use super::unit_interval::common_denominator;
use super::{Definiteness, Rational, cost};

/// The definiteness of a symmetric matrix whose row `i` is `rows[i]` from the diagonal on.
pub(super) fn definiteness(rows: &[Vec<Rational>]) -> Definiteness<Rational> {
    let mut outcome = Definiteness::PositiveDefinite;
    let scale = common_denominator(rows.iter().flatten());
    let integer = |x: &Rational| match afford(cost::exact_elimination(scale.bits())) {
        true => x.numerator() * (&scale / x.denominator()),
        false => BigInt::zero(),
    };
    let mut rows: Vec<Vec<BigInt>> = rows.iter().map(|row| row.iter().map(integer).collect()).collect();
    let mut before = BigInt::one();
    for index in 0..rows.len() {
        let row = std::mem::take(&mut rows[index]);
        let pivot = row.first().cloned().unwrap_or_default();
        match pivot.sign() {
            Sign::Plus => {}
            Sign::NoSign if row.iter().all(BigInt::is_zero) => {
                outcome = Definiteness::PositiveSemidefinite;
                continue;
            }
            _ => {
                let pivot = Rational::new(pivot, before * scale).unwrap_or_else(Rational::zero);
                return Definiteness::Indefinite { index, pivot };
            }
        }
        for (k, later) in rows.iter_mut().enumerate().skip(index + 1) {
            let above = &row[k - index..];
            for (entry, right) in later.iter_mut().zip(above) {
                let longest = pivot.bits().max(entry.bits()).max(above[0].bits()).max(right.bits());
                if !afford(cost::exact_elimination(longest)) {
                    return outcome;
                }
                *entry = (&*entry * &pivot - &above[0] * right) / &before;
            }
        }
        before = pivot;
    }
    outcome
}
