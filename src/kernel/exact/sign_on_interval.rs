//! The exact sign of a polynomial on an interval.

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

/// The values that a polynomial takes on an interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignOn {
    /// It is the zero polynomial.
    Zero,
    /// Only values `> 0`.
    Positive,
    /// Only values `< 0`.
    Negative,
    /// Values `> 0` and zeros.
    Nonnegative,
    /// Values `< 0` and zeros.
    Nonpositive,
    /// Values of both signs.
    Mixed,
    /// There is no value: the interval is `(0, u]` with `u <= 0`.
    Empty,
}

/// How often an interval is halved before multiple roots are suspected.
const HALVINGS: usize = 24;

/// The exact sign of `polynomial` on `interval`.
///
/// The interval is mapped to `(0, 1)`, its closed end is looked at separately, and `(0, 1)` is halved until Descartes' rule of
/// signs shows that at most one root is left within a part, or until both signs have occurred. Only roots that the polynomial
/// touches without a change of sign can keep this from ending; after some halvings the same polynomial with simple roots shows
/// where they are.
///
/// ```
/// use margincert::kernel::exact::{Interval, Polynomial, Rational, SignOn, sign_on};
///
/// let number = |n: i64| Rational::from(n);
/// // t (t - 3)^2
/// let touching = Polynomial::new(vec![number(0), number(9), number(-6), number(1)]);
/// assert_eq!(sign_on(&touching, &Interval::UpTo(number(2))), SignOn::Positive);
/// assert_eq!(sign_on(&touching, &Interval::UpTo(number(4))), SignOn::Nonnegative);
/// assert_eq!(sign_on(&touching, &Interval::From(number(4))), SignOn::Positive);
/// ```
pub fn sign_on<F: OrderedField>(polynomial: &Polynomial<F>, interval: &Interval<F>) -> SignOn {
    let (end, unit) = match interval {
        Interval::UpTo(u) if u.sign() != Sign::Positive => return SignOn::Empty,
        // x = t / u
        Interval::UpTo(u) => (u, polynomial.dilate(u)),
        // x = 1 / (t - a + 1)
        Interval::From(a) => (a, polynomial.shift(&(a.clone() - &F::one())).reverse()),
    };
    let inside = Values::within(&integral(&unit));
    // A value other than zero at the closed end has the sign of values next to it.
    match (inside.positive, inside.negative, inside.zero || polynomial.evaluate(end).is_zero()) {
        (true, true, _) => SignOn::Mixed,
        (true, false, true) => SignOn::Nonnegative,
        (true, false, false) => SignOn::Positive,
        (false, true, true) => SignOn::Nonpositive,
        (false, true, false) => SignOn::Negative,
        (false, false, _) => SignOn::Zero,
    }
}

/// The signs that a polynomial takes on `(0, 1)`.
#[derive(Default)]
struct Values {
    positive: bool,
    negative: bool,
    zero: bool,
}

impl Values {
    fn record(&mut self, sign: Sign) {
        match sign {
            Sign::Positive => self.positive = true,
            Sign::Negative => self.negative = true,
            Sign::Zero => self.zero = true,
        }
    }

    /// The values on `(0, 1)`. Halving ends unless the polynomial touches zero without a change of sign; then the same polynomial
    /// without its multiple roots tells where to stop.
    fn within<F: OrderedField>(polynomial: &Polynomial<F>) -> Self {
        Self::by_halving([polynomial.clone()], HALVINGS).unwrap_or_else(|| {
            let simple = integral(&polynomial.square_free_part());
            Self::by_halving([polynomial.clone(), simple], usize::MAX).unwrap_or_default()
        })
    }

    /// The values on `(0, 1)` of the first polynomial, by parts on which the last one, which has the same roots, has at most
    /// one; `None` if a number of halvings does not get there.
    fn by_halving<F: OrderedField, const N: usize>(polynomials: [Polynomial<F>; N], halvings: usize) -> Option<Self> {
        let mut values = Self::default();
        // Each part mapped to `(0, 1)`.
        let mut parts = vec![polynomials];
        for _ in 0..=halvings {
            let mut undecided = Vec::new();
            for part in parts {
                let (roots, _) = variations(&part[N - 1]);
                if roots < 2 {
                    values.zero |= roots == 1;
                    variations(&part[0]).1.into_iter().for_each(|sign| values.record(sign));
                } else {
                    let halves = part.map(|polynomial| halves(&polynomial));
                    values.record(halves[0].1);
                    undecided.push(halves.each_ref().map(|(left, _, _)| left.clone()));
                    undecided.push(halves.map(|(_, _, right)| right));
                }
                if values.positive && values.negative {
                    return Some(values);
                }
            }
            if undecided.is_empty() || is_faulted() {
                return Some(values);
            }
            parts = undecided;
        }
        None
    }
}
