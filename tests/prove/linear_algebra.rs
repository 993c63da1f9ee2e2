//! Exact linear algebra: solutions are put back into the equations, kernels are counted.

use margincert::kernel::exact::{OrderedField, Rational};
use margincert::prove::deadline::{Deadline, OutOfTime};
use margincert::prove::linear_algebra::*;
use num_bigint::BigInt;
use num_traits::{One, Zero};
use proptest::prelude::*;
use std::time::Duration;

fn ratio(n: i64, d: i64) -> Rational {
    Rational::from_ratio(n, d).unwrap()
}

fn int(values: &[i64]) -> Vec<Rational> {
    values.iter().map(|&v| Rational::from(v)).collect()
}

fn matrix(rows: &[&[i64]]) -> Vec<Vec<Rational>> {
    rows.iter().map(|row| int(row)).collect()
}

/// The rank by the largest non-vanishing minor: no elimination, no modulus.
pub(super) fn rank_by_minors<F: OrderedField>(rows: &[Vec<F>]) -> usize {
    let width = rows.first().map_or(0, Vec::len);
    let largest = rows.len().min(width);
    (1..=largest)
        .rev()
        .find(|&size| {
            subsets(rows.len(), size).iter().any(|r| {
                subsets(width, size).iter().any(|c| {
                    let minor: Vec<Vec<F>> =
                        r.iter().map(|&i| c.iter().map(|&j| rows[i][j].clone()).collect()).collect();
                    !determinant(&minor).is_zero()
                })
            })
        })
        .unwrap_or(0)
}

pub(super) fn subsets(count: usize, size: usize) -> Vec<Vec<usize>> {
    let all = 0..1u32 << count;
    let chosen = all.filter(|mask| mask.count_ones() as usize == size);
    chosen.map(|mask| (0..count).filter(|i| mask >> i & 1 == 1).collect()).collect()
}

/// Laplace expansion along the first row.
pub(super) fn determinant<F: OrderedField>(rows: &[Vec<F>]) -> F {
    if rows.is_empty() {
        return F::one();
    }
    let mut total = F::zero();
    for (column, entry) in rows[0].iter().enumerate() {
        let others = |row: &Vec<F>| {
            let others = row.iter().enumerate().filter(|(j, _)| *j != column);
            others.map(|(_, x)| x.clone()).collect()
        };
        let term = determinant(&rows[1..].iter().map(others).collect::<Vec<_>>()) * entry;
        total = if column % 2 == 0 { total + &term } else { total - &term };
    }
    total
}

/// Matrices of low rank are frequent: entries are few, and rows repeat.
fn small_matrix() -> impl Strategy<Value = Vec<Vec<Rational>>> {
    (1usize..5, 1usize..5).prop_flat_map(|(rows, columns)| {
        let entry = (-2i64..=2, 1i64..=3).prop_map(|(n, d)| ratio(n, d));
        prop::collection::vec(prop::collection::vec(entry, columns), rows)
    })
}

proptest! {
    #[test]
    fn solutions_solve_and_absent_ones_are_absent(
        rows in small_matrix(),
        values in prop::collection::vec(-3i64..=3, 4),
        consistent in any::<bool>(),
    ) {
        let rhs: Vec<Rational> = match consistent {
            true => apply(&rows, &int(&values)),
            false => int(&values[..rows.len()]),
        };
        let augmented: Vec<Vec<Rational>> = rows
            .iter()
            .zip(&rhs)
            .map(|(row, b)| row.iter().chain([b]).cloned().collect())
            .collect();
        let solvable = rank_by_minors(&augmented) == rank_by_minors(&rows);
        match solve(&rows, &rhs, Deadline::none()).unwrap() {
            Some(x) => {
                prop_assert!(solvable);
                prop_assert_eq!(apply(&rows, &x), rhs);
            }
            None => prop_assert!(!solvable && !consistent),
        }
    }

    #[test]
    fn kernels_are_complete(rows in small_matrix()) {
        let width = rows[0].len();
        let Nullspace { pivots, basis } = nullspace(&rows, width, Deadline::none()).unwrap();
        prop_assert_eq!(pivots.len(), rank_by_minors(&rows));
        prop_assert_eq!(rank(&rows, Deadline::none()), Ok(pivots.len()));
        prop_assert_eq!(pivots.len() + basis.len(), width);
        let free: Vec<usize> = (0..width).filter(|c| !pivots.contains(c)).collect();
        for (vector, &index) in basis.iter().zip(&free) {
            prop_assert!(apply(&rows, vector).iter().all(Zero::is_zero));
            // A 1 in its own free column, 0 in the others: the basis is independent.
            prop_assert!(free.iter().all(|&c| vector[c] == Rational::from(i64::from(c == index))));
        }
        let chosen = independent(&rows, Deadline::none()).unwrap();
        prop_assert_eq!(chosen.len(), pivots.len());
        let chosen: Vec<_> = chosen.iter().map(|&i| rows[i].clone()).collect();
        prop_assert_eq!(rank_by_minors(&chosen), chosen.len());
    }

    #[test]
    fn least_squares_leaves_an_orthogonal_residual(
        rows in small_matrix(),
        values in prop::collection::vec(-3i64..=3, 4),
    ) {
        let rhs = int(&values[..rows.len()]);
        let x = least_squares(&rows, &rhs, Deadline::none()).unwrap();
        let residual: Vec<Rational> =
            apply(&rows, &x).iter().zip(&rhs).map(|(a, b)| a - b).collect();
        prop_assert!(apply(&transpose(&rows), &residual).iter().all(Zero::is_zero));
    }

    #[test]
    fn scaled_products_are_products(
        rows in small_matrix(),
        values in prop::collection::vec((-5i64..=5, 1i64..=6), 4),
        integral in any::<bool>(),
        shift in prop_oneof![Just(0u32), Just(100)],
    ) {
        let factor = Rational::from(if integral { 6 } else { 1 });
        let rows: Vec<Vec<Rational>> =
            rows.iter().map(|r| r.iter().map(|x| x * &factor).collect()).collect();
        let wide = Rational::from(BigInt::one() << shift);
        let vector: Vec<Rational> =
            values[..rows[0].len()].iter().map(|&(n, d)| ratio(n, d) * &wide).collect();
        let Scaled { numerators, denominator } = apply_scaled(&rows, &vector);
        prop_assert!(denominator > Rational::zero());
        for (row, numerator) in rows.iter().zip(&numerators) {
            let terms = row.iter().zip(&vector).map(|(a, x)| a * x);
            let exact = terms.fold(Rational::zero(), |sum, term| sum + term);
            prop_assert_eq!(&dot(row, &vector), &exact);
            prop_assert_eq!(numerator, &(exact * &denominator));
        }
    }

    #[test]
    fn wide_entries_take_the_same_path_to_the_same_answer(
        seed in prop::collection::vec(-9i64..=9, 30),
        shift in 0u32..200,
    ) {
        let factor = Rational::from(BigInt::one() << shift);
        let rows: Vec<Vec<Rational>> = seed.chunks(6).map(int).collect();
        let wide: Vec<Vec<Rational>> =
            rows.iter().map(|row| row.iter().map(|x| x * &factor).collect()).collect();
        let rhs = int(&[1, -2, 3, 0, 5]);
        let narrow = solve(&rows, &rhs, Deadline::none()).unwrap();
        let back = solve(&wide, &rhs, Deadline::none()).unwrap();
        let scaled = back.map(|x| x.iter().map(|v| v * &factor).collect::<Vec<_>>());
        prop_assert_eq!(narrow, scaled);
    }
}

