//! The claim `kkt_enclosed` by the parameters themselves, for networks of every architecture and depth.

use super::kkt_enclosed::{all_hold, in_order, intervals, rational, solved, unfaulted};
use super::parameters_optimum::ParametersOptimum;
use super::prelude::*;
use crate::kernel::enclosure::{Dual, Interval, ParameterSystem, Pass};

/// Approximate values of the unknowns of a [`ParameterSystem`] and a radius within which it has exactly one solution.
///
/// **What it proves.** There is a KKT point `theta*` of the max-margin problem that is 0 where the document's point is, and elsewhere at most
/// `radius` away from it in each parameter. Its active samples (margin 1) are exactly those listed, all with a
/// positive multiplier; every other margin is above 1. On the active samples each hidden unit is on the side of the pattern; at a *held kink*, `0`, its
/// preactivation is exactly 0 and its slope strictly between the activation's two; at `.` (*loose*) it is 0 whatever the other weights are. Among the
/// solutions of the system in the box of the stated radius it is the only one. Then what is claimed of its optimality: see [`ParametersOptimum`].
///
/// **Why.** That the system has one solution is the [`contraction`](crate::kernel::enclosure::contraction) test; signs and margins hold on the whole box. The solution is
/// stationary in the free parameters by the equations; in one that is 0 because the interval of `sum_i lambda_i y_i dPhi_i/dtheta_p` is 0 itself. It remains that
/// `dPhi_i` with the slopes of the evidence is a Clarke subgradient, for one active sample at a time. The equations' derivative being regular, its rows for the
/// held kinks of the sample are independent. So along some direction the preactivation of each changes at a rate that is chosen for it, layer by layer. Whatever sides are
/// chosen, there are smooth pieces near that direction, arbitrarily near `theta*`, on which the held kinks have them. Their gradients tend to `dPhi_i` with these slopes, as
/// units at 0 pass on 0, if the slope of each loose unit is that of the evidence or does not matter. That is so if the unit is *at rest*: at all points near `theta*` it reads 0
/// alone; if the derivative by what it passes on is 0, since then it is 0 for all slopes of held kinks; or if a parameter that no other connection has lets it read something that is
/// not 0, since that parameter then moves it to its side. `dPhi_i` is affine in the slope of each held kink, so with slopes in between it is a convex combination of these limits.
#[derive(Clone, Debug, PartialEq)]
pub struct ParametersEnclosed<F> {
    /// The active samples, in ascending order.
    pub active: Vec<usize>,
    /// `lambda`, approximately, one an active sample.
    pub multipliers: Vec<Rational>,
    /// The sign of each preactivation, by active sample, hidden layer and unit: zero where the kink is held, nothing where it is loose.
    pub patterns: Vec<Vec<Vec<Option<Sign>>>>,
    /// The slopes of the held kinks, approximately, in this order.
    pub slopes: Vec<Rational>,
    /// How far each unknown may be from its approximation.
    pub radius: Rational,
    /// An approximate inverse of the system's derivative.
    pub inverse: Vec<Vec<Rational>>,
    /// What is claimed of its optimality.
    pub optimum: Vec<ParametersOptimum<F>>,
}

/// The enclosed point, as far as its optimality depends on it: everything holds on the whole box.
pub(super) struct Enclosed<'a, F> {
    pub(super) evidence: &'a ParametersEnclosed<F>,
    pub(super) system: ParameterSystem<'a, F>,
    pub(super) parameters: Vec<Vec<Interval>>,
    pub(super) multipliers: Vec<Interval>,
    /// The slopes of the held kinks.
    pub(super) held: Vec<Interval>,
    pub(super) passes: Vec<Pass>,
    /// Whether a unit passes on 0 at all points near, by active sample, hidden layer and unit.
    pub(super) at_rest: Vec<Vec<Vec<bool>>>,
}

impl<F: OrderedField> Evidence<F> for ParametersEnclosed<F> {
    /// Checks shapes, the contraction, every sign and margin on the box, the parameters that are 0, and each claim of optimality.
    ///
    /// # Errors
    /// The first of these that fails.
    fn holds(&self, problem: &Problem<F>) -> Result<(), Rejection<F>> {
        let enclosed = self.enclosed(problem)?;
        all_hold(problem, &self.optimum, |optimum| optimum.holds(problem, &enclosed))
    }
}

