//! The claim `nonzero_weights`, a hypothesis of the paper's theorems.

use super::prelude::*;

/// Every hidden unit has a non-zero incoming weight.
#[derive(Clone, Debug, PartialEq)]
pub struct NonzeroWeights;

/// A hidden unit whose incoming weights are all zero.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum NonzeroWeightsRejection<F: OrderedField> {
    /// A premise fails.
    Premise(#[from] PremiseError<F>),
    /// The unit.
    Zero(Unit),
}

impl<F: OrderedField> Evidence<F> for NonzeroWeights {
    type Rejection = NonzeroWeightsRejection<F>;

    /// Looks at every hidden unit.
    ///
    /// # Errors
    /// The first hidden unit without a non-zero incoming weight.
    fn holds(&self, problem: &Problem<F>) -> Result<(), NonzeroWeightsRejection<F>> {
        let network = problem.network();
        for layer in 0..network.depth() - 1 {
            let weights = &problem.point().layers()[layer];
            for (unit, row) in network.layers()[layer].incoming().iter().enumerate() {
                if row.iter().all(|connection| weights[connection.parameter].is_zero()) {
                    return Err(NonzeroWeightsRejection::Zero(Unit { layer, unit }));
                }
            }
        }
        Ok(())
    }
}
