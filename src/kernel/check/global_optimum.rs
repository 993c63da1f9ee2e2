//! The claim `global_optimum`.

use super::{
    Cells, CellsRejection, Checked, Lagrangian, LagrangianRejection, LinearChain, LinearChainRejection, PremiseError,
    cells, lagrangian, linear_chain, premises,
};
use crate::kernel::exact::{Fault, OrderedField};
use crate::kernel::problem::Problem;

/// No feasible point at all has a smaller norm than `theta~`, which is feasible.
#[derive(Clone, Debug, PartialEq)]
pub struct GlobalOptimum<F> {
    /// The free layer, or all.
    pub layer: Option<usize>,
    /// The method, with its evidence.
    pub by: GlobalMethod<F>,
}

/// A method that proves a global optimum.
#[derive(Clone, Debug, PartialEq)]
pub enum GlobalMethod<F> {
    /// A convex Lagrangian.
    Lagrangian(Lagrangian<F>),
    /// The linear support vector machine.
    LinearChain(LinearChain<F>),
    /// Bounds on every cell.
    Cells(Cells<F>),
}

/// Where the method fails.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[allow(missing_docs)]
pub enum GlobalOptimumRejection<F: OrderedField> {
    /// A premise fails.
    #[error(transparent)]
    Premise(#[from] PremiseError<F>),
    /// By `lagrangian`.
    #[error(transparent)]
    Lagrangian(#[from] LagrangianRejection<F>),
    /// By `linear_chain`.
    #[error(transparent)]
    LinearChain(#[from] LinearChainRejection<F>),
    /// By `cells`.
    #[error(transparent)]
    Cells(#[from] CellsRejection<F>),
    /// A method that speaks of all layers, in a claim about one.
    #[error("this method proves nothing about a single layer")]
    NotLayerwise,
    /// The exact arithmetic came to no result.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Hands the evidence to its method.
///
/// # Errors
/// What the method refuses.
pub fn check<'a, F: OrderedField>(
    problem: &'a Problem<F>,
    evidence: &'a GlobalOptimum<F>,
) -> Result<Checked<'a, F, GlobalOptimum<F>>, GlobalOptimumRejection<F>> {
    Checked::if_passes(problem, evidence, |problem, evidence| {
        let scope = premises::scope(problem, evidence.layer)?;
        match &evidence.by {
            GlobalMethod::Lagrangian(evidence) => Ok(lagrangian::global(problem, scope, evidence)?),
            _ if evidence.layer.is_some() => Err(GlobalOptimumRejection::NotLayerwise),
            GlobalMethod::LinearChain(evidence) => Ok(linear_chain::global(problem, evidence)?),
            GlobalMethod::Cells(evidence) => Ok(cells::global(problem, evidence)?),
        }
    })
}
