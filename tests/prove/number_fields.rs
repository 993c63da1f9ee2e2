//! The same oracles over real number fields: degrees 2 to 4, and a reducible polynomial.

use std::sync::Arc;

use margincert::kernel::exact::{Algebraic, NumberField, OrderedField, Rational, Sign};
use margincert::prove::curvature::{Curvature, curvature, quadratic_form};
use margincert::prove::deadline::Deadline;
use margincert::prove::linear_algebra::*;
use margincert::prove::qp::*;
use margincert::prove::rounding::to_f64;
use num_traits::{One, Zero};
use proptest::prelude::*;

use super::linear_algebra::{determinant, rank_by_minors, subsets};
use super::qp::{least_by_brute_force, least_norm_by_brute_force};

/// The root in `(low, high)` of the polynomial with these coefficients, lowest first.
fn field(coefficients: &[i64], low: i64, high: i64) -> Arc<NumberField> {
    let coefficients = coefficients.iter().map(|&c| Rational::from(c)).collect();
    NumberField::new(coefficients, Rational::from(low), Rational::from(high), None).unwrap()
}

fn fields() -> Vec<(Arc<NumberField>, f64)> {
    vec![
        (field(&[-2, 0, 1], 1, 2), 2f64.sqrt()),
        (field(&[-2, 0, 0, 1], 1, 2), 2f64.cbrt()),
        // sqrt 2 + sqrt 3
        (field(&[1, 0, -10, 0, 1], 3, 4), 2f64.sqrt() + 3f64.sqrt()),
        // (x^2 - 5)(x - 1)
        (field(&[5, -5, -1, 1], 2, 3), 5f64.sqrt()),
    ]
}

/// Small elements of one of the fields; rational ones are frequent.
fn elements(count: usize) -> impl Strategy<Value = Vec<Algebraic>> {
    let coordinates = prop_oneof![
        prop::collection::vec(-2i64..=2, 1),
        prop::collection::vec(-1i64..=1, 2),
        prop::collection::vec(-1i64..=1, 4),
    ];
    (0..fields().len(), prop::collection::vec(coordinates, count)).prop_map(|(which, elements)| {
        let field = &fields()[which].0;
        let element = |c: Vec<i64>| field.element(c.into_iter().map(Rational::from).collect());
        elements.into_iter().map(element).collect()
    })
}

