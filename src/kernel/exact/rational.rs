//! Exact rational numbers: machine words while they fit, big integers beyond.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::ops::{Add, AddAssign, Mul, MulAssign, Neg, Sub, SubAssign};
use std::str::FromStr;

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{One, Signed, Zero};

use super::guard::{afford, charge};
use super::{OrderedField, Sign};

/// The most decimal digits that the text of one number may hold.
pub const MAX_DIGITS: usize = 1000;

/// A rational number in lowest terms with a positive denominator.
///
/// The representation is canonical, so derived equality and hashing are by value. No operation
/// overflows or panics.
///
/// ```
/// use margincert::kernel::exact::{OrderedField, Rational};
///
/// let x: Rational = "0.75".parse().unwrap();
/// let y: Rational = "-1/4".parse().unwrap();
/// assert_eq!((&x + &y).to_string(), "1/2");
/// assert_eq!((&x * &y).to_string(), "-3/16");
/// assert_eq!(y.reciprocal(), Some(Rational::from(-4)));
/// assert!(y < x);
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Rational(Repr);

/// Lowest terms, positive denominator; `Big` only if one part does not fit an `i64`.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Repr {
    Small(i64, i64),
    Big(Box<(BigInt, BigInt)>),
}

use Repr::{Big, Small};

impl Rational {
    /// `numerator / denominator` in lowest terms, or `None` for a zero denominator.
    pub fn new(numerator: BigInt, denominator: BigInt) -> Option<Self> {
        if denominator.is_zero() {
            return None;
        }
        // The binary algorithm takes time quadratic in the longer of the two.
        let bits = numerator.bits().max(denominator.bits());
        if !afford(bits.saturating_mul(20 + bits / 70)) {
            return Some(Self::zero());
        }
        let divisor = numerator.gcd(&denominator) * denominator.signum();
        Some(Self::from_reduced(numerator / &divisor, denominator / divisor))
    }

    /// `numerator / denominator` in lowest terms, or `None` for a zero denominator.
    pub fn from_ratio(numerator: i64, denominator: i64) -> Option<Self> {
        let (n, d) = (i128::from(numerator), i128::from(denominator));
        let divisor = n.gcd(&d) * d.signum();
        (d != 0).then(|| Self::from_reduced_wide(n / divisor, d / divisor))
    }

    /// The numerator in lowest terms; it carries the sign.
    pub fn numerator(&self) -> BigInt {
        self.parts().0.into_owned()
    }

    /// The denominator in lowest terms, positive.
    pub fn denominator(&self) -> BigInt {
        self.parts().1.into_owned()
    }

    /// Numerator and denominator in lowest terms, if both fit an `i64`.
    pub fn small(&self) -> Option<(i64, i64)> {
        match self.0 {
            Small(n, d) => Some((n, d)),
            Big(_) => None,
        }
    }

    /// Whether the denominator is 1.
    pub fn is_integer(&self) -> bool {
        match &self.0 {
            Small(_, d) => *d == 1,
            Big(parts) => parts.1.is_one(),
        }
    }

    /// The largest integer that is not above `self`.
    pub fn floor(&self) -> BigInt {
        match &self.0 {
            Small(n, d) => BigInt::from(n.div_euclid(*d)),
            Big(parts) => parts.0.div_floor(&parts.1),
        }
    }

    /// The binary length of the larger of `|numerator|` and denominator.
    pub fn bits(&self) -> u64 {
        match &self.0 {
            Small(n, d) => u64::from((n.unsigned_abs() | d.unsigned_abs()).ilog2()) + 1,
            Big(parts) => parts.0.bits().max(parts.1.bits()),
        }
    }

    /// The absolute value.
    pub fn abs(&self) -> Self {
        match self.sign() {
            Sign::Negative => -self.clone(),
            _ => self.clone(),
        }
    }

    /// Numerator and denominator.
    fn parts(&self) -> (Cow<'_, BigInt>, Cow<'_, BigInt>) {
        match &self.0 {
            Small(n, d) => (Cow::Owned(BigInt::from(*n)), Cow::Owned(BigInt::from(*d))),
            Big(parts) => (Cow::Borrowed(&parts.0), Cow::Borrowed(&parts.1)),
        }
    }

    /// From parts in lowest terms with a positive denominator.
    fn from_reduced(numerator: BigInt, denominator: BigInt) -> Self {
        match (i64::try_from(&numerator), i64::try_from(&denominator)) {
            (Ok(n), Ok(d)) => Self(Small(n, d)),
            _ => Self(Big(Box::new((numerator, denominator)))),
        }
    }

    /// From parts in lowest terms with a positive denominator.
    #[inline]
    fn from_reduced_wide(numerator: i128, denominator: i128) -> Self {
        match (i64::try_from(numerator), i64::try_from(denominator)) {
            (Ok(n), Ok(d)) => Self(Small(n, d)),
            _ => Self(Big(Box::new((numerator.into(), denominator.into())))),
        }
    }

