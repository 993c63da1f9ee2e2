//! The claim `nonzero_inputs`, a hypothesis of the paper's theorems.

use super::prelude::*;

/// Every hidden unit, linear or not, has a non-zero preactivation on every sample.
#[derive(Clone, Debug, PartialEq)]
pub struct NonzeroInputs;

/// A hidden unit whose preactivation vanishes on a sample.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum NonzeroInputsRejection<F: OrderedField> {
    /// A premise fails.
    Premise(#[from] PremiseError<F>),
    /// The unit and the sample.
    Zero { unit: Unit, sample: usize },
}

impl<F: OrderedField> Evidence<F> for NonzeroInputs {
    type Rejection = NonzeroInputsRejection<F>;

    /// Looks at every hidden unit on every sample.
    ///
    /// # Errors
    /// The first sample and hidden unit with preactivation 0.
    fn holds(&self, problem: &Problem<F>) -> Result<(), NonzeroInputsRejection<F>> {
        let hidden = problem.network().depth() - 1;
        for (sample, trace) in problem.traces().iter().enumerate() {
            for (layer, preactivations) in trace.preactivations.iter().enumerate().take(hidden) {
                if let Some(unit) = preactivations.iter().position(F::is_zero) {
                    let unit = Unit { layer, unit };
                    return Err(NonzeroInputsRejection::Zero { unit, sample });
                }
            }
        }
        Ok(())
    }
}
