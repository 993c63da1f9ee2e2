//! The method `second_order`: the second-order sufficient condition.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::prelude::*;

/// Multipliers, and a penalty that makes the Lagrangian's Hessian positive definite.
///
/// **What it proves.** The point is a local optimum, strict unless it is shown modulo symmetry.
///
/// **Why.** `H + rho sum_{lambda_i > 0} g_i g_i^T` positive definite implies `d^T H d > 0` for every `d != 0` with `g_i . d = 0` for
/// all `i` with `lambda_i > 0` (Finsler). That is the second-order sufficient condition for the problem without the samples
/// whose multiplier is 0, which only enlarges the feasible set; near the point it is smooth, if no supporting sample
/// has a kink. (Nocedal and Wright, *Numerical Optimization*, Theorem 12.6.)
///
/// *With kinks* that are all [harmless](super::harmless::harmful_kink), the polynomials `p_i` of the stated slopes take the place of the
/// outputs. A feasible `theta` within `|d|` of the point has `q_i = y_i p_i - 1 >= -O(|d|^3)` for the supporting samples. If it were no longer
/// than the point, `1/2 d^T H d + sum lambda_i q_i <= O(|d|^3)`. Let `d -> 0`: where all `g_i . d` are small beside `|d|`, the first term is at
/// least `c |d|^2`; else some `q_i` is at least `c |d|`, and the first term at most of order `|d|^2`. So `d = 0`.
///
/// *Modulo symmetry* `sum t t^T` is added, with the tangents `t` of the [`rotations`](super::symmetry::rotations). They generate a compact
/// group of isometries that leave the supporting samples' margins as they are near the point. Let `theta` be near the point, and `theta'` of all
/// its images the nearest to the point. Then `theta'` is as near, as long and as feasible for those samples, and
/// `theta' - theta~` is orthogonal to every `t`: the distance does not change at first order, so with the generator `A` of a
/// rotation `0 = A theta' . (theta' - theta~) = A theta~ . (theta' - theta~)`, as `A` is skew. On that subspace the condition holds.
#[derive(Clone, Debug, PartialEq)]
pub struct SecondOrder<F> {
    /// `lambda`, one a sample; all kinks of samples with a positive one must be harmless.
    pub multipliers: Vec<F>,
    /// `rho >= 0`.
    pub penalty: F,
    /// Whether optimality is shown modulo rotations of units into one another.
    pub symmetry: bool,
    /// Slopes of kinks, each between the two of the activation; the others have that of the negative side.
    pub slopes: BTreeMap<(usize, Unit), F>,
}

/// Checks the kinks, the KKT conditions and the penalised Hessian.
pub(super) fn local<F: OrderedField>(
    problem: &Problem<F>,
    scope: Scope,
    evidence: &SecondOrder<F>,
) -> Result<(), Rejection<F>> {
    if evidence.penalty.sign() == Sign::Negative {
        return Err(Rejection::NegativePenalty(evidence.penalty.clone()));
    }
    let problem = &*with_slopes(problem, &evidence.slopes)?;
    for (sample, _) in support::supporting(problem, &evidence.multipliers).take_while(|_| !is_faulted()) {
        if let Some(unit) = harmless::harmful_kink(problem, sample, scope) {
            return Err(Rejection::Kink { sample, unit });
        }
    }
    kkt::stationary(problem, scope, &evidence.multipliers, None)?;
    match penalised_hessian(problem, scope, evidence).definiteness() {
        Definiteness::PositiveDefinite => Ok(()),
        Definiteness::PositiveSemidefinite => Err(Rejection::Singular),
        Definiteness::Indefinite { index, pivot } => Err(Rejection::NotDefinite { index, pivot }),
    }
}

/// The problem with the stated slopes in its traces, at preactivations of 0 of units that bend.
///
/// # Errors
/// A slope that is stated elsewhere, or is not between the two of its activation.
pub fn with_slopes<'a, F: OrderedField>(
    problem: &'a Problem<F>,
    slopes: &BTreeMap<(usize, Unit), F>,
) -> Result<Cow<'a, Problem<F>>, Rejection<F>> {
    // The first slope makes a copy.
    let values = problem.traces().iter().flat_map(|trace| trace.inputs.iter().chain(&trace.preactivations)).flatten();
    cost::keep(if slopes.is_empty() { 0 } else { 2 * values.map(F::bytes).sum::<u64>() });
    let mut problem = Cow::Borrowed(problem);
    for (&(sample, unit), slope) in slopes {
        let trace = problem.traces().get(sample);
        let at_point = trace.and_then(|trace| trace.preactivations.get(unit.layer)?.get(unit.unit));
        let activation = problem.network().layers().get(unit.layer).map(Layer::activation);
        match activation.filter(|a| !a.is_linear() && at_point.is_some_and(F::is_zero)) {
            None => return Err(Rejection::NoKink { sample, unit }),
            Some(activation) if activation.has_between(slope) => {}
            Some(_) => return Err(Rejection::SlopeRange { node: None, sample, unit, slope: slope.clone() }),
        }
        problem.to_mut().set_slope(sample, unit, slope.clone());
    }
    Ok(problem)
}

/// `H + rho sum g_i g_i^T`, and `sum t t^T` where symmetry is made use of, of a problem [`with_slopes`].
pub fn penalised_hessian<F: OrderedField>(
    problem: &Problem<F>,
    scope: Scope,
    evidence: &SecondOrder<F>,
) -> SymmetricMatrix<F> {
    let SecondOrder { multipliers, penalty, symmetry, .. } = evidence;
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
