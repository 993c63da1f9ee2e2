//! Second derivatives of a network within one activation pattern.

use std::collections::BTreeMap;

use super::{Network, Parameters, Trace, output_derivatives};
use crate::kernel::exact::{OrderedField, SymmetricMatrix, afford, charge, cost};

/// Subtracts from `matrix` the Hessian of `sum_k c_k Phi(.; x_k)` over all parameters, first layer first.
///
/// `terms` pairs each coefficient `c_k` with the sample's trace at the point, whose slopes fix the activation pattern.
/// Within it the output is linear in each layer, so only pairs of layers `l < m` contribute. With `z` the
/// preactivation of unit `o` of layer `l`, a weight `p` from input `i` to `o` and a weight `q` from `j` to `o'` in layer `m`,
///
/// `d^2 Phi / dp dq = input_i * (d input_j / dz) * (d Phi / d preactivation_o')`.
///
/// For each `o` the middle factor is carried forward once a sample, along connections that feel it: for depth 2 the
/// cost is linear in the number of parameters.
pub fn subtract_hessians<F: OrderedField>(
    matrix: &mut SymmetricMatrix<F>,
    network: &Network<F>,
    point: &Parameters<F>,
    terms: &[(F, &Trace<F>)],
) {
    let mut offsets = vec![0];
    for layer in network.layers() {
        offsets.push(offsets[offsets.len() - 1] + layer.parameters());
    }
    let derivatives: Vec<_> = terms
        .iter()
        .map(|(c, trace)| output_derivatives(network, point.layers(), &trace.slopes, c.clone(), 0))
        .collect();
    derivatives.iter().flatten().flatten().for_each(|derivative: &F| cost::keep(derivative.bytes()));
    for (l, layer) in network.layers().iter().enumerate() {
        for (unit, row) in layer.incoming().iter().enumerate() {
            charge(2 * cost::FIND * terms.len() as u64);
            // For each later parameter, the mixed derivatives with the weights of `row`, in order.
            let mut mixed: BTreeMap<usize, Vec<F>> = BTreeMap::new();
            for ((_, trace), derivative) in terms.iter().zip(&derivatives) {
                let mut tangents = BTreeMap::from([(unit, trace.slopes[l][unit].clone())]);
                for (m, later) in network.layers().iter().enumerate().skip(l + 1) {
                    let mut next = BTreeMap::new();
                    for (input, tangent) in tangents.iter().filter(|(_, tangent)| !tangent.is_zero()) {
                        for connection in &later.outgoing()[*input] {
                            if !afford(cost::FIND + cost::CONNECTION * row.len() as u64) {
                                return;
                            }
                            let weight = &point.layers()[m][connection.parameter];
                            let out = next.entry(connection.unit).or_insert_with(F::zero);
                            out.add_product(weight, tangent);
                            let factor = tangent.clone() * &derivative[m][connection.unit];
                            if !factor.is_zero() {
                                let entries = mixed.entry(offsets[m] + connection.parameter).or_insert_with(|| {
                                    charge(cost::ENTRY);
                                    cost::keep(row.len() as u64 * size_of::<F>() as u64);
                                    vec![F::zero(); row.len()]
                                });
                                for (entry, weight) in entries.iter_mut().zip(row) {
                                    entry.add_product(&factor, &trace.inputs[l][weight.unit]);
                                }
                            }
                        }
                    }
                    for (output, tangent) in &mut next {
                        *tangent = std::mem::replace(tangent, F::zero()) * &trace.slopes[m][*output];
                    }
                    tangents = next;
                }
            }
            for (later, entries) in mixed {
                for (entry, weight) in entries.into_iter().zip(row) {
                    matrix.add(offsets[l] + weight.parameter, later, &-entry);
                }
            }
        }
    }
}
