//! Integers: machine words while they fit, big integers beyond.

use std::cmp::Ordering;
use std::ops::{Add, Mul};

use num_bigint::{BigInt, BigUint, Sign as BigSign};
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};

use crate::kernel::exact::Sign;

use super::ring::Ring;

/// An integer; `Big` only if it does not fit an `i64`, so that equality is by value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Int {
    /// Fits a machine word.
    Small(i64),
    /// Does not.
    Big(BigInt),
}

use Int::{Big, Small};

impl From<BigInt> for Int {
    fn from(value: BigInt) -> Self {
        match i64::try_from(&value) {
            Ok(value) => Small(value),
            Err(_) => Big(value),
        }
    }
}

impl From<i128> for Int {
    #[inline]
    fn from(value: i128) -> Self {
        match i64::try_from(value) {
            Ok(value) => Small(value),
            Err(_) => Big(value.into()),
        }
    }
}

impl Int {
    /// The same number as a big integer.
    pub(super) fn to_big(&self) -> BigInt {
        match self {
            Small(value) => BigInt::from(*value),
            Big(value) => value.clone(),
        }
    }

    /// The greatest common divisor, not negative.
    fn gcd(&self, other: &Self) -> Self {
        match (self, other) {
            (Small(0), value) | (value, Small(0)) if value.signum() != Sign::Negative => value.clone(),
            (Small(a), Small(b)) => Int::from(i128::from(a.unsigned_abs().gcd(&b.unsigned_abs()))),
            _ => self.to_big().gcd(&other.to_big()).into(),
        }
    }

    /// The least common multiple of two positive numbers.
    pub(super) fn lcm(&self, other: &Self) -> Self {
        match (self, other) {
            (Small(1), _) => other.clone(),
            (_, Small(1)) => self.clone(),
            (Small(a), Small(b)) if a == b => self.clone(),
            (Small(a), Small(b)) => {
                let divisor = a.unsigned_abs().gcd(&b.unsigned_abs()) as i128;
                Int::from(i128::from(*a) / divisor * i128::from(*b))
            }
            _ if self == other => self.clone(),
            _ => self.to_big().lcm(&other.to_big()).into(),
        }
    }

    /// The remainder modulo a positive number below `2^63`, not negative.
    pub(super) fn modulo(&self, modulus: u64) -> u64 {
        match self {
            Small(value) => value.rem_euclid(modulus as i64) as u64,
            Big(value) => {
                let rest = (value.magnitude() % modulus).to_u64().unwrap_or(0);
                match value.is_negative() && rest > 0 {
                    true => modulus - rest,
                    false => rest,
                }
            }
        }
    }
}

impl Add for Int {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        self.plus(&other)
    }
}

impl Mul for Int {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        self.times(&other)
    }
}

impl Zero for Int {
    fn zero() -> Self {
        Small(0)
    }

    fn is_zero(&self) -> bool {
        matches!(self, Small(0))
    }
}

impl One for Int {
    fn one() -> Self {
        Small(1)
    }
}

impl Ring for Int {
    type Packed = Packed;
    type Factor = super::factor::IntegerFactor;

    #[inline]
    fn signum(&self) -> Sign {
        match self {
            Small(value) => value.cmp(&0).into(),
            Big(value) => value.cmp(&BigInt::ZERO).into(),
        }
    }

