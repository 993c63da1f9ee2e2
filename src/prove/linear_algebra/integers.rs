//! Rational rows as integer rows: denominators are cleared once, row by row.

use std::any::Any;
use std::borrow::Cow;

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};

use crate::kernel::exact::{Algebraic, OrderedField, Rational};
use crate::prove::padic::Prime;

/// An integer matrix.
pub(super) enum Integers {
    /// Every entry is below [`SMALL`] in absolute value, and the rows are shorter than 2^16.
    Small(Vec<Vec<i64>>),
    Big(Vec<Vec<BigInt>>),
}

/// With entries below this bound, 2^16 products with a 61-bit digit, or with each other, add up within 128 bits.
const SMALL: i128 = 1 << 47;

/// The rational value of a number that is known to be rational.
pub(super) fn rational<F: OrderedField>(value: &F) -> Option<Cow<'_, Rational>> {
    match stored_coordinates(value) {
        coordinates if coordinates.is_empty() => Some(Cow::Owned(Rational::zero())),
        coordinates if coordinates.len() > 1 => None,
        Cow::Borrowed(coordinates) => coordinates.first().map(Cow::Borrowed),
        Cow::Owned(mut coordinates) => coordinates.pop().map(Cow::Owned),
    }
}

/// The coordinates without a zero test where they can be had so.
pub(super) fn stored_coordinates<F: OrderedField>(value: &F) -> Cow<'_, [Rational]> {
    let any: &dyn Any = value;
    if let Some(rational) = any.downcast_ref::<Rational>() {
        return Cow::Borrowed(std::slice::from_ref(rational));
    }
    match any.downcast_ref::<Algebraic>() {
        Some(algebraic) => Cow::Borrowed(algebraic.stored_coordinates()),
        None => Cow::Owned(value.coordinates()),
    }
}

/// The rational values of a vector, `None` if one is irrational.
pub(super) fn rationals<F: OrderedField>(vector: &[F]) -> Option<Vec<Cow<'_, Rational>>> {
    vector.iter().map(rational).collect()
}

/// Rational rows as integer rows, each times a positive number of its own, which comes second.
/// `None` if an entry is irrational.
pub(super) fn integers<F: OrderedField>(rows: &[Vec<F>]) -> Option<(Integers, Vec<BigInt>)> {
    let rows = rows.iter().map(|row| rationals(row)).collect::<Option<Vec<_>>>()?;
    let mut small = Vec::with_capacity(rows.len());
    let mut scales = Vec::with_capacity(rows.len());
    for row in &rows {
        let Some((entries, scale)) = small_row(row) else { break };
        small.push(entries);
        scales.push(BigInt::from(scale));
    }
    if small.len() == rows.len() {
        return Some((Integers::Small(small), scales));
    }
    let (big, scales) = rows.iter().map(|row| common_denominator(row)).unzip();
    Some((Integers::Big(big), scales))
}

/// Numerators over the least common denominator, if all are small.
pub(super) fn small_row(row: &[Cow<'_, Rational>]) -> Option<(Vec<i64>, i64)> {
    if row.len() >= 1 << 16 {
        return None;
    }
    let mut common = 1i64;
    for entry in row {
        let (_, denominator) = entry.small()?;
        if denominator != 1 {
            let wide = i128::from(common).lcm(&i128::from(denominator));
            common = i64::try_from(wide).ok().filter(|&c| i128::from(c) < SMALL)?;
        }
    }
    let scaled = |entry: &Cow<'_, Rational>| {
        let (n, d) = entry.small()?;
        let value = i128::from(n) * i128::from(common / d);
        (value.abs() < SMALL).then_some(value as i64)
    };
    Some((row.iter().map(scaled).collect::<Option<_>>()?, common))
}

/// The least common denominator.
pub(super) fn common_denominator_of<'a>(numbers: impl Iterator<Item = &'a Rational>) -> BigInt {
    let mut common = BigInt::one();
    for number in numbers.filter(|number| !number.is_integer()) {
        let denominator = number.denominator();
        if !(&common % &denominator).is_zero() {
            common = common.lcm(&denominator);
        }
    }
    common
}

/// Numerators over the least common denominator, which is positive.
pub(super) fn common_denominator(row: &[Cow<'_, Rational>]) -> (Vec<BigInt>, BigInt) {
    let common = common_denominator_of(row.iter().map(AsRef::as_ref));
    let scaled = |entry: &Cow<'_, Rational>| match entry.is_integer() {
        true => entry.numerator() * &common,
        false => entry.numerator() * (&common / entry.denominator()),
    };
    (row.iter().map(scaled).collect(), common)
}

