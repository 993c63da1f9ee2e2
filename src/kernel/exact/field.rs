//! The interfaces through which the kernel computes: what flows through a network, and an ordered field with decidable sign.

use std::cmp::Ordering;
use std::fmt::{Debug, Display};
use std::ops::{Add, Mul, Neg, Sub};

use num_traits::{One, Zero};

use super::Rational;

/// The sign of an exact number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sign {
    /// Less than zero.
    Negative,
    /// Exactly zero.
    Zero,
    /// Greater than zero.
    Positive,
}

/// How a number compares with zero.
impl From<Ordering> for Sign {
    fn from(compared_with_zero: Ordering) -> Self {
        match compared_with_zero {
            Ordering::Less => Sign::Negative,
            Ordering::Equal => Sign::Zero,
            Ordering::Greater => Sign::Positive,
        }
    }
}

/// What can flow through a network: numbers of a field `F`, or polynomials over it in a curve's parameter.
pub trait Value<F>: Clone + Zero {
    /// `self += a * b`, the inner step of every dot product.
    fn add_product(&mut self, a: &Self, b: &Self);

    /// `factor * self`.
    fn scale(&self, factor: &F) -> Self;

    /// The bytes of memory that this takes, about.
    fn bytes(&self) -> u64;

    /// The sum of the products of pairs.
    fn dot<'a>(pairs: impl Iterator<Item = (&'a Self, &'a Self)>) -> Self
    where
        Self: 'a,
    {
        let mut sum = Self::zero();
        pairs.for_each(|(a, b)| sum.add_product(a, b));
        sum
    }
}

/// An ordered field in which every operation is exact and every sign is decided.
///
/// Implemented by [`Rational`] and by [`Algebraic`](super::Algebraic), the elements of a real number field.
/// The left operand of an operator is consumed, the right one borrowed: `a.clone() * &b`.
/// `==` and `<` compare values, not representations.
pub trait OrderedField:
    Value<Self>
    + Debug
    + Display
    + PartialEq
    + PartialOrd
    + One
    + From<Rational>
    + Send
    + Sync
    + 'static
    + Neg<Output = Self>
    + for<'a> Add<&'a Self, Output = Self>
    + for<'a> Sub<&'a Self, Output = Self>
    + for<'a> Mul<&'a Self, Output = Self>
{
    /// The exact sign.
    fn sign(&self) -> Sign;

    /// `1 / self`, or `None` for zero.
    fn reciprocal(&self) -> Option<Self>;

    /// Coordinates `a0, a1, ...` in the power basis `1, alpha, alpha^2, ...`, without trailing zeros.
    /// Zero has none, any other rational has one.
    fn coordinates(&self) -> Vec<Rational>;
}
