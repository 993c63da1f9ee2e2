//! The claim `infeasible`.

use super::{Checked, PremiseError, premises};
use crate::kernel::exact::{Fault, OrderedField};
use crate::kernel::problem::Problem;

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
#[allow(missing_docs)]
pub enum InfeasibleRejection<F: OrderedField> {
    /// The sample's margin is at least 1.
    #[error("the margin of sample {sample} is {margin}, not less than 1")]
    Satisfied { sample: usize, margin: F },
    /// There is no such sample.
    #[error("sample {sample} does not exist; there are {samples} samples")]
    NoSuchSample { sample: usize, samples: usize },
    /// A premise fails.
    #[error(transparent)]
    Premise(#[from] PremiseError<F>),
    /// The exact arithmetic came to no result.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Computes that margin.
///
/// # Errors
/// The margin, when it is at least 1.
pub fn check<'a, F: OrderedField>(
    problem: &'a Problem<F>,
    evidence: &'a Infeasible,
) -> Result<Checked<'a, F, Infeasible>, InfeasibleRejection<F>> {
    Checked::if_passes(problem, evidence, |problem, evidence| {
        premises::scope(problem, evidence.layer)?;
        let (sample, samples) = (evidence.sample, problem.samples().len());
        if sample >= samples {
            return Err(InfeasibleRejection::NoSuchSample { sample, samples });
        }
        let margin = problem.margin(sample);
        if margin < F::one() { Ok(()) } else { Err(InfeasibleRejection::Satisfied { sample, margin }) }
    })
}