    #[inline]
    fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Small(a), Small(b)) => a.cmp(b),
            (Big(a), Big(b)) => a.cmp(b),
            // What does not fit a word is beyond everything that does.
            (Big(a), Small(_)) => a.cmp(&BigInt::ZERO),
            (Small(_), Big(b)) => BigInt::ZERO.cmp(b),
        }
    }

    #[inline]
    fn plus(&self, other: &Self) -> Self {
        match (self, other) {
            (Small(a), Small(b)) => match a.checked_add(*b) {
                Some(sum) => Small(sum),
                None => Int::from(i128::from(*a) + i128::from(*b)),
            },
            (a, Small(0)) => a.clone(),
            (Small(0), b) => b.clone(),
            (Small(a), Big(b)) | (Big(b), Small(a)) => (b + a).into(),
            (Big(a), Big(b)) => (a + b).into(),
        }
    }

    #[inline]
    fn minus(&self, other: &Self) -> Self {
        match (self, other) {
            (Small(a), Small(b)) => match a.checked_sub(*b) {
                Some(difference) => Small(difference),
                None => Int::from(i128::from(*a) - i128::from(*b)),
            },
            (a, Small(0)) => a.clone(),
            (Small(a), Big(b)) => (a - b).into(),
            (Big(a), Small(b)) => (a - b).into(),
            (Big(a), Big(b)) => (a - b).into(),
        }
    }

    #[inline]
    fn times(&self, other: &Self) -> Self {
        match (self, other) {
            (Small(a), Small(b)) => match a.checked_mul(*b) {
                Some(product) => Small(product),
                None => Int::from(i128::from(*a) * i128::from(*b)),
            },
            (Small(0), _) | (_, Small(0)) => Small(0),
            (Small(1), b) => b.clone(),
            (a, Small(1)) => a.clone(),
            (Small(a), Big(b)) | (Big(b), Small(a)) => (b * a).into(),
            (Big(a), Big(b)) => (a * b).into(),
        }
    }

    fn negated(&self) -> Self {
        match self {
            Small(value) => Int::from(-i128::from(*value)),
            Big(value) => (-value).into(),
        }
    }

    #[inline]
    fn divide_exactly(&self, divisor: &Self) -> Self {
        match (self, divisor) {
            (_, Small(1)) => self.clone(),
            (Small(a), Small(b)) => match a.checked_div(*b) {
                Some(quotient) => Small(quotient),
                None => Int::from(i128::from(*a) / i128::from(*b)),
            },
            _ => (self.to_big() / divisor.to_big()).into(),
        }
    }

    fn content(values: &[Self]) -> Self {
        let mut content = Small(0);
        for value in values {
            content = content.gcd(value);
            if content == Small(1) {
                break;
            }
        }
        if content.is_zero() { Small(1) } else { content }
    }

    fn bits(&self) -> i64 {
        match self {
            Small(value) => 64 - i64::from(value.unsigned_abs().leading_zeros()),
            Big(value) => value.bits() as i64,
        }
    }

    fn approximate(&self, shift: i64) -> f64 {
        match self {
            Small(value) => scale(*value as f64, -shift),
            Big(value) => {
                let drop = (value.bits() as i64 - 64).max(0);
                let top = (value.magnitude() >> drop as u64).to_f64().unwrap_or(f64::NAN);
                let top = if value.is_negative() { -top } else { top };
                scale(top, drop - shift)
            }
        }
    }

    fn pack(values: &[Self]) -> Packed {
        Packed::new(values)
    }

    fn dot(index: &[usize], value: &[Self], packed: &Packed) -> Self {
        packed.dot(index, value)
    }
}

/// `value * 2^exponent`, in two steps so that no intermediate power overflows.
fn scale(value: f64, exponent: i64) -> f64 {
    let exponent = exponent.clamp(-4000, 4000) as i32;
    let half = exponent / 2;
    value * 2f64.powi(half) * 2f64.powi(exponent - half)
}

/// A vector of integers laid out for fast dot products with short coefficients.
pub struct Packed {
    /// All of them as words, if all fit; otherwise all of them as sign and magnitude below.
    words: Option<Vec<i64>>,
    negative: Vec<bool>,
    /// Little-endian magnitudes, `width` limbs each.
    limbs: Vec<u64>,
    width: usize,
}

/// Coefficients below this bound, in rows of fewer than 2^16 terms, cannot overflow the 128-bit
/// column sums.
const SHORT: u64 = 1 << 46;

