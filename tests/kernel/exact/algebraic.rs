//! Elements of number fields: laws, a second method for every sign, and reducible polynomials.

use std::sync::{Arc, LazyLock};

use margincert::kernel::exact::{
    Algebraic, Fault, Interval, NumberField, OrderedField, Polynomial, Rational, Sign, Value, guarded, signs_on,
};
use num_traits::{One, Zero};
use proptest::prelude::*;

use super::number_field::field;
use super::{generator, q, rational};

/// Fields of degree 2 to 5: monic or not, irreducible or not, with a rational generator, a negative and a large one.
fn fields() -> Vec<Arc<NumberField>> {
    [
        (&[-2, 0, 1][..], q(1, 1), q(2, 1)),
        (&[-2, 0, 1], q(-2, 1), q(-1, 1)),
        (&[-3, 0, 2], q(1, 1), q(2, 1)),
        (&[-2, 0, 0, 1], q(0, 1), q(7, 1)),
        (&[1, -3, 0, 1], q(-1, 2), q(1, 1)),
        (&[-1_000_003, 0, 1], q(0, 1), q(1001, 1)),
        (&[-2, 0, 0, 0, 0, 1], q(1, 1), q(3, 2)),
        (&[1, 1, 0, -7, 0, 3], q(1, 1), q(3, 2)),
        // (x^2 - 2)(x^2 - 3) at sqrt 2, and at sqrt 3.
        (&[6, 0, -5, 0, 1], q(7, 5), q(3, 2)),
        (&[6, 0, -5, 0, 1], q(3, 2), q(2, 1)),
        // (3 x - 1)(x^2 - 2) at 1/3, and (2 x - 1)(x^2 - 2) at 1/2, which halving meets.
        (&[2, -6, -1, 3], q(0, 1), q(1, 1)),
        (&[2, -4, -1, 2], q(0, 1), q(1, 1)),
        // 3 x - 1
        (&[-1, 3], q(0, 1), q(1, 1)),
        // x^3 - x at 0
        (&[0, -1, 0, 1], q(-1, 2), q(1, 2)),
    ]
    .map(|(coefficients, lower, upper)| field(coefficients, lower, upper).expect("a field"))
    .into()
}

/// The fields and their generators to within `2^-250`.
static APPROXIMATED: LazyLock<Vec<(Arc<NumberField>, Rational)>> = LazyLock::new(|| {
    let approximated = fields().into_iter().map(|field| (field.clone(), bisected(&field)));
    approximated.collect()
});

/// The generator by bisection with plain evaluations.
fn bisected(field: &NumberField) -> Rational {
    let p = Polynomial::new(field.polynomial().to_vec());
    let (mut lower, mut upper) = (field.root_between().0.clone(), field.root_between().1.clone());
    let start = p.evaluate(&lower).sign();
    assert_ne!(start, Sign::Zero, "choose another interval for the test");
    for _ in 0..260 {
        let middle = (&lower + &upper) * q(1, 2);
        if p.evaluate(&middle).sign() == start { lower = middle } else { upper = middle }
    }
    lower
}

/// The sign by evaluation close to the generator: non-zero values of small coordinates are far above the error.
fn sign_by_evaluation(coordinates: &[Rational], near: &Rational) -> Sign {
    let value = Polynomial::new(coordinates.to_vec()).evaluate(near);
    let tiny = Rational::new(1.into(), num_bigint::BigInt::from(1) << 200).unwrap();
    if value.abs() < tiny { Sign::Zero } else { value.sign() }
}

fn coordinates() -> impl Strategy<Value = Vec<Rational>> {
    prop::collection::vec(prop_oneof![Just(q(0, 1)), rational(), (-3_i64..=3).prop_map(Rational::from)], 0..7)
}

/// Coordinates too long for machine words, over one denominator, over several, or beside short ones.
fn long_coordinates() -> impl Strategy<Value = Vec<Rational>> {
    let denominators = prop::sample::select(vec![7_i64, 1_000_000_007, 998_244_353, 1 << 40]);
    let long = (rational(), rational(), denominators).prop_map(|(a, b, denominator)| {
        let part = q(1, denominator);
        a + &b * &part * &part * &part
    });
    prop::collection::vec(prop_oneof![1 => rational(), 4 => long], 1..7)
}

