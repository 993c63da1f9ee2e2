//! Polynomials: ring laws through evaluation, division, and factors known in advance.

use margincert::kernel::exact::{OrderedField, Polynomial, Rational, Value};
use num_traits::{One, Zero};
use proptest::prelude::*;

use super::{polynomial, product, q, rational, rationals};

/// The value by the definition, with no Horner scheme.
fn value(p: &Polynomial<Rational>, t: &Rational) -> Rational {
    let mut sum = Rational::zero();
    let mut power = Rational::one();
    for c in p.coefficients() {
        sum = sum + c * &power;
        power *= t;
    }
    sum
}

fn is_canonical(p: &Polynomial<Rational>) -> bool {
    p.coefficients().last().is_none_or(|c| !c.is_zero())
}

proptest! {
    #[test]
    fn operations_are_those_of_values(
        a in polynomial(6), b in polynomial(6), c in polynomial(3), s in rational(), t in rational(), k in 0_u32..4,
    ) {
        prop_assert_eq!(a.evaluate(&t), value(&a, &t));
        let (x, y) = (value(&a, &t), value(&b, &t));
        let mut accumulated = c.clone();
        accumulated.add_product(&a, &b);
        let cases = [
            (&a + &b, &x + &y),
            (&a - &b, &x - &y),
            (&a * &b, &x * &y),
            (-&a, -&x),
            (a.scale(&s), &x * &s),
            (a.pow(k), (0..k).fold(Rational::one(), |power, _| power * &x)),
            (a.shift(&s), value(&a, &(&t + &s))),
            (a.dilate(&s), value(&a, &(&t * &s))),
            (accumulated, value(&c, &t) + &x * &y),
        ];
        for (result, expected) in cases {
            prop_assert!(is_canonical(&result));
            prop_assert_eq!(value(&result, &t), expected);
        }
        prop_assert!((&a - &a).is_zero());
        if let Some(inverse) = t.reciprocal() {
            let power = (0..a.degree().unwrap_or(0)).fold(Rational::one(), |power, _| power * &t);
            prop_assert_eq!(value(&a.reverse(), &t), power * value(&a, &inverse));
        }
    }

    #[test]
    fn the_derivative_obeys_leibniz(a in polynomial(6), b in polynomial(6)) {
        let leibniz = &(&a.derivative() * &b) + &(&a * &b.derivative());
        prop_assert_eq!((&a * &b).derivative(), leibniz);
    }

    #[test]
    fn division_with_remainder(a in polynomial(8), b in polynomial(4)) {
        match a.div_rem(&b) {
            None => prop_assert!(b.is_zero()),
            Some((quotient, remainder)) => {
                prop_assert_eq!(&(&quotient * &b) + &remainder, a);
                prop_assert!(remainder.degree() < b.degree());
            }
        }
    }

    #[test]
    fn the_gcd_divides_and_holds_the_common_factor(a in polynomial(4), b in polynomial(4), c in polynomial(3)) {
        let (left, right) = (&a * &c, &b * &c);
        let gcd = left.gcd(&right);
        if left.is_zero() && right.is_zero() {
            prop_assert!(gcd.is_zero());
        } else {
            prop_assert!(gcd.coefficients().last().unwrap().is_one());
            for multiple in [&left, &right] {
                prop_assert!(multiple.div_rem(&gcd).unwrap().1.is_zero());
            }
            if !c.is_zero() {
                prop_assert!(gcd.div_rem(&c).unwrap().1.is_zero());
            }
        }
    }

    #[test]
    fn the_square_free_part_has_every_factor_once(
        roots in prop::collection::btree_map(-6_i64..6, 1_u32..4, 0..4), with_square in 0_u32..3, c in rational(),
    ) {
        prop_assume!(!c.is_zero());
        // Linear factors by root and, `with_square` times, the irreducible t^2 + t + 1.
        let mut factors: Vec<_> = roots.iter().map(|(&root, &power)| (rationals(&[-root, 1]), power)).collect();
        factors.extend((with_square > 0).then(|| (rationals(&[1, 1, 1]), with_square)));
        let whole = factors.iter().fold(Polynomial::constant(c), |p, (factor, power)| &p * &factor.pow(*power));
        let radical = product(&factors.into_iter().map(|(factor, _)| factor).collect::<Vec<_>>());
        prop_assert_eq!(whole.square_free_part(), radical);
    }
}

#[test]
fn construction_drops_trailing_zeros() {
    assert!(rationals(&[0, 0]).is_zero());
    assert_eq!(rationals(&[0, 0]).degree(), None);
    assert_eq!(rationals(&[1, 2, 0]).degree(), Some(1));
    assert!(Polynomial::constant(q(0, 1)).is_zero());
}

#[test]
fn the_lowest_term() {
    let p = rationals(&[0, 0, 5, 0, 1]);
    assert_eq!(p.lowest(), Some((2, &q(5, 1))));
    assert_eq!(p.divide_by_power(2), rationals(&[5, 0, 1]));
    assert!(p.divide_by_power(9).is_zero());
    assert_eq!(Polynomial::<Rational>::zero().lowest(), None);
    assert_eq!(p.reverse(), rationals(&[1, 0, 5]));
}

#[test]
fn the_zero_polynomial_is_no_trap() {
    let zero = Polynomial::<Rational>::zero();
    assert!(zero.shift(&q(1, 2)).is_zero());
    assert!(zero.reverse().is_zero());
    assert!(zero.derivative().is_zero());
    assert!(zero.square_free_part().is_zero());
    assert_eq!(zero.pow(0), rationals(&[1]));
    assert!(rationals(&[1, 1]).div_rem(&zero).is_none());
    assert_eq!(rationals(&[7]).square_free_part(), rationals(&[1]));
    assert_eq!(zero.evaluate(&q(5, 1)).sign(), q(0, 1).sign());
}
