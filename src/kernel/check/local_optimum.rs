//! The claim `local_optimum`.

use super::prelude::*;

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
pub enum LocalOptimumRejection<F: OrderedField> {
    /// A premise fails.
    Premise(#[from] PremiseError<F>),
    /// By `lagrangian`.
    Lagrangian(#[from] LagrangianRejection<F>),
    /// By `second_order`.
    SecondOrder(#[from] SecondOrderRejection<F>),
    /// By `cells`.
    Cells(#[from] CellsRejection<F>),
    /// A method that speaks of all layers, in a claim about one.
    NotLayerwise,
}

impl<F: OrderedField> Evidence<F> for LocalOptimum<F> {
    type Rejection = LocalOptimumRejection<F>;

    /// Hands the evidence to its method.
    ///
    /// # Errors
    /// What the method refuses.
    fn holds(&self, problem: &Problem<F>) -> Result<(), LocalOptimumRejection<F>> {
        let scope = premises::scope(problem, self.layer)?;
        match &self.by {
            LocalMethod::Lagrangian(evidence) => Ok(lagrangian::local(problem, scope, evidence)?),
            LocalMethod::SecondOrder(evidence) => Ok(second_order::local(problem, scope, evidence)?),
            LocalMethod::Cells(_) if self.layer.is_some() => Err(LocalOptimumRejection::NotLayerwise),
            LocalMethod::Cells(evidence) => Ok(cells::local(problem, evidence)?),
        }
    }
}
