//! What one step of the prover leaves for a later one.

use crate::kernel::network::Parameters;

/// Where a failed proof of optimality points: directions in which to look for better points.
#[derive(Clone, Debug, PartialEq)]
pub struct Hints<F> {
    /// Directions along which a Lagrangian's Hessian has no positive curvature, most promising first.
    pub directions: Vec<Parameters<F>>,
}

/// No hint.
impl<F> Default for Hints<F> {
    fn default() -> Self {
        Hints { directions: Vec::new() }
    }
}
