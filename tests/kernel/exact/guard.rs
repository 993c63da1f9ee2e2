//! Hostile computations come to an end, and honest ones are not disturbed.

use margincert::kernel::exact::{
    Algebraic, BUDGET, Fault, Interval, NumberField, OrderedField, Polynomial, Rational, Sign, SymmetricMatrix, Value,
    guarded, guarded_within, signs_on,
};
use num_traits::{One, Zero};

use super::{generator, q, rationals};
use crate::budget::assert_charged;

/// It passes a tenth of the budget, and ends soon after.
#[track_caller]
fn assert_exhausted<T>(computation: impl FnOnce() -> T) {
    assert!(assert_charged(BUDGET / 10, "hostile work", computation).is_none(), "it came to a result");
}

/// A rational of many digits, different for each seed.
fn long(seed: usize) -> Rational {
    let digits = |shift: usize| -> String {
        (0..900).map(|k| char::from(b'1' + ((k * k + shift + seed * (k % 7 + 3)) % 9) as u8)).collect()
    };
    Rational::new(digits(1).parse().unwrap(), digits(5).parse().unwrap()).unwrap()
}

#[test]
fn repeated_squaring_ends() {
    assert_exhausted(|| (0..60).fold(q(3, 7), |x, _| &x * &x));
    assert_exhausted(|| (0..60).fold(q(3, 1), |x, _| &x * &x + Rational::one()));
    assert_exhausted(|| rationals(&[1, 1]).pow(50_000));
    assert_exhausted(|| {
        let field = NumberField::new(vec![q(-2, 1), q(0, 1), q(1, 1)], q(1, 1), q(2, 1), None).unwrap();
        (0..60).fold(field.element(vec![q(-1, 1), q(1, 1)]), |x, _| x.clone() * &x)
    });
}

#[test]
fn matrices_of_long_numbers_end() {
    assert_exhausted(|| {
        let n = 120;
        let mut matrix = SymmetricMatrix::new(n);
        for i in 0..n {
            for j in 0..i {
                matrix.add(i, j, &long(i * n + j));
            }
            matrix.add(i, i, &q(1_000_000, 1));
        }
        matrix.definiteness()
    });
}

#[test]
fn signs_of_long_polynomials_end() {
    // Nearly touching roots everywhere. The distance is made beforehand: what an exhausted computation returns is not to be
    // unwrapped.
    let distance = Polynomial::constant(long(7).reciprocal().unwrap());
    assert_exhausted(|| {
        let p = Polynomial::new((0..60).map(long).map(|x| x - Rational::one()).collect());
        let near = &(&p * &p) + &distance;
        signs_on(&near, &Interval::UpTo(long(3)));
        signs_on(&(&p * &p), &Interval::From(-long(3)))
    });
}

/// A network of a million connections may be all zeros, and run on thousands of samples.
#[test]
fn products_with_zero_are_charged_for() {
    let field = NumberField::new(vec![q(-2, 1), q(0, 1), q(1, 1)], q(1, 1), q(2, 1), None).unwrap();
    let (zero, generator) = (field.element(vec![]), generator(&field));
    let dot = |pairs: usize| Algebraic::dot(std::iter::repeat_n((&generator, &zero), pairs));
    assert_eq!(guarded_within(100_000, || dot(1000)), Ok(Algebraic::zero()));
    assert_eq!(guarded_within(100_000, || dot(100_000)), Err(Fault::Exhausted));
}

#[test]
fn the_budget_is_shared_with_outer_guards_and_ends_with_them() {
    let exhaust = || (0..60).fold(q(3, 7), |x, _| &x * &x);
    let outer = guarded(|| {
        let inner = guarded(exhaust);
        assert_eq!(inner, Err(Fault::Exhausted));
        // What is left is nothing: the next big number fails.
        guarded(|| long(1) + long(2))
    });
    assert_eq!(outer, Ok(Err(Fault::Exhausted)));
    // A new guard starts afresh, and without one nothing is charged.
    assert_eq!(guarded(|| long(1) - long(1)), Ok(Rational::zero()));
    assert_eq!(&long(1) + &long(2) - long(2), long(1));
}

#[test]
fn honest_work_is_not_disturbed() {
    let touching = &rationals(&[-1, 3]).pow(4) * &rationals(&[7, 1, 1]);
    assert_eq!(guarded(|| signs_on(&touching, &Interval::UpTo(q(1, 1)))), Ok(vec![Sign::Zero, Sign::Positive]));
    let sum = guarded(|| (1..2000).fold(Rational::zero(), |sum, k| sum + q(1, k))).unwrap();
    assert!(sum > q(8, 1) && sum < q(9, 1));
}
