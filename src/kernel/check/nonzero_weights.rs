//! The claim `nonzero_weights`, a hypothesis of the paper's theorems.

use super::Checked;
use crate::kernel::exact::{Fault, OrderedField, charge};
use crate::kernel::network::Unit;
use crate::kernel::problem::Problem;

/// Every hidden unit has a non-zero incoming weight.
#[derive(Clone, Debug, PartialEq)]
pub struct NonzeroWeights;

/// A hidden unit whose incoming weights are all zero.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs)]
pub enum NonzeroWeightsRejection {
    /// The unit.
    #[error("every incoming weight of unit {} of layer {} is 0", .0.unit, .0.layer)]
    Zero(Unit),
    /// The exact arithmetic came to no result.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Looks at every hidden unit.
///
/// # Errors
/// The first hidden unit without a non-zero incoming weight.
pub fn check<'a, F: OrderedField>(
    problem: &'a Problem<F>,
    evidence: &'a NonzeroWeights,
) -> Result<Checked<'a, F, NonzeroWeights>, NonzeroWeightsRejection> {
    Checked::if_passes(problem, evidence, |problem, _| {
        let network = problem.network();
        for layer in 0..network.depth() - 1 {
            let weights = &problem.point().layers()[layer];
            charge(5 * network.layers()[layer].connection_count() as u64);
            for (unit, row) in network.layers()[layer].incoming().iter().enumerate() {
                if row.iter().all(|connection| weights[connection.parameter].is_zero()) {
                    return Err(NonzeroWeightsRejection::Zero(Unit { layer, unit }));
                }
            }
        }
        Ok(())
    })
}