fn any_field() -> impl Strategy<Value = Arc<NumberField>> {
    prop::sample::select(fields())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn long_elements_multiply_as_polynomials_do(
        field in any_field(), a in long_coordinates(), b in long_coordinates(),
    ) {
        let product = field.element(a.clone()) * &field.element(b.clone());
        let polynomial = &Polynomial::new(a) * &Polynomial::new(b);
        let expected = field.element(polynomial.coefficients().to_vec());
        prop_assert_eq!(product.stored_coordinates(), expected.stored_coordinates());
    }

    #[test]
    fn long_elements_have_the_sign_and_the_place_that_evaluation_tells(
        (field, near) in prop::sample::select(APPROXIMATED.clone()), a in long_coordinates(), b in long_coordinates(),
    ) {
        let (x, y) = (field.element(a.clone()), field.element(b));
        prop_assert_eq!(x.sign(), sign_by_evaluation(&a, &near));
        // Over a reducible polynomial zero may have many coordinates.
        prop_assert_eq!((x.clone() * &y - &(y * &x)).sign(), Sign::Zero);
        let value = Polynomial::new(a).evaluate(&near);
        let (lower, upper) = x.enclosure(100);
        let tiny = Rational::new(1.into(), num_bigint::BigInt::from(1) << 190).unwrap();
        prop_assert!(&lower - &tiny <= value && value <= &upper + &tiny);
        prop_assert!(upper - lower <= Rational::new(1.into(), num_bigint::BigInt::from(1) << 100).unwrap());
    }

    #[test]
    fn the_laws_of_an_ordered_field(
        field in any_field(), a in coordinates(), b in coordinates(), c in coordinates(),
    ) {
        let [a, b, c] = [a, b, c].map(|coordinates| field.element(coordinates));
        let (zero, one) = (Algebraic::zero(), Algebraic::one());
        prop_assert!(a.clone() + &b == b.clone() + &a);
        prop_assert!(a.clone() * &b == b.clone() * &a);
        prop_assert!((a.clone() + &b) + &c == a.clone() + &(b.clone() + &c));
        prop_assert!((a.clone() * &b) * &c == a.clone() * &(b.clone() * &c));
        prop_assert!((a.clone() + &b) * &c == a.clone() * &c + &(b.clone() * &c));
        prop_assert!(a.clone() + &zero == a && a.clone() * &one == a && (a.clone() * &zero).is_zero());
        prop_assert!((a.clone() - &a).is_zero() && -a.clone() + &a == zero);
        prop_assert!(a.clone() - &b == a.clone() + &-b.clone());
        let mut sum = c.clone();
        sum.add_product(&a, &b);
        prop_assert!(sum == c.clone() + &(a.clone() * &b));
        match a.reciprocal() {
            None => prop_assert!(a.is_zero()),
            Some(inverse) => prop_assert!(inverse * &a == one),
        }
        // Order: signs multiply, and adding or multiplying by something positive keeps it.
        let signs = [a.sign(), b.sign(), (a.clone() * &b).sign()].map(|sign| sign as i32 - 1);
        prop_assert_eq!(signs[0] * signs[1], signs[2]);
        prop_assert_eq!(a < b, a.clone() + &c < b.clone() + &c);
        prop_assert_eq!(a < b, (b.clone() - &a).sign() == Sign::Positive);
        prop_assert_eq!([a < b, a == b, a > b].iter().filter(|x| **x).count(), 1);
        // Coordinates give the element back, and zero has none.
        prop_assert!(field.element(a.coordinates()) == a);
        prop_assert_eq!(a.coordinates().is_empty(), a.is_zero());
    }

    #[test]
    fn signs_and_order_agree_with_evaluation(
        at in 0..APPROXIMATED.len(), a in coordinates(), b in coordinates(),
    ) {
        let (field, near) = &APPROXIMATED[at];
        let (x, y) = (field.element(a.clone()), field.element(b.clone()));
        prop_assert_eq!(x.sign(), sign_by_evaluation(&a, near));
        let (p, r) = (Polynomial::new(a), Polynomial::new(b));
        for (value, expected) in [(x.clone() * &y, &p * &r), (x.clone() + &y, &p + &r), (x - &y, &p - &r)] {
            prop_assert_eq!(value.sign(), sign_by_evaluation(expected.coefficients(), near));
            let error = Rational::new(1.into(), num_bigint::BigInt::from(1) << 150).unwrap();
            let near_value = expected.evaluate(near);
            prop_assert!(Algebraic::from(&near_value - &error) < value && value < (near_value + error).into());
        }
    }

    /// The sign of a polynomial with coefficients in a field: products of factors with known roots.
    #[test]
    fn polynomials_over_a_field(field in any_field(), roots in prop::collection::vec((coordinates(), 1_u32..3), 1..3), end in rational()) {
        prop_assume!(end.sign() == Sign::Positive);
        let end = Algebraic::from(end);
        let mut p = Polynomial::constant(Algebraic::one());
        let mut inside = Vec::new();
        for (root, multiplicity) in roots {
            let root = field.element(root);
            p = &p * &Polynomial::new(vec![-root.clone(), Algebraic::one()]).pow(multiplicity);
            if root.sign() == Sign::Positive && root <= end {
                inside.push(root);
            }
        }
        let found = signs_on(&p, &Interval::UpTo(end.clone()));
        prop_assert!(!found.is_empty() && found != [Sign::Zero]);
        prop_assert_eq!(found.contains(&Sign::Zero), !inside.is_empty());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(30))]

    /// Powers of a unit less than 1: large coordinates whose sum is tiny, one sign or the other.
    #[test]
    fn signs_survive_cancellation(power in 1_usize..400, minus in any::<bool>()) {
        let field = field(&[-2, 0, 1], q(1, 1), q(2, 1)).unwrap();
        let mut unit = field.element(vec![q(-1, 1), q(1, 1)]);
        let mut x = if minus { -Algebraic::one() } else { Algebraic::one() };
        let expected = x.sign();
        let mut exponent = power;
        while exponent > 0 {
            if exponent % 2 == 1 {
                x = x * &unit;
            }
            unit = unit.clone() * &unit;
            exponent /= 2;
        }
        prop_assert_eq!(x.sign(), expected);
        prop_assert_eq!((x.clone() - &x.reciprocal().unwrap().reciprocal().unwrap()).sign(), Sign::Zero);
    }
}

