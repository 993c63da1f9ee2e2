//! Gradients of samples at the point, kinks resolved as the evidence says.

use super::Teller;
use crate::kernel::check::along::resolved_slopes;
use crate::kernel::check::{Kkt, Selections};
use crate::kernel::exact::OrderedField;
use crate::kernel::network::{Parameters, Scope, accumulate_gradient};

impl<F: OrderedField> Teller<'_, F> {
    /// The gradient of `Phi(.; x_i)` over the free layers with the given slopes.
    pub(super) fn gradient(&self, sample: usize, slopes: &[Vec<F>], scope: Scope) -> Parameters<F> {
        let mut sum = Parameters::zero(self.problem.network());
        self.add_gradient(&mut sum, sample, slopes, F::one(), scope);
        sum
    }

    fn add_gradient(&self, sum: &mut Parameters<F>, sample: usize, slopes: &[Vec<F>], weight: F, scope: Scope) {
        let (network, point) = (self.problem.network(), self.problem.point().layers());
        let inputs = self.problem.traces()[sample].inputs.as_slice();
        accumulate_gradient(sum.layers_mut(), network, point, (inputs, slopes), weight, scope);
    }

    /// The element `g_i` of the Clarke subdifferential that accepted evidence selects for a sample.
    pub(super) fn subgradient(&self, sample: usize, selections: &Selections<F>, scope: Scope) -> Parameters<F> {
        if self.problem.kinks(sample, scope).is_empty() {
            return self.gradient(sample, &self.problem.traces()[sample].slopes, scope);
        }
        let mut sum = Parameters::zero(self.problem.network());
        for term in selections.get(&sample).into_iter().flatten() {
            // Accepted evidence resolves every kink.
            if let Ok(slopes) = resolved_slopes(self.problem, scope, sample, &term.toward) {
                self.add_gradient(&mut sum, sample, &slopes, term.weight.clone(), scope);
            }
        }
        sum
    }

    /// Calls `visit` with each sample that has a positive multiplier, with it and the sample's subgradient. They are not held all at
    /// once: there may be thousands of both samples and parameters.
    pub(super) fn with_support(&self, evidence: &Kkt<F>, mut visit: impl FnMut(usize, &F, &Parameters<F>)) {
        let scope = Scope::of(evidence.layer);
        for (sample, multiplier) in evidence.multipliers.iter().enumerate().filter(|(_, m)| !m.is_zero()) {
            visit(sample, multiplier, &self.subgradient(sample, &evidence.selections, scope));
        }
    }
}
