//! What the prover asks of a field beyond what the kernel does.

use super::rounding;
use crate::kernel::exact::{OrderedField, Rational};

/// An ordered field in which guesses can be made with floats.
///
/// Implemented by every [`OrderedField`]. Nothing here decides anything: a float stands for a guess, and whoever
/// turns one back into a number checks that number exactly.
///
/// ```
/// use margincert::kernel::exact::Rational;
/// use margincert::prove::field::ProofField;
///
/// let third: Rational = "1/3".parse()?;
/// assert!((third.to_f64() - 1.0 / 3.0).abs() < 1e-15);
/// assert_eq!(Rational::near(0.3333, 1e-3), Some(third));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait ProofField: OrderedField {
    /// A float near the number; not finite beyond the floats' range.
    fn to_f64(&self) -> f64;

    /// The rational with the least denominator within `tolerance` of `value`; `None` if `value` is not finite.
    fn near(value: f64, tolerance: f64) -> Option<Self>;

    /// The integer `n`.
    fn integer(n: i64) -> Self {
        Self::from(Rational::from(n))
    }

    /// `numerator / denominator`, or `None` for a zero denominator.
    fn ratio(numerator: i64, denominator: i64) -> Option<Self> {
        Rational::from_ratio(numerator, denominator).map(Self::from)
    }

    /// `self / divisor`, or `None` for a zero divisor.
    fn over(self, divisor: &Self) -> Option<Self> {
        divisor.reciprocal().map(|inverse| self * &inverse)
    }
}

impl<F: OrderedField> ProofField for F {
    fn to_f64(&self) -> f64 {
        rounding::to_f64(self)
    }

    fn near(value: f64, tolerance: f64) -> Option<Self> {
        rounding::simplest_near(value, tolerance).map(Self::from)
    }
}
