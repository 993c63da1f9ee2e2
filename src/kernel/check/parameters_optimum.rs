//! Whether the point of a `kkt_enclosed` claim by parameters is a local or a global optimum.

use super::enclosed_optimum::{Outcome, gains, not_global};
use super::kkt_enclosed::unfaulted;
use super::parameters_curvature::{curves_up, ridge, valleys};
use super::parameters_enclosed::{Enclosed, sides};
use super::prelude::*;
use crate::kernel::enclosure::Interval;

/// A claim about the optimality of an enclosed KKT point `theta*`, in the notation of [`ParametersEnclosed`].
///
/// Let `Psi_i` be the output if each unit multiplies by its slope at `theta*`, `s_k`, and `D_k` the derivative of `Psi_i` by what unit `k` passes on. Then
/// `Phi_i = Psi_i + sum_k (act(z_k) - s_k z_k) D_k` near `theta*`, the sum being over the units whose preactivation `z_k` is 0 there, layer by layer. Such a unit is
/// a *valley* if `y_i D_k (beta - alpha) < 0`, and lets `y_i Phi_i` only be smaller than `y_i Psi_i`.
///
/// **Why `Local`.** Let all of them be valleys, or at rest, or `D_k` be 0 near `theta*` for one that is not held. Let points `theta_t -> theta*` be feasible and of no greater norm.
/// The Lagrangian `1/2||theta||^2 - sum_i lambda_i (y_i Psi_i - 1)` has the gradient 0 at `theta*`. So there is a `c > 0` such that `c sum_k |z_k|`, over the held kinks, and
/// all `y_i Phi_i - 1` are at most of second order in the distance: the limit `w` of directions has `G w = 0`, with the gradients of `Psi_i` and of `z_k` at held
/// kinks in `G`, and `w.Hw <= 0`, `H` being the Hessian. That contradicts that `H + penalty G'G` is positive definite.
///
/// **Why `Layer`.** If the other layers do not move, `Psi_i` is affine, and `D_k` constant from this layer on. So with valleys there, units at rest, or `D_k = 0`, all points near
/// that are feasible are so in a convex problem, of which `theta*` is a KKT point.
///
/// The rows of the system's derivative for the margins and the held kinks have entries at the free parameters only. The derivative being regular, they are
/// independent: free parameters can move so that the active margins stay 1, and each held kink's preactivation is what one likes, near 0. With `Psi_i` the
/// output if held kinks multiply by their slopes `s`, the gradient of `1/2||theta||^2` at `theta*` is `sum lambda_i y_i dPsi_i`.
///
/// **Why `Kink`.** Let one kink of sample `i` have the preactivation `t`, of the side with slope `s'`, while all others stay held. Then `Psi_i` changes at the
/// rate `(s - s') D t`, with `D` the derivative of the output by what the unit passes on, and the other `Psi` not at all: `1/2||theta||^2` changes
/// at the rate `lambda_i y_i D (s - s') t`. That is negative for small `t` of one side and of the other if `y_i D (beta - alpha) > 0`. A later unit of the sample
/// whose preactivation is 0 without being held may leave 0; so it must be at rest, or what it passes on must not matter.
///
/// **Why `DeadUnit`.** A unit whose weights are all 0 gets the incoming weights `sqrt(d/||w||^2) w` and the outgoing `sqrt(d/||v||^2) v`. That adds `d` to `1/2||theta||^2`, and
/// `d v_t act(w.h_i)/(||w|| ||v||)` to the preactivation of each unit `t` that it feeds, `h_i` being what it reads. The free parameters move so that active margins stay 1 and held kinks
/// held; `1/2||theta||^2` of theirs changes by `-d gain/(||w|| ||v||)` to first order, `gain = sum_i lambda_i y_i act(w.h_i) sum_t v_t dPsi_i/dz_t`: more than `d`.
/// As no unit is fed whose preactivation is 0 without being held, nor one of a linear layer through which such a unit might be, those stay exactly 0. Where weights are shared, `w` and `v` are vectors of parameters, and
/// all units with such a weight are 0 like it and count.
///
/// The proofs are in docs/mathematics.md.
#[derive(Clone, Debug, PartialEq)]
pub enum ParametersOptimum<F> {
    /// No other feasible point near `theta*` has as small a norm.
    Local {
        /// A multiple of `G'G` that makes the Hessian positive definite.
        penalty: Rational,
        /// Whether that is said only of points at which the units stay 0 all of whose weights are 0 at `theta*`.
        of_live_units: bool,
    },
    /// The same if the other layers do not move.
    Layer {
        /// The layer.
        layer: usize,
    },
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

impl<F: OrderedField> ParametersOptimum<F> {
    /// Whether the claim holds of the enclosed point.
    pub(super) fn holds(&self, problem: &Problem<F>, point: &Enclosed<'_, F>) -> Outcome<F> {
        match self {
            ParametersOptimum::Local { penalty, of_live_units } => curves_up(problem, point, penalty, *of_live_units),
            ParametersOptimum::Layer { layer } => match problem.network().layers().get(*layer) {
                Some(_) => valleys(problem, point, &point.passes, *layer),
                None => Err(EnclosedOptimumRejection::NoLayer { layer: *layer }),
            },
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
        let by_output = &point.passes[place].by_output;
        by_output[unit.layer][unit.unit].value.sign() == Some(ridge(problem, sample, unit))
            && !has_loose(problem, point, place, unit.layer + 1)
    });
    if descends { Ok(()) } else { Err(EnclosedOptimumRejection::NoKink { sample, unit }) }
}

/// Whether on an active sample a unit of this layer or a later one is at 0 without being held, and may leave 0, and what it passes on matters.
fn has_loose<F: OrderedField>(problem: &Problem<F>, point: &Enclosed<'_, F>, place: usize, first: usize) -> bool {
    let (kinds, layers) = (&point.evidence.patterns[place], problem.network().layers());
    let mut later = (first..kinds.len()).filter(|l| !layers[*l].activation().is_linear());
    later.any(|l| {
        let mut units = kinds[l].iter().zip(&point.passes[place].by_output[l]).zip(&point.at_rest[place][l]);
        units.any(|((side, by), rests)| side.is_none() && !rests && by.value.sign() != Some(Sign::Zero))
    })
}

fn dead_unit<F: OrderedField>(
    problem: &Problem<F>,
    point: &Enclosed<'_, F>,
    place: Unit,
    incoming: &[Rational],
    outgoing: &[Rational],
) -> Outcome<F> {
    if !problem.is_zero_unit(place) {
        return Err(EnclosedOptimumRejection::Lives { unit: place });
    }
    let (layers, Unit { layer, unit }) = (problem.network().layers(), place);
    let (above, read, fed) = (&layers[layer + 1], &layers[layer].incoming()[unit], &layers[layer + 1].outgoing()[unit]);
    let lengths = [("incoming weights", incoming.len(), read.len()), ("outgoing weights", outgoing.len(), fed.len())];
    if let Some(&(what, found, expected)) = lengths.iter().find(|(_, found, expected)| found != expected) {
        return Err(EnclosedOptimumRejection::Length { what, found, expected });
    }
    // As directions of all parameters of the two layers, of which other connections may have some.
    charge(cost::INTERVAL * (layers[layer].parameters() + above.parameters()) as u64);
    let direction = |layer: &Layer<F>, edges: &[Connection], list: &[Rational]| {
        let mut direction = vec![Interval::zero(); layer.parameters()];
        edges.iter().zip(list).for_each(|(edge, value)| direction[edge.parameter] = Interval::of(value));
        direction
    };
    let (w, v) = (direction(&layers[layer], read, incoming), direction(above, fed, outgoing));
    let moves = |direction: &[Interval], edge: &Connection| direction[edge.parameter].sign() != Some(Sign::Zero);
    for (unit, (reads, feeds)) in layers[layer].incoming().iter().zip(above.outgoing()).enumerate() {
        let is_moved = reads.iter().any(|edge| moves(&w, edge)) || feeds.iter().any(|edge| moves(&v, edge));
        if is_moved && !problem.is_zero_unit(Unit { layer, unit }) {
            return Err(EnclosedOptimumRejection::Lives { unit: Unit { layer, unit } });
        }
    }
    for (place, (&sample, pattern)) in point.evidence.active.iter().zip(&point.evidence.patterns).enumerate() {
        // A linear unit that is at 0 hands on what it is fed.
        let hands_on = above.activation().is_linear() && has_loose(problem, point, place, layer + 2);
        let values = &point.passes[place].preactivations[layer + 1];
        let is_loose = |t: usize| match above.activation().is_linear() {
            true => hands_on && values[t].value.sign() == Some(Sign::Zero),
            false => pattern[layer + 1][t].is_none(),
        };
        let mut rows = above.incoming().iter().enumerate();
        if let Some((t, _)) = rows.find(|(t, row)| is_loose(*t) && row.iter().any(|edge| moves(&v, edge))) {
            return Err(EnclosedOptimumRejection::Feeds { sample, unit: Unit { layer: layer + 1, unit: t } });
        }
    }
    let sides = &sides(problem.network()).map_err(|_| EnclosedOptimumRejection::Lives { unit: place })?[layer];
    let mut gain = Interval::zero();
    for ((pass, lambda), &sample) in point.passes.iter().zip(&point.multipliers).zip(&point.evidence.active) {
        charge(cost::CONNECTION * (layers[layer].connection_count() + above.connection_count()) as u64);
        unfaulted()?;
        let pair = |edge: &Connection| (&w[edge.parameter], &pass.inputs[layer][edge.unit].value);
        let unit = |row: &Vec<Connection>| Interval::dot(row.iter().map(pair)).activated(sides);
        let passed: Vec<Interval> = layers[layer].incoming().iter().map(unit).collect();
        let pair = |edge: &Connection| (&v[edge.parameter], &passed[edge.unit]);
        let added = |row: &Vec<Connection>| Interval::dot(row.iter().map(pair));
        let added: Vec<Interval> = above.incoming().iter().map(added).collect();
        let effects: Vec<Interval> = (0..added.len()).map(|t| pass.by_preactivation(layer + 1, t).value).collect();
        let share = Interval::dot(added.iter().zip(&effects)).times(lambda);
        let is_positive = problem.samples()[sample].y == Label::Positive;
        gain = gain.plus(&if is_positive { share } else { share.negated() });
    }
    let norm = |list: &Vec<Interval>| Interval::dot(list.iter().zip(list));
    gains(&gain, &norm(&w).times(&norm(&v)))
}
