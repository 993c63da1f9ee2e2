//! What the hidden units of a network of depth 2 read, and which of them share parameters.

use crate::kernel::problem::Problem;
use crate::prove::bonds::{joined, sharing};
use crate::prove::field::ProofField;

/// What a unit reads of a sample, parameter by parameter.
pub fn read<F: ProofField>(problem: &Problem<F>, sample: usize, unit: usize) -> Vec<F> {
    let hidden = &problem.network().layers()[0];
    let mut read = vec![F::zero(); hidden.parameters()];
    for connection in &hidden.incoming()[unit] {
        let x = &problem.samples()[sample].x[connection.unit];
        read[connection.parameter] = read[connection.parameter].clone() + x;
    }
    read
}

/// The hidden units, those that share a parameter together.
pub fn grouped<F: ProofField>(problem: &Problem<F>) -> Vec<Vec<usize>> {
    let layers = problem.network().layers();
    joined(layers[0].outputs(), sharing(layers[0].incoming()).chain(sharing(layers[1].outgoing())))
}
