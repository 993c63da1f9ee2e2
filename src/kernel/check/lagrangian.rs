//! The method `lagrangian`: the Lagrangian is a convex quadratic where it matters.

use super::prelude::*;

/// Multipliers whose Lagrangian has a positive semidefinite Hessian.
///
/// **What it proves.** Local optimality; global optimality if every layer from the first free one on is linear.
///
/// **Why.** For depth 2, or one free layer, `Q(theta) = 1/2||theta||^2 - sum lambda_i y_i Phi(theta; x_i)` is exactly quadratic on
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

/// Where the argument fails.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum LagrangianRejection<F: OrderedField> {
    /// A premise fails.
    Premise(#[from] PremiseError<F>),
    /// The multipliers do not make the point a KKT point.
    Kkt(#[from] KktRejection<F>),
    /// A supporting sample has a kink.
    Kink { sample: usize, unit: Unit },
    /// The network is neither of depth 2 nor has the claim a layer.
    Depth { depth: usize },
    /// A layer that must be linear is not.
    NotLinear { from: usize },
    /// The Hessian has a negative direction.
    NotSemidefinite { index: usize, pivot: F },
}

/// The local form of the argument.
pub(super) fn local<F: OrderedField>(
    problem: &Problem<F>,
    scope: Scope,
    evidence: &Lagrangian<F>,
) -> Result<(), LagrangianRejection<F>> {
    let depth = problem.network().depth();
    if scope == Scope::All && depth != 2 {
        return Err(LagrangianRejection::Depth { depth });
    }
    smooth_kkt(problem, scope, &evidence.multipliers)?;
    let hessian = hessian(problem, scope, &evidence.multipliers);
    match hessian.definiteness() {
        Definiteness::PositiveDefinite | Definiteness::PositiveSemidefinite => Ok(()),
        Definiteness::Indefinite { index, pivot } => Err(LagrangianRejection::NotSemidefinite { index, pivot }),
    }
}

/// The global form of the argument.
pub(super) fn global<F: OrderedField>(
    problem: &Problem<F>,
    scope: Scope,
    evidence: &Lagrangian<F>,
) -> Result<(), LagrangianRejection<F>> {
    if !problem.network().is_linear_from(scope.first()) {
        return Err(LagrangianRejection::NotLinear { from: scope.first() });
    }
    local(problem, scope, evidence)
}

/// The point is a KKT point with these multipliers, and no sample that has a positive one has a kink.
pub(super) fn smooth_kkt<F: OrderedField>(
    problem: &Problem<F>,
    scope: Scope,
    multipliers: &[F],
) -> Result<(), LagrangianRejection<F>> {
    for (sample, _) in supporting(problem, multipliers) {
        if let Some(&unit) = problem.kinks(sample, scope).first() {
            return Err(LagrangianRejection::Kink { sample, unit });
        }
    }
    Ok(kkt::stationary(problem, scope, multipliers, &Default::default())?)
}

/// The samples with a positive multiplier, with `lambda_i y_i`. Superfluous multipliers are left for `kkt` to refuse.
fn supporting<'a, F: OrderedField>(
    problem: &'a Problem<F>,
    multipliers: &'a [F],
) -> impl Iterator<Item = (usize, F)> + 'a {
    let terms = problem.samples().iter().zip(multipliers).enumerate();
    let positive = terms.filter(|(_, (_, multiplier))| multiplier.sign() == Sign::Positive);
    positive.map(|(i, (sample, multiplier))| (i, sample.y.times(multiplier.clone())))
}

/// `H = I - sum_i lambda_i y_i Hess Phi(theta~; x_i)` over the free parameters, within the point's activation patterns.
/// The multipliers, one a sample, must be supported on samples without a kink.
pub fn hessian<F: OrderedField>(problem: &Problem<F>, scope: Scope, multipliers: &[F]) -> SymmetricMatrix<F> {
    let network = problem.network();
    let free = network.layers().iter().enumerate().filter(|(layer, _)| scope.contains(*layer));
    let mut matrix = SymmetricMatrix::identity(free.map(|(_, layer)| layer.parameters()).sum());
    if scope == Scope::All {
        let traces = problem.traces();
        let terms: Vec<(F, &Trace<F>)> =
            supporting(problem, multipliers).map(|(sample, c)| (c, &traces[sample])).collect();
        subtract_hessians(&mut matrix, network, problem.point(), &terms);
    }
    matrix
}

/// The gradients `g_i` over the free parameters of the samples with a positive multiplier.
pub fn supporting_gradients<F: OrderedField>(problem: &Problem<F>, scope: Scope, multipliers: &[F]) -> Vec<Vec<F>> {
    let gradient = |sample: usize| {
        charge(200 * problem.network().parameter_count() as u64);
        let mut sum = Parameters::zero(problem.network());
        problem.add_gradient(&mut sum, sample, &problem.traces()[sample].slopes, F::one(), scope);
        sum.free(scope).cloned().collect()
    };
    let gradients = supporting(problem, multipliers).map(|(sample, _)| gradient(sample));
    gradients.take_while(|_| !is_faulted()).collect()
}
