//! The exact signs of a polynomial on an interval.

use std::collections::BTreeSet;

use super::guard::is_faulted;
use super::unit_interval::{halves, integral, variations};
use super::{OrderedField, Polynomial, Sign};

/// An interval of real numbers on which a polynomial's sign is asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum Interval<F> {
    /// `(0, u]`.
    UpTo(F),
    /// `[a, infinity)`.
    From(F),
}

/// How often an interval is halved before multiple roots are suspected.
const HALVINGS: usize = 24;

/// The signs of the values of `polynomial` on `interval`, each once, in order; none if the interval is empty.
///
/// The interval is mapped to `(0, 1)`, its closed end is looked at separately, and `(0, 1)` is halved until Descartes' rule of
/// signs shows that at most one root is left within a part, or until both signs have occurred. Only roots that the polynomial
/// touches without a change of sign can keep this from ending; after some halvings the same polynomial with simple roots shows
/// where they are.
///
/// ```
/// use margincert::kernel::exact::{Interval, Polynomial, Rational, Sign, signs_on};
///
/// let number = |n: i64| Rational::from(n);
/// // t (t - 3)^2
/// let touching = Polynomial::new(vec![number(0), number(9), number(-6), number(1)]);
/// assert_eq!(signs_on(&touching, &Interval::UpTo(number(2))), [Sign::Positive]);
/// assert_eq!(signs_on(&touching, &Interval::UpTo(number(4))), [Sign::Zero, Sign::Positive]);
/// assert_eq!(signs_on(&touching, &Interval::From(number(4))), [Sign::Positive]);
/// ```
pub fn signs_on<F: OrderedField>(polynomial: &Polynomial<F>, interval: &Interval<F>) -> Vec<Sign> {
    let (end, unit) = match interval {
        Interval::UpTo(u) if u.sign() != Sign::Positive => return Vec::new(),
        // x = t / u
        Interval::UpTo(u) => (u, polynomial.dilate(u)),
        // x = 1 / (t - a + 1)
        Interval::From(a) => (a, polynomial.shift(&(a.clone() - &F::one())).reverse()),
    };
    let mut signs = signs_within(&integral(&unit));
    // A value other than zero at the closed end has the sign of values next to it.
    if polynomial.evaluate(end).is_zero() {
        signs.insert(Sign::Zero);
    }
    signs.into_iter().collect()
}

/// The signs of the values on `(0, 1)`. Halving ends unless the polynomial touches zero without a change of sign; then the same
/// polynomial without its multiple roots tells where to stop.
fn signs_within<F: OrderedField>(polynomial: &Polynomial<F>) -> BTreeSet<Sign> {
    by_halving([polynomial.clone()], HALVINGS).unwrap_or_else(|| {
        let simple = integral(&polynomial.square_free_part());
        by_halving([polynomial.clone(), simple], usize::MAX).unwrap_or_default()
    })
}

/// The signs of the values on `(0, 1)` of the first polynomial, by parts on which the last one, which has the same roots, has at
/// most one; `None` if a number of halvings does not get there.
fn by_halving<F: OrderedField, const N: usize>(
    polynomials: [Polynomial<F>; N],
    halvings: usize,
) -> Option<BTreeSet<Sign>> {
    let mut signs = BTreeSet::new();
    // Each part mapped to `(0, 1)`.
    let mut parts = vec![polynomials];
    for _ in 0..=halvings {
        let mut undecided = Vec::new();
        for part in parts {
            let (roots, beside_ends) = variations(&part[N - 1]);
            if roots < 2 {
                signs.extend((roots == 1).then_some(Sign::Zero));
                signs.extend(if N == 1 { beside_ends } else { variations(&part[0]).1 });
            } else {
                let halves = part.map(|polynomial| halves(&polynomial));
                signs.insert(halves[0].1);
                undecided.push(halves.each_ref().map(|(left, _, _)| left.clone()));
                undecided.push(halves.map(|(_, _, right)| right));
            }
            if signs.contains(&Sign::Positive) && signs.contains(&Sign::Negative) {
                // Between values of both signs there is a zero.
                return Some([Sign::Negative, Sign::Zero, Sign::Positive].into());
            }
        }
        if undecided.is_empty() || is_faulted() {
            return Some(signs);
        }
        parts = undecided;
    }
    None
}
