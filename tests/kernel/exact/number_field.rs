//! Number fields: which polynomials and intervals define one, and which do not.

use std::sync::Arc;

use margincert::kernel::exact::{FieldError, MAX_DEGREE, NumberField, OrderedField, Rational, Sign, Value};
use num_traits::{One, Zero};
use proptest::prelude::*;

use super::{generator, product, q, rational, rationals};

/// A field from integer coefficients, lowest power first.
pub fn field(coefficients: &[i64], lower: Rational, upper: Rational) -> Result<Arc<NumberField>, FieldError> {
    let coefficients = coefficients.iter().map(|&c| Rational::from(c)).collect();
    NumberField::new(coefficients, lower, upper, None)
}

fn error(coefficients: &[i64], lower: Rational, upper: Rational) -> FieldError {
    field(coefficients, lower, upper).expect_err("not a field")
}

#[test]
fn each_error_has_its_trap() {
    use FieldError::{Constant, Degree, EmptyInterval, MultipleRoot, NoRoot, SeveralRoots};
    assert_eq!(error(&[], q(0, 1), q(1, 1)), Constant);
    assert_eq!(error(&[0], q(0, 1), q(1, 1)), Constant);
    assert_eq!(error(&[7, 0, 0], q(0, 1), q(1, 1)), Constant);
    assert_eq!(error(&[-2, 0, 1], q(1, 1), q(1, 1)), EmptyInterval(q(1, 1), q(1, 1)));
    assert_eq!(error(&[-2, 0, 1], q(2, 1), q(1, 1)), EmptyInterval(q(2, 1), q(1, 1)));
    assert_eq!(error(&[-2, 0, 1], q(2, 1), q(3, 1)), NoRoot);
    assert_eq!(error(&[2, 0, 1], q(-9, 1), q(9, 1)), NoRoot);
    assert_eq!(error(&[-2, 0, 1], q(-2, 1), q(2, 1)), SeveralRoots(2));
    // (x - 1)(x - 2)(x - 3)
    assert_eq!(error(&[-6, 11, -6, 1], q(0, 1), q(4, 1)), SeveralRoots(3));
    assert_eq!(error(&[-6, 11, -6, 1], q(1, 1), q(4, 1)), SeveralRoots(2));
    // (x^2 - 2)^2
    assert_eq!(error(&[4, 0, -4, 0, 1], q(1, 1), q(2, 1)), MultipleRoot);
    // x^3 - 2 with roots of unity of two orders: the limit on the degree.
    let mut long = vec![0; MAX_DEGREE + 2];
    long[0] = -2;
    long[MAX_DEGREE + 1] = 1;
    assert_eq!(error(&long, q(1, 1), q(2, 1)), Degree(MAX_DEGREE + 1));
    long.remove(1);
    assert!(field(&long, q(1, 1), q(2, 1)).is_ok());
}

#[test]
fn a_root_at_an_end_does_not_count() {
    // (x - 1)(x - 2)(x - 3): the open interval (1, 3) holds 2 only, (1, 2) holds none.
    let alpha = generator(&field(&[-6, 11, -6, 1], q(1, 1), q(3, 1)).unwrap());
    assert!(alpha == q(2, 1).into());
    assert_eq!(error(&[-6, 11, -6, 1], q(1, 1), q(2, 1)), FieldError::NoRoot);
    // A multiple root at an end is no obstacle: (x - 1)^2 (x^2 - 2), (x^2 - 2)(x - 2)^3.
    for (multiple, multiplicity) in [(1, 2), (2, 3)] {
        let p = &rationals(&[-2, 0, 1]) * &rationals(&[-multiple, 1]).pow(multiplicity);
        let field = NumberField::new(p.coefficients().to_vec(), q(1, 1), q(2, 1), None).unwrap();
        assert!(generator(&field) * generator(&field) == q(2, 1).into());
    }
    // Nor is one elsewhere.
    let p = &rationals(&[-2, 0, 1]) * &rationals(&[1, 0, 1]).pow(2);
    assert!(NumberField::new(p.coefficients().to_vec(), q(1, 1), q(2, 1), None).is_ok());
}

