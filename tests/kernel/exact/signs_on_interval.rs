//! The signs on an interval, against polynomials of known real roots.

use margincert::kernel::exact::{Interval, OrderedField, Polynomial, Rational, Sign, signs_on};
use num_traits::{One, Zero};
use proptest::prelude::*;

use super::{polynomial, q, rational, rationals};

fn contains(interval: &Interval<Rational>, t: &Rational) -> bool {
    match interval {
        Interval::UpTo(u) => t.sign() == Sign::Positive && t <= u,
        Interval::From(a) => a <= t,
    }
}

/// From the real roots: the value at each root, and at one point of each gap between them, that lies in the interval.
fn expected(p: &Polynomial<Rational>, roots: &[Rational], interval: &Interval<Rational>) -> Vec<Sign> {
    let end = match interval {
        Interval::UpTo(end) | Interval::From(end) => end.clone(),
    };
    let mut breaks: Vec<Rational> = roots.iter().cloned().chain([Rational::zero(), end]).collect();
    breaks.sort();
    let mut points = breaks.clone();
    points.extend(breaks.windows(2).map(|pair| (&pair[0] + &pair[1]) * q(1, 2)));
    points.push(breaks.last().unwrap() + Rational::one());
    points.retain(|t| contains(interval, t));
    let mut signs: Vec<Sign> = points.iter().map(|t| p.evaluate(t).sign()).collect();
    signs.sort();
    signs.dedup();
    signs
}

fn assert_sign(p: &Polynomial<Rational>, roots: &[Rational], interval: &Interval<Rational>) {
    assert_eq!(signs_on(p, interval), expected(p, roots, interval), "{p} on {interval:?}");
}

/// `(t - r)^m` for each root, times positive quadratics, times a constant.
fn with_roots(roots: &[(Rational, u32)], complex: &[(Rational, Rational)], constant: Rational) -> Polynomial<Rational> {
    let linear = |r: &Rational| Polynomial::new(vec![-r, Rational::one()]);
    let p = roots.iter().fold(Polynomial::constant(constant), |p, (r, m)| &p * &linear(r).pow(*m));
    complex.iter().fold(p, |p, (r, s)| {
        // (t - r)^2 + s^2
        let square = linear(r).pow(2);
        &p * &(&square + &Polynomial::constant(s * s))
    })
}

fn interval() -> impl Strategy<Value = Interval<Rational>> {
    prop_oneof![rational().prop_map(Interval::UpTo), rational().prop_map(Interval::From)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn agrees_with_the_known_roots(
        roots in prop::collection::vec((rational(), 1_u32..4), 0..4),
        complex in prop::collection::vec((rational(), rational().prop_filter("a real root", |s| !s.is_zero())), 0..2),
        constant in rational(),
        interval in interval(),
    ) {
        let p = with_roots(&roots, &complex, constant);
        let roots: Vec<Rational> = roots.into_iter().map(|(r, _)| r).collect();
        assert_sign(&p, &roots, &interval);
        // At and beside each root, so that ends of the interval meet roots.
        for root in &roots {
            for end in [root.clone(), root + q(1, 97), root - q(1, 97)] {
                assert_sign(&p, &roots, &Interval::UpTo(end.clone()));
                assert_sign(&p, &roots, &Interval::From(end));
            }
        }
    }

    /// Pairs of roots 2^-20 to 2^-59 apart, and pairs of complex roots as near to the real axis.
    #[test]
    fn clusters(root in rational(), gap in 20_u32..60, end in rational(), constant in rational()) {
        let gap = q(1, 1 << gap);
        for (roots, complex) in [
            (vec![(root.clone(), 1), (&root + &gap, 1)], vec![]),
            (vec![(root.clone(), 2), (&root + &gap, 1)], vec![]),
            (vec![(root.clone(), 2), (&root + &gap, 2)], vec![]),
            (vec![], vec![(root.clone(), gap.clone())]),
            (vec![(root.clone(), 2)], vec![(root.clone(), gap.clone())]),
        ] {
            let p = with_roots(&roots, &complex, constant.clone());
            let roots: Vec<Rational> = roots.into_iter().map(|(r, _)| r).collect();
            assert_sign(&p, &roots, &Interval::UpTo(end.clone()));
            assert_sign(&p, &roots, &Interval::From(end.clone()));
        }
    }

    /// No sampled value contradicts the answer, whatever the polynomial.
    #[test]
    fn no_sample_contradicts(p in polynomial(7), interval in interval(), samples in prop::collection::vec(rational(), 20)) {
        let found = signs_on(&p, &interval);
        for t in samples.iter().filter(|t| contains(&interval, t)) {
            prop_assert!(found.contains(&p.evaluate(t).sign()), "{p} at {t}: {found:?}");
        }
    }
}

#[test]
fn ends_of_the_interval() {
    use Sign::{Negative, Positive, Zero};
    let mixed = [Negative, Zero, Positive];
    let up_to = |n, d| Interval::UpTo(q(n, d));
    let from = |n, d| Interval::From(q(n, d));
    for (coefficients, interval, expected) in [
        (&[][..], up_to(1, 1), &[Zero][..]),
        (&[], from(-5, 1), &[Zero][..]),
        (&[3], up_to(1, 2), &[Positive][..]),
        (&[-3], from(0, 1), &[Negative][..]),
        // t: its zero at 0 is outside (0, 1] and inside [0, infinity).
        (&[0, 1], up_to(1, 1), &[Positive][..]),
        (&[0, 1], from(0, 1), &[Zero, Positive][..]),
        (&[0, 1], from(-1, 1), &mixed[..]),
        // 1 - t on (0, u].
        (&[1, -1], up_to(99, 100), &[Positive][..]),
        (&[1, -1], up_to(1, 1), &[Zero, Positive][..]),
        (&[1, -1], up_to(101, 100), &mixed[..]),
        (&[1, -1], from(1, 1), &[Negative, Zero][..]),
        (&[1, -1], from(101, 100), &[Negative][..]),
        // Empty intervals, the zero polynomial's among them.
        (&[1], up_to(0, 1), &[][..]),
        (&[1], up_to(-1, 1), &[][..]),
        (&[], up_to(0, 1), &[][..]),
        // t^2 (3 t - 1)^2: touches at a point that halving never meets.
        (&[0, 0, 1, -6, 9], up_to(1, 1), &[Zero, Positive][..]),
        (&[0, 0, 1, -6, 9], from(0, 1), &[Zero, Positive][..]),
        (&[0, 0, -1, 6, -9], up_to(1, 1), &[Negative, Zero][..]),
        // (3 t - 1)^3
        (&[-1, 9, -27, 27], up_to(1, 1), &mixed[..]),
        (&[-1, 9, -27, 27], up_to(1, 4), &[Negative][..]),
    ] {
        assert_eq!(signs_on(&rationals(coefficients), &interval), expected, "{coefficients:?} on {interval:?}");
    }
}

#[test]
fn a_margin_that_dips_below_zero_for_a_moment_is_noticed() {
    // (t - 1/3)(t - 2/5) is negative only on a short interval.
    let p = with_roots(&[(q(1, 3), 1), (q(2, 5), 1)], &[], q(1, 1));
    assert_eq!(signs_on(&p, &Interval::UpTo(q(1, 1))), [Sign::Negative, Sign::Zero, Sign::Positive]);
    assert_eq!(signs_on(&p, &Interval::UpTo(q(1, 4))), [Sign::Positive]);
}