/// `x^2 - 2` vanishes at the root of a polynomial of degree 4, `x^2 - 3` does not, though it has a common factor with it.
#[test]
fn a_reducible_polynomial_cannot_mislead() {
    let field = field(&[6, 0, -5, 0, 1], q(7, 5), q(3, 2)).unwrap();
    let alpha = generator(&field);
    let square = alpha.clone() * &alpha;
    let (two, three) = (Algebraic::from(q(2, 1)), Algebraic::from(q(3, 1)));
    let zero = square.clone() - &two;
    assert!(zero.is_zero() && zero == Algebraic::zero() && square == two);
    assert_eq!(zero.sign(), Sign::Zero);
    assert!(zero.reciprocal().is_none());
    assert!(zero.coordinates().is_empty());
    let minus_one = square - &three;
    assert_eq!(minus_one.sign(), Sign::Negative);
    assert!(minus_one.reciprocal().unwrap() == -Algebraic::one());
    // So near to zero that only exact arithmetic tells: the common factor with the polynomial must not.
    let small = (0..400).fold(minus_one, |x, _| x * &(alpha.clone() - &Algebraic::one()));
    assert_eq!(small.sign(), Sign::Negative);
    assert!(small.reciprocal().unwrap() * &small == Algebraic::one());
    // A polynomial's leading coefficient is dropped for its value.
    assert_eq!(Polynomial::new(vec![alpha.clone(), zero.clone()]).degree(), Some(0));
    assert!(Polynomial::new(vec![zero.clone(), zero]).is_zero());
    // At the other root it is the other way round.
    let other = generator(&super::number_field::field(&[6, 0, -5, 0, 1], q(3, 2), q(2, 1)).unwrap());
    assert!(other.clone() * &other == three && other.clone() * &other != two);
}

