//! Rational rows as integer rows: denominators are cleared once, row by row.

use std::any::Any;
use std::borrow::Cow;

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};

use super::modular::PRIME;
use crate::kernel::exact::{OrderedField, Rational};

/// An integer matrix. Row `i` is row `i` of the rational matrix times a positive number of its own.
pub(super) enum Integers {
    /// Every entry is below [`SMALL`] in absolute value.
    Small(Vec<Vec<i64>>),
    Big(Vec<Vec<BigInt>>),
}

/// With entries below this bound, and fewer than 2^16 columns, a residual of a lifting step fits 128 bits.
const SMALL: i128 = 1 << 47;

/// The rational value of an element of any field, `None` if it is irrational.
pub(super) fn rational<F: OrderedField>(value: &F) -> Option<Cow<'_, Rational>> {
    if let Some(rational) = (value as &dyn Any).downcast_ref::<Rational>() {
        return Some(Cow::Borrowed(rational));
    }
    let mut coordinates = value.coordinates();
    match coordinates.len() {
        0 => Some(Cow::Owned(Rational::zero())),
        1 => coordinates.pop().map(Cow::Owned),
        _ => None,
    }
}

/// The integer matrix of rational rows, `None` if an entry is irrational.
pub(super) fn integers<F: OrderedField>(rows: &[Vec<F>]) -> Option<Integers> {
    let mut rational_rows = Vec::with_capacity(rows.len());
    for row in rows {
        rational_rows.push(row.iter().map(rational).collect::<Option<Vec<_>>>()?);
    }
    let width = rows.first().map_or(0, Vec::len);
    let small = || rational_rows.iter().map(|row| small_row(row)).collect();
    if let Some(small) = (width < 1 << 16).then(small).flatten() {
        return Some(Integers::Small(small));
    }
    let big = rational_rows.iter().map(|row| common_denominator(row).0);
    Some(Integers::Big(big.collect()))
}

fn small_row(row: &[Cow<'_, Rational>]) -> Option<Vec<i64>> {
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
    row.iter().map(scaled).collect()
}

/// Numerators over the least common denominator, which is positive.
pub(super) fn common_denominator(row: &[Cow<'_, Rational>]) -> (Vec<BigInt>, BigInt) {
    let mut common = BigInt::one();
    for entry in row.iter().filter(|entry| !entry.is_integer()) {
        let denominator = entry.denominator();
        if !(&common % &denominator).is_zero() {
            common = common.lcm(&denominator);
        }
    }
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
    fn residue(&self) -> u64;
    /// `wide` modulo the prime.
    fn wide_residue(wide: &Self::Wide) -> u64;
    /// `wide -= self * digit`.
    fn subtract_product(&self, digit: u64, wide: &mut Self::Wide);
    /// `wide /= PRIME`, where the division is exact.
    fn divide(wide: &mut Self::Wide);
    /// `total += self * factor`.
    fn add_product(&self, factor: &BigInt, total: &mut BigInt);
    /// A bound for log2 of the absolute value, zero for zero.
    fn bits(&self) -> u64;
}

impl Entry for i64 {
    type Wide = i128;

    fn widen(&self) -> i128 {
        i128::from(*self)
    }

    fn residue(&self) -> u64 {
        self.rem_euclid(PRIME as i64) as u64
    }

    fn wide_residue(wide: &i128) -> u64 {
        wide.rem_euclid(i128::from(PRIME)) as u64
    }

    #[inline]
    fn subtract_product(&self, digit: u64, wide: &mut i128) {
        *wide -= i128::from(*self) * i128::from(digit as i64);
    }

    fn divide(wide: &mut i128) {
        *wide /= i128::from(PRIME);
    }

    fn add_product(&self, factor: &BigInt, total: &mut BigInt) {
        match *self {
            0 => {}
            1 => *total += factor,
            -1 => *total -= factor,
            value => *total += factor * value,
        }
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

    fn residue(&self) -> u64 {
        let remainder = (self.magnitude() % PRIME).to_u64().unwrap_or(0);
        if self.is_negative() && remainder != 0 { PRIME - remainder } else { remainder }
    }

    fn wide_residue(wide: &BigInt) -> u64 {
        wide.residue()
    }

    fn subtract_product(&self, digit: u64, wide: &mut BigInt) {
        if !self.is_zero() && digit != 0 {
            *wide -= self * digit;
        }
    }

    fn divide(wide: &mut BigInt) {
        *wide /= PRIME;
    }

    fn add_product(&self, factor: &BigInt, total: &mut BigInt) {
        if !self.is_zero() {
            *total += self * factor;
        }
    }

    fn bits(&self) -> u64 {
        BigInt::bits(self)
    }
}
