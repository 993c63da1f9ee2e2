//! The method `second_order`: the second-order sufficient condition.

use super::prelude::*;

/// Multipliers, and a penalty that makes the Lagrangian's Hessian positive definite.
///
/// **What it proves.** The point is a local optimum, strict unless it is shown modulo symmetry.
///
/// **Why.** `H + rho sum_{lambda_i > 0} g_i g_i^T` positive definite implies `d^T H d > 0` for every `d != 0` with `g_i . d = 0` for
/// all `i` with `lambda_i > 0` (Finsler). That is the second-order sufficient condition for the problem without the samples
/// whose multiplier is 0, which only enlarges the feasible set; near the point it is smooth, since no supporting sample
/// has a kink. (Nocedal and Wright, *Numerical Optimization*, Theorem 12.6.)
///
/// *Modulo symmetry* `sum t t^T` is added, with the tangents `t` of the [`rotations`](super::symmetry::rotations). They generate a compact
/// group of isometries that leave the supporting samples' pieces as they are. Let `theta` be near the point, and `theta'` of all
/// its images the nearest to the point. Then `theta'` is as near, as long and as feasible for those samples, and
/// `theta' - theta~` is orthogonal to every `t`: the distance does not change at first order, so with the generator `A` of a
/// rotation `0 = A theta' . (theta' - theta~) = A theta~ . (theta' - theta~)`, as `A` is skew. On that subspace the condition holds.
#[derive(Clone, Debug, PartialEq)]
pub struct SecondOrder<F> {
    /// `lambda`, one a sample; samples with a positive one must have no kink.
    pub multipliers: Vec<F>,
    /// `rho >= 0`.
    pub penalty: F,
    /// Whether optimality is shown modulo rotations of units into one another.
    pub symmetry: bool,
}

/// Checks the KKT conditions and the penalised Hessian.
pub(super) fn local<F: OrderedField>(
    problem: &Problem<F>,
    scope: Scope,
    evidence: &SecondOrder<F>,
) -> Result<(), Rejection<F>> {
    if evidence.penalty.sign() == Sign::Negative {
        return Err(Rejection::NegativePenalty(evidence.penalty.clone()));
    }
    support::smooth_kkt(problem, scope, &evidence.multipliers)?;
    match penalised_hessian(problem, scope, evidence).definiteness() {
        Definiteness::PositiveDefinite => Ok(()),
        Definiteness::PositiveSemidefinite => Err(Rejection::Singular),
        Definiteness::Indefinite { index, pivot } => Err(Rejection::NotDefinite { index, pivot }),
    }
}

/// `H + rho sum g_i g_i^T`, and `sum t t^T` where symmetry is made use of.
pub fn penalised_hessian<F: OrderedField>(
    problem: &Problem<F>,
    scope: Scope,
    evidence: &SecondOrder<F>,
) -> SymmetricMatrix<F> {
    let SecondOrder { multipliers, penalty, symmetry } = evidence;
    let mut matrix = support::hessian(problem, scope, multipliers);
    for gradient in support::gradients(problem, scope, multipliers) {
        support::add_square(&mut matrix, &gradient, penalty);
    }
    // One free layer's Hessian is the identity, and rotations move two layers.
    if *symmetry && scope == Scope::All {
        for tangent in symmetry::rotations(problem, multipliers) {
            support::add_square(&mut matrix, &tangent, &F::one());
        }
    }
    matrix
}
