//! The claim `not_kkt`: no multipliers and subgradients make the point stationary.

use std::collections::BTreeMap;

use super::prelude::*;

/// The most kinks, of those whose sides are free, that a sample may have here below the last layer that has one: each doubles the number of patterns to look at.
pub const MAX_KINKS: usize = 16;

/// A direction that separates the point from every candidate for stationarity (Farkas).
///
/// **What it proves.** The point is feasible but not a KKT point of the problem, or of the problem over one layer.
///
/// **Why.** If `theta~ = sum_i lambda_i y_i g_i` with `lambda >= 0` supported where `m_i = 1`, then
/// `theta~ . d = sum_i lambda_i y_i g_i . d >= 0`, against `theta~ . d < 0`. Every limit of gradients at `theta~` has, at each
/// kink, one of its two slopes (outside a null set, which Clarke's definition may leave out, a preactivation is non-zero
/// or vanishes on a neighbourhood, and then its slope is immaterial), so checking all choices covers the subdifferential.
/// In the first free layer preactivations are linear forms in the free parameters; where one is a multiple of another, their sides go together (outside
/// the null set where the form vanishes), so that they count as one kink.
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
            let kinks = tied_kinks(problem, scope, sample);
            let (derivative, active) = least_derivative(problem, scope, sample, direction, &kinks)?;
            if derivative.sign() == Sign::Negative {
                return Err(Rejection::MarginDecreases { sample, derivative, active });
            }
        }
        Ok(())
    }
}

/// Kinks whose sides go together, each with whether its side is that of the first.
pub type Tied = Vec<(Unit, bool)>;

/// The kinks of a sample by which go together.
pub fn tied_kinks<F: OrderedField>(problem: &Problem<F>, scope: Scope, sample: usize) -> Vec<Tied> {
    let (network, first) = (problem.network(), scope.first());
    // The first kink of each form, by the form's first parameter: only shared weights make others come into question.
    let mut forms: BTreeMap<usize, Vec<(usize, Quadratic<F>)>> = BTreeMap::new();
    let mut all: Vec<Tied> = Vec::new();
    for unit in problem.kinks(sample, scope).into_iter().take_while(|_| !is_faulted()) {
        let mut form = Quadratic::zero();
        if unit.layer == first {
            for connection in &network.layers()[first].incoming()[unit.unit] {
                let input = &problem.traces()[sample].inputs[first][connection.unit];
                form.add_scaled(input, &Quadratic::variable(connection.parameter, F::zero()));
            }
        }
        charge(cost::ENTRY);
        let mut alike = form.linear().keys().next().map(|parameter| forms.entry(*parameter).or_default());
        let ratio = |(place, other): &(usize, Quadratic<F>)| Some((*place, form.ratio(other)?.sign()));
        match alike.iter().flat_map(|alike| alike.iter()).find_map(ratio) {
            Some((place, sign)) => all[place].push((unit, sign == Sign::Positive)),
            None => {
                alike.iter_mut().for_each(|alike| alike.push((all.len(), form.clone())));
                all.push(vec![(unit, true)]);
            }
        }
    }
    all
}

/// The least `y_i g . d` over all choices of sides at the kinks, and the kinks that are on the positive side there.
///
/// # Errors
/// [`Rejection::TooManyKinks`].
pub fn least_derivative<F: OrderedField>(
    problem: &Problem<F>,
    scope: Scope,
    sample: usize,
    direction: &Parameters<F>,
    kinks: &[Tied],
) -> Result<(F, Vec<Unit>), Rejection<F>> {
    let last = kinks.last().map_or(0, |tied| tied[0].0.layer);
    let (below, last) = kinks.split_at(kinks.partition_point(|tied| tied[0].0.layer < last));
    if below.len() > MAX_KINKS {
        return Err(Rejection::TooManyKinks { sample, kinks: below.len() });
    }
    let (network, label) = (problem.network(), problem.samples()[sample].y);
    let derivative = |slopes: &[Vec<F>]| {
        let mut gradient = Parameters::zero(network);
        problem.add_gradient(&mut gradient, sample, slopes, label.times(F::one()), scope);
        gradient.dot(direction, scope)
    };
    let take = |slopes: &mut [Vec<F>], tied: &Tied, is_positive: bool| {
        for (unit, is_same) in tied {
            let side = if is_positive == *is_same { Sign::Positive } else { Sign::Negative };
            slopes[unit.layer][unit.unit] = network.slope(*unit, side);
        }
    };
    let mut least: Option<(F, Vec<Unit>)> = None;
    for choice in (0u32..1 << below.len()).take_while(|_| !is_faulted()) {
        let mut slopes = problem.traces()[sample].slopes.clone();
        below.iter().enumerate().for_each(|(place, tied)| take(&mut slopes, tied, choice >> place & 1 == 1));
        last.iter().for_each(|tied| take(&mut slopes, tied, false));
        let mut value = derivative(&slopes);
        let mut active: Vec<bool> =
            (0..kinks.len()).map(|place| place < below.len() && choice >> place & 1 == 1).collect();
        for (place, tied) in last.iter().enumerate().take_while(|_| !is_faulted()) {
            take(&mut slopes, tied, true);
            let other = derivative(&slopes);
            if other < value {
                value = other;
                active[below.len() + place] = true;
            } else {
                take(&mut slopes, tied, false);
            }
        }
        if least.as_ref().is_none_or(|(least, _)| value < *least) {
            let on =
                kinks.iter().zip(active).flat_map(|(tied, is_on)| tied.iter().filter(move |(_, same)| *same == is_on));
            least = Some((value, on.map(|(unit, _)| *unit).collect()));
        }
    }
    // There is at least one choice, unless the computation has been given up.
    Ok(least.unwrap_or_else(|| (F::zero(), Vec::new())))
}