    /// Charges for a product of big numbers; whether the computation in progress goes on.
    fn can_afford_product(&self, other: &Self) -> bool {
        let bits = self.bits() + other.bits();
        afford(200 + bits.saturating_mul(bits) / 8000)
    }

    /// From any numerator and a positive denominator.
    #[inline]
    fn from_wide(numerator: i128, denominator: i128) -> Self {
        let divisor = match (i64::try_from(numerator), i64::try_from(denominator)) {
            (_, Ok(1)) | (Ok(1), _) => 1,
            (Ok(n), Ok(d)) => n.unsigned_abs().gcd(&d.unsigned_abs()).into(),
            // The remainder is below the denominator.
            (Err(_), Ok(d)) => ((numerator % denominator) as i64).unsigned_abs().gcd(&d.unsigned_abs()).into(),
            _ => numerator.gcd(&denominator),
        };
        Self::from_reduced_wide(numerator / divisor, denominator / divisor)
    }

    /// From any numerator and a positive denominator.
    fn reduced(numerator: BigInt, denominator: BigInt) -> Self {
        if denominator.is_one() {
            return Self::from_reduced(numerator, denominator);
        }
        // The denominator is a product of positive numbers, so `None` does not occur.
        Self::new(numerator, denominator).unwrap_or_else(Self::zero)
    }

    #[inline]
    fn sum(&self, other: &Self) -> Self {
        charge(5);
        if let (Small(a, b), Small(c, d)) = (&self.0, &other.0) {
            let (a, b, c, d) = (i128::from(*a), i128::from(*b), i128::from(*c), i128::from(*d));
            // Neither product passes 2^126.
            return if b == d { Self::from_wide(a + c, b) } else { Self::from_wide(a * d + c * b, b * d) };
        }
        if !self.can_afford_product(other) {
            return Self::zero();
        }
        let ((a, b), (c, d)) = (self.parts(), other.parts());
        if b == d {
            return Self::reduced(&*a + &*c, b.into_owned());
        }
        Self::reduced(&*a * &*d + &*c * &*b, &*b * &*d)
    }

    #[inline]
    fn product(&self, other: &Self) -> Self {
        charge(5);
        if let (Small(a, b), Small(c, d)) = (&self.0, &other.0) {
            return Self::from_wide(i128::from(*a) * i128::from(*c), i128::from(*b) * i128::from(*d));
        }
        if !self.can_afford_product(other) {
            return Self::zero();
        }
        let ((a, b), (c, d)) = (self.parts(), other.parts());
        Self::reduced(&*a * &*c, &*b * &*d)
    }
}

impl OrderedField for Rational {
    #[inline]
    fn sign(&self) -> Sign {
        match &self.0 {
            Small(n, _) => n.cmp(&0).into(),
            Big(parts) => parts.0.cmp(&BigInt::ZERO).into(),
        }
    }

    fn reciprocal(&self) -> Option<Self> {
        match &self.0 {
            Small(n, d) => Self::from_ratio(*d, *n),
            Big(parts) => Some(Self::from_reduced(&parts.1 * parts.0.signum(), parts.0.abs())),
        }
    }

    fn coordinates(&self) -> Vec<Rational> {
        if self.is_zero() { Vec::new() } else { vec![self.clone()] }
    }

    fn add_product(&mut self, a: &Self, b: &Self) {
        *self = Self::dot([(&*self, &Self::one()), (a, b)].into_iter());
    }

    /// Keeps the sum over one denominator, unreduced, while it fits: a common divisor is costly, and most sums have few
    /// denominators.
    fn dot<'a>(pairs: impl Iterator<Item = (&'a Self, &'a Self)>) -> Self {
        let (mut numerator, mut denominator) = (0_i128, 1_i128);
        let (mut rest, mut steps) = (Self::zero(), 10);
        for (a, b) in pairs {
            steps += 10;
            let (Small(a, c), Small(b, d)) = (&a.0, &b.0) else {
                rest = rest.sum(&a.product(b));
                continue;
            };
            let (product, over) = (i128::from(*a) * i128::from(*b), i128::from(*c) * i128::from(*d));
            match common_sum((numerator, denominator), (product, over)) {
                Some(sum) => (numerator, denominator) = sum,
                None => {
                    rest = rest.sum(&Self::from_wide(numerator, denominator));
                    (numerator, denominator) = (product, over);
                }
            }
        }
        charge(steps);
        let sum = Self::from_wide(numerator, denominator);
        if rest.is_zero() { sum } else { rest.sum(&sum) }
    }
}

/// The sum of two fractions over the denominator of one of them, where the other's divides it and nothing overflows.
#[inline]
fn common_sum((a, b): (i128, i128), (c, d): (i128, i128)) -> Option<(i128, i128)> {
    if b == d {
        return Some((a.checked_add(c)?, b));
    }
    match (a, c) {
        (0, _) => Some((c, d)),
        (_, 0) => Some((a, b)),
        _ if b % d == 0 => Some((a.checked_add(c.checked_mul(b / d)?)?, b)),
        _ if d % b == 0 => Some((c.checked_add(a.checked_mul(d / b)?)?, d)),
        _ => None,
    }
}

