//! The parameters of the free layers as one flat vector, and gradients in that form.

use crate::kernel::exact::{OrderedField, Sign};
use crate::kernel::network::{Network, Parameters, Scope, Unit, accumulate_gradient};
use crate::kernel::problem::Problem;

/// The numbers of the free layers, first layer first.
pub fn flat<F: OrderedField>(parameters: &Parameters<F>, scope: Scope) -> Vec<F> {
    let free = parameters.layers().iter().enumerate().filter(|(layer, _)| scope.contains(*layer));
    free.flat_map(|(_, numbers)| numbers.iter().cloned()).collect()
}

/// The inverse of [`flat`]: zero in the layers that are not free.
pub fn shaped<F: OrderedField>(network: &Network<F>, scope: Scope, flat: &[F]) -> Parameters<F> {
    let mut parameters = Parameters::zero(network);
    let free = parameters.layers_mut().iter_mut().enumerate().filter(|(layer, _)| scope.contains(*layer));
    let entries = free.flat_map(|(_, numbers)| numbers.iter_mut());
    entries.zip(flat).for_each(|(entry, number)| *entry = number.clone());
    parameters
}

/// Where each layer's parameters begin in the flat vector; `None` for layers that are not free.
pub fn offsets<F: OrderedField>(network: &Network<F>, scope: Scope) -> Vec<Option<usize>> {
    let mut end = 0;
    let layers = network.layers().iter().enumerate();
    let offset = layers.map(|(layer, shape)| {
        let start = end;
        end += if scope.contains(layer) { shape.parameters() } else { 0 };
        scope.contains(layer).then_some(start)
    });
    offset.collect()
}

/// `y_i grad Phi(theta~; x_i)` over the free parameters, for given slopes of every unit.
pub fn margin_gradient<F: OrderedField>(
    problem: &Problem<F>,
    scope: Scope,
    sample: usize,
    slopes: &[Vec<F>],
) -> Vec<F> {
    let (network, point) = (problem.network(), problem.point().layers());
    let mut sum = Parameters::zero(network);
    let seed = problem.samples()[sample].y.times(F::one());
    let traced = (problem.traces()[sample].inputs.as_slice(), slopes);
    accumulate_gradient(sum.layers_mut(), network, point, traced, seed, scope);
    flat(&sum, scope)
}

/// The slopes at the point on a sample, with those of the given kinks replaced: each on the positive side of zero
/// where `sides` says so, else on the negative one.
pub fn slopes_with<F: OrderedField>(
    problem: &Problem<F>,
    sample: usize,
    kinks: &[Unit],
    sides: &[bool],
) -> Vec<Vec<F>> {
    let mut slopes = problem.traces()[sample].slopes.clone();
    for (unit, positive) in kinks.iter().zip(sides) {
        let side = if *positive { Sign::Positive } else { Sign::Negative };
        slopes[unit.layer][unit.unit] = problem.network().slope(*unit, side);
    }
    slopes
}

/// The active samples: `m_i = 1`.
pub fn active_samples<F: OrderedField>(problem: &Problem<F>) -> Vec<usize> {
    (0..problem.samples().len()).filter(|&sample| problem.is_active(sample)).collect()
}
