//! Whether the point of a `kkt_enclosed` claim by parameters is a local or a global optimum.

use super::enclosed_optimum::not_global;
use super::kkt_enclosed::unfaulted;
use super::parameters_enclosed::{Enclosed, sides};
use super::prelude::*;
use crate::kernel::enclosure::Interval;

/// A claim about the optimality of an enclosed KKT point `theta*`, in the notation of [`ParametersEnclosed`].
///
/// The rows of the system's derivative for the margins and the held kinks have entries at the free parameters only. The derivative being regular, they are
/// independent: free parameters can move so that the active margins stay 1, and each held kink's preactivation is what one likes, near 0. With `Psi_i` the
/// output if held kinks multiply by their slopes `s`, the gradient of `1/2||theta||^2` at `theta*` is `sum lambda_i y_i dPsi_i`.
///
/// **Why `Kink`.** Let one kink of sample `i` have the preactivation `t`, of the side with slope `s'`, while all others stay held. Then `Psi_i` changes at the
/// rate `(s - s') D t`, with `D` the derivative of the output by what the unit passes on, and the other `Psi` not at all: `1/2||theta||^2` changes
/// at the rate `lambda_i y_i D (s - s') t`. That is negative for small `t` of one side and of the other if `y_i D (beta - alpha) > 0`. A later unit of the sample
/// whose preactivation is 0 without being held may leave 0; so what it passes on must not matter.
///
/// **Why `DeadUnit`.** A unit whose weights are all 0 gets the incoming weights `sqrt(d/||w||^2) w` and the outgoing `sqrt(d/||v||^2) v`. That adds `d` to `1/2||theta||^2`, and
/// `d v_t act(w.h_i)/(||w|| ||v||)` to the preactivation of each unit `t` that it feeds, `h_i` being what it reads. The free parameters move so that active margins stay 1 and held kinks
/// held; `1/2||theta||^2` of theirs changes by `-d gain/(||w|| ||v||)` to first order, `gain = sum_i lambda_i y_i act(w.h_i) sum_t v_t dPsi_i/dz_t`: more than `d`.
/// As no unit is fed whose preactivation is 0 without being held, those stay exactly 0.
///
/// The proofs are in docs/mathematics.md.
#[derive(Clone, Debug, PartialEq)]
pub enum ParametersOptimum<F> {
    /// Feasible points arbitrarily near have a smaller norm: a unit leaves this held kink.
    Kink {
        /// The active sample.
        sample: usize,
        /// The unit.
        unit: Unit,
    },
    /// Feasible points arbitrarily near have: a unit that is 0 comes to life.
    DeadUnit {
        /// The unit.
        unit: Unit,
        /// The direction of its incoming weights.
        incoming: Vec<Rational>,
        /// The direction of its outgoing weights.
        outgoing: Vec<Rational>,
    },
    /// This feasible point has a smaller norm.
    NotGlobal {
        /// The better point.
        better: Parameters<F>,
    },
}

type Outcome<F> = Result<(), EnclosedOptimumRejection<F>>;

impl<F: OrderedField> ParametersOptimum<F> {
    /// Whether the claim holds of the enclosed point.
    pub(super) fn holds(&self, problem: &Problem<F>, point: &Enclosed<'_, F>) -> Outcome<F> {
        match self {
            ParametersOptimum::Kink { sample, unit } => kink(problem, point, *sample, *unit),
            ParametersOptimum::DeadUnit { unit, incoming, outgoing } => {
                dead_unit(problem, point, *unit, incoming, outgoing)
            }
            ParametersOptimum::NotGlobal { better } => {
                let parameters = point.parameters.iter().flatten();
                not_global(problem, Interval::dot(parameters.clone().zip(parameters)).lower(), better)
            }
        }
    }
}