impl<F: OrderedField> ParametersEnclosed<F> {
    /// The equations that the point solves.
    ///
    /// # Errors
    /// If a list has the wrong length, or a number is not rational.
    pub fn system<'a>(&self, problem: &'a Problem<F>) -> Result<ParameterSystem<'a, F>, KktEnclosedRejection> {
        let network = problem.network();
        self.shapes(problem)?;
        let sides = sides(network)?;
        let free = problem.point().layers().iter().map(|layer| {
            charge(cost::BYTE * layer.len() as u64);
            layer.iter().map(|parameter| !parameter.is_zero()).collect()
        });
        let free = free.collect();
        let mut samples = Vec::with_capacity(self.active.len());
        for &sample in &self.active {
            let Sample { x, y } = &problem.samples()[sample];
            samples.push((intervals(x, "input")?, *y));
        }
        let system = ParameterSystem::new(network, samples, free, self.patterns.clone(), &sides);
        unfaulted()?;
        Ok(system)
    }

    /// Everything but optimality.
    fn enclosed<'a>(&'a self, problem: &'a Problem<F>) -> Result<Enclosed<'a, F>, KktEnclosedRejection> {
        let system = self.system(problem)?;
        let (network, sides) = (problem.network(), sides(problem.network())?);
        let mut centre = Vec::new();
        for parameter in problem.point().iter().filter(|parameter| !parameter.is_zero()) {
            centre.push(rational(parameter, "parameter")?);
        }
        let centre: Vec<&Rational> = centre.iter().chain(&self.multipliers).chain(&self.slopes).collect();
        let unknowns = solved(&centre, &self.radius, &self.inverse, &system)?;
        let unknowns: Vec<Dual> = unknowns.into_iter().map(Dual::constant).collect();
        let (parameters, multipliers, held) = system.parts(&unknowns, &Dual::zero());
        let passes = system.passes(&parameters, &held);
        unfaulted()?;
        let residuals = system.residuals(&parameters, &multipliers, &passes);
        unfaulted()?;
        let values = |duals: Vec<Dual>| Vec::from_iter(duals.into_iter().map(|dual| dual.value));
        let (multipliers, held) = (values(multipliers), values(held));
        let parameters = Vec::from_iter(parameters.into_iter().map(values));
        if let Some(index) = multipliers.iter().position(|lambda| lambda.sign() != Some(Sign::Positive)) {
            let lower = multipliers[index].lower();
            return Err(KktEnclosedRejection::NotPositive { what: "multiplier", index, lower });
        }
        let uses: Vec<Vec<usize>> = network.layers().iter().map(Layer::uses).collect();
        let mut at_rest = Vec::with_capacity(passes.len());
        for ((&sample, pattern), pass) in self.active.iter().zip(&self.patterns).zip(&passes) {
            agrees(network, &sides, sample, pattern, pass)?;
            let rest = resting(problem, &sides, sample, pattern);
            unfaulted()?;
            for (layer, unit) in loose(network, pattern) {
                let (edges, read) = (&network.layers()[layer].incoming()[unit], &pass.inputs[layer]);
                let is_moving = |edge: &Connection| read[edge.unit].value.sign().is_some_and(|sign| sign != Sign::Zero);
                let has_own = edges.iter().any(|edge| uses[layer][edge.parameter] == 1 && is_moving(edge));
                if !has_own && !rest[layer][unit] && pass.by_output[layer][unit].value.sign() != Some(Sign::Zero) {
                    return Err(KktEnclosedRejection::Loose { sample, unit: Unit { layer, unit } });
                }
            }
            at_rest.push(rest);
        }
        for (((layer, parameter), point), residual) in problem.point().entries().zip(residuals.iter().flatten()) {
            if point.is_zero() && residual.value.sign() != Some(Sign::Zero) {
                let (lower, upper) = (residual.value.lower(), residual.value.upper());
                return Err(KktEnclosedRejection::ZeroParameter { layer, parameter, lower, upper });
            }
        }
        self.margins(problem, &sides, &parameters)?;
        Ok(Enclosed { evidence: self, system, parameters, multipliers, held, passes, at_rest })
    }

    /// Lengths and indices.
    fn shapes(&self, problem: &Problem<F>) -> Result<(), KktEnclosedRejection> {
        if self.active.is_empty() {
            return Err(KktEnclosedRejection::Empty { what: "active sample" });
        }
        in_order(&self.active, &self.multipliers, problem.samples().len())?;
        let lengths = |sample, layer, found, expected| {
            let wrong = KktEnclosedRejection::Patterns { sample, layer, found, expected };
            if found == expected { Ok(()) } else { Err(wrong) }
        };
        let (layers, hidden) = (problem.network().layers(), problem.network().depth() - 1);
        lengths(None, None, self.patterns.len(), self.active.len())?;
        for (&sample, pattern) in self.active.iter().zip(&self.patterns) {
            lengths(Some(sample), None, pattern.len(), hidden)?;
            for (l, (units, layer)) in pattern.iter().zip(layers).enumerate() {
                lengths(Some(sample), Some(l), units.len(), layer.outputs())?;
            }
        }
        let held = self.patterns.iter().flatten().flatten().filter(|side| **side == Some(Sign::Zero));
        let (found, expected) = (self.slopes.len(), held.count());
        if found == expected { Ok(()) } else { Err(KktEnclosedRejection::HeldSlopes { found, expected }) }
    }

    /// Every sample that is not active has a margin above 1.
    fn margins(
        &self,
        problem: &Problem<F>,
        sides: &[[Rational; 2]],
        parameters: &[Vec<Interval>],
    ) -> Result<(), KktEnclosedRejection> {
        let others = problem.sample_indices().filter(|sample| self.active.binary_search(sample).is_err());
        for sample in others {
            let Sample { x, y } = &problem.samples()[sample];
            let mut read = intervals(x, "input")?;
            for ((layer, weights), sides) in problem.network().layers().iter().zip(parameters).zip(sides) {
                charge(cost::UNIT * layer.outputs() as u64);
                let pair = |connection: &Connection| (&weights[connection.parameter], &read[connection.unit]);
                let row = |row: &Vec<Connection>| Interval::dot(row.iter().map(pair)).activated(sides);
                read = layer.incoming().iter().map(row).collect();
                unfaulted()?;
            }
            let margin = if *y == Label::Positive { read[0].clone() } else { read[0].negated() };
            let (lower, upper) = (margin.lower(), margin.upper());
            if lower <= Rational::from(1) {
                return Err(KktEnclosedRejection::Margin { sample, lower, upper });
            }
        }
        unfaulted().map_err(KktEnclosedRejection::from)
    }
}

