//! Vectors over one denominator.

/// A vector known as an integer multiple: `numerators / denominator`.
#[derive(Clone, Debug, PartialEq)]
pub struct Scaled<F> {
    /// The vector times the denominator; integers if the vector is rational.
    pub numerators: Vec<F>,
    /// Positive.
    pub denominator: F,
}
