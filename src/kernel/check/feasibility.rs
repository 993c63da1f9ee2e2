//! The claims `feasible` and `infeasible`.

use super::prelude::*;

/// The point satisfies `m_i >= 1` for every sample `i`.
#[derive(Clone, Debug, PartialEq)]
pub struct Feasible {
    /// A layer, if the claim is about the problem over that layer alone; its constraints at the point are the same.
    pub layer: Option<usize>,
}

/// The point violates the constraint of one sample: `m_i < 1`.
#[derive(Clone, Debug, PartialEq)]
pub struct Infeasible {
    /// A layer, if the claim is about the problem over that layer alone; its constraints at the point are the same.
    pub layer: Option<usize>,
    /// The sample `i`.
    pub sample: usize,
}

impl<F: OrderedField> Evidence<F> for Feasible {
    /// Computes every margin.
    ///
    /// # Errors
    /// The first margin below 1.
    fn holds(&self, problem: &Problem<F>) -> Result<(), Rejection<F>> {
        premises::scope(problem, self.layer)?;
        premises::feasible(problem)
    }
}

impl<F: OrderedField> Evidence<F> for Infeasible {
    /// Computes that margin.
    ///
    /// # Errors
    /// The margin, when it is at least 1.
    fn holds(&self, problem: &Problem<F>) -> Result<(), Rejection<F>> {
        premises::scope(problem, self.layer)?;
        let (sample, samples) = (self.sample, problem.samples().len());
        if sample >= samples {
            return Err(Rejection::NoSuchSample { sample, samples });
        }
        let margin = problem.margin(sample);
        if margin < F::one() { Ok(()) } else { Err(Rejection::Satisfied { sample, margin }) }
    }
}
