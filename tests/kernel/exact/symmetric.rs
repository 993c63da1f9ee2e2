//! Definiteness, against Gram matrices and against the signs of all principal minors.

use margincert::kernel::exact::{
    Definiteness, Fault, OrderedField, Rational, Sign, SymmetricMatrix, Value, guarded_within,
};
use num_traits::{One, Zero};
use proptest::prelude::*;

use super::{q, rational};
use crate::budget::steps;

use Definiteness::{Indefinite, PositiveDefinite, PositiveSemidefinite};

pub type Dense = Vec<Vec<Rational>>;

pub fn symmetric(dense: &Dense) -> SymmetricMatrix<Rational> {
    let mut matrix = SymmetricMatrix::new(dense.len());
    for (i, row) in dense.iter().enumerate() {
        for (j, value) in row.iter().enumerate().skip(i) {
            matrix.add(i, j, value);
        }
    }
    matrix
}

/// `B^T B` for the rows of `b`, each of length `n`.
fn gram(b: &[Vec<Rational>], n: usize) -> Dense {
    let dot = |i: usize, j: usize| b.iter().fold(Rational::zero(), |s, row| s + &row[i] * &row[j]);
    (0..n).map(|i| (0..n).map(|j| dot(i, j)).collect()).collect()
}

/// The determinant by expansion along the first row of `rows`.
fn determinant(dense: &Dense, rows: &[usize], columns: &[usize]) -> Rational {
    let Some((&first, rest)) = rows.split_first() else {
        return Rational::one();
    };
    let mut sum = Rational::zero();
    for (k, &column) in columns.iter().enumerate() {
        let others: Vec<usize> = columns.iter().copied().filter(|&c| c != column).collect();
        let term = &dense[first][column] * determinant(dense, rest, &others);
        sum = if k % 2 == 0 { sum + term } else { sum - term };
    }
    sum
}

/// Sylvester: definite iff all principal minors are positive, semidefinite iff none is negative.
fn by_minors(dense: &Dense) -> &'static str {
    let mut least = Sign::Positive;
    for subset in 1_u32..1 << dense.len() {
        let chosen: Vec<usize> = (0..dense.len()).filter(|i| subset >> i & 1 == 1).collect();
        least = least.min(determinant(dense, &chosen, &chosen).sign());
    }
    ["indefinite", "semidefinite", "definite"][least as usize]
}

fn name(definiteness: &Definiteness<Rational>) -> &'static str {
    match definiteness {
        PositiveDefinite => "definite",
        PositiveSemidefinite => "semidefinite",
        Indefinite { .. } => "indefinite",
    }
}

/// Entries that are often zero, so that zero pivots and several components occur.
fn entry() -> impl Strategy<Value = Rational> {
    prop_oneof![Just(q(0, 1)), (-3_i64..=3).prop_map(Rational::from), rational()]
}

fn rows(count: std::ops::Range<usize>, n: usize) -> impl Strategy<Value = Vec<Vec<Rational>>> {
    prop::collection::vec(prop::collection::vec(entry(), n), count)
}