#[test]
fn rationals_need_no_field() {
    let (zero, one) = (Algebraic::zero(), Algebraic::one());
    assert!(zero.reciprocal().is_none());
    assert!(zero.field().is_none() && one.field().is_none());
    assert!(zero < one && -one.clone() < zero);
    assert_eq!(Algebraic::from(q(0, 1)).coordinates(), Vec::<Rational>::new());
    assert_eq!(Algebraic::from(q(-3, 4)).coordinates(), vec![q(-3, 4)]);
    assert!(Algebraic::from(q(-3, 4)).reciprocal() == Some(q(-4, 3).into()));
    let sqrt2 = generator(&field(&[-2, 0, 1], q(1, 1), q(2, 1)).unwrap());
    assert!(sqrt2.field().is_some());
    assert_eq!((sqrt2.clone() * &sqrt2).coordinates(), vec![q(2, 1)]);
    assert!((sqrt2.clone() - &sqrt2).field().is_none());
    assert!(sqrt2.same_field(&one) && one.same_field(&sqrt2));
}

/// A generator that bisection meets exactly, and a field of degree 1.
#[test]
fn a_rational_generator() {
    for (coefficients, value) in [(&[2, -4, -1, 2][..], q(1, 2)), (&[2, -6, -1, 3], q(1, 3)), (&[-1, 3], q(1, 3))] {
        let alpha = generator(&field(coefficients, q(0, 1), q(1, 1)).unwrap());
        assert!(alpha == Algebraic::from(value.clone()));
        assert!(alpha.reciprocal().unwrap() == Algebraic::from(value.reciprocal().unwrap()));
        assert_eq!((alpha - &value.into()).sign(), Sign::Zero);
    }
}

#[test]
fn fields_are_not_mixed() {
    let sqrt2 = field(&[-2, 0, 1], q(1, 1), q(2, 1)).unwrap();
    let cube_root = field(&[-2, 0, 0, 1], q(1, 1), q(2, 1)).unwrap();
    let (a, b) = (generator(&sqrt2), generator(&cube_root));
    assert!(!a.same_field(&b) && a != b);
    type Combine = fn(&Algebraic, &Algebraic);
    let combinations: [Combine; 7] = [
        |a, b| drop(a.clone() + b),
        |a, b| drop(a.clone() - b),
        |a, b| drop(a.clone() * b),
        |a, b| assert!(a != b || a.same_field(b)),
        |a, b| assert!(a.partial_cmp(b).is_some()),
        |a, b| Algebraic::zero().add_product(a, b),
        |a, b| a.clone().add_product(b, &Algebraic::one()),
    ];
    for combine in combinations {
        assert_eq!(guarded(|| combine(&a, &b)), Err(Fault::MixedFields));
        assert_eq!(guarded(|| combine(&b, &b)), Ok(()));
    }
    // The same field, read twice.
    let again = generator(&field(&[-2, 0, 1], q(1, 1), q(2, 1)).unwrap());
    assert!(a.same_field(&again) && a == again);
    assert!(guarded(|| a.clone() * &again) == Ok(q(2, 1).into()));
}

#[test]
fn display_uses_the_symbol() {
    let coefficients = vec![q(-2, 1), q(0, 1), q(0, 1), q(1, 1)];
    let named = NumberField::new(coefficients.clone(), q(1, 1), q(2, 1), Some("c".into())).unwrap();
    for (coordinates, shown) in [
        (vec![], "0"),
        (vec![q(-5, 3)], "-5/3"),
        (vec![q(3, 1), q(1, 2)], "1/2*c + 3"),
        (vec![q(-3, 1), q(-1, 2)], "-1/2*c - 3"),
        (vec![q(0, 1), q(1, 1)], "c"),
        (vec![q(0, 1), q(-1, 1)], "-c"),
        (vec![q(1, 1), q(-1, 1), q(1, 1)], "c^2 - c + 1"),
        (vec![q(0, 1), q(2, 1), q(-4, 5)], "-4/5*c^2 + 2*c"),
        // Reduced: c^3 = 2.
        (vec![q(0, 1), q(0, 1), q(0, 1), q(1, 1), q(1, 1)], "2*c + 2"),
    ] {
        assert_eq!(named.element(coordinates).to_string(), shown);
    }
    let unnamed = NumberField::new(coefficients, q(1, 1), q(2, 1), None).unwrap();
    assert_eq!(unnamed.element(vec![q(1, 1), q(1, 1)]).to_string(), "alpha + 1");
}
