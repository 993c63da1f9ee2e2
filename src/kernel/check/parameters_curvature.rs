//! What the second derivatives of the Lagrangian at a point enclosed by its parameters say; in the notation of [`ParametersOptimum`].

use super::enclosed_optimum::Outcome;
use super::kkt_enclosed::unfaulted;
use super::parameters_enclosed::Enclosed;
use super::prelude::*;
use crate::kernel::enclosure::{Dual, Equations, Interval, Pass, positive_definite};

/// The sign of `D` at a kink of this sample and unit at which the norm decreases to both sides; the other is that of a valley.
pub(super) fn ridge<F: OrderedField>(problem: &Problem<F>, sample: usize, unit: Unit) -> Sign {
    let [negative, positive] = [Sign::Negative, Sign::Positive].map(|side| problem.network().slope(unit, side));
    let rises = (positive - &negative).sign() == Sign::Positive;
    let gains = problem.samples()[sample].y == Label::Positive;
    if rises == gains { Sign::Positive } else { Sign::Negative }
}

/// From a layer on, each unit whose preactivation is 0 on an active sample is a valley, or at rest, or `D` is 0 and the kink not held.
pub(super) fn valleys<F: OrderedField>(
    problem: &Problem<F>,
    point: &Enclosed<'_, F>,
    passes: &[Pass],
    first: usize,
) -> Outcome<F> {
    let samples = point.evidence.active.iter().zip(&point.evidence.patterns).zip(&point.at_rest).zip(passes);
    for (((&sample, pattern), at_rest), pass) in samples {
        for (layer, units) in pattern.iter().enumerate().skip(first) {
            if problem.network().layers()[layer].activation().is_linear() {
                continue;
            }
            let is_at_0 = |side: &Option<Sign>| side.is_none_or(|side| side == Sign::Zero);
            for (unit, side) in units.iter().enumerate().filter(|(u, side)| is_at_0(side) && !at_rest[layer][*u]) {
                let (place, by_output) = (Unit { layer, unit }, &pass.by_output[layer][unit].value);
                let is_valley = match by_output.sign() {
                    Some(Sign::Zero) => side.is_none(),
                    Some(sign) => sign != ridge(problem, sample, place),
                    None => false,
                };
                if !is_valley {
                    let (lower, upper) = (by_output.lower(), by_output.upper());
                    return Err(EnclosedOptimumRejection::NoValley { sample, unit: place, lower, upper });
                }
            }
        }
    }
    Ok(())
}

/// The Lagrangian curves up along what `G` allows, and no unit at 0 raises a margin when it leaves 0.
pub(super) fn curves_up<F: OrderedField>(
    problem: &Problem<F>,
    point: &Enclosed<'_, F>,
    penalty: &Rational,
    of_live_units: bool,
) -> Outcome<F> {
    let layers = problem.network().layers().iter();
    let all = layers.map(|layer| vec![true; layer.parameters()]);
    let free = if of_live_units { problem.weights_of_live_units() } else { all.collect() };
    // All of them move: what is 0 does not stay so.
    let near = Interval::around(&Rational::from(0), &point.evidence.radius);
    let moved = |(value, free): (&Interval, &bool)| if *free { value.plus(&near) } else { value.clone() };
    let around = point.parameters.iter().zip(&free);
    let around = around.map(|(layer, free)| layer.iter().zip(free).map(moved).map(Dual::constant).collect());
    let held: Vec<Dual> = point.held.iter().cloned().map(Dual::constant).collect();
    let passes = point.system.passes(&around.collect::<Vec<_>>(), &held);
    unfaulted()?;
    valleys(problem, point, &passes, 0)?;
    let system = point.system.linearised(free);
    let unknowns = system.unknowns(&point.parameters, &point.multipliers, &point.held);
    let mut matrix = system.jacobian(&unknowns);
    unfaulted()?;
    let count = unknowns.len() - point.multipliers.len() - point.held.len();
    matrix.iter_mut().for_each(|row| row.truncate(count));
    let gradients = matrix.split_off(count);
    let penalty = Interval::of(penalty);
    for gradient in &gradients {
        let scaled: Vec<Interval> = gradient.iter().map(|entry| entry.times(&penalty)).collect();
        for (row, scaled) in matrix.iter_mut().zip(&scaled).take_while(|_| !is_faulted()) {
            row.iter_mut().zip(gradient).for_each(|(entry, other)| *entry = entry.plus(&scaled.times(other)));
        }
    }
    unfaulted()?;
    let outcome = positive_definite(matrix);
    unfaulted()?;
    outcome.map_err(|(index, pivot)| EnclosedOptimumRejection::Pivot { index, lower: pivot.lower() })
}
