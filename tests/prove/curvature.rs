//! Curvature by float hints and exact elimination, against principal minors.

use margincert::kernel::exact::{Definiteness, Rational, SymmetricMatrix};
use margincert::prove::curvature::*;
use margincert::prove::deadline::{Deadline, OutOfTime};
use margincert::prove::eigen::symmetric_eigen;
use margincert::prove::linear_algebra::apply;
use num_bigint::BigInt;
use num_traits::{One, Signed, Zero};
use proptest::prelude::*;
use std::time::Duration;

use super::linear_algebra::{determinant, subsets};

fn symmetric(size: usize, entries: &[i64]) -> Vec<Vec<Rational>> {
    // Entries on and right of the diagonal, row by row.
    let at = |i: usize, j: usize| entries[i * size + j - i * (i + 1) / 2];
    let row = |i: usize| (0..size).map(|j| Rational::from(at(i.min(j), i.max(j)))).collect();
    (0..size).map(row).collect()
}

/// Positive semidefinite exactly if no principal minor is negative; definite if none is zero either.
fn by_minors(matrix: &[Vec<Rational>]) -> (bool, bool) {
    let minors: Vec<Rational> = (1..=matrix.len())
        .flat_map(|size| subsets(matrix.len(), size))
        .map(|set| {
            let pick = |i: &usize| set.iter().map(|&j| matrix[*i][j].clone()).collect();
            determinant(&set.iter().map(pick).collect::<Vec<_>>())
        })
        .collect();
    let zero = Rational::zero();
    (minors.iter().all(|m| *m >= zero), minors.iter().all(|m| *m > zero))
}

