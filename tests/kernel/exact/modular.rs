//! Definiteness where moduli mislead: matrices whose pivots are multiples of the moduli, or share a divisor with one.

use margincert::kernel::exact::{BUDGET, Definiteness, Fault, OrderedField, Rational, Sign, guarded_within, moduli};
use num_bigint::BigInt;
use num_traits::{One, Zero};
use proptest::prelude::*;

use super::symmetric::{Dense, symmetric};

use Definiteness::{Indefinite, PositiveDefinite, PositiveSemidefinite};

/// `P^T D P` for an upper unitriangular `P` with small odd entries from a seed and a `D` that is diagonal but for a value at
/// `(k, k + 1)` and `(k + 1, k)`. Elimination in the natural order meets the rows of `D`.
fn congruent(diagonal: &[BigInt], block: Option<(usize, BigInt)>, mut seed: u64) -> Dense {
    let n = diagonal.len();
    let mut entry = |i: usize, j: usize| match i.cmp(&j) {
        std::cmp::Ordering::Less => {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            Rational::from([-3, -1, 1, 3][(seed >> 60) as usize % 4])
        }
        std::cmp::Ordering::Equal => Rational::one(),
        std::cmp::Ordering::Greater => Rational::zero(),
    };
    let p: Dense = (0..n).map(|i| (0..n).map(|j| entry(i, j)).collect()).collect();
    let mut product = vec![vec![Rational::zero(); n]; n];
    let mut add = |k: usize, l: usize, value: &BigInt| {
        let value = Rational::from(value.clone());
        for i in 0..n {
            for j in 0..n {
                product[i][j] += &(&value * &p[k][i] * &p[l][j]);
            }
        }
    };
    diagonal.iter().enumerate().for_each(|(k, value)| add(k, k, value));
    if let Some((k, value)) = block {
        add(k, k + 1, &value);
        add(k + 1, k, &value);
    }
    product
}

/// Elimination with fractions, the second method.
fn by_fractions(dense: &Dense) -> Definiteness<Rational> {
    let mut rest = dense.clone();
    let mut outcome = PositiveDefinite;
    for index in 0..rest.len() {
        let row = rest[index].clone();
        let pivot = row[index].clone();
        match pivot.sign() {
            Sign::Positive => {
                for i in index + 1..rest.len() {
                    let factor = &row[i] * pivot.reciprocal().unwrap();
                    for j in index + 1..rest.len() {
                        let product = &factor * &row[j];
                        rest[i][j] = &rest[i][j] - product;
                    }
                }
            }
            Sign::Zero if row[index..].iter().all(Zero::is_zero) => outcome = PositiveSemidefinite,
            _ => return Indefinite { index, pivot },
        }
    }
    outcome
}

/// The product of some of the first moduli.
fn product(count: usize) -> BigInt {
    moduli().take(count).map(BigInt::from).product()
}

/// The least divisors of those among the first moduli that have a small one.
fn small_divisors() -> Vec<u64> {
    moduli().take(12).filter_map(|modulus| (2..100_000).find(|divisor| modulus.is_multiple_of(*divisor))).collect()
}

/// Numbers that are zero, or not invertible, modulo some of the moduli that are tried first, and numbers that are not.
fn misleading() -> impl Strategy<Value = BigInt> {
    let divisor = |i: usize| {
        let divisors = small_divisors();
        BigInt::from(divisors[i % divisors.len()])
    };
    prop_oneof![
        Just(BigInt::zero()),
        (1_i64..4).prop_map(BigInt::from),
        (1_i64..1 << 61).prop_map(BigInt::from),
        (0_usize..9).prop_map(product),
        (0_usize..12).prop_map(divisor),
        (0_usize..12).prop_map(|i| moduli().nth(i).unwrap().into()),
    ]
}

proptest! {
    #[test]
    fn no_modulus_misleads(
        mut diagonal in prop::collection::vec(misleading(), 6..11), sign in prop::collection::vec(0_u8..12, 11),
        block in prop::option::of((0_usize..5, misleading())), seed: u64,
    ) {
        for (value, sign) in diagonal.iter_mut().zip(sign) {
            if sign == 0 {
                *value = -&*value;
            }
        }
        if let Some((k, _)) = block {
            (diagonal[k], diagonal[k + 1]) = (BigInt::zero(), BigInt::zero());
        }
        let dense = congruent(&diagonal, block, seed);
        prop_assert_eq!(symmetric(&dense).definiteness(), by_fractions(&dense));
    }

    /// Any entries at all: not only those whose pivots are integers.
    #[test]
    fn agrees_with_fractions(
        n in 6_usize..10, triangle in prop::collection::vec((-5_i64..=5, 1_i64..4), 55), shift in 0_i64..40,
        zeroed in prop::option::of(0_usize..10),
    ) {
        let triangle: Vec<Rational> = triangle.into_iter().map(|(a, b)| Rational::from_ratio(a, b).unwrap()).collect();
        let entry = |i: usize, j: usize| {
            let (low, high) = (i.min(j), i.max(j));
            match zeroed {
                Some(k) if k == low || k == high => Rational::zero(),
                _ if i == j => &triangle[high * (high + 1) / 2 + low] + Rational::from(shift),
                _ => triangle[high * (high + 1) / 2 + low].clone(),
            }
        };
        let dense: Dense = (0..n).map(|i| (0..n).map(|j| entry(i, j)).collect()).collect();
        prop_assert_eq!(symmetric(&dense).definiteness(), by_fractions(&dense));
    }
}

