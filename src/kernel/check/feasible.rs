//! The claim `feasible`.

use super::prelude::*;

/// The point satisfies `m_i >= 1` for every sample `i`.
#[derive(Clone, Debug, PartialEq)]
pub struct Feasible {
    /// A layer, if the claim is about the problem over that layer alone; its constraints at the point are the same.
    pub layer: Option<usize>,
}

/// A margin below 1.
pub type FeasibleRejection<F> = PremiseError<F>;

impl<F: OrderedField> Evidence<F> for Feasible {
    type Rejection = FeasibleRejection<F>;

    /// Computes every margin.
    ///
    /// # Errors
    /// The first margin below 1.
    fn holds(&self, problem: &Problem<F>) -> Result<(), FeasibleRejection<F>> {
        premises::scope(problem, self.layer)?;
        premises::feasible(problem)
    }
}
