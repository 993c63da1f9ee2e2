//! The method `lagrangian`: the Lagrangian is a convex quadratic where it matters.

use super::prelude::*;

/// Multipliers whose Lagrangian has a positive semidefinite Hessian.
///
/// **What it proves.** Local optimality; global optimality if every layer from the first free one on is linear.
///
/// **Why.** For depth at most 2, or one free layer, `Q(theta) = 1/2||theta||^2 - sum lambda_i y_i Phi(theta; x_i)` is exactly quadratic on
/// the activation piece of `theta~`, which contains a neighbourhood of `theta~` for every sample with `lambda_i > 0` when none
/// of these has a kink, and is the whole space when those layers are linear. There
/// `Q(theta) = Q(theta~) + 1/2 (theta - theta~)^T H (theta - theta~)` and `H >= 0`, so a feasible `theta` has
/// `1/2||theta||^2 = Q(theta) + sum lambda_i m_i(theta) >= Q(theta~) + sum lambda_i = 1/2||theta~||^2`.
/// With one free layer `H` is the identity. (Vardi, Shamir and Srebro, NeurIPS 2022, Sections 3 to 5.)
#[derive(Clone, Debug, PartialEq)]
pub struct Lagrangian<F> {
    /// `lambda`, one a sample; samples with a positive one must have no kink.
    pub multipliers: Vec<F>,
}

/// The local form of the argument.
pub(super) fn local<F: OrderedField>(
    problem: &Problem<F>,
    scope: Scope,
    evidence: &Lagrangian<F>,
) -> Result<(), Rejection<F>> {
    let depth = problem.network().depth();
    if scope == Scope::All && depth > 2 {
        return Err(Rejection::Depth { depth });
    }
    support::smooth_kkt(problem, scope, &evidence.multipliers)?;
    let hessian = support::hessian(problem, scope, &evidence.multipliers);
    match hessian.definiteness() {
        Definiteness::PositiveDefinite | Definiteness::PositiveSemidefinite => Ok(()),
        Definiteness::Indefinite { index, pivot } => Err(Rejection::NotSemidefinite { index, pivot }),
    }
}

/// The global form of the argument.
pub(super) fn global<F: OrderedField>(
    problem: &Problem<F>,
    scope: Scope,
    evidence: &Lagrangian<F>,
) -> Result<(), Rejection<F>> {
    if !problem.network().is_linear_from(scope.first()) {
        return Err(Rejection::NotLinear { from: scope.first() });
    }
    local(problem, scope, evidence)
}
