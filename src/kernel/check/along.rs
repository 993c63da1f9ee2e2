//! What several checks ask along a curve: the activation pattern, margins and the norm.

use std::convert::Infallible;

use super::prelude::*;

/// `||theta(t)||^2` over the free layers of parameters that are polynomials in `t`.
pub fn norm_squared<F: OrderedField>(parameters: &[Vec<Polynomial<F>>], scope: Scope) -> Polynomial<F> {
    let free = parameters.iter().enumerate().filter(|(layer, _)| scope.contains(*layer));
    let squares = free.flat_map(|(_, layer)| layer).map(|entry| entry * entry);
    squares.fold(Polynomial::zero(), |sum, square| &sum + &square)
}

/// `m_i(theta(t))` from the sample's trace along the curve.
pub fn margin<F: OrderedField>(problem: &Problem<F>, sample: usize, trace: &Trace<F, Polynomial<F>>) -> Polynomial<F> {
    trace.output().scale(&problem.samples()[sample].y.times(F::one()))
}

/// Whether a preactivation that meets a non-linear unit may be identically zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vanishing {
    /// It may: the unit then passes on zero, whatever its slope.
    Allowed,
    /// It must not.
    Refused,
}

/// Runs the network on a sample with parameters that are polynomials in `t`, provided that on the whole interval every
/// preactivation that meets a non-linear unit keeps one sign (or vanishes identically, where that is allowed).
///
/// # Errors
/// The first unit whose preactivation does not, with that preactivation.
pub fn trace<F: OrderedField>(
    problem: &Problem<F>,
    parameters: &[Vec<Polynomial<F>>],
    sample: usize,
    interval: &Interval<F>,
    vanishing: Vanishing,
) -> Result<Trace<F, Polynomial<F>>, (Unit, Polynomial<F>)> {
    let network = problem.network();
    let x = problem.samples()[sample].x.iter().cloned().map(Polynomial::constant).collect();
    network.trace(parameters, x, |unit, preactivation| match signs_on(preactivation, interval)[..] {
        [sign] if sign != Sign::Zero || vanishing == Vanishing::Allowed => Ok(network.slope(unit, sign)),
        _ => Err((unit, preactivation.clone())),
    })
}

/// What a sample meets just after leaving the point along a curve: the trace along it, each unit with the slope of the side to which the
/// first coefficient of its preactivation that is not 0 points, and the kinks that are left. The curve must have the network's shape and
/// stay within the scope.
///
/// A preactivation that stays 0 all around the curve's later points, as behind a unit that is off on it, is no kink there.
pub fn leaving<F: OrderedField>(
    problem: &Problem<F>,
    scope: Scope,
    sample: usize,
    toward: &Curve<F>,
) -> (Trace<F, Polynomial<F>>, Vec<Unit>) {
    let x = problem.samples()[sample].x.iter().cloned().map(Polynomial::constant).collect();
    let (network, parameters) = (problem.network(), toward.from_point(problem.point()));
    let side = |p: &Polynomial<F>| p.lowest().map_or(Sign::Zero, |(_, coefficient)| coefficient.sign());
    let Ok(trace) = network.trace(&parameters, x, |unit, p| Ok::<F, Infallible>(network.slope(unit, side(p))));
    let kinks = network.kinks(&parameters, &trace, scope);
    (trace, kinks)
}