/// The slopes of each layer's activation, for negative and for positive preactivations.
pub(super) fn sides<F: OrderedField>(network: &Network<F>) -> Result<Vec<[Rational; 2]>, KktEnclosedRejection> {
    let slope = |layer: &Layer<F>, side| rational(&layer.activation().slope(side), "slope of the activation");
    network.layers().iter().map(|layer| Ok([slope(layer, Sign::Negative)?, slope(layer, Sign::Positive)?])).collect()
}

/// Which units pass on 0 at all points near: those on a side of slope 0, and those that read nothing else.
fn resting<F: OrderedField>(
    problem: &Problem<F>,
    sides: &[[Rational; 2]],
    sample: usize,
    pattern: &[Vec<Option<Sign>>],
) -> Vec<Vec<bool>> {
    let mut reads: Vec<bool> = problem.samples()[sample].x.iter().map(F::is_zero).collect();
    let mut at_rest = Vec::with_capacity(pattern.len());
    for ((layer, units), [negative, _]) in problem.network().layers().iter().zip(pattern).zip(sides) {
        charge(cost::CONNECTION * layer.connection_count() as u64);
        let is_off = |side: &Option<Sign>| *side == Some(Sign::Negative) && negative.is_zero();
        let rows = layer.incoming().iter().zip(units);
        reads = rows.map(|(row, side)| is_off(side) || row.iter().all(|edge| reads[edge.unit])).collect();
        at_rest.push(reads.clone());
    }
    at_rest
}

/// The units, layer and unit, that are at 0 without being held.
fn loose<'a, F: OrderedField>(
    network: &'a Network<F>,
    pattern: &'a [Vec<Option<Sign>>],
) -> impl Iterator<Item = (usize, usize)> + 'a {
    let bent = pattern.iter().enumerate().filter(|(l, _)| !network.layers()[*l].activation().is_linear());
    bent.flat_map(|(l, units)| (0..units.len()).filter(|unit| units[*unit].is_none()).map(move |unit| (l, unit)))
}

/// On a sample each unit that is not linear has the side of the pattern.
fn agrees<F: OrderedField>(
    network: &Network<F>,
    sides: &[[Rational; 2]],
    sample: usize,
    pattern: &[Vec<Option<Sign>>],
    pass: &Pass,
) -> Result<(), KktEnclosedRejection> {
    for (layer, units) in pattern.iter().enumerate() {
        for (unit, side) in units.iter().enumerate() {
            let (value, slope) = (&pass.preactivations[layer][unit].value, &pass.slopes[layer][unit].value);
            let place = Unit { layer, unit };
            if *side == Some(Sign::Zero) {
                let [a, b] = &sides[layer];
                let (lower, upper) = (slope.lower(), slope.upper());
                if lower <= *a.min(b) || upper >= *a.max(b) {
                    return Err(KktEnclosedRejection::UnitSlope { sample, unit: place, lower, upper });
                }
            } else if !network.layers()[layer].activation().is_linear()
                && value.sign() != Some(side.unwrap_or(Sign::Zero))
            {
                let (lower, upper) = (value.lower(), value.upper());
                return Err(KktEnclosedRejection::UnitSide { sample, unit: place, lower, upper });
            }
        }
    }
    Ok(())
}