/// What the lifting needs of an integer type.
pub(super) trait Entry: Clone {
    /// A type that holds the residual of a lifting step.
    type Wide;
    fn widen(&self) -> Self::Wide;
    /// `self` modulo the prime.
    fn residue(&self, prime: Prime) -> u64;
    /// `wide` modulo the prime.
    fn wide_residue(wide: &Self::Wide, prime: Prime) -> u64;
    /// `wide -= self * digit`.
    fn subtract_product(&self, digit: u64, wide: &mut Self::Wide);
    /// `wide /= prime`, where the division is exact.
    fn divide(wide: &mut Self::Wide, prime: Prime);
    /// Row by row `sum_j row[columns[j]] * vector[j]`.
    fn products<'a>(
        rows: impl Iterator<Item = &'a Vec<Self>>,
        columns: &[usize],
        vector: &[BigInt],
    ) -> impl Iterator<Item = BigInt>
    where
        Self: 'a;
    /// The dot product of two rows.
    fn dot(a: &[Self], b: &[Self]) -> BigInt;
    /// A bound for log2 of the absolute value, zero for zero.
    fn bits(&self) -> u64;
}

impl Entry for i64 {
    type Wide = i128;

    fn widen(&self) -> i128 {
        i128::from(*self)
    }

    fn residue(&self, prime: Prime) -> u64 {
        prime.residue(*self)
    }

    fn wide_residue(wide: &i128, prime: Prime) -> u64 {
        wide.rem_euclid(i128::from(prime.value())) as u64
    }

    #[inline]
    fn subtract_product(&self, digit: u64, wide: &mut i128) {
        *wide -= i128::from(*self) * i128::from(digit as i64);
    }

    fn divide(wide: &mut i128, prime: Prime) {
        *wide /= i128::from(prime.value());
    }

    fn products<'a>(
        rows: impl Iterator<Item = &'a Vec<i64>>,
        columns: &[usize],
        vector: &[BigInt],
    ) -> impl Iterator<Item = BigInt> {
        let digits: Vec<Vec<i64>> = vector.iter().map(digits).collect();
        let count = digits.iter().map(Vec::len).max().unwrap_or(0);
        let mut sums = vec![0i128; count];
        rows.map(move |row| {
            sums.fill(0);
            for (&column, digits) in columns.iter().zip(&digits) {
                let entry = i128::from(row[column]);
                for (sum, &digit) in sums.iter_mut().zip(digits) {
                    *sum += entry * i128::from(digit);
                }
            }
            sums.iter().rev().fold(BigInt::ZERO, |total, &sum| (total << DIGIT) + sum)
        })
    }

    fn dot(a: &[i64], b: &[i64]) -> BigInt {
        let products = a.iter().zip(b).map(|(&x, &y)| i128::from(x) * i128::from(y));
        products.sum::<i128>().into()
    }

    fn bits(&self) -> u64 {
        u64::from(u64::BITS - self.unsigned_abs().leading_zeros())
    }
}

impl Entry for BigInt {
    type Wide = BigInt;

    fn widen(&self) -> BigInt {
        self.clone()
    }

    fn residue(&self, prime: Prime) -> u64 {
        let remainder = (self.magnitude() % prime.value()).to_u64().unwrap_or(0);
        if self.is_negative() && remainder != 0 { prime.value() - remainder } else { remainder }
    }

    fn wide_residue(wide: &BigInt, prime: Prime) -> u64 {
        wide.residue(prime)
    }

    fn subtract_product(&self, digit: u64, wide: &mut BigInt) {
        if !self.is_zero() && digit != 0 {
            *wide -= self * digit;
        }
    }

    fn divide(wide: &mut BigInt, prime: Prime) {
        *wide /= prime.value();
    }

    fn products<'a>(
        rows: impl Iterator<Item = &'a Vec<BigInt>>,
        columns: &[usize],
        vector: &[BigInt],
    ) -> impl Iterator<Item = BigInt> {
        rows.map(move |row| {
            let pairs = columns.iter().map(|&c| &row[c]).zip(vector);
            pairs.filter(|(a, x)| !a.is_zero() && !x.is_zero()).map(|(a, x)| a * x).sum()
        })
    }

    fn dot(a: &[BigInt], b: &[BigInt]) -> BigInt {
        a.iter().zip(b).map(|(x, y)| x * y).sum()
    }

    fn bits(&self) -> u64 {
        BigInt::bits(self)
    }
}

/// Binary length of the digits that [`digits`] makes.
const DIGIT: usize = 61;

/// Digits to base 2^61, the lowest first, each with the sign of the number.
fn digits(value: &BigInt) -> Vec<i64> {
    let words = value.magnitude().to_u64_digits();
    let (mut digits, mut buffer, mut filled) = (Vec::new(), 0u128, 0);
    for word in words {
        buffer |= u128::from(word) << filled;
        filled += 64;
        while filled >= DIGIT {
            digits.push((buffer & ((1 << DIGIT) - 1)) as i64);
            buffer >>= DIGIT;
            filled -= DIGIT;
        }
    }
    if buffer != 0 {
        digits.push(buffer as i64);
    }
    if value.is_negative() {
        digits.iter_mut().for_each(|digit| *digit = -*digit);
    }
    digits
}