/// A matrix with entries in one field, and a column.
fn system() -> impl Strategy<Value = (Vec<Vec<Algebraic>>, Vec<Algebraic>)> {
    (1usize..4, 1usize..4).prop_flat_map(|(rows, width)| {
        elements(rows * (width + 1)).prop_map(move |all| {
            let (matrix, column) = all.split_at(rows * width);
            (matrix.chunks(width).map(<[_]>::to_vec).collect(), column.to_vec())
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn systems_and_kernels((rows, rhs) in system()) {
        let augmented: Vec<Vec<Algebraic>> =
            rows.iter().zip(&rhs).map(|(row, b)| row.iter().chain([b]).cloned().collect()).collect();
        let rank = rank_by_minors(&rows);
        match solve(&rows, &rhs, Deadline::none()).unwrap() {
            Some(x) => prop_assert_eq!(&apply(&rows, &x), &rhs),
            None => prop_assert!(rank_by_minors(&augmented) > rank),
        }
        let Nullspace { pivots, basis } = nullspace(&rows, rows[0].len(), Deadline::none()).unwrap();
        prop_assert_eq!(pivots.len(), rank);
        prop_assert_eq!(basis.len(), rows[0].len() - rank);
        for vector in basis {
            prop_assert!(apply(&rows, &vector).iter().all(Zero::is_zero));
        }
        let scaled = apply_scaled(&transpose(&rows), &rhs);
        for (row, numerator) in transpose(&rows).iter().zip(&scaled.numerators) {
            prop_assert_eq!(dot(row, &rhs) * &scaled.denominator, numerator.clone());
        }
    }

    #[test]
    fn projections((generators, target) in (1usize..4).prop_flat_map(|n| {
        elements(5 * n).prop_map(move |all| {
            let (target, generators) = all.split_at(n);
            (generators.chunks(n).map(<[_]>::to_vec).collect::<Vec<_>>(), target.to_vec())
        })
    })) {
        let projection = project_onto_cone(&generators, &target, Deadline::none()).unwrap();
        prop_assert_eq!(&projection.norm_squared, &least_by_brute_force(&generators, &target));
        let mut twin = projection.clone();
        twin.weights[0] = twin.weights[0].clone() + &Algebraic::one();
        prop_assert!(generators[0].iter().all(Zero::is_zero) || !twin.verify(&generators, &target));

        let bound = projection.norm_squared.clone();
        let within = combination_within(&generators, &target, &bound, Deadline::none()).unwrap();
        let Combination::Within { norm_squared, .. } = within else { panic!("the bound is attained") };
        prop_assert!(norm_squared <= bound);
        let below = bound.clone() - &Algebraic::from(Rational::from_ratio(1, 1_000_000_000_000).unwrap());
        let beyond = combination_within(&generators, &target, &below, Deadline::none()).unwrap();
        let Combination::Beyond(nearest) = beyond else { panic!("the bound is below the minimum") };
        prop_assert_eq!(nearest.norm_squared, bound);
    }

    #[test]
    fn least_norm_points(all in elements(14), equalities in 0usize..2) {
        let mut constraints: Vec<(Vec<Algebraic>, Algebraic)> =
            all.chunks_exact(3).map(|c| (c[..2].to_vec(), c[2].clone())).collect();
        let equal = constraints.split_off(constraints.len() - equalities);
        let polyhedron = Polyhedron { dimension: 2, at_least: constraints, equal };
        match least_norm_point(&polyhedron, None, Deadline::none()).unwrap() {
            LeastNorm::Point(least) => {
                prop_assert_eq!(Some(least.norm_squared), least_norm_by_brute_force(&polyhedron));
            }
            LeastNorm::Empty { .. } => prop_assert_eq!(None, least_norm_by_brute_force(&polyhedron)),
        }
    }

    #[test]
    fn curvatures(entries in elements(6)) {
        let at = |i: usize, j: usize| entries[i * 3 + j - i * (i + 1) / 2].clone();
        let matrix: Vec<Vec<Algebraic>> =
            (0..3).map(|i| (0..3).map(|j| at(i.min(j), i.max(j))).collect()).collect();
        let minors: Vec<Sign> = (1..=3)
            .flat_map(|size| subsets(3, size))
            .map(|set| {
                let pick = |i: &usize| set.iter().map(|&j| matrix[*i][j].clone()).collect();
                determinant(&set.iter().map(pick).collect::<Vec<_>>()).sign()
            })
            .collect();
        match curvature(&matrix, Deadline::none()).unwrap() {
            Curvature::Positive => prop_assert!(minors.iter().all(|m| *m == Sign::Positive)),
            Curvature::Flat(kernel) => {
                prop_assert!(!minors.contains(&Sign::Negative) && minors.contains(&Sign::Zero));
                prop_assert!(!kernel.is_empty());
                prop_assert!(kernel.iter().all(|v| apply(&matrix, v).iter().all(Zero::is_zero)));
            }
            Curvature::Negative(v) => prop_assert_eq!(quadratic_form(&matrix, &v).sign(), Sign::Negative),
        }
    }

    #[test]
    fn floats_are_near(which in 0usize..4, coordinates in prop::collection::vec(-99i64..=99, 1..4)) {
        let (field, alpha) = &fields()[which];
        let expected = coordinates.iter().rev().fold(0.0, |sum, &c| sum * alpha + c as f64);
        let size = coordinates.iter().rev().fold(0.0, |sum, &c| sum * alpha + c.abs() as f64);
        let exact = field.element(coordinates.iter().map(|&c| Rational::from(c)).collect());
        prop_assert!((to_f64(&exact) - expected).abs() <= 1e-13 * size);
    }
}

/// (sqrt 2 - 1)^n shrinks below every fixed precision; its float keeps its leading digits.
#[test]
fn cancellation_does_not_spoil_the_float() {
    let field = field(&[-2, 0, 1], 1, 2);
    let base = field.element(vec![Rational::from(-1), Rational::one()]);
    let mut power = Algebraic::one();
    for n in 1..=300 {
        power = power * &base;
        let expected = (2f64.sqrt() - 1.0).powi(n);
        assert!((to_f64(&power) / expected - 1.0).abs() < 1e-12, "power {n}");
    }
}
