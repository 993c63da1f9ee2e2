//! The claim `global_optimum`.

use super::prelude::*;

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
pub enum GlobalOptimumRejection<F: OrderedField> {
    /// A premise fails.
    Premise(#[from] PremiseError<F>),
    /// By `lagrangian`.
    Lagrangian(#[from] LagrangianRejection<F>),
    /// By `linear_chain`.
    LinearChain(#[from] LinearChainRejection<F>),
    /// By `cells`.
    Cells(#[from] CellsRejection<F>),
    /// A method that speaks of all layers, in a claim about one.
    NotLayerwise,
}

impl<F: OrderedField> Evidence<F> for GlobalOptimum<F> {
    type Rejection = GlobalOptimumRejection<F>;

    /// Hands the evidence to its method.
    ///
    /// # Errors
    /// What the method refuses.
    fn holds(&self, problem: &Problem<F>) -> Result<(), GlobalOptimumRejection<F>> {
        let scope = premises::scope(problem, self.layer)?;
        match &self.by {
            GlobalMethod::Lagrangian(evidence) => Ok(lagrangian::global(problem, scope, evidence)?),
            _ if self.layer.is_some() => Err(GlobalOptimumRejection::NotLayerwise),
            GlobalMethod::LinearChain(evidence) => Ok(linear_chain::global(problem, evidence)?),
            GlobalMethod::Cells(evidence) => Ok(cells::global(problem, evidence)?),
        }
    }
}