/// The last pivot is zero modulo the first moduli, so that they see a semidefinite matrix.
#[test]
fn a_pivot_that_the_first_moduli_divide() {
    for count in [1, 2, 7, 20] {
        for zeros in [0, 3] {
            let mut diagonal = vec![BigInt::one(); 9];
            diagonal[..zeros].fill(BigInt::zero());
            let pivot = product(count);
            diagonal[8] = pivot.clone();
            let positive = if zeros == 0 { PositiveDefinite } else { PositiveSemidefinite };
            assert_eq!(symmetric(&congruent(&diagonal, None, 1)).definiteness(), positive);
            diagonal[8] = -&pivot;
            let negative = Indefinite { index: 8, pivot: Rational::from(-pivot) };
            assert_eq!(symmetric(&congruent(&diagonal, None, 1)).definiteness(), negative);
            diagonal[8] = BigInt::zero();
            assert_eq!(symmetric(&congruent(&diagonal, None, 1)).definiteness(), PositiveSemidefinite);
        }
    }
}

/// A row that is zero modulo the first moduli, with a zero on the diagonal: semidefinite if it were zero.
#[test]
fn a_row_that_the_first_moduli_divide() {
    let mut diagonal = vec![BigInt::one(); 9];
    (diagonal[4], diagonal[5]) = (BigInt::zero(), BigInt::zero());
    for count in [1, 2, 7, 20] {
        let dense = congruent(&diagonal, Some((4, product(count))), 1);
        assert_eq!(symmetric(&dense).definiteness(), Indefinite { index: 4, pivot: Rational::zero() });
    }
    let dense = congruent(&diagonal, Some((4, BigInt::zero())), 1);
    assert_eq!(symmetric(&dense).definiteness(), PositiveSemidefinite);
}

/// A pivot that is neither zero nor invertible modulo some of the first moduli.
#[test]
fn pivots_without_an_inverse() {
    assert!(small_divisors().len() > 3);
    let diagonal: Vec<BigInt> = small_divisors().into_iter().map(BigInt::from).chain(vec![BigInt::one(); 6]).collect();
    assert_eq!(symmetric(&congruent(&diagonal, None, 1)).definiteness(), PositiveDefinite);
    let mut negative = diagonal;
    negative[5] = -&negative[5];
    let expected = Indefinite { index: 5, pivot: Rational::from(negative[5].clone()) };
    assert_eq!(symmetric(&congruent(&negative, None, 1)).definiteness(), expected);
}

/// A symmetric Hadamard matrix attains Hadamard's inequality, and so does the determinant of a diagonal; the entries are
/// about as large as the moduli.
#[test]
fn minors_as_large_as_their_bound() {
    let large = Rational::from((1_i64 << 60) - 1);
    let diagonal = |last: Rational| -> Dense {
        let entry = |i, j| match (i, j) {
            (7, 7) => last.clone(),
            _ if i == j => large.clone(),
            _ => Rational::one(),
        };
        (0..8).map(|i| (0..8).map(|j| entry(i, j)).collect()).collect()
    };
    assert_eq!(symmetric(&diagonal(large.clone())).definiteness(), PositiveDefinite);
    let negative = diagonal(-&large);
    let Indefinite { index: 7, pivot } = symmetric(&negative).definiteness() else {
        panic!("the last pivot is negative");
    };
    assert!(pivot < -large.clone());
    assert_eq!(by_fractions(&negative), Indefinite { index: 7, pivot });
    let sign = |i: u32, j: u32| if (i & j).count_ones().is_multiple_of(2) { large.clone() } else { -large.clone() };
    let hadamard: Dense = (0..8).map(|i| (0..8).map(|j| sign(i, j)).collect()).collect();
    assert_eq!(symmetric(&hadamard).definiteness(), by_fractions(&hadamard));
}

/// Work is charged for: too little of it allowed is a fault, enough of it is not.
#[test]
fn elimination_keeps_to_its_budget() {
    let matrix = symmetric(&congruent(&vec![product(9); 12], None, 1));
    assert_eq!(guarded_within(100_000, || matrix.definiteness()), Err(Fault::Exhausted));
    assert_eq!(guarded_within(10_000_000, || matrix.definiteness()), Ok(PositiveDefinite));
}

/// A matrix that passes over every modulus would have to be eliminated modulo each, which no budget allows, even for the
/// least size at which this is done.
#[test]
fn all_moduli_are_more_than_the_budget_allows() {
    let work = |count: usize| {
        let mut diagonal = vec![BigInt::one(); 6];
        diagonal[5] = product(count);
        let matrix = symmetric(&congruent(&diagonal, None, 1));
        let (mut too_few, mut enough) = (0, 1_000_000);
        while enough - too_few > 1 {
            let steps = u64::midpoint(too_few, enough);
            match guarded_within(steps, || matrix.definiteness()) {
                Ok(_) => enough = steps,
                Err(_) => too_few = steps,
            }
        }
        enough
    };
    let one_modulus = work(2) - work(1);
    assert!(one_modulus * moduli().count() as u64 > BUDGET, "{one_modulus} steps a modulus");
}

/// `L D L^T` with a lower triangle `L` of ones. The residues are nearly as large as the moduli, and a sum of 128 bits holds
/// fewer of their products than there are rows.
#[test]
fn sums_of_many_products() {
    let mut sum = Rational::zero();
    let mut sums = Vec::new();
    for k in 1..=270 {
        sum += &Rational::from(if k == 4 { -4 } else { (1 << 60) - k });
        sums.push(sum.clone());
    }
    let dense: Dense = (0..270).map(|i| (0..270).map(|j| sums[i.min(j)].clone()).collect()).collect();
    let expected = Indefinite { index: 3, pivot: Rational::from(-4) };
    assert_eq!(symmetric(&dense).definiteness(), expected);
}
