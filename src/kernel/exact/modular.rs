//! The definiteness of a matrix of integers, by elimination modulo numbers of one machine word.
//!
//! **What is computed.** Symmetric elimination in the natural order meets at each index `k` a row of the Schur complement
//! of the pivots before it. Times the minor `D` of those pivots, its entry in a column `j` is the minor of their rows
//! and `k` and their columns and `j`: an integer, and by Hadamard's inequality at most the product `B` of the norms of the rows
//! up to `k`, each counted as 1 at least. The pivot is the quotient of two of these integers: `D` after `k` and before.
//!
//! **What a modulus shows.** Modulo any `m`, prime or not, the same elimination can be done as long as each pivot that it
//! meets has an inverse; otherwise `m` is passed over. Let the steps before `k` be the true ones. What is not zero
//! modulo `m` is not zero, so that the step at `k` is the true one or a smaller one, in the order of [`Step`]. Hence
//! of the sequences of steps modulo several `m`, compared where they first differ, none is above the truth, and whatever
//! has a smaller one than another is passed over too.
//!
//! **When it is proved.** Let moduli without common divisors, with a product `M > 2 B`, agree up to `k`. What is zero
//! modulo each of them is zero modulo `M`, hence zero, being at most `B`. So the steps up to `k` are the true ones, by
//! induction, and `D` is the one integer between `-M/2` and `M/2` with its residues.

use num_bigint::{BigInt, Sign as IntegerSign};
use num_integer::{ExtendedGcd, Integer};
use num_traits::{One, Zero};

use super::guard::afford;
use super::{Definiteness, Rational};

/// What elimination meets at an index.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    /// A row of zeros; nothing is to be eliminated.
    ZeroRow,
    /// A zero on the diagonal of a row that is not zero: the matrix is indefinite. What is met after it does not matter.
    NoPivot,
    /// A diagonal entry that is not zero.
    Pivot,
}

/// The integers `D` of the elimination, one an index, modulo one of several moduli; zero where there is no pivot.
struct Residues {
    modulus: u64,
    /// The inverse of the product of the moduli before.
    inverse: u64,
    minors: Vec<u64>,
}

/// Every modulus is above the power of 2 with this exponent.
const MODULUS_BITS: u64 = 60;

/// So many products of two residues, and one residue, have a sum of less than 128 bits.
const SUMMANDS: usize = 63;

/// The numbers between `2^60` and `2^61` that are tried as moduli, in this order. They have no divisors from 2 to 28, so
/// that few of them are passed over; no verdict depends on which they are.
///
/// ```
/// use margincert::kernel::exact::moduli;
///
/// let first = moduli().next().unwrap();
/// assert!(first >> 60 == 1 && (2..=28).all(|divisor| first % divisor != 0));
/// ```
pub fn moduli() -> impl Iterator<Item = u64> {
    const PRIMES: u64 = 2 * 3 * 5 * 7 * 11 * 13 * 17 * 19 * 23;
    const FIRST: u64 = (1 << MODULUS_BITS) / PRIMES + 1;
    (FIRST..FIRST + (1 << 20)).map(|factor| factor * PRIMES + 1)
}

/// The definiteness of a symmetric matrix whose row `i` is `rows[i]` from the diagonal on, as proved above. A pivot is
/// told divided by the positive `scale`. `None` if there are not enough moduli: to try all of them is more work than a
/// [`BUDGET`](super::guard::BUDGET) allows, so that this happens outside of a guarded computation only.
pub(super) fn definiteness(rows: &[Vec<BigInt>], scale: &BigInt) -> Option<Definiteness<Rational>> {
    let bounds = bounds(rows);
    let (size, bits) = (rows.len() as u64, bounds.last().copied().unwrap_or_default());
    let (mut outcome, mut index, mut previous) = (Definiteness::PositiveDefinite, 0, BigInt::one());
    let (mut candidates, mut steps, mut agreeing) = (moduli(), Vec::new(), Vec::<Residues>::new());
    while let Some(bound) = bounds.get(index) {
        if *bound < MODULUS_BITS * agreeing.len() as u64 {
            let minor = integer(&agreeing, index);
            match (steps.get(index)?, minor.sign()) {
                (Step::Pivot, IntegerSign::Plus) => previous = minor,
                (Step::ZeroRow, _) => outcome = Definiteness::PositiveSemidefinite,
                _ => {
                    let pivot = Rational::new(minor, previous * scale)?;
                    return Some(Definiteness::Indefinite { index, pivot });
                }
            }
            index += 1;
            continue;
        }
        if !afford(size * (size * (30 + size / 6) + 500 + bits / 8)) {
            break;
        }
        let modulus = candidates.next()?;
        let Some((new_steps, minors)) = eliminate(rows, modulus) else {
            continue;
        };
        if new_steps > steps {
            agreeing.clear();
            steps.clone_from(&new_steps);
        }
        let product = agreeing.iter().fold(1, |product, other| times(product, other.modulus, modulus));
        if let Some(inverse) = inverse(product, modulus)
            && new_steps == steps
        {
            agreeing.push(Residues { modulus, inverse, minors });
        }
    }
    Some(outcome)
}

