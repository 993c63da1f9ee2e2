//! The claim `kkt`: the point is a Karush-Kuhn-Tucker point of the max-margin problem.

use std::collections::BTreeMap;

use super::prelude::*;

/// Multipliers and Clarke subgradients that make the point stationary.
///
/// **What it proves.** There are `lambda_i >= 0`, zero unless `m_i = 1`, and `g_i` in the Clarke subdifferential of
/// `Phi(.; x_i)` at `theta~` with `theta~ = sum_i lambda_i y_i g_i`. With a layer, the same for that layer's parameters.
///
/// **Why.** Where no unit has a kink `Phi(.; x_i)` is smooth and `g_i` its gradient. Otherwise the subdifferential is the
/// convex hull of limits of gradients, and each term of a [`Selection`] is such a limit: the sample has no kinks on its curve
/// for small `t > 0`, so it runs through one smooth piece, whose gradient tends to the gradient
/// at `theta~` with that piece's slopes. (Clarke 1983, Theorem 2.5.1; Lyu and Li, ICLR 2020, Section 2.)
#[derive(Clone, Debug, PartialEq)]
pub struct Kkt<F> {
    /// The free layer, or all.
    pub layer: Option<usize>,
    /// `lambda`, one a sample.
    pub multipliers: Vec<F>,
    /// For each sample that has a kink and a positive multiplier, its Clarke subgradient. Others are ignored.
    pub selections: Selections<F>,
}

/// Clarke subgradients by sample.
pub type Selections<F> = BTreeMap<usize, Vec<Selection<F>>>;

/// One term of a convex combination of limits of gradients.
#[derive(Clone, Debug, PartialEq)]
pub struct Selection<F> {
    /// Its weight, at least 0; a sample's weights sum to 1.
    pub weight: F,
    /// The curve from the point along which every kink of the sample resolves: its preactivation leaves 0, or stays 0 all around.
    pub toward: Curve<F>,
}

impl<F: OrderedField> Evidence<F> for Kkt<F> {
    /// Checks feasibility, complementary slackness, each selection, and stationarity entry by entry.
    ///
    /// # Errors
    /// The first of these that fails.
    fn holds(&self, problem: &Problem<F>) -> Result<(), Rejection<F>> {
        let scope = premises::scope(problem, self.layer)?;
        stationary(problem, scope, &self.multipliers, Some(&self.selections))
    }
}

/// The whole `kkt` check, or, without selections, the same for what the network computes with the slopes of the traces.
pub(super) fn stationary<F: OrderedField>(
    problem: &Problem<F>,
    scope: Scope,
    multipliers: &[F],
    selections: Option<&Selections<F>>,
) -> Result<(), Rejection<F>> {
    premises::feasible(problem)?;
    premises::multipliers(multipliers, "samples", problem.samples().len())?;
    for (sample, multiplier) in problem.sample_indices().zip(multipliers).filter(|(_, m)| !m.is_zero()) {
        if !problem.is_active(sample) {
            let (multiplier, margin) = (multiplier.clone(), problem.margin(sample));
            return Err(Rejection::Slack { sample, multiplier, margin });
        }
    }
    let combination = combination(problem, scope, multipliers, selections)?;
    for (((layer, parameter), point), combination) in problem.point().entries().zip(combination.iter()) {
        if scope.contains(layer) && point != combination {
            let (point, combination) = (point.clone(), combination.clone());
            return Err(Rejection::NotStationary { layer, parameter, point, combination });
        }
    }
    Ok(())
}

/// `sum_i lambda_i y_i g_i`, of one multiplier a sample.
pub(super) fn combination<F: OrderedField>(
    problem: &Problem<F>,
    scope: Scope,
    multipliers: &[F],
    selections: Option<&Selections<F>>,
) -> Result<Parameters<F>, Rejection<F>> {
    let samples = problem.samples().len();
    if let Some((&sample, _)) = selections.and_then(|selections| selections.range(samples..).next()) {
        return Err(Rejection::NoSuchSample { sample, samples });
    }
    let mut gradients = Vec::new();
    let weighted = problem.sample_indices().zip(multipliers).filter(|(_, multiplier)| !multiplier.is_zero());
    for (sample, multiplier) in weighted.take_while(|_| !is_faulted()) {
        add_subgradient(&mut gradients, problem, scope, (sample, multiplier), selections)?;
    }
    let mut combination = Parameters::zero(problem.network());
    accumulate_gradients(combination.layers_mut(), problem.network(), &gradients, scope);
    Ok(combination)
}

/// Adds `lambda_i y_i g_i`.
fn add_subgradient<'a, F: OrderedField>(
    gradients: &mut Vec<BackPropagated<'a, F>>,
    problem: &'a Problem<F>,
    scope: Scope,
    (sample, multiplier): (usize, &F),
    selections: Option<&Selections<F>>,
) -> Result<(), Rejection<F>> {
    let coefficient = problem.samples()[sample].y.times(multiplier.clone());
    let trace = &problem.traces()[sample];
    let mut add = |slopes: &[Vec<F>], seed| {
        let (network, point) = (problem.network(), problem.point().layers());
        let derivatives = output_derivatives(network, point, slopes, seed, scope.first());
        cost::keep(derivatives.iter().flatten().map(Value::bytes).sum());
        gradients.push((derivatives, trace.inputs.as_slice()));
    };
    let kink = selections.and_then(|selections| Some((selections, *problem.kinks(sample, scope).first()?)));
    let Some((selections, unit)) = kink else {
        add(&trace.slopes, coefficient);
        return Ok(());
    };
    let terms = selections.get(&sample).ok_or(Rejection::MissingSelection { sample, unit })?;
    let mut sum = F::zero();
    for (term, Selection { weight, toward }) in terms.iter().enumerate().take_while(|_| !is_faulted()) {
        if weight.sign() == Sign::Negative {
            return Err(Rejection::NegativeWeight { sample, term, weight: weight.clone() });
        }
        sum = sum + weight;
        premises::move_within(problem, "curve of a selection", toward.coefficients(), scope)?;
        let (after, kinks) = along::leaving(problem, scope, sample, toward);
        if let Some(&unit) = kinks.first() {
            return Err(Rejection::Unresolved { sample, term, unit });
        }
        add(&after.slopes, coefficient.clone() * weight);
    }
    if sum.is_one() { Ok(()) } else { Err(Rejection::WeightSum { sample, sum }) }
}