fn check(matrix: &[Vec<Rational>], outcome: Curvature<Rational>) {
    let (semidefinite, definite) = by_minors(matrix);
    match outcome {
        Curvature::Positive => assert!(definite),
        Curvature::Flat(kernel) => {
            assert!(semidefinite && !definite && !kernel.is_empty());
            for vector in kernel {
                assert!(vector.iter().any(|x| !x.is_zero()));
                assert!(apply(matrix, &vector).iter().all(Zero::is_zero));
            }
        }
        Curvature::Negative(vector) => {
            assert!(!semidefinite);
            assert!(quadratic_form(matrix, &vector) < Rational::zero());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn curvature_agrees_with_principal_minors(size in 1usize..5, entries in prop::collection::vec(-2i64..=2, 10)) {
        let matrix = symmetric(size, &entries);
        check(&matrix, curvature(&matrix, Deadline::none()).unwrap());
    }

    /// Gram matrices are semidefinite; with few vectors they are singular, less a little they are indefinite.
    #[test]
    fn the_smallest_dent_is_found(
        vectors in prop::collection::vec(prop::collection::vec(-3i64..=3, 4), 1..5),
        dent in 0usize..4,
        digits in 0u32..300,
    ) {
        let mut matrix = symmetric(4, &[0; 10]);
        for v in &vectors {
            for i in 0..4 {
                for j in 0..4 {
                    matrix[i][j] += &Rational::from(v[i] * v[j]);
                }
            }
        }
        check(&matrix, curvature(&matrix, Deadline::none()).unwrap());
        matrix[dent][dent] -= &Rational::new(BigInt::one(), BigInt::one() << digits).unwrap();
        check(&matrix, curvature(&matrix, Deadline::none()).unwrap());
    }

    #[test]
    fn float_eigenvectors_are_eigenvectors(size in 1usize..8, entries in prop::collection::vec(-9i64..=9, 28)) {
        let exact = symmetric(size, &entries);
        let matrix: Vec<Vec<f64>> = exact
            .iter()
            .map(|row| row.iter().map(margincert::prove::rounding::to_f64).collect())
            .collect();
        let eigen = symmetric_eigen(&matrix, Deadline::none()).unwrap().unwrap();
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
        for (k, (value, vector)) in eigen.values.iter().zip(&eigen.vectors).enumerate() {
            for (row, x) in matrix.iter().zip(vector) {
                prop_assert!((dot(row, vector) - value * x).abs() < 1e-9);
            }
            for (l, other) in eigen.vectors.iter().enumerate() {
                prop_assert!((dot(vector, other) - f64::from(u8::from(k == l))).abs() < 1e-9);
            }
        }
        prop_assert!(eigen.values.is_sorted());
    }

    #[test]
    fn listed_directions_are_negative_and_distinct(entries in prop::collection::vec(-3i64..=3, 15)) {
        let matrix = symmetric(5, &entries);
        let directions = negative_directions(&matrix, 8, Deadline::none()).unwrap();
        prop_assert!(directions.len() <= 8);
        for (k, direction) in directions.iter().enumerate() {
            prop_assert!(quadratic_form(&matrix, direction) < Rational::zero());
            prop_assert!(!directions[..k].contains(direction));
        }
    }
}

/// Zero diagonals hide their curvature from elimination until the rest of the row is read.
#[test]
fn a_zero_pivot_in_a_row_that_is_not_zero() {
    let epsilon = Rational::new(BigInt::one(), BigInt::one() << 3000).unwrap();
    let mut matrix = symmetric(3, &[1, 1, 0, 1, 0, 5]);
    check(&matrix, curvature(&matrix, Deadline::none()).unwrap());
    matrix[1][2] = epsilon.clone();
    matrix[2][1] = epsilon;
    let outcome = curvature(&matrix, Deadline::none()).unwrap();
    assert!(matches!(outcome, Curvature::Negative(_)));
    check(&matrix, outcome);
}

#[test]
fn short_directions_are_short() {
    // The eigenvector of the negative eigenvalue is (1, -(1 + sqrt 5) / 2): (1, -2) will do.
    let matrix = symmetric(2, &[0, 1, 1]);
    let Curvature::Negative(v) = curvature(&matrix, Deadline::none()).unwrap() else {
        panic!("the determinant is negative");
    };
    assert!(v.iter().all(|x| x.is_integer() && x.abs() <= Rational::from(2)));
}

#[test]
fn restriction_is_the_form_on_the_span() {
    let matrix = symmetric(3, &[1, 2, 3, 4, 5, 6]);
    let basis = [vec![1, 0, -1], vec![2, 1, 0]].map(|v| v.into_iter().map(Rational::from).collect::<Vec<_>>());
    let restricted = restrict(&matrix, &basis, Deadline::none()).unwrap();
    let (a, b) = (Rational::from(3), Rational::from(-2));
    let combined: Vec<Rational> = basis[0].iter().zip(&basis[1]).map(|(x, y)| x * &a + y * &b).collect();
    assert_eq!(quadratic_form(&restricted, &[a, b]), quadratic_form(&matrix, &combined));
}

#[test]
fn the_empty_matrix_is_positive() {
    assert_eq!(curvature::<Rational>(&[], Deadline::none()), Ok(Curvature::Positive));
    assert_eq!(symmetric_eigen(&[vec![f64::NAN]], Deadline::none()), Ok(None));
}

#[test]
fn deadlines_hold() {
    let matrix = symmetric(20, &[1; 210]);
    assert_eq!(curvature(&matrix, Deadline::after(Duration::ZERO)), Err(OutOfTime));
}

/// The kernel's elimination and the hints here must never disagree on larger matrices.
#[test]
fn larger_matrices_agree_with_the_kernel() {
    let mut state = 7u64;
    for shift in [0i64, 20, 40, 60, 100] {
        let size = 12;
        let entries: Vec<i64> = (0..size * (size + 1) / 2)
            .map(|_| {
                state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                (state >> 33) as i64 % 19 - 9
            })
            .collect();
        let mut matrix = symmetric(size, &entries);
        let mut symmetric = SymmetricMatrix::new(size);
        for (i, row) in matrix.iter_mut().enumerate() {
            row[i] += &Rational::from(shift);
            for (j, entry) in row.iter().enumerate().skip(i) {
                symmetric.add(i, j, entry);
            }
        }
        let definite = symmetric.definiteness() == Definiteness::PositiveDefinite;
        match curvature(&matrix, Deadline::none()).unwrap() {
            Curvature::Positive => assert!(definite),
            Curvature::Flat(_) => assert!(!definite),
            Curvature::Negative(v) => {
                assert!(!definite && quadratic_form(&matrix, &v).numerator().is_negative());
            }
        }
    }
}
