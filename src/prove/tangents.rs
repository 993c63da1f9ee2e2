//! First derivatives of preactivations.

use super::field::ProofField;
use super::free::offsets;
use crate::kernel::network::{Scope, Unit};
use crate::kernel::problem::Problem;

/// The derivatives at the point of the preactivations of `units` (in the network's order) on a sample, for given slopes of every unit, each as
/// a linear form in the free parameters.
pub fn preactivation_derivatives<F: ProofField>(
    problem: &Problem<F>,
    scope: Scope,
    sample: usize,
    units: &[Unit],
    slopes: &[Vec<F>],
) -> Vec<Vec<F>> {
    let (network, trace) = (problem.network(), &problem.traces()[sample]);
    let offsets = offsets(network, scope);
    let free = network.layers().iter().enumerate().filter(|(l, _)| scope.contains(*l));
    let dimension: usize = free.map(|(_, layer)| layer.parameters()).sum();
    let mut tangents = vec![vec![F::zero(); dimension]; network.inputs()];
    let mut forms = Vec::with_capacity(units.len());
    for (l, layer) in network.layers().iter().enumerate() {
        let mut next = Vec::with_capacity(layer.outputs());
        for (unit, row) in layer.incoming().iter().enumerate() {
            let mut form = vec![F::zero(); dimension];
            for connection in row {
                if let Some(offset) = offsets[l] {
                    let entry = &mut form[offset + connection.parameter];
                    *entry = std::mem::replace(entry, F::zero()) + &trace.inputs[l][connection.unit];
                }
                let weight = &problem.point().layers()[l][connection.parameter];
                if !weight.is_zero() {
                    let tangent = &tangents[connection.unit];
                    form.iter_mut().zip(tangent).for_each(|(entry, t)| entry.add_product(weight, t));
                }
            }
            if units.contains(&Unit { layer: l, unit }) {
                forms.push(form.clone());
            }
            let slope = &slopes[l][unit];
            next.push(form.into_iter().map(|entry| entry * slope).collect());
        }
        tangents = next;
    }
    forms
}
