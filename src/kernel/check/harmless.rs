//! Kinks that raise a margin by terms of third order at most.

use super::prelude::*;

/// The first kink of a sample, from the last layer down, that is not *harmless*.
///
/// Let `p` be the polynomial that the network computes with the slopes `c` of the sample's trace at its kinks, each between the two slopes of
/// its activation `a`. If all kinks are harmless, `m(theta) <= y p(theta) + O(|d|^3)` where `theta` is within `|d|` of the point, and both are
/// equal there. For go through the kinks from the last layer down, and put `c z` in the place of `a(z)` where the preactivation is `z`. The
/// output is affine in what the unit passes on, with a derivative `D` that is a polynomial, as all later kinks have been replaced: the
/// margin grows by `y D (c z - a(z))`. Either `y D` has, at the point and so near it, the sign with which that is not negative; or the kink
/// is *faint*: `z` vanishes with some order, `D` with another, and they add up to 3 at least ([`Network::orders`]).
pub fn harmful_kink<F: OrderedField>(problem: &Problem<F>, sample: usize, scope: Scope) -> Option<Unit> {
    let kinks = problem.kinks(sample, scope);
    let first = kinks.first()?.layer;
    let (network, point, trace) = (problem.network(), problem.point().layers(), &problem.traces()[sample]);
    let (layers, label) = (network.layers(), problem.samples()[sample].y);
    let orders = network.orders(point, trace, scope);
    let derivatives = output_derivatives(network, point, &trace.slopes, label.times(F::one()), first);
    // The orders with which the derivatives with respect to the preactivations of the layer above vanish.
    let mut above = vec![0];
    for l in (first..layers.len() - 1).rev() {
        let mut below = Vec::with_capacity(above.len());
        for (unit, outgoing) in layers[l + 1].outgoing().iter().enumerate().take_while(|_| !is_faulted()) {
            charge(2 * cost::CONNECTION * outgoing.len() as u64 + cost::LOOK * kinks.len() as u64);
            let weights = outgoing.iter().map(|c| (&point[l + 1][c.parameter], c.unit));
            let derivative = F::dot(weights.clone().map(|(weight, next)| (weight, &derivatives[l + 1][next]))).sign();
            let terms = weights.map(|(weight, next)| scope.order(l + 1, weight).saturating_add(above[next]));
            let order = if derivative == Sign::Zero { terms.min().unwrap_or(NULL).max(1) } else { 0 };
            let is_faint = orders[l - scope.first()][unit].saturating_add(order) >= 3;
            let unit = Unit { layer: l, unit };
            if kinks.contains(&unit) && !is_faint && derivative != layers[l].activation().sign_to_replace() {
                return Some(unit);
            }
            below.push(if trace.slopes[l][unit.unit].is_zero() { NULL } else { order });
        }
        above = below;
    }
    None
}
