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

/// Checks the KKT conditions and the Hessian.
pub(super) fn optimum<F: OrderedField>(
    problem: &Problem<F>,
    scope: Scope,
    is_local: bool,
    evidence: &Lagrangian<F>,
) -> Result<(), Rejection<F>> {
    let (network, depth) = (problem.network(), problem.network().depth());
    if !is_local && !network.is_linear_from(scope.first()) {
        return Err(Rejection::NotLinear { from: scope.first() });
    }
    if scope == Scope::All && depth > 2 {
        return Err(Rejection::Depth { depth });
    }
    for (sample, _) in support::supporting(problem, &evidence.multipliers) {
        if let Some(&unit) = problem.kinks(sample, scope).first() {
            return Err(Rejection::Kink { sample, unit });
        }
    }
    kkt::stationary(problem, scope, &evidence.multipliers, None)?;
    match support::hessian(problem, scope, &evidence.multipliers).definiteness() {
        Definiteness::PositiveDefinite | Definiteness::PositiveSemidefinite => Ok(()),
        Definiteness::Indefinite { index, pivot } => Err(Rejection::NotSemidefinite { index, pivot }),
    }
}
