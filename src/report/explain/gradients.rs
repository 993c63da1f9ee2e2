//! Gradients of samples at the point, kinks resolved as the evidence says.

use super::Teller;
use crate::kernel::check::along::leaving;
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

    /// The element `g_i` of the Clarke subdifferential that accepted evidence selects for a sample; without a selection its gradient, with the
    /// slopes stated for its kinks.
    pub(super) fn subgradient(&self, sample: usize, selections: &Selections<F>, scope: Scope) -> Parameters<F> {
        let Some(terms) = selections.get(&sample).filter(|_| !self.problem.kinks(sample, scope).is_empty()) else {
            let mut slopes = self.problem.traces()[sample].slopes.clone();
            for ((_, unit), slope) in self.slopes.iter().filter(|((of, _), _)| *of == sample) {
                slopes[unit.layer][unit.unit] = slope.clone();
            }
            return self.gradient(sample, &slopes, scope);
        };
        let mut sum = Parameters::zero(self.problem.network());
        for term in terms {
            let (after, _) = leaving(self.problem, scope, sample, &term.toward);
            self.add_gradient(&mut sum, sample, &after.slopes, term.weight.clone(), scope);
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
