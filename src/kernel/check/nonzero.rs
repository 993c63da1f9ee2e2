//! The claims `nonzero_weights` and `nonzero_inputs`, hypotheses of the paper's theorems.

use super::prelude::*;

/// Every hidden unit has a non-zero incoming weight.
#[derive(Clone, Debug, PartialEq)]
pub struct NonzeroWeights;

/// Every hidden unit, linear or not, has a non-zero preactivation on every sample.
#[derive(Clone, Debug, PartialEq)]
pub struct NonzeroInputs;

impl<F: OrderedField> Evidence<F> for NonzeroWeights {
    /// Looks at every hidden unit.
    ///
    /// # Errors
    /// The first hidden unit without a non-zero incoming weight.
    fn holds(&self, problem: &Problem<F>) -> Result<(), Rejection<F>> {
        let network = problem.network();
        for layer in 0..network.depth() - 1 {
            let weights = &problem.point().layers()[layer];
            for (unit, row) in network.layers()[layer].incoming().iter().enumerate() {
                if row.iter().all(|connection| weights[connection.parameter].is_zero()) {
                    return Err(Rejection::ZeroWeights(Unit { layer, unit }));
                }
            }
        }
        Ok(())
    }
}

impl<F: OrderedField> Evidence<F> for NonzeroInputs {
    /// Looks at every hidden unit on every sample.
    ///
    /// # Errors
    /// The first sample and hidden unit with preactivation 0.
    fn holds(&self, problem: &Problem<F>) -> Result<(), Rejection<F>> {
        let hidden = problem.network().depth() - 1;
        for (sample, trace) in problem.traces().iter().enumerate() {
            for (layer, preactivations) in trace.preactivations.iter().enumerate().take(hidden) {
                if let Some(unit) = preactivations.iter().position(F::is_zero) {
                    return Err(Rejection::ZeroInput { unit: Unit { layer, unit }, sample });
                }
            }
        }
        Ok(())
    }
}
