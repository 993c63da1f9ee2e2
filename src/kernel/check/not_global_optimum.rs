//! The claim `not_global_optimum`.

use super::{Checked, PremiseError, premises};
use crate::kernel::exact::{Fault, OrderedField};
use crate::kernel::network::{Parameters, Scope, ShapeError};
use crate::kernel::problem::Problem;

/// A feasible point with a smaller norm than `theta~`.
#[derive(Clone, Debug, PartialEq)]
pub struct NotGlobalOptimum<F> {
    /// The free layer, or all; the better point differs from `theta~` there only.
    pub layer: Option<usize>,
    /// The better point.
    pub better: Parameters<F>,
}

/// Why the other point is not better.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[allow(missing_docs)]
pub enum NotGlobalOptimumRejection<F: OrderedField> {
    /// A premise fails.
    #[error(transparent)]
    Premise(#[from] PremiseError<F>),
    /// It has not the network's shape.
    #[error("the better point has {0}")]
    Shape(#[from] ShapeError),
    /// It differs in a layer that is not free.
    #[error("the better point differs from the point in layer {differs}, but only layer {layer} is free")]
    LeavesLayer { differs: usize, layer: usize },
    /// It is not feasible.
    #[error("the better point is not feasible: the margin of sample {sample} is {margin}, less than 1")]
    Infeasible { sample: usize, margin: F },
    /// Its norm is not smaller.
    #[error("the better point has squared norm {better}, the point has {point}")]
    NotSmaller { better: F, point: F },
    /// The exact arithmetic came to no result.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Compares norms, then computes the better point's margins.
///
/// # Errors
/// The first of these that fails.
pub fn check<'a, F: OrderedField>(
    problem: &'a Problem<F>,
    evidence: &'a NotGlobalOptimum<F>,
) -> Result<Checked<'a, F, NotGlobalOptimum<F>>, NotGlobalOptimumRejection<F>> {
    Checked::if_passes(problem, evidence, |problem, evidence| {
        let scope = premises::scope(problem, evidence.layer)?;
        let better = &evidence.better;
        better.check_shape(problem.network())?;
        if let Scope::Layer(layer) = scope {
            let layers = better.layers().iter().zip(problem.point().layers()).enumerate();
            let differing = layers.filter(|(l, (a, b))| *l != layer && a != b).map(|(l, _)| l).next();
            if let Some(differs) = differing {
                return Err(NotGlobalOptimumRejection::LeavesLayer { differs, layer });
            }
        }
        let norms = (better.norm_squared(scope), problem.point().norm_squared(scope));
        if norms.0 >= norms.1 {
            let (better, point) = norms;
            return Err(NotGlobalOptimumRejection::NotSmaller { better, point });
        }
        for (sample, margin) in problem.margins_at(better).enumerate() {
            if margin < F::one() {
                return Err(NotGlobalOptimumRejection::Infeasible { sample, margin });
            }
        }
        Ok(())
    })
}
