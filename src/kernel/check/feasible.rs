//! The claim `feasible`.

use super::{Checked, PremiseError, premises};
use crate::kernel::exact::OrderedField;
use crate::kernel::problem::Problem;

/// The point satisfies `m_i >= 1` for every sample `i`.
#[derive(Clone, Debug, PartialEq)]
pub struct Feasible {
    /// A layer, if the claim is about the problem over that layer alone; its constraints at the point are the same.
    pub layer: Option<usize>,
}

/// A margin below 1.
pub type FeasibleRejection<F> = PremiseError<F>;

/// Computes every margin.
///
/// # Errors
/// The first margin below 1.
pub fn check<'a, F: OrderedField>(
    problem: &'a Problem<F>,
    evidence: &'a Feasible,
) -> Result<Checked<'a, F, Feasible>, FeasibleRejection<F>> {
    Checked::if_passes(problem, evidence, |problem, evidence| {
        premises::scope(problem, evidence.layer)?;
        premises::feasible(problem)
    })
}
