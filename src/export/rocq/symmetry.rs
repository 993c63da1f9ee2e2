//! The planes that turn when two hidden units are rotated into each other, which Rocq is to see leave the supporting
//! samples' polynomials as they are.

use std::collections::BTreeSet;

use super::syntax::list;
use crate::kernel::exact::OrderedField;
use crate::kernel::network::{Connection, Layer, Scope, Unit};
use crate::kernel::problem::Problem;

/// For each rotation that the kernel finds, the pairs of parameters that turn.
pub fn rotations<F: OrderedField>(problem: &Problem<F>, multipliers: &[F]) -> String {
    let layers = problem.network().layers();
    let supporting: Vec<usize> =
        multipliers.iter().enumerate().filter(|(_, m)| !m.is_zero()).map(|(sample, _)| sample).collect();
    let kinks: BTreeSet<Unit> = supporting.iter().flat_map(|&sample| problem.kinks(sample, Scope::All)).collect();
    let mut rotations = Vec::new();
    for (l, pair) in layers.windows(2).enumerate() {
        let [hidden, next] = pair else { continue };
        let units = hidden.outputs();
        for (a, b) in (0..units).flat_map(|a| (a + 1..units).map(move |b| (a, b))) {
            let alike = supporting.iter().all(|&sample| {
                let slopes = problem.traces().get(sample).and_then(|trace| trace.slopes.get(l));
                slopes.is_some_and(|slopes| slopes.get(a) == slopes.get(b))
            });
            let incoming = twins(hidden, &hidden.incoming()[a], &hidden.incoming()[b]);
            let outgoing = twins(next, &next.outgoing()[a], &next.outgoing()[b]);
            let bends = [a, b].iter().any(|&unit| kinks.contains(&Unit { layer: l, unit }));
            if let (true, Some(incoming), Some(outgoing)) = (alike && !bends, incoming, outgoing) {
                let plane = |layer: usize| move |(p, q)| format!("(({layer}, {p}), ({layer}, {q}))");
                let planes = incoming.into_iter().map(plane(l)).chain(outgoing.into_iter().map(plane(l + 1)));
                rotations.push(list(planes));
            }
        }
    }
    list(rotations)
}

/// The parameters of two units' connections side by side; `None` if they lead to different units, or one is shared.
fn twins<F: OrderedField>(layer: &Layer<F>, a: &[Connection], b: &[Connection]) -> Option<Vec<(usize, usize)>> {
    let is_own = |parameter| layer.incoming().iter().flatten().filter(|c| c.parameter == parameter).count() == 1;
    let twin = |(a, b): (&Connection, &Connection)| {
        (a.unit == b.unit && is_own(a.parameter) && is_own(b.parameter)).then_some((a.parameter, b.parameter))
    };
    if a.len() == b.len() { a.iter().zip(b).map(twin).collect() } else { None }
}
