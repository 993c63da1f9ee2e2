//! The claim `not_kkt`: no multipliers and subgradients make the point stationary.

use super::prelude::*;

/// The most kinks a sample may have here: each doubles the number of patterns to look at.
pub const MAX_KINKS: usize = 16;

/// A direction that separates the point from every candidate for stationarity (Farkas).
///
/// **What it proves.** The point is feasible but not a KKT point of the problem, or of the problem over one layer.
///
/// **Why.** If `theta~ = sum_i lambda_i y_i g_i` with `lambda >= 0` supported where `m_i = 1`, then
/// `theta~ . d = sum_i lambda_i y_i g_i . d >= 0`, against `theta~ . d < 0`. Every limit of gradients at `theta~` has, at each
/// kink, one of its two slopes (outside a null set, which Clarke's definition may leave out, a preactivation is non-zero
/// or vanishes on a neighbourhood, and then its slope is immaterial), so checking all choices covers the subdifferential.
#[derive(Clone, Debug, PartialEq)]
pub struct NotKkt<F> {
    /// The free layer, or all.
    pub layer: Option<usize>,
    /// The direction `d`.
    pub direction: Parameters<F>,
}

impl<F: OrderedField> Evidence<F> for NotKkt<F> {
    /// Checks feasibility, the norm's derivative, and the margin's derivative for every active sample and choice of slopes.
    ///
    /// # Errors
    /// The first of these that fails.
    fn holds(&self, problem: &Problem<F>) -> Result<(), Rejection<F>> {
        let scope = premises::scope(problem, self.layer)?;
        let direction = &self.direction;
        premises::feasible(problem)?;
        premises::moves_within(problem, "direction", direction, scope)?;
        let derivative = problem.point().dot(direction, scope);
        if derivative.sign() != Sign::Negative {
            return Err(Rejection::NotDescending { derivative });
        }
        for sample in problem.sample_indices().filter(|&sample| problem.is_active(sample)) {
            let kinks = problem.kinks(sample, scope);
            if kinks.len() > MAX_KINKS {
                return Err(Rejection::TooManyKinks { sample, kinks: kinks.len() });
            }
            for choice in (0u32..1 << kinks.len()).take_while(|_| !is_faulted()) {
                margin_does_not_decrease(problem, sample, direction, &kinks, choice)?;
            }
        }
        Ok(())
    }
}

fn margin_does_not_decrease<F: OrderedField>(
    problem: &Problem<F>,
    sample: usize,
    direction: &Parameters<F>,
    kinks: &[Unit],
    choice: u32,
) -> Result<(), Rejection<F>> {
    let (network, trace) = (problem.network(), &problem.traces()[sample]);
    let is_active = |kink: usize| choice >> kink & 1 == 1;
    let mut slopes = trace.slopes.clone();
    for (kink, unit) in kinks.iter().enumerate() {
        let side = if is_active(kink) { Sign::Positive } else { Sign::Negative };
        slopes[unit.layer][unit.unit] = network.slope(*unit, side);
    }
    let mut gradient = Parameters::zero(network);
    problem.add_gradient(&mut gradient, sample, &slopes, problem.samples()[sample].y.times(F::one()), Scope::All);
    let derivative = gradient.dot(direction, Scope::All);
    if derivative.sign() == Sign::Negative {
        let active = (0..kinks.len()).filter(|&kink| is_active(kink)).map(|k| kinks[k]).collect();
        return Err(Rejection::MarginDecreases { sample, derivative, active });
    }
    Ok(())
}
