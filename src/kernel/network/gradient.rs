//! First derivatives of a network within one activation pattern.

use super::{Network, Scope};
use crate::kernel::exact::{OrderedField, Value, charge, cost, is_faulted};

/// `derivatives[l][o]`: the derivative of the output with respect to the preactivation of unit `o` of layer `l`,
/// for every layer from `first` on (the lists before it are empty), by back-propagation with the given slopes.
pub fn output_derivatives<F: OrderedField, V: Value<F>>(
    network: &Network<F>,
    parameters: &[Vec<V>],
    slopes: &[Vec<F>],
    seed: V,
    first: usize,
) -> Vec<Vec<V>> {
    let mut derivatives = vec![Vec::new(); network.depth()];
    let mut above = vec![seed];
    for (l, layer) in network.layers().iter().enumerate().rev() {
        if l <= first {
            derivatives[l] = above;
            break;
        }
        charge(2 * cost::CONNECTION * layer.inputs() as u64);
        let mut below = Vec::with_capacity(layer.inputs());
        for (outgoing, slope) in layer.outgoing().iter().zip(&slopes[l - 1]) {
            let mut sum = V::zero();
            if !slope.is_zero() {
                for connection in outgoing {
                    sum.add_product(&parameters[l][connection.parameter], &above[connection.unit]);
                }
            }
            charge(sum.bytes());
            below.push(sum.scale(slope));
        }
        derivatives[l] = std::mem::replace(&mut above, below);
    }
    derivatives
}

/// Adds to `sum` the gradient of `seed * Phi(.; x)` over the free layers, for the activation pattern that `slopes`
/// describes; `inputs` is what each layer reads on the sample (see [`Trace`](super::Trace)).
pub fn accumulate_gradient<F: OrderedField, V: Value<F>>(
    sum: &mut [Vec<V>],
    network: &Network<F>,
    parameters: &[Vec<V>],
    (inputs, slopes): (&[Vec<V>], &[Vec<F>]),
    seed: V,
    scope: Scope,
) {
    let derivatives = output_derivatives(network, parameters, slopes, seed, scope.first());
    accumulate_gradients(sum, network, &[(derivatives, inputs)], scope);
}

/// The [`output_derivatives`] of a gradient, and what each layer reads.
pub type BackPropagated<'a, V> = (Vec<Vec<V>>, &'a [Vec<V>]);

/// Adds to `sum` some gradients over the free layers: parameter by parameter, each an inner product, which is far faster than one
/// gradient after the other.
pub fn accumulate_gradients<F: OrderedField, V: Value<F>>(
    sum: &mut [Vec<V>],
    network: &Network<F>,
    gradients: &[BackPropagated<'_, V>],
    scope: Scope,
) {
    for l in scope.layers(network.depth()) {
        let Some(layer) = network.layers().get(l) else {
            continue;
        };
        for (unit, row) in layer.incoming().iter().enumerate() {
            if is_faulted() {
                return;
            }
            let moved = gradients.iter().map(|(derivatives, inputs)| (&derivatives[l][unit], &inputs[l]));
            let moved: Vec<_> = moved.filter(|(derivative, _)| !derivative.is_zero()).collect();
            for connection in row.iter().filter(|_| !moved.is_empty()) {
                let part = V::dot(moved.iter().map(|(derivative, inputs)| (*derivative, &inputs[connection.unit])));
                let whole = &mut sum[l][connection.parameter];
                *whole = std::mem::replace(whole, V::zero()) + part;
            }
        }
    }
}