/// For each index the binary logarithm of a number that the product of the norms of the rows up to it does not pass, each
/// norm counted as 1 at least.
fn bounds(rows: &[Vec<BigInt>]) -> Vec<u64> {
    let mut squares = vec![BigInt::zero(); rows.len()];
    for (i, row) in rows.iter().enumerate() {
        for (j, entry) in (i..).zip(row) {
            if !afford(50 + entry.bits().saturating_pow(2) / 8000) {
                break;
            }
            let square = entry * entry;
            if i != j {
                squares[j] += &square;
            }
            squares[i] += square;
        }
    }
    let sum = |sum: &mut u64, square: BigInt| {
        *sum += square.bits().div_ceil(2);
        Some(*sum)
    };
    squares.into_iter().scan(0, sum).collect()
}

/// The steps of symmetric elimination modulo a number, and after each the minor of the pivots and its index. `None` if a
/// pivot has no inverse.
fn eliminate(rows: &[Vec<BigInt>], modulus: u64) -> Option<(Vec<Step>, Vec<u64>)> {
    let wide = u128::from(modulus);
    let (mut steps, mut minors, mut previous) = (Vec::new(), Vec::new(), 1);
    // The rows of the pivots, each with minus the inverse of its pivot.
    let mut done: Vec<(u64, Vec<u64>)> = Vec::new();
    for row in rows {
        let mut sums: Vec<u128> = row.iter().map(|entry| residue(entry, wide)).collect();
        for some in done.chunks(SUMMANDS) {
            for (inverse, earlier) in some {
                let right = &earlier[earlier.len() - row.len()..];
                let factor = right.first().map_or(0, |entry| u128::from(times(*entry, *inverse, modulus)));
                for (sum, entry) in sums.iter_mut().zip(right) {
                    *sum += factor * u128::from(*entry);
                }
            }
            sums.iter_mut().for_each(|sum| *sum %= wide);
        }
        let row: Vec<u64> = sums.into_iter().map(|sum| sum as u64).collect();
        let pivot = row.first().copied().unwrap_or_default();
        let minor = times(previous, pivot, modulus);
        minors.push(minor);
        steps.push(match pivot {
            0 if row.iter().all(|entry| *entry == 0) => Step::ZeroRow,
            0 => Step::NoPivot,
            _ => Step::Pivot,
        });
        if pivot != 0 {
            previous = minor;
            done.push((modulus - inverse(pivot, modulus)?, row));
        }
    }
    Some((steps, minors))
}

/// The integer with the residues at an index, in absolute value below half of the product of the moduli.
fn integer(residues: &[Residues], index: usize) -> BigInt {
    let (mut value, mut product) = (BigInt::zero(), BigInt::one());
    for Residues { modulus, inverse, minors } in residues {
        let minor = minors.get(index).copied().unwrap_or_default();
        let digit = ((minor - &value) * inverse).mod_floor(&BigInt::from(*modulus));
        value += digit * &product;
        product *= *modulus;
    }
    if &value + &value > product { value - product } else { value }
}

/// The residue of an integer.
fn residue(value: &BigInt, modulus: u128) -> u128 {
    let words = value.iter_u64_digits().rev();
    let residue = words.fold(0, |residue, word| (residue << 64 | u128::from(word)) % modulus);
    if value.sign() == IntegerSign::Minus && residue != 0 { modulus - residue } else { residue }
}

/// The product of two residues.
fn times(a: u64, b: u64, modulus: u64) -> u64 {
    (u128::from(a) * u128::from(b) % u128::from(modulus)) as u64
}

/// The inverse of a residue.
fn inverse(value: u64, modulus: u64) -> Option<u64> {
    // Both are below 2^61.
    let ExtendedGcd { gcd, x, .. } = (value as i64).extended_gcd(&(modulus as i64));
    (gcd == 1).then(|| x.rem_euclid(modulus as i64) as u64)
}
