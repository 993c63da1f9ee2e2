//! The claims `local_optimum` and `global_optimum`, each by one of several methods.

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
    /// A convex bound for each case of a tree.
    Cases(Cases<F>),
    /// A bound on norms.
    Chain(Chain<F>),
}

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
    /// A convex bound for each case of a tree.
    Cases(Cases<F>),
    /// A bound on norms.
    Chain(Chain<F>),
}

impl<F> LocalMethod<F> {
    /// The method's name in the file.
    pub fn name(&self) -> &'static str {
        match self {
            LocalMethod::Lagrangian(_) => "lagrangian",
            LocalMethod::SecondOrder(_) => "second_order",
            LocalMethod::Cells(_) => "cells",
            LocalMethod::Cases(_) => "cases",
            LocalMethod::Chain(_) => "chain",
        }
    }
}

impl<F> GlobalMethod<F> {
    /// The method's name in the file.
    pub fn name(&self) -> &'static str {
        match self {
            GlobalMethod::Lagrangian(_) => "lagrangian",
            GlobalMethod::LinearChain(_) => "linear_chain",
            GlobalMethod::Cells(_) => "cells",
            GlobalMethod::Cases(_) => "cases",
            GlobalMethod::Chain(_) => "chain",
        }
    }
}

impl<F: OrderedField> Evidence<F> for LocalOptimum<F> {
    /// Hands the evidence to its method.
    ///
    /// # Errors
    /// What the method refuses.
    fn holds(&self, problem: &Problem<F>) -> Result<(), Rejection<F>> {
        let scope = premises::scope(problem, self.layer)?;
        match &self.by {
            LocalMethod::Lagrangian(evidence) => lagrangian::local(problem, scope, evidence),
            LocalMethod::SecondOrder(evidence) => second_order::local(problem, scope, evidence),
            LocalMethod::Cases(evidence) => cases::optimum(problem, scope, true, evidence),
            LocalMethod::Cells(_) | LocalMethod::Chain(_) if self.layer.is_some() => Err(Rejection::NotLayerwise),
            LocalMethod::Cells(evidence) => cells::local(problem, evidence),
            LocalMethod::Chain(evidence) => chain::optimum(problem, true, evidence),
        }
    }
}

impl<F: OrderedField> Evidence<F> for GlobalOptimum<F> {
    /// Hands the evidence to its method.
    ///
    /// # Errors
    /// What the method refuses.
    fn holds(&self, problem: &Problem<F>) -> Result<(), Rejection<F>> {
        let scope = premises::scope(problem, self.layer)?;
        match &self.by {
            GlobalMethod::Lagrangian(evidence) => lagrangian::global(problem, scope, evidence),
            GlobalMethod::Cases(evidence) => cases::optimum(problem, scope, false, evidence),
            _ if self.layer.is_some() => Err(Rejection::NotLayerwise),
            GlobalMethod::LinearChain(evidence) => linear_chain::global(problem, evidence),
            GlobalMethod::Cells(evidence) => cells::global(problem, evidence),
            GlobalMethod::Chain(evidence) => chain::optimum(problem, false, evidence),
        }
    }
}
