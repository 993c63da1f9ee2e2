//! Rotations of two hidden units into each other.

use std::collections::BTreeSet;

use super::prelude::*;

/// For each two units of a hidden layer that can be rotated into each other, the direction in which the point moves.
///
/// The units must read the same inputs and feed the same units, with weights that no other connection shares, and have equal slopes
/// and no kinks on every sample with a positive multiplier. Then `(w_a, w_b) -> (c w_a - s w_b, s w_a + c w_b)` with
/// `c^2 + s^2 = 1`, for the incoming weights and for the outgoing ones, is an isometry of the parameters. Near the point the network
/// computes the same on such a sample after it, whatever other units do: with the common slope the two units add
/// `slope * (v_a z_a + v_b z_b)` to what they feed, and `v` and `z` turn alike. The point moves in the direction `(-w_b, w_a)`.
pub fn rotations<'a, F: OrderedField>(
    problem: &'a Problem<F>,
    multipliers: &'a [F],
) -> impl Iterator<Item = Vec<F>> + 'a {
    let layers = problem.network().layers();
    let uses: Vec<Vec<usize>> = layers.iter().map(Layer::uses).collect();
    let pairs = layers.iter().enumerate().skip(1).flat_map(|(l, next)| {
        let units = next.inputs();
        (0..units).flat_map(move |a| (a + 1..units).map(move |b| (l, a, b)))
    });
    let supporting: Vec<usize> = support::supporting(problem, multipliers).map(|(sample, _)| sample).collect();
    let kinks: BTreeSet<Unit> = supporting.iter().flat_map(|sample| problem.kinks(*sample, Scope::All)).collect();
    let tangent = move |(l, a, b): (usize, usize, usize)| {
        let alike = |i: &usize| {
            let slopes = &problem.traces()[*i].slopes[l - 1];
            afford(cost::CONNECTION) && slopes[a] == slopes[b]
        };
        let bends = |unit: usize| kinks.contains(&Unit { layer: l - 1, unit });
        if !afford(3 * cost::FIND) || bends(a) || bends(b) || !supporting.iter().all(alike) {
            return None;
        }
        charge(cost::CONNECTION * (layers[l - 1].incoming()[a].len() + layers[l].outgoing()[a].len()) as u64);
        let incoming = twins(&layers[l - 1].incoming()[a], &layers[l - 1].incoming()[b], &uses[l - 1])?;
        let outgoing = twins(&layers[l].outgoing()[a], &layers[l].outgoing()[b], &uses[l])?;
        let mut tangent = Parameters::zero(problem.network());
        for (layer, pairs) in [(l - 1, incoming), (l, outgoing)] {
            let weights = &problem.point().layers()[layer];
            for (p, q) in pairs {
                tangent.layers_mut()[layer][p] = -weights[q].clone();
                tangent.layers_mut()[layer][q] = weights[p].clone();
            }
        }
        Some(tangent.iter().cloned().collect())
    };
    pairs.take_while(|_| !is_faulted()).filter_map(tangent)
}

/// The parameters of two units' connections side by side; `None` if they lead to different units, or one is shared.
fn twins(a: &[Connection], b: &[Connection], uses: &[usize]) -> Option<Vec<(usize, usize)>> {
    let twin = |(a, b): (&Connection, &Connection)| {
        let own = a.unit == b.unit && uses[a.parameter] == 1 && uses[b.parameter] == 1;
        own.then_some((a.parameter, b.parameter))
    };
    if a.len() == b.len() { a.iter().zip(b).map(twin).collect() } else { None }
}