/// Such a polynomial looks like one of a higher degree, with another root.
#[test]
fn leading_zeros_are_refused() {
    for zeros in 1..3 {
        let coefficients = [vec![-2, 0, 1], vec![0; zeros]].concat();
        assert_eq!(error(&coefficients, q(1, 1), q(2, 1)), FieldError::LeadingZero);
    }
    assert!(field(&[-2, 0, 1], q(1, 1), q(2, 1)).is_ok());
    assert_eq!(error(&[-2, 0, 0], q(1, 1), q(2, 1)), FieldError::Constant);
}

#[test]
fn a_narrow_interval_tells_close_roots_apart() {
    // Roots 1 and 1 + 2^-40.
    let near = q((1 << 40) + 1, 1 << 40);
    let p = product(&[rationals(&[-1, 1]), super::Polynomial::new(vec![-&near, Rational::one()])]);
    let of = |lower: Rational, upper: Rational| NumberField::new(p.coefficients().to_vec(), lower, upper, None);
    assert_eq!(of(q(0, 1), q(2, 1)).unwrap_err(), FieldError::SeveralRoots(2));
    assert_eq!(of(q(1, 1), near.clone()).unwrap_err(), FieldError::NoRoot);
    assert!(generator(&of(q(0, 1), near.clone()).unwrap()) == q(1, 1).into());
    assert!(generator(&of(q(1, 1), q(2, 1)).unwrap()) == near.into());
}

#[test]
fn what_was_given_is_returned() {
    let coefficients = vec![q(-3, 1), q(0, 1), q(2, 1)];
    let field = NumberField::new(coefficients.clone(), q(1, 2), q(2, 1), Some("r".into())).unwrap();
    assert_eq!(field.polynomial(), coefficients);
    assert_eq!(field.root_between(), (&q(1, 2), &q(2, 1)));
    assert_eq!(field.given_symbol(), Some("r"));
    assert_eq!(generator(&field).to_string(), "r");
    let unnamed = NumberField::new(coefficients.clone(), q(1, 2), q(2, 1), None).unwrap();
    assert_eq!(unnamed.given_symbol(), None);
    assert_eq!(generator(&unnamed).to_string(), "alpha");
    assert_eq!(field, unnamed);
    assert_ne!(field, NumberField::new(coefficients, q(1, 1), q(2, 1), None).unwrap());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// The number and the multiplicity of the roots in an open interval decide, and the generator is the root.
    #[test]
    fn agrees_with_known_roots(
        roots in prop::collection::btree_map(rational(), 1_u32..3, 1..5),
        complex in any::<bool>(), ends in prop::array::uniform2(rational()), constant in rational(),
    ) {
        prop_assume!(ends[0] < ends[1] && !constant.is_zero());
        let mut p = product(&roots.iter().map(|(r, m)| super::Polynomial::new(vec![-r, Rational::one()]).pow(*m)).collect::<Vec<_>>());
        if complex {
            p = &p * &rationals(&[3, 1, 1]).pow(2);
        }
        let p = p.scale(&constant);
        let inside: Vec<_> = roots.iter().filter(|(r, _)| ends[0] < **r && **r < ends[1]).collect();
        let result = NumberField::new(p.coefficients().to_vec(), ends[0].clone(), ends[1].clone(), None);
        match (inside.as_slice(), result) {
            ([], Err(FieldError::NoRoot)) => {}
            ([(_, multiplicity)], Err(FieldError::MultipleRoot)) => prop_assert!(**multiplicity > 1),
            ([(root, multiplicity)], Ok(field)) => {
                prop_assert_eq!(**multiplicity, 1);
                let difference = generator(&field) - &(*root).clone().into();
                prop_assert_eq!(difference.sign(), Sign::Zero);
            }
            (several, Err(FieldError::SeveralRoots(count))) => prop_assert!(count > 1 && count == several.len()),
            (_, other) => prop_assert!(false, "{:?}", other),
        }
    }
}
