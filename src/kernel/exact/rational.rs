//! Exact rational numbers: machine words while they fit, big integers beyond.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::ops::{Add, AddAssign, Mul, MulAssign, Neg, Sub, SubAssign};
use std::str::FromStr;

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{One, Signed, Zero};

use super::cost::{self, WORD};
use super::guard::{afford, charge};
use super::machine_words::{Fraction, common_sum, product, reduced, sum};
use super::{OrderedField, Sign, Value};

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
#[derive(PartialEq, Eq, Hash)]
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
        match denominator.sign() {
            num_bigint::Sign::NoSign => None,
            num_bigint::Sign::Minus => Some(Self::quotient(-numerator, -denominator)),
            num_bigint::Sign::Plus => Some(Self::quotient(numerator, denominator)),
        }
    }

    /// `numerator / denominator` in lowest terms, or `None` for a zero denominator.
    pub fn from_ratio(numerator: i64, denominator: i64) -> Option<Self> {
        let sign = i128::from(denominator.signum());
        (sign != 0).then(|| Self::from_words((sign * i128::from(numerator), sign * i128::from(denominator))))
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
        let (numerator, denominator) = self.parts();
        numerator.div_floor(&denominator)
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
        if self.sign() == Sign::Negative { -self } else { self.clone() }
    }

    fn parts(&self) -> (Cow<'_, BigInt>, Cow<'_, BigInt>) {
        match &self.0 {
            Small(n, d) => (Cow::Owned(BigInt::from(*n)), Cow::Owned(BigInt::from(*d))),
            Big(parts) => (Cow::Borrowed(&parts.0), Cow::Borrowed(&parts.1)),
        }
    }

    /// From any numerator and a positive denominator.
    fn quotient(numerator: BigInt, denominator: BigInt) -> Self {
        let bits = numerator.bits().max(denominator.bits());
        if denominator.trailing_zeros() == Some(denominator.bits() - 1) {
            charge(cost::pass(bits));
            let shift = (denominator.bits() - 1).min(numerator.trailing_zeros().unwrap_or(u64::MAX));
            return Self::lowest(numerator >> shift, denominator >> shift);
        }
        // The binary algorithm takes time quadratic in the longer of the two.
        if !afford(cost::divisor(bits)) {
            return Self::zero();
        }
        let divisor = numerator.gcd(&denominator);
        Self::lowest(numerator / &divisor, denominator / divisor)
    }

    /// From parts in lowest terms with a positive denominator.
    fn lowest(numerator: BigInt, denominator: BigInt) -> Self {
        match (i64::try_from(&numerator), i64::try_from(&denominator)) {
            (Ok(n), Ok(d)) => Self(Small(n, d)),
            _ => Self(Big(Box::new((numerator, denominator)))),
        }
    }

    /// From any numerator and a positive denominator.
    #[inline]
    fn from_words(fraction: Fraction) -> Self {
        let (numerator, denominator) = reduced(fraction);
        match (i64::try_from(numerator), i64::try_from(denominator)) {
            (Ok(n), Ok(d)) => Self(Small(n, d)),
            _ => Self(Big(Box::new((numerator.into(), denominator.into())))),
        }
    }

    /// Both as fractions of words, if both are.
    #[inline]
    fn words(&self, other: &Self) -> Option<(Fraction, Fraction)> {
        let (Small(a, b), Small(c, d)) = (&self.0, &other.0) else { return None };
        Some((((*a).into(), (*b).into()), ((*c).into(), (*d).into())))
    }

    /// Charges for some products of parts of both; whether the computation in progress goes on.
    fn can_afford(&self, products: u64, other: &Self) -> bool {
        afford(cost::product(self.bits(), other.bits()).saturating_mul(products))
    }

    #[inline]
    fn sum(&self, other: &Self) -> Self {
        charge(WORD);
        if let Some((a, b)) = self.words(other) {
            return Self::from_words(sum(a, b));
        }
        charge(cost::pass(self.bits() + other.bits()));
        let ((a, b), (c, d)) = (self.parts(), other.parts());
        if b == d {
            return Self::quotient(&*a + &*c, b.into_owned());
        }
        if !self.can_afford(3, other) {
            return Self::zero();
        }
        Self::quotient(&*a * &*d + &*c * &*b, &*b * &*d)
    }

    #[inline]
    fn product(&self, other: &Self) -> Self {
        charge(WORD);
        if let Some((a, b)) = self.words(other) {
            return Self::from_words(product(a, b));
        }
        if !self.can_afford(2, other) {
            return Self::zero();
        }
        let ((a, b), (c, d)) = (self.parts(), other.parts());
        Self::quotient(&*a * &*c, &*b * &*d)
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
            Small(0, _) => None,
            Small(n, d) if *n > 0 => Some(Self(Small(*d, *n))),
            Small(n, d) => Some(Self::lowest((-i128::from(*d)).into(), (-i128::from(*n)).into())),
            Big(parts) => Some(Self::lowest(&parts.1 * parts.0.signum(), parts.0.abs())),
        }
    }

    fn coordinates(&self) -> Vec<Rational> {
        if self.is_zero() { Vec::new() } else { vec![self.clone()] }
    }
}

impl Value<Self> for Rational {
    fn add_product(&mut self, a: &Self, b: &Self) {
        *self = match (&self.0, a.words(b)) {
            (Small(..), Some(_)) => Self::dot([(&*self, &Self::one()), (a, b)].into_iter()),
            _ => self.sum(&a.product(b)),
        };
    }

    fn scale(&self, factor: &Self) -> Self {
        self * factor
    }

    fn bytes(&self) -> u64 {
        let outside = if let Big(parts) = &self.0 { 64 + (parts.0.bits() + parts.1.bits()) / 8 } else { 0 };
        size_of::<Self>() as u64 + outside
    }

    /// Keeps the sum over one denominator, unreduced, while it fits.
    fn dot<'a>(pairs: impl Iterator<Item = (&'a Self, &'a Self)>) -> Self {
        let (mut words, mut rest, mut steps) = ((0, 1), Self::zero(), WORD);
        for (a, b) in pairs {
            steps += WORD;
            let Some((a, b)) = a.words(b) else {
                rest = rest.sum(&a.product(b));
                continue;
            };
            let term = product(a, b);
            words = common_sum(words, term).unwrap_or_else(|| {
                rest = rest.sum(&Self::from_words(words));
                term
            });
        }
        charge(steps);
        let sum = Self::from_words(words);
        if rest.is_zero() { sum } else { rest.sum(&sum) }
    }
}

impl Clone for Rational {
    fn clone(&self) -> Self {
        if let Big(_) = self.0 {
            charge(cost::pass(2 * self.bits()));
        }
        Self(self.0.clone())
    }
}

impl From<i64> for Rational {
    fn from(value: i64) -> Self {
        Self(Small(value, 1))
    }
}

impl From<BigInt> for Rational {
    fn from(value: BigInt) -> Self {
        Self::lowest(value, BigInt::one())
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
        charge(WORD);
        if let Some(((a, b), (c, d))) = self.words(other) {
            return (a * d).cmp(&(c * b));
        }
        if !self.can_afford(2, other) {
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
            Small(n, d) if n > i64::MIN => Self(Small(-n, d)),
            // 2^63 over 1 is big, its negative is not.
            _ => Self::lowest(-self.numerator(), self.denominator()),
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
