//! The claim `not_kkt`: no multipliers and subgradients make the point stationary.

use super::prelude::*;

/// The most kinks that a sample may have here below the last layer that has one: each doubles the number of patterns to look at.
pub const MAX_KINKS: usize = 16;

/// A direction that separates the point from every candidate for stationarity (Farkas).
///
/// **What it proves.** The point is feasible but not a KKT point of the problem, or of the problem over one layer.
///
/// **Why.** If `theta~ = sum_i lambda_i y_i g_i` with `lambda >= 0` supported where `m_i = 1`, then
/// `theta~ . d = sum_i lambda_i y_i g_i . d >= 0`, against `theta~ . d < 0`. Every limit of gradients at `theta~` has, at each
/// kink, one of its two slopes (outside a null set, which Clarke's definition may leave out, a preactivation is non-zero
/// or vanishes on a neighbourhood, and then its slope is immaterial), so checking all choices covers the subdifferential.
/// No path meets two kinks of one layer, so `y_i g . d` is a sum of functions of one slope each in the last layer that has kinks, and each of
/// them takes its worse one: only the kinks below are gone through choice by choice.
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
        premises::move_within(problem, "direction", [direction], scope)?;
        let derivative = problem.point().dot(direction, scope);
        if derivative.sign() != Sign::Negative {
            return Err(Rejection::NotDescending { derivative });
        }
        for sample in problem.sample_indices().filter(|&sample| problem.is_active(sample)) {
            let (derivative, active) = least_derivative(problem, scope, sample, direction)?;
            if derivative.sign() == Sign::Negative {
                return Err(Rejection::MarginDecreases { sample, derivative, active });
            }
        }
        Ok(())
    }
}

/// The least `y_i g . d` over all choices of slopes at the kinks, and the kinks that take the slope for positive inputs there.
///
/// # Errors
/// [`Rejection::TooManyKinks`].
pub fn least_derivative<F: OrderedField>(
    problem: &Problem<F>,
    scope: Scope,
    sample: usize,
    direction: &Parameters<F>,
) -> Result<(F, Vec<Unit>), Rejection<F>> {
    let kinks = problem.kinks(sample, scope);
    let last = kinks.last().map_or(0, |unit| unit.layer);
    let (below, last) = kinks.split_at(kinks.partition_point(|unit| unit.layer < last));
    if below.len() > MAX_KINKS {
        return Err(Rejection::TooManyKinks { sample, kinks: below.len() });
    }
    let (network, label) = (problem.network(), problem.samples()[sample].y);
    let derivative = |slopes: &[Vec<F>]| {
        let mut gradient = Parameters::zero(network);
        problem.add_gradient(&mut gradient, sample, slopes, label.times(F::one()), scope);
        gradient.dot(direction, scope)
    };
    let mut least: Option<(F, Vec<Unit>)> = None;
    for choice in (0u32..1 << below.len()).take_while(|_| !is_faulted()) {
        // At a kink the trace has the slope for negative inputs.
        let mut slopes = problem.traces()[sample].slopes.clone();
        let chosen = below.iter().enumerate().filter(|(kink, _)| choice >> kink & 1 == 1);
        let mut active: Vec<Unit> = chosen.map(|(_, unit)| *unit).collect();
        active.iter().for_each(|unit| slopes[unit.layer][unit.unit] = network.slope(*unit, Sign::Positive));
        let mut value = derivative(&slopes);
        for unit in last.iter().take_while(|_| !is_faulted()) {
            let negative = std::mem::replace(&mut slopes[unit.layer][unit.unit], network.slope(*unit, Sign::Positive));
            let other = derivative(&slopes);
            if other < value {
                value = other;
                active.push(*unit);
            } else {
                slopes[unit.layer][unit.unit] = negative;
            }
        }
        if least.as_ref().is_none_or(|(least, _)| value < *least) {
            least = Some((value, active));
        }
    }
    // There is at least one choice, unless the computation has been given up.
    Ok(least.unwrap_or_else(|| (F::zero(), Vec::new())))
}