proptest! {
    #[test]
    fn agrees_with_all_principal_minors(
        n in 0_usize..5, triangle in prop::collection::vec(entry(), 15), diagonal in prop::collection::vec(0_i64..5, 5),
    ) {
        let mut dense = vec![vec![Rational::zero(); n]; n];
        for i in 0..n {
            for j in 0..=i {
                let value = &triangle[i * (i + 1) / 2 + j];
                dense[i][j] = value.clone();
                dense[j][i] = value.clone();
            }
            dense[i][i] = Rational::from(diagonal[i]);
        }
        prop_assert_eq!(name(&symmetric(&dense).definiteness()), by_minors(&dense));
    }

    /// Small Gram matrices of low rank, whose Schur complements have zero rows.
    #[test]
    fn small_gram_matrices_agree_with_all_principal_minors(b in rows(0..5, 4), at in 0_usize..4, change in -1_i64..=1) {
        let mut dense = gram(&b, 4);
        dense[at][at] += &q(change, 7);
        prop_assert_eq!(name(&symmetric(&dense).definiteness()), by_minors(&dense));
    }

    /// Large enough for elimination over the integers.
    #[test]
    fn gram_matrices_and_their_perturbations(b in rows(0..16, 12), at in 0_usize..12, blocks in any::<bool>()) {
        let mut b = b;
        if blocks {
            for (k, row) in b.iter_mut().enumerate() {
                let zeroed = if k % 2 == 0 { 0..3 } else { 3..12 };
                row[zeroed].fill(Rational::zero());
            }
        }
        let mut dense = gram(&b, 12);
        let plain = symmetric(&dense).definiteness();
        if b.len() < 12 {
            prop_assert_eq!(&plain, &PositiveSemidefinite);
        } else {
            prop_assert_ne!(name(&plain), "indefinite");
        }
        for (i, row) in dense.iter_mut().enumerate() {
            row[i] += &q(1, 1000);
        }
        prop_assert_eq!(symmetric(&dense).definiteness(), PositiveDefinite);
        // x = e_at has x^T A x = A[at][at].
        let excess = dense[at][at].clone() + q(1, 1_000_000);
        dense[at][at] -= &excess;
        let negative = symmetric(&dense).definiteness();
        prop_assert_eq!(name(&negative), "indefinite");
    }

    /// The last pivot is what the Schur complement says, whichever way it was eliminated.
    #[test]
    fn the_reported_pivot_is_the_schur_complement(b in rows(20..24, 12), n in 2_usize..12) {
        let mut dense = gram(&b, n);
        for (i, row) in dense.iter_mut().enumerate() {
            row[i] += &q(1, 3);
        }
        // Choose the last diagonal entry such that the last pivot is -2/5.
        let minor = |size: usize, dense: &Dense| gauss(dense, size);
        dense[n - 1][n - 1] = Rational::zero();
        let schur = minor(n, &dense) * minor(n - 1, &dense).reciprocal().unwrap();
        dense[n - 1][n - 1] = q(-2, 5) - schur;
        let expected = Indefinite { index: n - 1, pivot: q(-2, 5) };
        prop_assert_eq!(symmetric(&dense).definiteness(), expected);
    }

    /// `P^T D P` for an upper unitriangular `P` has the inertia of `D` (Sylvester), and elimination meets the entries of `D`
    /// in their order: `D` is diagonal but for at most one block `[[0, 1], [1, 0]]`.
    #[test]
    fn congruent_matrices_have_the_same_inertia(
        diagonal in prop::collection::vec(0_i64..4, 12), above in prop::collection::vec(-2_i64..=2, 66),
        negative in prop::option::of(0_usize..12), block in prop::option::of(0_usize..11),
    ) {
        let n = diagonal.len();
        let mut d = vec![vec![Rational::zero(); n]; n];
        for (i, value) in diagonal.into_iter().enumerate() {
            d[i][i] = Rational::from(value);
        }
        if let Some(i) = negative {
            d[i][i] = q(-1, 1);
        }
        if let Some(i) = block {
            (d[i][i], d[i + 1][i + 1]) = (q(0, 1), q(0, 1));
            (d[i][i + 1], d[i + 1][i]) = (q(1, 1), q(1, 1));
        }
        let mut above = above.into_iter();
        let mut p = vec![vec![Rational::zero(); n]; n];
        for (i, row) in p.iter_mut().enumerate() {
            row[i] = Rational::one();
            row[i + 1..].fill_with(|| Rational::from(above.next().unwrap()));
        }
        let times = |a: &Dense, b: &Dense| -> Dense {
            let entry = |row: &Vec<Rational>, j: usize| {
                row.iter().zip(b).fold(Rational::zero(), |sum, (x, other)| sum + x * &other[j])
            };
            a.iter().map(|row| (0..n).map(|j| entry(row, j)).collect()).collect()
        };
        let transposed: Dense = (0..n).map(|i| p.iter().map(|row| row[i].clone()).collect()).collect();
        let congruent = times(&times(&transposed, &d), &p);
        let bad = (0..n).find(|&i| d[i][i].sign() == Sign::Negative || block == Some(i));
        let expected = match bad {
            Some(index) => Indefinite { index, pivot: d[index][index].clone() },
            None if (0..n).any(|i| d[i][i].is_zero()) => PositiveSemidefinite,
            None => PositiveDefinite,
        };
        prop_assert_eq!(symmetric(&congruent).definiteness(), expected);
    }
}

/// The leading minor of a size by plain elimination without pivoting.
fn gauss(dense: &Dense, size: usize) -> Rational {
    let mut a: Dense = dense.iter().take(size).map(|row| row[..size].to_vec()).collect();
    let mut determinant = Rational::one();
    for k in 0..size {
        determinant *= &a[k][k];
        let Some(inverse) = a[k][k].reciprocal() else {
            return Rational::zero();
        };
        let pivot_row = a[k].clone();
        for row in &mut a[k + 1..] {
            let factor = -(&row[k] * &inverse);
            for (x, y) in row.iter_mut().zip(&pivot_row) {
                x.add_product(&factor, y);
            }
        }
    }
    determinant
}

