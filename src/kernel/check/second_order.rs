//! The method `second_order`: the second-order sufficient condition.

use super::prelude::*;

/// Multipliers, and a penalty that makes the Lagrangian's Hessian positive definite.
///
/// **What it proves.** The point is a strict local optimum.
///
/// **Why.** `H + rho sum_{lambda_i > 0} g_i g_i^T` positive definite implies `d^T H d > 0` for every `d != 0` with `g_i . d = 0` for
/// all `i` with `lambda_i > 0` (Finsler). That is the second-order sufficient condition for the problem without the samples
/// whose multiplier is 0, which only enlarges the feasible set; near the point it is smooth, since no supporting sample
/// has a kink. (Nocedal and Wright, *Numerical Optimization*, Theorem 12.6.)
#[derive(Clone, Debug, PartialEq)]
pub struct SecondOrder<F> {
    /// `lambda`, one a sample; samples with a positive one must have no kink.
    pub multipliers: Vec<F>,
    /// `rho >= 0`.
    pub penalty: F,
}

/// Checks the KKT conditions and the penalised Hessian.
pub(super) fn local<F: OrderedField>(
    problem: &Problem<F>,
    scope: Scope,
    evidence: &SecondOrder<F>,
) -> Result<(), Rejection<F>> {
    let SecondOrder { multipliers, penalty } = evidence;
    if penalty.sign() == Sign::Negative {
        return Err(Rejection::NegativePenalty(penalty.clone()));
    }
    support::smooth_kkt(problem, scope, multipliers)?;
    let mut matrix = support::hessian(problem, scope, multipliers);
    for gradient in support::gradients(problem, scope, multipliers) {
        let entries: Vec<(usize, &F)> = gradient.iter().enumerate().filter(|(_, a)| !a.is_zero()).collect();
        for (k, (i, a)) in entries.iter().enumerate().take_while(|_| !is_faulted()) {
            let scaled = penalty.clone() * *a;
            for (j, b) in &entries[k..] {
                matrix.add(*i, *j, &(scaled.clone() * *b));
            }
        }
    }
    match matrix.definiteness() {
        Definiteness::PositiveDefinite => Ok(()),
        Definiteness::PositiveSemidefinite => Err(Rejection::Singular),
        Definiteness::Indefinite { index, pivot } => Err(Rejection::NotDefinite { index, pivot }),
    }
}
