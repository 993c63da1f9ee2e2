//! Units of a dense layer that share the work of one: `h_q` of it each, where `h` is a unit vector.
//!
//! Where a layer's weights are `s h k^T` and those of the next `s g h^T`, the network computes what it would with one unit in
//! place of all of them, and its gradient at the point has the same form. So a KKT point stays one. Behind a unit that is not
//! linear all must be on the same side, so that no `h_q` may be negative.

use crate::explore::sources::choices::Choices;
use crate::explore::sources::numbers::{UnitVectors, axis};
use crate::kernel::exact::{Rational, Value};

/// Draws a unit vector without negative entries. Most are along an axis: one unit does it all.
pub fn draw(units: &UnitVectors, dimension: usize, all_live: bool, choices: &mut Choices) -> Vec<Rational> {
    if !all_live && !choices.chance(1, 3) {
        return axis(dimension, choices.below(dimension));
    }
    units.draw(dimension, choices).iter().map(Rational::abs).collect()
}

/// Writes `size * outputs * inputs^T` into a dense layer's weights, row by row.
pub fn fill(weights: &mut [Rational], size: &Rational, outputs: &[Rational], inputs: &[Rational]) {
    for (row, output) in weights.chunks_mut(inputs.len()).zip(outputs) {
        let factor = size * output;
        row.iter_mut().zip(inputs).for_each(|(weight, input)| weight.add_product(&factor, input));
    }
}
