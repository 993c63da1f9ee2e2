//! What several checks ask about the supporting samples, those with a positive multiplier: kinks, gradients, Hessians.

use super::prelude::*;

/// The samples with a positive multiplier, with `lambda_i y_i`. Superfluous multipliers are left for `kkt` to refuse.
pub(super) fn supporting<'a, F: OrderedField>(
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
pub fn gradients<F: OrderedField>(problem: &Problem<F>, scope: Scope, multipliers: &[F]) -> Vec<Vec<F>> {
    let gradient = |sample: usize| {
        let mut sum = Parameters::zero(problem.network());
        problem.add_gradient(&mut sum, sample, &problem.traces()[sample].slopes, F::one(), scope);
        cost::keep(sum.iter().map(F::bytes).sum());
        sum.free(scope).cloned().collect()
    };
    let gradients = supporting(problem, multipliers).map(|(sample, _)| gradient(sample));
    gradients.take_while(|_| !is_faulted()).collect()
}

/// Adds `factor * v v^T` to a matrix.
pub fn add_square<F: OrderedField>(matrix: &mut SymmetricMatrix<F>, vector: &[F], factor: &F) {
    let entries: Vec<(usize, &F)> = vector.iter().enumerate().filter(|(_, entry)| !entry.is_zero()).collect();
    for (k, (i, a)) in entries.iter().enumerate().take_while(|_| !is_faulted()) {
        let scaled = factor.clone() * *a;
        for (j, b) in &entries[k..] {
            matrix.add(*i, *j, &(scaled.clone() * *b));
        }
    }
}
