//! The claim `nonzero_inputs`, a hypothesis of the paper's theorems.

use super::Checked;
use crate::kernel::exact::{Fault, OrderedField, charge};
use crate::kernel::network::Unit;
use crate::kernel::problem::Problem;

/// Every hidden unit, linear or not, has a non-zero preactivation on every sample.
#[derive(Clone, Debug, PartialEq)]
pub struct NonzeroInputs;

/// A hidden unit whose preactivation vanishes on a sample.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs)]
pub enum NonzeroInputsRejection {
    /// The unit and the sample.
    #[error("the preactivation of unit {} of layer {} is 0 on sample {sample}", unit.unit, unit.layer)]
    Zero { unit: Unit, sample: usize },
    /// The exact arithmetic came to no result.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Looks at every hidden unit on every sample.
///
/// # Errors
/// The first sample and hidden unit with preactivation 0.
pub fn check<'a, F: OrderedField>(
    problem: &'a Problem<F>,
    evidence: &'a NonzeroInputs,
) -> Result<Checked<'a, F, NonzeroInputs>, NonzeroInputsRejection> {
    Checked::if_passes(problem, evidence, |problem, _| {
        let hidden = problem.network().depth() - 1;
        for (sample, trace) in problem.traces().iter().enumerate() {
            charge(trace.preactivations.iter().map(|layer| 5 * layer.len() as u64).sum());
            for (layer, preactivations) in trace.preactivations.iter().enumerate().take(hidden) {
                if let Some(unit) = preactivations.iter().position(F::is_zero) {
                    let unit = Unit { layer, unit };
                    return Err(NonzeroInputsRejection::Zero { unit, sample });
                }
            }
        }
        Ok(())
    })
}