/// Modulo 2^61 - 1 these matrices look singular: the lifting must notice and give way.
#[test]
fn a_prime_that_divides_the_determinant_misleads_nobody() {
    let prime = (1i64 << 61) - 1;
    let rows = matrix(&[&[prime, 0], &[0, 1]]);
    let x = solve(&rows, &int(&[1, 2]), Deadline::none()).unwrap().unwrap();
    assert_eq!(x, vec![ratio(1, prime), Rational::from(2)]);
    assert_eq!(rank(&rows, Deadline::none()), Ok(2));
    assert_eq!(independent(&rows, Deadline::none()), Ok(vec![0, 1]));
    // Entries below the limit of the narrow path, determinant 3 (2^61 - 1).
    let (a, b) = (1i64 << 31, 1i64 << 30);
    let rows = matrix(&[&[a, 1], &[3, 3 * b]]);
    assert_eq!(determinant(&rows), Rational::from(3) * Rational::from(prime));
    let x = solve(&rows, &int(&[1, 0]), Deadline::none()).unwrap().unwrap();
    assert_eq!(apply(&rows, &x), int(&[1, 0]));
    assert_eq!(solve(&rows, &int(&[0, 0]), Deadline::none()), Ok(Some(int(&[0, 0]))));
    assert_eq!(rank(&rows, Deadline::none()), Ok(2));
}

#[test]
fn empty_shapes() {
    let none: Vec<Vec<Rational>> = Vec::new();
    assert_eq!(solve(&none, &[], Deadline::none()), Ok(Some(Vec::new())));
    let blank = vec![Vec::<Rational>::new(); 2];
    assert_eq!(solve(&blank, &int(&[0, 0]), Deadline::none()), Ok(Some(Vec::new())));
    assert_eq!(solve(&blank, &int(&[0, 1]), Deadline::none()), Ok(None));
    let kernel = nullspace(&none, 2, Deadline::none()).unwrap();
    assert_eq!(kernel.basis, matrix(&[&[1, 0], &[0, 1]]));
}

#[test]
fn a_hilbert_matrix_is_inverted_exactly() {
    let size = 25;
    let rows: Vec<Vec<Rational>> = (0..size).map(|i| (0..size).map(|j| ratio(1, i + j + 1)).collect()).collect();
    let mut rhs = vec![Rational::zero(); size as usize];
    rhs[3] = Rational::one();
    let x = solve(&rows, &rhs, Deadline::none()).unwrap().unwrap();
    assert_eq!(apply(&rows, &x), rhs);
    assert!(x.iter().all(Rational::is_integer));
}

#[test]
fn deadlines_hold() {
    let rows: Vec<Vec<Rational>> =
        (0..40).map(|i| (0..40).map(|j| ratio((i * j * j) % 17 + 1, i + 2)).collect()).collect();
    let rhs = vec![Rational::one(); 40];
    assert_eq!(solve(&rows, &rhs, Deadline::after(Duration::ZERO)), Err(OutOfTime));
}

#[test]
fn primitive_vectors_keep_their_direction() {
    assert_eq!(primitive(&[ratio(-1, 2), ratio(2, 3), Rational::zero()]), Some(int(&[-3, 4, 0])));
    assert_eq!(primitive(&int(&[6, -9])), Some(int(&[2, -3])));
    assert_eq!(primitive(&int(&[0, 0])), Some(int(&[0, 0])));
}
