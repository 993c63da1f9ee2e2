//! Intervals of a function's values together with intervals of its derivative.

use super::Interval;

/// Intervals that hold a function's values on a box, and its derivatives by one unknown (forward differentiation).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dual {
    /// The values.
    pub value: Interval,
    /// The derivatives.
    pub derivative: Interval,
}

impl Dual {
    /// A function that does not depend on the unknown.
    pub fn constant(value: Interval) -> Self {
        Dual { value, derivative: Interval::zero() }
    }

    /// The function that is 0.
    pub fn zero() -> Self {
        Self::constant(Interval::zero())
    }

    /// The function that is 1.
    pub fn one() -> Self {
        Self::constant(Interval::one())
    }

    /// The function with the sign changed.
    pub fn negated(&self) -> Self {
        Dual { value: self.value.negated(), derivative: self.derivative.negated() }
    }

    /// The difference.
    pub fn minus(&self, other: &Self) -> Self {
        let (value, derivative) = (self.value.minus(&other.value), self.derivative.minus(&other.derivative));
        Dual { value, derivative }
    }

    /// The product.
    pub fn times(&self, other: &Self) -> Self {
        Self::dot([(self, other)])
    }

    /// The sum of the products of pairs.
    pub fn dot<'a>(pairs: impl IntoIterator<Item = (&'a Self, &'a Self)> + Clone) -> Self {
        let values = pairs.clone().into_iter().map(|(a, b)| (&a.value, &b.value));
        let rule = |(a, b): (&'a Self, &'a Self)| [(&a.derivative, &b.value), (&a.value, &b.derivative)];
        Dual { value: Interval::dot(values), derivative: Interval::dot(pairs.into_iter().flat_map(rule)) }
    }
}
