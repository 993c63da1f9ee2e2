//! Short rationals against search by brute force.

use margincert::kernel::exact::{Algebraic, NumberField, Rational};
use margincert::prove::rounding::*;
use num_bigint::BigInt;
use num_traits::{One, Zero};
use proptest::prelude::*;

fn ratio(n: i64, d: i64) -> Rational {
    Rational::from_ratio(n, d).unwrap()
}

/// All fractions by ascending denominator, then by ascending absolute numerator.
fn first_fraction(accept: impl Fn(&Rational) -> bool) -> Rational {
    (1..).flat_map(|d| (0..=60 * d).flat_map(move |n| [ratio(n, d), ratio(-n, d)])).find(accept).unwrap()
}

proptest! {
    #[test]
    fn the_simplest_fraction_is_the_first_in_order(
        (a, b) in (-50i64..50, 1i64..40), (c, d) in (0i64..60, 1i64..200),
    ) {
        let low = ratio(a, b);
        let high = &low + ratio(c, d);
        let expected = first_fraction(|x| low <= *x && *x <= high);
        prop_assert_eq!(simplest_between(&low, &high), Some(expected));
        if c > 0 {
            prop_assert_eq!(simplest_between(&high, &low), None);
        }
    }

    #[test]
    fn nothing_with_a_small_denominator_is_nearer(x in -5.0f64..5.0, limit in 1u64..40) {
        let best = nearest(x, limit).unwrap();
        prop_assert!(best.denominator() <= BigInt::from(limit));
        let exact = from_f64_exact(x).unwrap();
        let distance = (&best - &exact).abs();
        for d in 1..=limit as i64 {
            for n in [(x * d as f64).floor() as i64, (x * d as f64).ceil() as i64] {
                prop_assert!(distance <= (ratio(n, d) - &exact).abs());
            }
        }
    }

    #[test]
    fn floats_survive_the_round_trip(x in any::<f64>()) {
        match from_f64_exact(x) {
            Some(exact) => prop_assert_eq!(to_f64(&exact), x),
            None => prop_assert!(!x.is_finite()),
        }
    }

    #[test]
    fn big_fractions_become_near_floats(n in any::<i128>(), d in 1..i128::MAX, shift in 0u32..900) {
        let scale = BigInt::one() << shift;
        let value = Rational::new(BigInt::from(n) * &scale, BigInt::from(d)).unwrap();
        let expected = n as f64 / d as f64 * 2f64.powi(shift as i32);
        prop_assert!((to_f64(&value) - expected).abs() <= 1e-14 * expected.abs());
    }
}

#[test]
fn floats_out_of_range_are_not_numbers() {
    let huge = Rational::from(BigInt::one() << 5000);
    assert_eq!(to_f64(&huge), f64::INFINITY);
    assert_eq!(to_f64(&Rational::new(BigInt::one(), BigInt::one() << 5000).unwrap()), 0.0);
    assert_eq!(nearest(f64::NAN, 5), None);
    assert_eq!(nearest(0.5, 0), None);
    assert_eq!(simplest_near(f64::INFINITY, 1.0), None);
    assert_eq!(round_to_denominator(&[1e300], 3), None);
    assert_eq!(round_to_denominator(&[0.5], 0), None);
}

#[test]
fn familiar_fractions() {
    let pi = std::f64::consts::PI;
    assert_eq!(nearest(pi, 10), Some(ratio(22, 7)));
    assert_eq!(nearest(pi, 200), Some(ratio(355, 113)));
    assert_eq!(nearest(-pi, 100), Some(ratio(-311, 99)));
    assert_eq!(simplest_near(0.333, 0.001), Some(ratio(1, 3)));
    assert_eq!(simplest_near(1e-9, 1e-6), Some(Rational::zero()));
    assert_eq!(round_to_denominator(&[0.34, -0.66], 3), Some(vec![ratio(1, 3), ratio(-2, 3)]));
}

#[test]
fn irrational_numbers_become_near_floats() {
    let int = Rational::from;
    let field = |polynomial: &[i64], low, high| {
        let polynomial = polynomial.iter().map(|&a| int(a)).collect();
        NumberField::new(polynomial, int(low), int(high), None).unwrap()
    };
    let (square, cube) = (field(&[-2, 0, 1], 1, 2), field(&[-5, 0, 0, 1], 1, 2));
    let near = |value: Algebraic, expected: f64| {
        let float = to_f64(&value);
        assert!((float - expected).abs() <= 1e-12 * expected.abs(), "{value}: {float}, not {expected}");
    };
    near(square.element(vec![int(0), int(1)]), 2f64.sqrt());
    near(cube.element(vec![int(0), int(1)]), 5f64.cbrt());
    near(square.element(vec![int(3), int(-4)]), 3.0 - 4.0 * 2f64.sqrt());
    near(cube.element(vec![int(1), int(0), int(7)]), 1.0 + 7.0 * 5f64.cbrt() * 5f64.cbrt());
    // All but cancelled.
    near(square.element(vec![int(-1393), int(985)]), 1.0 / (985.0 * 2f64.sqrt() + 1393.0));
}