impl From<i64> for Rational {
    fn from(value: i64) -> Self {
        Self(Small(value, 1))
    }
}

impl From<BigInt> for Rational {
    fn from(value: BigInt) -> Self {
        Self::from_reduced(value, BigInt::one())
    }
}

impl Zero for Rational {
    fn zero() -> Self {
        Self(Small(0, 1))
    }

    #[inline]
    fn is_zero(&self) -> bool {
        matches!(self.0, Small(0, _))
    }
}

impl One for Rational {
    fn one() -> Self {
        Self(Small(1, 1))
    }
}

impl Ord for Rational {
    fn cmp(&self, other: &Self) -> Ordering {
        charge(5);
        if let (Small(a, b), Small(c, d)) = (&self.0, &other.0) {
            return (i128::from(*a) * i128::from(*d)).cmp(&(i128::from(*c) * i128::from(*b)));
        }
        if !self.can_afford_product(other) {
            return Ordering::Equal;
        }
        let ((a, b), (c, d)) = (self.parts(), other.parts());
        (&*a * &*d).cmp(&(&*c * &*b))
    }
}

impl PartialOrd for Rational {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Neg for Rational {
    type Output = Self;

    fn neg(self) -> Self {
        match self.0 {
            Small(n, d) => Self::from_reduced_wide(-i128::from(n), d.into()),
            // 2^63 over 1 is big, its negative is not.
            Big(parts) => Self::from_reduced(-parts.0, parts.1),
        }
    }
}

impl Neg for &Rational {
    type Output = Rational;

    fn neg(self) -> Rational {
        -self.clone()
    }
}

/// An operator for every mix of owned and borrowed operands, and its assigning form.
macro_rules! operator {
    ($trait:ident $method:ident $assign:ident $assign_method:ident, $a:ident $b:ident => $value:expr) => {
        operator!(@ $trait $method Rational, &Rational, $a $b => $value);
        operator!(@ $trait $method Rational, Rational, $a $b => $value);
        operator!(@ $trait $method &Rational, &Rational, $a $b => $value);
        operator!(@ $trait $method &Rational, Rational, $a $b => $value);

        impl $assign<&Rational> for Rational {
            #[inline]
            fn $assign_method(&mut self, other: &Rational) {
                *self = (&*self).$method(other);
            }
        }
    };
    (@ $trait:ident $method:ident $left:ty, $right:ty, $a:ident $b:ident => $value:expr) => {
        impl $trait<$right> for $left {
            type Output = Rational;

            #[inline]
            fn $method(self, other: $right) -> Rational {
                let ($a, $b): (&Rational, &Rational) = (&self, &other);
                $value
            }
        }
    };
}

operator!(Add add AddAssign add_assign, a b => a.sum(b));
operator!(Sub sub SubAssign sub_assign, a b => a.sum(&-b));
operator!(Mul mul MulAssign mul_assign, a b => a.product(b));

/// Why a text is not a rational number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseRationalError {
    /// The text is not of the form `-?[0-9]+(/[0-9]+|\.[0-9]+)?`.
    Malformed,
    /// The text holds more than [`MAX_DIGITS`] digits, or would as a fraction.
    TooManyDigits,
    /// The denominator is zero.
    ZeroDenominator,
}

impl FromStr for Rational {
    type Err = ParseRationalError;

    /// Reads `-?[0-9]+(/[0-9]+|\.[0-9]+)?`; a decimal point means the exact decimal.
    /// `4/2` is accepted and reduced.
    fn from_str(text: &str) -> Result<Self, ParseRationalError> {
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        if unsigned.bytes().filter(u8::is_ascii_digit).count() > MAX_DIGITS {
            return Err(ParseRationalError::TooManyDigits);
        }
        let (head, tail, is_decimal) = match (unsigned.split_once('/'), unsigned.split_once('.')) {
            (Some((head, tail)), _) => (head, tail, false),
            (None, Some((head, tail))) => (head, tail, true),
            (None, None) => (unsigned, "1", false),
        };
        let all_digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
        if !all_digits(head) || !all_digits(tail) {
            return Err(ParseRationalError::Malformed);
        }
        // As a fraction the decimal must not be too long to be read again.
        if is_decimal && head.len() + 2 * tail.len() + 1 > MAX_DIGITS {
            return Err(ParseRationalError::TooManyDigits);
        }
        let integer = |s: &str| s.parse::<BigInt>().map_err(|_| ParseRationalError::Malformed);
        let (numerator, denominator) = match is_decimal {
            true => (integer(&format!("{head}{tail}"))?, num_traits::pow(BigInt::from(10), tail.len())),
            false => (integer(head)?, integer(tail)?),
        };
        let magnitude = Self::new(numerator, denominator).ok_or(ParseRationalError::ZeroDenominator)?;
        Ok(if text.len() > unsigned.len() { -magnitude } else { magnitude })
    }
}