fn integers(dense: &[&[i64]]) -> SymmetricMatrix<Rational> {
    symmetric(&dense.iter().map(|row| row.iter().map(|&x| q(x, 1)).collect()).collect())
}

#[test]
fn small_cases() {
    for (matrix, expected) in [
        (integers(&[]), PositiveDefinite),
        (integers(&[&[0]]), PositiveSemidefinite),
        (integers(&[&[3]]), PositiveDefinite),
        (integers(&[&[-3]]), Indefinite { index: 0, pivot: q(-3, 1) }),
        (integers(&[&[1, 1], &[1, 1]]), PositiveSemidefinite),
        (integers(&[&[2, 1], &[1, 2]]), PositiveDefinite),
        (integers(&[&[1, 2], &[2, 1]]), Indefinite { index: 1, pivot: q(-3, 1) }),
        (integers(&[&[0, 1], &[1, 0]]), Indefinite { index: 0, pivot: q(0, 1) }),
        (integers(&[&[0, 1], &[1, 5]]), Indefinite { index: 0, pivot: q(0, 1) }),
        (integers(&[&[0, 0], &[0, 5]]), PositiveSemidefinite),
        (integers(&[&[0, 0], &[0, -5]]), Indefinite { index: 1, pivot: q(-5, 1) }),
        // A zero pivot after elimination, first with a zero row, then without.
        (integers(&[&[1, 1, 1], &[1, 1, 1], &[1, 1, 2]]), PositiveSemidefinite),
        (integers(&[&[1, 1, 1], &[1, 1, 0], &[1, 0, 9]]), Indefinite { index: 1, pivot: q(0, 1) }),
        // All leading minors are >= 0, yet not semidefinite.
        (integers(&[&[0, 0, 0], &[0, 0, 1], &[0, 1, 0]]), Indefinite { index: 1, pivot: q(0, 1) }),
    ] {
        assert_eq!(matrix.definiteness(), expected, "{matrix:?}");
    }
}

#[test]
fn entries_are_added_in_both_triangles_and_cancel() {
    let mut matrix = SymmetricMatrix::new(3);
    matrix.add(2, 0, &q(1, 2));
    matrix.add(0, 2, &q(1, 3));
    assert_eq!(matrix.get(0, 2), q(5, 6));
    assert_eq!(matrix.get(2, 0), q(5, 6));
    assert_eq!(matrix.get(0, 1), q(0, 1));
    matrix.add(2, 0, &q(-5, 6));
    assert_eq!(matrix, SymmetricMatrix::new(3));
    assert_eq!(matrix.dimension(), 3);
}

/// To find the entry takes longer than to add, which is all that a second gradient on the first one's support does.
#[test]
fn adding_to_an_entry_is_charged_for() {
    let add = |times: usize| {
        let mut matrix = SymmetricMatrix::new(2);
        (0..times).for_each(|_| matrix.add(0, 1, &Rational::one()));
    };
    assert_eq!(guarded_within(1_000_000, || add(1000)), Ok(()));
    assert_eq!(guarded_within(1_000_000, || add(30_000)), Err(Fault::Exhausted));
}

/// An arrow matrix: its size forbids any cost beyond the number of its entries.
#[test]
fn a_large_arrow_matrix() {
    let n = 100_000;
    let arrow = |corner: Rational| {
        let mut matrix = SymmetricMatrix::new(n + 1);
        for i in 0..n {
            matrix.add(i, i, &q(2, 1));
            matrix.add(i, n, &q(1, 1));
        }
        matrix.add(n, n, &corner);
        matrix.definiteness()
    };
    assert_eq!(arrow(q(50_000, 1)), PositiveSemidefinite);
    assert_eq!(arrow(q(50_001, 1)), PositiveDefinite);
    assert_eq!(arrow(q(49_999, 1)), Indefinite { index: n, pivot: q(-1, 1) });
}

/// Where pivots are short and what stands beside them is long: products of that are what elimination takes its time for.
#[test]
fn long_entries_beside_short_pivots_are_charged_for() {
    let half = 20;
    let steps_with = |entry: Rational| {
        let mut matrix = SymmetricMatrix::identity(2 * half);
        for (i, j) in (0..half).flat_map(|i| (half..2 * half).map(move |j| (i, j))) {
            matrix.add(i, j, &entry);
        }
        matrix.add(half, half, &(entry.clone() * &entry * Rational::from(1000)));
        steps(margincert::kernel::exact::BUDGET, || matrix.definiteness()).1
    };
    let (short, long) = (steps_with(q(3, 1)), steps_with("9".repeat(1000).parse().expect("a number")));
    assert!(long > 10 * short, "{short} and {long} steps");
}
