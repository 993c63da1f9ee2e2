//! Intervals whose ends are integers over one power of two; every operation rounds outward.

use num_bigint::BigInt;
use num_traits::{One, Signed, Zero};

use crate::kernel::exact::{Rational, Sign, afford, charge, cost};

/// Ends are integers divided by 2 to this power.
pub const FRACTION_BITS: u64 = 192;

/// A closed interval. An operation's result holds every value that the operation takes on the operands' members.
///
/// ```
/// use margincert::kernel::enclosure::Interval;
/// use margincert::kernel::exact::{Rational, Sign};
///
/// let third = Interval::of(&Rational::from_ratio(1, 3).unwrap());
/// assert_eq!(third.minus(&third).sign(), None); // 1/3 is no dyadic number, so its interval has a width.
/// assert_eq!(third.times(&third).sign(), Some(Sign::Positive));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interval {
    lower: BigInt,
    upper: BigInt,
}

impl Interval {
    /// The least interval around a number.
    pub fn of(value: &Rational) -> Self {
        Self::around(value, &Rational::from(0))
    }

    /// The numbers at most `radius >= 0` away from `centre`.
    pub fn around(centre: &Rational, radius: &Rational) -> Self {
        let (lower, upper) = (centre - radius, centre + radius);
        Interval { lower: scaled_down(&lower), upper: -scaled_down(&-upper) }
    }

    /// The interval that holds 0 alone.
    pub fn zero() -> Self {
        Interval { lower: BigInt::zero(), upper: BigInt::zero() }
    }

    /// The interval that holds 1 alone.
    pub fn one() -> Self {
        let one = BigInt::one() << FRACTION_BITS;
        Interval { lower: one.clone(), upper: one }
    }

    /// Whether 0 is the only member.
    fn is_zero(&self) -> bool {
        self.lower.is_zero() && self.upper.is_zero()
    }

    /// The lower end.
    pub fn lower(&self) -> Rational {
        scaled_up(&self.lower)
    }

    /// The upper end.
    pub fn upper(&self) -> Rational {
        scaled_up(&self.upper)
    }

    /// A number near the middle, and the greatest distance of a member from it.
    pub fn middle_and_radius(&self) -> (Self, Self) {
        let middle: BigInt = (&self.lower + &self.upper) >> 1;
        let radius = (&self.upper - &middle).max(&middle - &self.lower);
        let point = |value: BigInt| Interval { lower: value.clone(), upper: value };
        (point(middle), point(radius))
    }

    /// The sign that all members have, if they have one.
    pub fn sign(&self) -> Option<Sign> {
        match (self.lower.sign(), self.upper.sign()) {
            (num_bigint::Sign::Plus, _) => Some(Sign::Positive),
            (_, num_bigint::Sign::Minus) => Some(Sign::Negative),
            (num_bigint::Sign::NoSign, num_bigint::Sign::NoSign) => Some(Sign::Zero),
            _ => None,
        }
    }

    /// The greatest absolute value of a member, as an interval of its own.
    pub fn magnitude(&self) -> Self {
        let greatest = self.lower.abs().max(self.upper.abs());
        Interval { lower: greatest.clone(), upper: greatest }
    }

    /// The interval with the sign changed.
    pub fn negated(&self) -> Self {
        Interval { lower: -&self.upper, upper: -&self.lower }
    }

    /// The sum.
    pub fn plus(&self, other: &Self) -> Self {
        charge(cost::interval_sum(self.bits() + other.bits()));
        Interval { lower: &self.lower + &other.lower, upper: &self.upper + &other.upper }
    }

    /// The difference.
    pub fn minus(&self, other: &Self) -> Self {
        self.plus(&other.negated())
    }

    /// The product.
    pub fn times(&self, other: &Self) -> Self {
        Self::dot([(self, other)])
    }

    /// Those members that are not negative, and 0.
    pub fn positive_part(&self) -> Self {
        let zero = BigInt::zero();
        Interval { lower: (&self.lower).max(&zero).clone(), upper: (&self.upper).max(&zero).clone() }
    }

    /// What an activation with these slopes for negative and positive numbers makes of the members: it is linear on both sides.
    pub fn activated(&self, [negative, positive]: &[Rational; 2]) -> Self {
        let above = self.positive_part().times(&Interval::of(positive));
        above.plus(&self.negated().positive_part().negated().times(&Interval::of(negative)))
    }

    /// The sum of the products of pairs, rounded once.
    pub fn dot<'a>(pairs: impl IntoIterator<Item = (&'a Self, &'a Self)>) -> Self {
        let (mut lower, mut upper) = (BigInt::zero(), BigInt::zero());
        for (a, b) in pairs {
            if a.is_zero() || b.is_zero() {
                charge(4 * cost::LOOK);
                continue;
            }
            if !afford(cost::interval_product(a.bits(), b.bits())) {
                return Self::zero();
            }
            let first = &a.lower * &b.lower;
            match (a.lower == a.upper, b.lower == b.upper) {
                (true, true) => {
                    upper += &first;
                    lower += first;
                }
                (is_point, other_is_point) => {
                    let second = if is_point { &a.lower * &b.upper } else { &a.upper * &b.lower };
                    let (mut least, mut greatest) = if first <= second { (first, second) } else { (second, first) };
                    if !is_point && !other_is_point {
                        for product in [&a.lower * &b.upper, &a.upper * &b.upper] {
                            if product < least {
                                least = product;
                            } else if product > greatest {
                                greatest = product;
                            }
                        }
                    }
                    lower += least;
                    upper += greatest;
                }
            }
        }
        // A shift to the right rounds down.
        Interval { lower: lower >> FRACTION_BITS, upper: -(-upper >> FRACTION_BITS) }
    }

    /// The square roots of the members that are not negative.
    pub fn square_root(&self) -> Self {
        let root = |value: &BigInt| {
            let bits = value.bits() + FRACTION_BITS;
            let affordable = value.is_positive() && afford(cost::root(bits));
            if affordable { (value << FRACTION_BITS).sqrt() } else { BigInt::zero() }
        };
        // The integer root rounds down, so that one more is above the root.
        Interval { lower: root(&self.lower), upper: root(&self.upper) + 1 }
    }

    /// The reciprocals of the members, which are all positive; 0 if they are not.
    pub fn reciprocal(&self) -> Self {
        let bits = self.upper.bits() + 2 * FRACTION_BITS;
        if !self.lower.is_positive() || !afford(2 * cost::product(bits, bits)) {
            return Self::zero();
        }
        let one = BigInt::one() << (2 * FRACTION_BITS);
        // A quotient of positive integers rounds down, so that one more is above it.
        Interval { lower: &one / &self.upper, upper: one / &self.lower + 1 }
    }

    /// The binary length of the longer end.
    fn bits(&self) -> u64 {
        self.lower.bits().max(self.upper.bits())
    }
}

/// The largest integer that is not above `value * 2^FRACTION_BITS`.
fn scaled_down(value: &Rational) -> BigInt {
    let (numerator, denominator) = (value.numerator(), value.denominator());
    let bits = numerator.bits() + FRACTION_BITS + denominator.bits();
    if !afford(2 * cost::product(bits, bits)) {
        return BigInt::zero();
    }
    num_integer::Integer::div_floor(&(numerator << FRACTION_BITS), &denominator)
}

fn scaled_up(value: &BigInt) -> Rational {
    Rational::new(value.clone(), BigInt::one() << FRACTION_BITS).unwrap_or_else(Rational::zero)
}
