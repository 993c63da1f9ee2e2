//! The claim `local_optimum`.

use super::{
    Cells, CellsRejection, Checked, Lagrangian, LagrangianRejection, PremiseError, SecondOrder, SecondOrderRejection,
    cells, lagrangian, premises, second_order,
};
use crate::kernel::exact::{Fault, OrderedField};
use crate::kernel::problem::Problem;

/// No feasible point near `theta~` has a smaller norm.
#[derive(Clone, Debug, PartialEq)]
pub struct LocalOptimum<F> {
    /// The free layer, or all.
    pub layer: Option<usize>,
    /// The method, with its evidence.
    pub by: LocalMethod<F>,
}

/// A method that proves a local optimum.
#[derive(Clone, Debug, PartialEq)]
pub enum LocalMethod<F> {
    /// A convex Lagrangian.
    Lagrangian(Lagrangian<F>),
    /// The second-order sufficient condition.
    SecondOrder(SecondOrder<F>),
    /// Bounds on the cells next to each hidden unit.
    Cells(Cells<F>),
}

/// Where the method fails.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[allow(missing_docs)]
pub enum LocalOptimumRejection<F: OrderedField> {
    /// A premise fails.
    #[error(transparent)]
    Premise(#[from] PremiseError<F>),
    /// By `lagrangian`.
    #[error(transparent)]
    Lagrangian(#[from] LagrangianRejection<F>),
    /// By `second_order`.
    #[error(transparent)]
    SecondOrder(#[from] SecondOrderRejection<F>),
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
    evidence: &'a LocalOptimum<F>,
) -> Result<Checked<'a, F, LocalOptimum<F>>, LocalOptimumRejection<F>> {
    Checked::if_passes(problem, evidence, |problem, evidence| {
        let scope = premises::scope(problem, evidence.layer)?;
        match &evidence.by {
            LocalMethod::Lagrangian(evidence) => Ok(lagrangian::local(problem, scope, evidence)?),
            LocalMethod::SecondOrder(evidence) => Ok(second_order::local(problem, scope, evidence)?),
            LocalMethod::Cells(_) if evidence.layer.is_some() => Err(LocalOptimumRejection::NotLayerwise),
            LocalMethod::Cells(evidence) => Ok(cells::local(problem, evidence)?),
        }
    })
}
