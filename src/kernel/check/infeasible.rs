//! The claim `infeasible`.

use super::prelude::*;

/// The point violates the constraint of one sample: `m_i < 1`.
#[derive(Clone, Debug, PartialEq)]
pub struct Infeasible {
    /// A layer, if the claim is about the problem over that layer alone; its constraints at the point are the same.
    pub layer: Option<usize>,
    /// The sample `i`.
    pub sample: usize,
}

/// Why the sample does not show it.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum InfeasibleRejection<F: OrderedField> {
    /// The sample's margin is at least 1.
    Satisfied { sample: usize, margin: F },
    /// There is no such sample.
    NoSuchSample { sample: usize, samples: usize },
    /// A premise fails.
    Premise(#[from] PremiseError<F>),
}

impl<F: OrderedField> Evidence<F> for Infeasible {
    type Rejection = InfeasibleRejection<F>;

    /// Computes that margin.
    ///
    /// # Errors
    /// The margin, when it is at least 1.
    fn holds(&self, problem: &Problem<F>) -> Result<(), InfeasibleRejection<F>> {
        premises::scope(problem, self.layer)?;
        let (sample, samples) = (self.sample, problem.samples().len());
        if sample >= samples {
            return Err(InfeasibleRejection::NoSuchSample { sample, samples });
        }
        let margin = problem.margin(sample);
        if margin < F::one() { Ok(()) } else { Err(InfeasibleRejection::Satisfied { sample, margin }) }
    }
}
