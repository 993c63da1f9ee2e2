//! The claim `not_kkt`: no multipliers and subgradients make the point stationary.

use std::convert::Infallible;

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
/// No path meets two kinks of one layer, so `y_i g . d` is affine in the slopes of the last layer that has kinks, and each of
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
        premises::moves_within(problem, "direction", direction, scope)?;
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
    let mut least: Option<(F, Vec<Unit>)> = None;
    for choice in (0u32..1 << below.len()).take_while(|_| !is_faulted()) {
        let side = |kink: usize| if choice >> kink & 1 == 1 { Sign::Positive } else { Sign::Negative };
        let mut sides: Vec<(Unit, Sign)> = below.iter().enumerate().map(|(kink, unit)| (*unit, side(kink))).collect();
        let worse = worse_sides(problem, sample, direction, &sides, last);
        sides.extend(worse);
        let slopes = slopes_with(problem, sample, &sides);
        let mut gradient = Parameters::zero(problem.network());
        problem.add_gradient(&mut gradient, sample, &slopes, problem.samples()[sample].y.times(F::one()), Scope::All);
        let derivative = gradient.dot(direction, Scope::All);
        if least.as_ref().is_none_or(|(value, _)| derivative < *value) {
            let active = sides.iter().filter(|(_, side)| *side == Sign::Positive);
            least = Some((derivative, active.map(|(unit, _)| *unit).collect()));
        }
    }
    // There is at least one choice, unless the computation has been given up.
    Ok(least.unwrap_or_else(|| (F::zero(), Vec::new())))
}

/// The slopes of the units at the point, but for some units those of a side.
fn slopes_with<F: OrderedField>(problem: &Problem<F>, sample: usize, sides: &[(Unit, Sign)]) -> Vec<Vec<F>> {
    let mut slopes = problem.traces()[sample].slopes.clone();
    for (unit, side) in sides {
        slopes[unit.layer][unit.unit] = problem.network().slope(*unit, *side);
    }
    slopes
}

/// For each kink of a layer after which there is none, the side with the lesser `y_i g . d`, given the sides of those before.
fn worse_sides<F: OrderedField>(
    problem: &Problem<F>,
    sample: usize,
    direction: &Parameters<F>,
    sides: &[(Unit, Sign)],
    kinks: &[Unit],
) -> Vec<(Unit, Sign)> {
    let (network, Sample { x, y }) = (problem.network(), &problem.samples()[sample]);
    let Some(layer) = kinks.first().map(|unit| unit.layer) else { return Vec::new() };
    let mut slopes = slopes_with(problem, sample, sides);
    for kink in kinks {
        slopes[layer][kink.unit] = F::one();
    }
    // How the margin feels each kink's output, and how fast its preactivation moves along the direction.
    let felt = output_derivatives(network, problem.point().layers(), &slopes, y.times(F::one()), layer);
    let line = Curve::new(vec![direction.clone()]).from_point(problem.point());
    let x = x.iter().cloned().map(Polynomial::constant).collect();
    let Ok(trace) = network.trace::<_, Infallible>(&line, x, |unit, _| Ok(slopes[unit.layer][unit.unit].clone()));
    let side = |kink: &Unit| {
        let [positive, negative] = [Sign::Positive, Sign::Negative].map(|side| network.slope(*kink, side));
        let speed = trace.preactivations[layer][kink.unit].coefficients().get(1).cloned().unwrap_or_else(F::zero);
        let difference = (positive - &negative) * &speed * &felt[layer][kink.unit];
        (*kink, if difference.sign() == Sign::Negative { Sign::Positive } else { Sign::Negative })
    };
    kinks.iter().map(side).collect()
}