impl Packed {
    fn new(values: &[Int]) -> Self {
        let words = values
            .iter()
            .map(|value| match value {
                Small(value) => Some(*value),
                Big(_) => None,
            })
            .collect::<Option<Vec<i64>>>();
        if words.is_some() {
            return Self { words, negative: Vec::new(), limbs: Vec::new(), width: 1 };
        }
        let bits = values.iter().map(Ring::bits).max().unwrap_or(0);
        let width = (bits as usize).div_ceil(64).max(1);
        let mut limbs = vec![0; values.len() * width];
        let mut negative = Vec::with_capacity(values.len());
        for (value, limbs) in values.iter().zip(limbs.chunks_exact_mut(width)) {
            match value {
                Small(value) => {
                    negative.push(*value < 0);
                    limbs[0] = value.unsigned_abs();
                }
                Big(value) => {
                    negative.push(value.is_negative());
                    for (limb, digit) in limbs.iter_mut().zip(value.iter_u64_digits()) {
                        *limb = digit;
                    }
                }
            }
        }
        Self { words: None, negative, limbs, width }
    }

    /// One component.
    fn component(&self, index: usize) -> Int {
        if let Some(words) = &self.words {
            return Small(words[index]);
        }
        let limbs = &self.limbs[index * self.width..][..self.width];
        from_limbs(limbs, self.negative[index])
    }

    fn dot(&self, index: &[usize], value: &[Int]) -> Int {
        match &self.words {
            Some(words) => dot_words(words, index, value),
            None => self.dot_limbs(index, value),
        }
        .unwrap_or_else(|| {
            let mut sum = Small(0);
            for (&index, value) in index.iter().zip(value) {
                sum = sum.plus(&value.times(&self.component(index)));
            }
            sum
        })
    }

    /// The dot product limb by limb, carrying once at the end; `None` where a column sum might
    /// overflow.
    fn dot_limbs(&self, index: &[usize], value: &[Int]) -> Option<Int> {
        if index.len() >= 1 << 16 {
            return None;
        }
        let mut sums = vec![(0u128, 0u128); self.width];
        for (&index, value) in index.iter().zip(value) {
            let Small(value) = value else { return None };
            let magnitude = value.unsigned_abs();
            if magnitude >= SHORT {
                return None;
            }
            let limbs = &self.limbs[index * self.width..][..self.width];
            if (*value < 0) == self.negative[index] {
                for (sum, &limb) in sums.iter_mut().zip(limbs) {
                    sum.0 += u128::from(magnitude) * u128::from(limb);
                }
            } else {
                for (sum, &limb) in sums.iter_mut().zip(limbs) {
                    sum.1 += u128::from(magnitude) * u128::from(limb);
                }
            }
        }
        let mut carry = 0i128;
        let mut limbs = Vec::with_capacity(self.width + 2);
        for (plus, minus) in sums {
            carry += plus as i128 - minus as i128;
            limbs.push(carry as u64);
            carry >>= 64;
        }
        limbs.extend([carry as u64, (carry >> 64) as u64]);
        let negative = carry < 0;
        if negative {
            // Two's complement to magnitude.
            let mut borrow = true;
            for limb in &mut limbs {
                let (negated, overflow) = (!*limb).overflowing_add(u64::from(borrow));
                (*limb, borrow) = (negated, overflow);
            }
        }
        Some(from_limbs(&limbs, negative))
    }
}

/// The dot product in 128-bit arithmetic, or `None` where that overflows.
fn dot_words(words: &[i64], index: &[usize], value: &[Int]) -> Option<Int> {
    let mut sum = 0i128;
    for (&index, value) in index.iter().zip(value) {
        let Small(value) = value else { return None };
        sum = sum.checked_add(i128::from(*value) * i128::from(words[index]))?;
    }
    Some(sum.into())
}

fn from_limbs(limbs: &[u64], negative: bool) -> Int {
    let used = limbs.len() - limbs.iter().rev().take_while(|limb| **limb == 0).count();
    if let ([] | [_], limb) = (&limbs[..used], limbs.first().copied().unwrap_or(0)) {
        let magnitude = i128::from(limb);
        return Int::from(if negative { -magnitude } else { magnitude });
    }
    let digits = limbs[..used].iter().flat_map(|&limb| [limb as u32, (limb >> 32) as u32]).collect();
    let magnitude = BigUint::new(digits);
    debug_assert!(!magnitude.is_zero());
    BigInt::from_biguint(if negative { BigSign::Minus } else { BigSign::Plus }, magnitude).into()
}
