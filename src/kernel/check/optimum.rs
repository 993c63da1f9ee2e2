//! The claims `local_optimum` and `global_optimum`, each by one of several methods.

use super::prelude::*;

/// No feasible point near `theta~` has a smaller norm.
#[derive(Clone, Debug, PartialEq)]
pub struct LocalOptimum<F> {
    /// The free layer, or all.
    pub layer: Option<usize>,
    /// The method, with its evidence.
    pub by: Method<F>,
}

/// No feasible point at all has a smaller norm than `theta~`, which is feasible.
#[derive(Clone, Debug, PartialEq)]
pub struct GlobalOptimum<F> {
    /// The free layer, or all.
    pub layer: Option<usize>,
    /// The method, with its evidence.
    pub by: Method<F>,
}

/// A method that proves an optimum.
#[derive(Clone, Debug, PartialEq)]
pub enum Method<F> {
    /// A convex Lagrangian.
    Lagrangian(Lagrangian<F>),
    /// The second-order sufficient condition: local optima only.
    SecondOrder(SecondOrder<F>),
    /// Bounds on every cell, or on the cells next to each hidden unit.
    Cells(Cells<F>),
    /// A convex bound for each case of a tree.
    Cases(Cases<F>),
    /// A bound on norms.
    Chain(Chain<F>),
    /// Cases of how large each path is.
    Paths(Paths<F>),
}

impl<F> Method<F> {
    /// The method's name in the file.
    pub fn name(&self) -> &'static str {
        match self {
            Method::Lagrangian(_) => "lagrangian",
            Method::SecondOrder(_) => "second_order",
            Method::Cells(_) => "cells",
            Method::Cases(_) => "cases",
            Method::Chain(_) => "chain",
            Method::Paths(_) => "paths",
        }
    }
}

impl<F: OrderedField> Evidence<F> for LocalOptimum<F> {
    /// Hands the evidence to its method.
    ///
    /// # Errors
    /// What the method refuses.
    fn holds(&self, problem: &Problem<F>) -> Result<(), Rejection<F>> {
        optimum(problem, self.layer, true, &self.by)
    }
}

impl<F: OrderedField> Evidence<F> for GlobalOptimum<F> {
    /// Hands the evidence to its method.
    ///
    /// # Errors
    /// What the method refuses.
    fn holds(&self, problem: &Problem<F>) -> Result<(), Rejection<F>> {
        optimum(problem, self.layer, false, &self.by)
    }
}

fn optimum<F: OrderedField>(
    problem: &Problem<F>,
    layer: Option<usize>,
    is_local: bool,
    by: &Method<F>,
) -> Result<(), Rejection<F>> {
    let scope = premises::scope(problem, layer)?;
    match by {
        Method::Lagrangian(evidence) => lagrangian::optimum(problem, scope, is_local, evidence),
        Method::SecondOrder(evidence) if is_local => second_order::local(problem, scope, evidence),
        Method::SecondOrder(_) => Err(Rejection::LocalOnly),
        Method::Cases(evidence) => cases::optimum(problem, scope, is_local, evidence),
        Method::Cells(_) | Method::Chain(_) | Method::Paths(_) if layer.is_some() => Err(Rejection::NotLayerwise),
        Method::Cells(evidence) => cells::optimum(problem, is_local, evidence),
        Method::Chain(evidence) => chain::optimum(problem, is_local, evidence),
        Method::Paths(evidence) => paths::optimum(problem, is_local, evidence),
    }
}
