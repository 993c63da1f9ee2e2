//! What the exact simplex method computes with.

use std::cmp::Ordering;
use std::fmt::Debug;

use num_traits::{One, Zero};

use crate::kernel::exact::{OrderedField, Sign};
use crate::prove::rounding::to_f64;

use super::factor::{Factor, FieldFactor};

/// An ordered ring with the few operations of an exact simplex method.
pub trait Ring: Clone + Debug + PartialEq + Zero + One {
    /// A vector laid out for many dot products.
    type Packed;
    /// A factorisation of a square matrix.
    type Factor: Factor<Self>;

    /// The exact sign.
    fn signum(&self) -> Sign;
    /// The exact order.
    fn compare(&self, other: &Self) -> Ordering;
    /// `self + other`
    fn plus(&self, other: &Self) -> Self;
    /// `self - other`
    fn minus(&self, other: &Self) -> Self;
    /// `self * other`
    fn times(&self, other: &Self) -> Self;
    /// `-self`
    fn negated(&self) -> Self;
    /// `self / divisor`, which has no remainder.
    fn divide_exactly(&self, divisor: &Self) -> Self;
    /// A positive common divisor of a vector, the greatest where that has a meaning.
    fn content(values: &[Self]) -> Self;
    /// The binary length of an integer; zero where size means nothing.
    fn bits(&self) -> i64;
    /// Roughly `self * 2^-shift`; not finite where that overflows.
    fn approximate(&self, shift: i64) -> f64;
    /// Lays out a vector.
    fn pack(values: &[Self]) -> Self::Packed;
    /// `sum of value[i] * packed[index[i]]`
    fn dot(index: &[usize], value: &[Self], packed: &Self::Packed) -> Self;
}

impl<F: OrderedField> Ring for F {
    type Packed = Vec<F>;
    type Factor = FieldFactor<F>;

    fn signum(&self) -> Sign {
        self.sign()
    }

    fn compare(&self, other: &Self) -> Ordering {
        // The order is total.
        self.partial_cmp(other).unwrap_or(Ordering::Equal)
    }

    fn plus(&self, other: &Self) -> Self {
        self.clone() + other
    }

    fn minus(&self, other: &Self) -> Self {
        self.clone() - other
    }

    fn times(&self, other: &Self) -> Self {
        self.clone() * other
    }

    fn negated(&self) -> Self {
        -self.clone()
    }

    fn divide_exactly(&self, divisor: &Self) -> Self {
        divisor.reciprocal().map_or_else(F::zero, |reciprocal| self.clone() * &reciprocal)
    }

    fn content(values: &[Self]) -> Self {
        match values.iter().find(|value| !value.is_zero()) {
            Some(value) if value.signum() == Sign::Negative => -value.clone(),
            Some(value) => value.clone(),
            None => F::one(),
        }
    }

    fn bits(&self) -> i64 {
        0
    }

    fn approximate(&self, _shift: i64) -> f64 {
        to_f64(self)
    }

    fn pack(values: &[Self]) -> Vec<F> {
        values.to_vec()
    }

    fn dot(index: &[usize], value: &[Self], packed: &Vec<F>) -> Self {
        let mut sum = F::zero();
        for (&index, value) in index.iter().zip(value) {
            sum.add_product(value, &packed[index]);
        }
        sum
    }
}