fn kink<F: OrderedField>(problem: &Problem<F>, point: &Enclosed<'_, F>, sample: usize, unit: Unit) -> Outcome<F> {
    let place = point.evidence.active.binary_search(&sample).ok();
    let descends = place.is_some_and(|place| {
        let layer = point.evidence.patterns[place].get(unit.layer);
        if layer.and_then(|units| units.get(unit.unit)) != Some(&Some(Sign::Zero)) {
            return false;
        }
        let [negative, positive] = [Sign::Negative, Sign::Positive].map(|side| problem.network().slope(unit, side));
        let rises = (positive - &negative).sign() == Sign::Positive;
        let gains = problem.samples()[sample].y == Label::Positive;
        let wanted = if rises == gains { Sign::Positive } else { Sign::Negative };
        let by_output = &point.passes[place].by_output;
        let (kinds, layers) = (&point.evidence.patterns[place], problem.network().layers());
        let mut later = (unit.layer + 1..kinds.len()).filter(|l| !layers[*l].activation().is_linear());
        let matters = |l: usize| {
            let mut units = kinds[l].iter().zip(&by_output[l]);
            units.any(|(side, by)| side.is_none() && by.value.sign() != Some(Sign::Zero))
        };
        by_output[unit.layer][unit.unit].value.sign() == Some(wanted) && !later.any(matters)
    });
    if descends { Ok(()) } else { Err(EnclosedOptimumRejection::NoKink { sample, unit }) }
}

fn dead_unit<F: OrderedField>(
    problem: &Problem<F>,
    point: &Enclosed<'_, F>,
    place: Unit,
    incoming: &[Rational],
    outgoing: &[Rational],
) -> Outcome<F> {
    let (layers, weights) = (problem.network().layers(), problem.point().layers());
    let Unit { layer, unit } = place;
    let lives = || EnclosedOptimumRejection::Lives { unit: place };
    let above = layers.get(layer.saturating_add(1)).ok_or_else(lives)?;
    let read = layers[layer].incoming().get(unit).ok_or_else(lives)?;
    let fed = &above.outgoing()[unit];
    let is_zero = |layer: usize| move |connection: &Connection| weights[layer][connection.parameter].is_zero();
    if !read.iter().all(is_zero(layer)) || !fed.iter().all(is_zero(layer + 1)) {
        return Err(lives());
    }
    let lengths = [("incoming weights", incoming.len(), read.len()), ("outgoing weights", outgoing.len(), fed.len())];
    if let Some(&(what, found, expected)) = lengths.iter().find(|(_, found, expected)| found != expected) {
        return Err(EnclosedOptimumRejection::Length { what, found, expected });
    }
    for (&sample, pattern) in point.evidence.active.iter().zip(&point.evidence.patterns) {
        let kinds = pattern.get(layer + 1).filter(|_| !above.activation().is_linear());
        let is_loose = |t: &usize| kinds.is_some_and(|kinds| kinds[*t].is_none()) && !outgoing[*t].is_zero();
        if let Some(t) = (0..outgoing.len()).find(is_loose) {
            return Err(EnclosedOptimumRejection::Feeds { sample, unit: Unit { layer: layer + 1, unit: t } });
        }
    }
    charge(cost::INTERVAL * (incoming.len() + outgoing.len()) as u64);
    let sides = &sides(problem.network()).map_err(|_| lives())?[layer];
    let [w, v] = [incoming, outgoing].map(|list| list.iter().map(Interval::of).collect::<Vec<_>>());
    let mut gain = Interval::zero();
    for ((pass, lambda), &sample) in point.passes.iter().zip(&point.multipliers).zip(&point.evidence.active) {
        unfaulted()?;
        let passed = Interval::dot(w.iter().zip(pass.inputs[layer].iter().map(|h| &h.value))).activated(sides);
        let effects: Vec<Interval> = (0..v.len()).map(|t| pass.by_preactivation(layer + 1, t).value).collect();
        let share = passed.times(&Interval::dot(v.iter().zip(&effects))).times(lambda);
        let is_positive = problem.samples()[sample].y == Label::Positive;
        gain = gain.plus(&if is_positive { share } else { share.negated() });
    }
    let norm = |list: &Vec<Interval>| Interval::dot(list.iter().zip(list));
    let (gain, norm_squared) = (gain.lower(), norm(&w).times(&norm(&v)).upper());
    if gain.sign() == Sign::Positive && &gain * &gain > norm_squared {
        return Ok(());
    }
    Err(EnclosedOptimumRejection::NoGain { gain, norm_squared })
}
